"""Two Easels on one Postgres: is it one Easel to people, also when either dies, freezes or ends?"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from starlette.responses import StreamingResponse

from tests.adapters.slack.easel import local_slack, settings
from tests.crash.process import Process
from tests.journeys.driver import drawn, says
from tests.servers import ports
from tests.servers.model import Gate, ModelServer, event, fails, partial
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.responses import Response

    from tests.servers.model import Received
    from tests.servers.postgres import PostgresServer


class Easel(Process):
    """One of several: a data folder of its own, database and images of all."""

    program = "tests.crash.hasty"


@pytest.fixture
async def two(tmp_path: Path, model: ModelServer, postgres_url: str) -> AsyncIterator[list[Easel]]:
    """Return two that are not started yet."""
    (tmp_path / "images").mkdir()
    shared = {
        "database_url": postgres_url,
        "blobs_url": (tmp_path / "images").as_uri(),
        "model_concurrency": "2",
    }
    found = [
        Easel(tmp_path / name, model.url, ports.unused(), **shared) for name in ("one", "other")
    ]
    yield found
    for easel in found:
        await easel.close()


async def test_a_thread_goes_on_through_either(two: list[Easel], model: ModelServer) -> None:
    await asyncio.gather(*(easel.start() for easel in two))  # both make the tables, or neither
    one, other = (easel.web for easel in two)
    thread = await one.start("a lighthouse")
    assert (await other.seen(thread, 0, drawn("v1"))).images == (png(1),)
    await other.say(thread, "add a boat")
    await one.seen(thread, 1, drawn("v2 ← v1"))
    await one.say(thread, "undo")
    await other.head(thread, "v1")
    body = {"text": "add a dog", "event": "same"}
    path = f"/api/threads/{thread}/messages"
    answers = await asyncio.gather(*(web.begin(path, body) for web in (one, other)))
    assert answers[0]["turn"] == answers[1]["turn"]
    await one.seen(thread, 2, drawn("v3 ← v1"))
    model.answer(fails(402))
    await other.say(thread, "with a hat")
    await one.seen(thread, 3, says("no credit"))
    await one.press(thread, 3, "Resume")
    await other.seen(thread, 3, drawn("v4 ← v3"))
    keys = [request.key for request in model.requests]
    assert len(set(keys)) == 4
    await _two_at_once_are_drawn_and_no_more(two, model)


async def test_one_only_takes_what_people_say_and_the_other_only_draws(
    two: list[Easel], model: ModelServer
) -> None:
    page, worker = two
    page.environment["EASEL_ROLES"], worker.environment["EASEL_ROLES"] = "web", "worker"
    await page.start()
    thread = await page.web.start("a lighthouse")
    await page.web.seen(thread, 0, says("Next in line"))
    await worker.start()
    await page.web.seen(thread, 0, drawn("v1"))
    assert (await worker.web.http.get("/api/threads")).status_code == 404
    assert (await worker.web.http.get("/readyz")).status_code == 200
    await worker.terminate()
    await page.web.say(thread, "add a boat")
    await page.web.head(thread, "v1")
    assert len(model.requests) == 1, "who only takes what people say draws nothing"
    await worker.start()
    await page.web.seen(thread, 1, drawn("v2 ← v1"))


async def test_in_slack_one_listens_and_the_other_draws_and_posts(
    tmp_path: Path, model: ModelServer, postgres_url: str
) -> None:
    (tmp_path / "images").mkdir()
    shared = {"database_url": postgres_url, "blobs_url": (tmp_path / "images").as_uri()}
    async with local_slack() as slack:
        ana, design = slack.person("Ana"), slack.channel("design")
        both = [
            Easel(
                *(tmp_path / role, model.url, ports.unused()),
                **{**settings(slack), **shared, "roles": role},
            )
            for role in ("worker", "slack")
        ]
        await both[0].start()
        await both[1].start()
        await slack.connected()
        await ana.command("/imagine", "a boat", design)
        card = await design.message(lambda one: "Vary" in one.buttons)
        assert len(slack.calls_of("apps.connections.open")) == 1, "who draws needs no socket"
        await ana.reply(card, "add a dog")
        await slack.until(lambda: [one for one in card.replies if "Vary" in one.buttons])
        assert [request.prompt for request in model.requests] == ["a boat", "add a dog"]
        for easel in both:
            await easel.close()


async def test_a_preview_reaches_the_pages_of_both_whichever_draws(
    two: list[Easel], model: ModelServer
) -> None:
    one, other = two
    await asyncio.gather(one.start(), other.start())
    thread = await one.web.start("a lighthouse")
    opened, enough = [asyncio.Event(), asyncio.Event()], asyncio.Event()

    async def watch(easel: Easel, is_open: asyncio.Event) -> bytes:
        async with aclosing(easel.web.events(thread)) as events:
            async for name, _, data in events:
                is_open.set()
                if name == "preview":
                    return (await easel.web.http.get(data["url"])).content
        raise AssertionError("the stream ended")

    async def reply(received: Received) -> Response:
        whole = await model.draw(received)
        rest = [chunk async for chunk in whole.body_iterator]  # type: ignore[attr-defined] # a StreamingResponse has one

        async def pieces() -> AsyncIterator[Any]:
            number = 0
            while not enough.is_set():  # until it's known everywhere who watches
                yield event(partial(number, png(70)))
                number += 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(enough.wait(), 0.2)
            yield b"".join(rest)

        return StreamingResponse(pieces(), media_type="text/event-stream")

    watching = [
        asyncio.create_task(watch(easel, is_open))
        for easel, is_open in zip(two, opened, strict=True)
    ]
    await asyncio.gather(*(one.wait() for one in opened))
    model.answer(reply)
    await other.web.say(thread, "add a boat")
    assert await asyncio.gather(*watching) == [png(70)] * 2
    enough.set()
    for easel in two:
        await easel.web.seen(thread, 1, drawn("v2 ← v1"))


async def _two_at_once_are_drawn_and_no_more(two: list[Easel], model: ModelServer) -> None:
    gates = [Gate() for _ in range(3)]
    model.answer(*(gate.before(model.draw) for gate in gates))
    threads = [await two[n % 2].web.start(f"picture {n}") for n in range(3)]
    await asyncio.gather(*(gate.entered.wait() for gate in gates[:2]))
    await asyncio.sleep(0.5)  # longer than a process waits between two looks
    assert not gates[2].entered.is_set()
    gates[0].open.set()
    await gates[2].entered.wait()
    for gate in gates:
        gate.open.set()
    for thread in threads:
        await two[0].web.seen(thread, 0, lambda seen: bool(seen.images))


async def test_killed_while_drawing_the_other_says_so_and_goes_on(
    two: list[Easel], model: ModelServer
) -> None:
    one, other = two
    await one.start()
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await one.web.start("a lighthouse")
    await gate.entered.wait()
    await one.web.say(thread, "add a boat")
    await other.start()
    await one.kill()
    gate.open.set()
    seen = await other.web.seen(thread, 0, says("may have been billed"))
    assert "Retry" in seen.buttons
    await other.web.seen(thread, 1, drawn("v1"))
    assert [request.prompt for request in model.requests] == ["a lighthouse", "add a boat"]


async def test_frozen_and_thawed_it_writes_nothing_and_shows_nothing_of_a_turn_that_went_on(
    two: list[Easel], model: ModelServer
) -> None:
    one, other = two
    await one.start()
    gates = [Gate(), Gate()]
    model.answer(*(gate.before(model.draw) for gate in gates))
    thread = await one.web.start("a lighthouse")
    await gates[0].entered.wait()
    await one.web.say(thread, "add a boat")
    one.freeze()
    await other.start()
    await other.web.seen(thread, 0, says("may have been billed"))
    await gates[1].entered.wait()  # the other is drawing the next prompt
    gates[0].open.set()
    one.thaw()
    await one.web.seen(thread, 0, says("may have been billed"))
    third = await one.web.start("a castle")  # it lives, and its own lanes are drained
    await one.web.seen(third, 0, lambda seen: bool(seen.images))
    gates[1].open.set()
    await one.web.seen(thread, 1, drawn("v1"))
    found = await other.web.thread(thread)
    first, second = (turn["state"] for turn in found["turns"])
    assert first == "interrupted"
    assert second in {"drawn", "posted"}  # people see it a moment before that is noted
    assert [version["number"] for version in found["versions"]] == ["v1"]
    assert len(model.requests) == 3


async def test_one_that_is_frozen_with_all_slots_keeps_the_other_from_drawing_for_a_lease_only(
    two: list[Easel], model: ModelServer
) -> None:
    one, other = two
    await one.start()
    gates = [Gate(), Gate()]
    model.answer(*(gate.before(model.draw) for gate in gates))
    taken = [await one.web.start(f"picture {n}") for n in range(2)]
    await asyncio.gather(*(gate.entered.wait() for gate in gates))
    await other.start()
    one.freeze()
    third = await other.web.start("a castle")
    await other.web.seen(third, 0, drawn("v1"))
    for thread in taken:
        await other.web.seen(thread, 0, says("may have been billed"))
    for gate in gates:
        gate.open.set()
    one.thaw()
    fourth = await one.web.start("a mill")  # it lives, and draws again
    await one.web.seen(fourth, 0, drawn("v1"))
    assert len(model.requests) == 4


async def test_one_that_ends_finishes_its_drawing_while_the_other_draws_the_rest(
    two: list[Easel], model: ModelServer
) -> None:
    one, other = two
    await one.start()
    gate = Gate()
    model.answer(gate.before(model.draw))
    thread = await one.web.start("a lighthouse")
    await gate.entered.wait()
    await other.start()
    ending = asyncio.create_task(one.terminate())
    second = await other.web.start("a castle")
    await other.web.seen(second, 0, lambda seen: bool(seen.images))
    await asyncio.sleep(4)  # longer than a process may be silent: the one that ends must not be
    assert not ending.done()
    gate.open.set()
    assert await asyncio.wait_for(ending, 30) == 0
    await other.web.seen(thread, 0, drawn("v1"))
    assert len(model.requests) == 2


async def test_a_cancel_at_one_ends_the_drawing_of_the_other_and_a_restart_of_the_database_does_not(
    two: list[Easel], model: ModelServer, postgres: PostgresServer
) -> None:
    one, other = two
    await one.start()
    gates = [Gate(), Gate()]
    model.answer(*(gate.before(model.draw) for gate in gates))
    thread = await one.web.start("a lighthouse")
    await gates[0].entered.wait()
    await other.start()
    await other.web.press(thread, 0, "Cancel")
    await other.web.say(thread, "a castle")
    await gates[1].entered.wait()  # the first is still shut
    postgres.stop()
    postgres.start()
    await other.web.say(thread, "with a moat")
    gates[1].open.set()
    await one.web.seen(thread, 2, drawn("v2 ← v1"))
    gates[0].open.set()
    turns = (await one.web.thread(thread))["turns"]
    assert [turn["state"] for turn in turns[:2]] == ["cancelled", "posted"]
    with psycopg.connect(one.environment["EASEL_DATABASE_URL"]) as sql:
        states = sql.execute("SELECT state FROM ledger ORDER BY created").fetchall()
    assert states == [("unsettled",), ("settled",), ("settled",)]
    assert len(model.requests) == 3
