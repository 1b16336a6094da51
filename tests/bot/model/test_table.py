"""Does each way in which a model can fail end as it must, told as it must, and paid once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.model.table import NOBODY, ROWS, Played, Row, page, stage
from tests.journeys.driver import says
from tests.servers.model import Gate, fails

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.model.table import Stage


def check(played: Played) -> None:
    """Check state, kind, bill, words, buttons, and how often the model was asked."""
    row, turn = played.row, played.turn
    assert turn["state"] == row.state
    if row.kind is None:
        assert turn["error"] is None
    else:
        assert turn["error"]["kind"] == row.kind
        assert turn["error"]["billed"] is row.billed
    assert row.reads in played.says
    assert not row.hides or row.hides not in played.says
    assert set(row.offers) <= set(played.buttons)
    assert not set(row.lacks) & set(played.buttons)
    assert len(played.requests) == row.requests
    keys = [f"{turn['id']}-1", f"{turn['id']}-1-c"]
    for request in played.requests:
        assert request.key in keys
    for key in keys:
        bodies = {request.raw for request in played.requests if request.key == key}
        assert len(bodies) <= 1, "byte for byte the same under one key"
    if row.kind != "too_large" and "413" not in row.what:
        assert {request.key for request in played.requests} <= {keys[0]}


async def goes_on(one: Stage, played: Played) -> None:
    """Check that the thread is as good as new: what failed can be repeated, and is on no path."""
    thread, id_ = played.thread, played.turn["id"]
    asked = len(one.model.requests)
    if "Resume" in played.buttons:
        await one.resume(played)
    elif "Retry" in played.buttons and "until" not in played.says:
        await one.web.press(thread, 0, "Retry")
        await one.ended(thread, 0, "posted")
    if len(one.model.requests) > asked:
        again = one.model.requests[asked]
        assert again.key == f"{id_}-1", "the same turn, the same key"
        assert {again.raw} == {request.raw for request in played.requests}, "the same request"
        assert len(one.model.requests) == asked + 1
    await one.web.say(thread, "and now a star")
    turn = await one.ended(thread, 1)
    assert turn["state"] == "posted"
    assert len(turn["versions"]) == 1
    told = str(one.model.requests[-1].body["messages"])
    kept = turn["source"] is not None or played.turn["reply"]
    assert (played.row.what in told) == bool(kept), "what failed is on no path"


async def test_every_row_of_the_table_ends_as_it_must(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.whole is None and not row.prompt]
    async with stage(tmp_path) as one:
        for row in rows:
            played = await one.play(row)
            try:
                check(played)
                await goes_on(one, played)
            except AssertionError as error:
                raise AssertionError(f"{row.what}: {played.turn}") from error
    assert len(rows) > 45


async def test_what_gateways_are_known_to_say_reads_as_it_must(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.prompt]
    async with stage(tmp_path) as one:
        for row in rows:
            played = await one.play(row)
            try:
                check(played)
            except AssertionError as error:
                raise AssertionError(f"{row.what}: {played.turn}") from error
            if row.state == "held":
                await one.resume(played)
    assert len(rows) > 10


async def test_a_retry_is_the_same_request_however_the_thread_has_gone_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        one.model.answer(page(504))
        thread = await one.web.start("a boat")
        await one.ended(thread, 0, "interrupted")
        for number, words in enumerate(("a house", "a dog", "a cat", "a star"), 1):
            if number == 3:
                one.model.answer(page(504))
            await one.web.say(thread, words, person="Ben" if number == 4 else "Ana")
            await one.ended(thread, number)
        for number in (3, 0):
            await one.web.press(thread, number, "Retry")
            await one.ended(thread, number, "posted")
        versions = (await one.web.thread(thread))["versions"]
    requests = one.model.requests
    assert [requests[5].raw, requests[6].raw] == [requests[3].raw, requests[0].raw]
    assert [requests[5].key, requests[6].key] == [requests[3].key, requests[0].key]
    parents = {version["number"]: version["parent"] for version in versions}
    assert parents == {"v1": None, "v2": "v1", "v3": "v2", "v4": "v2", "v5": None}


async def test_people_see_that_it_is_tried_again_before_it_is(tmp_path: Path) -> None:
    gate = Gate()
    async with stage(tmp_path) as one:
        one.model.answer(fails(500, "server_error"), fails(500, "server_error"))
        one.model.answer(gate.before(one.model.draw))
        thread = await one.web.start("a boat")
        await gate.entered.wait()
        await one.web.seen(thread, 0, says("Trying again, 3 of 3…"))
        gate.open.set()
        assert (await one.ended(thread, 0))["state"] == "posted"
    assert len(one.model.requests) == 3


@pytest.mark.parametrize("row", [row for row in ROWS if row.whole], ids=lambda row: row.what)
async def test_a_model_that_says_nothing_at_all(tmp_path: Path, row: Row) -> None:
    async with stage(tmp_path, whole=row.whole) as one:
        check(await one.play(row))


async def test_nobody_at_the_models_address(tmp_path: Path, unused_port: int) -> None:
    async with stage(tmp_path, url=f"http://127.0.0.1:{unused_port}/v1") as one:
        check(await one.play(NOBODY))
