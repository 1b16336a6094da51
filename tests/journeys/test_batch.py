"""Does a list of prompts get to a gallery of pictures, on every platform?"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

from tests.adapters.discord.harness import easel, quick, scene
from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.discord_driver import readable
from tests.journeys.driver import drawn, says
from tests.servers.model import fails
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.adapters.discord.harness import Scene
    from tests.adapters.slack.easel import Start
    from tests.journeys.driver import Driver, Seen
    from tests.journeys.web import WebDriver
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.messages import Message
    from tests.servers.model import ModelServer

FOXES = [f"a fox in the {number}. snow" for number in range(1, 10)]
LIST = "\n".join(["batch", *FOXES, "a forbidden fox", "", "a late fox size:portrait", *FOXES[:2]])


def counts(words: str) -> Callable[[Seen], bool]:
    """Match a card that counts its rows so, and has nothing more to wait for."""
    return lambda seen: (
        words in seen.text and not any(one in seen.text for one in ("waiting", "being drawn"))
    )


def offers(label: str) -> Callable[[Seen], bool]:
    """Match a card with a button that begins so."""
    return lambda seen: any(one.startswith(label) for one in seen.buttons)


async def test_a_list_is_priced_then_drawn_once_looked_through_and_taken_home(
    driver: Driver, model: ModelServer
) -> None:
    model.when("forbidden", fails(451))
    model.when("late", fails(503, code="overloaded"))
    thread = await driver.start(LIST)
    priced = await driver.shown(thread, says("Batch of 11 pictures for about $0.46"))
    assert "Nothing is drawn or billed until you press Start." in priced.text
    assert not model.requests
    await driver.use(thread, "Start")
    first = await driver.shown(thread, counts("9 of 11 drawn · 1 blocked · 1 failed"))
    assert len(first.images) == 9
    assert "forbidden" not in first.text
    assert "$0.38" in first.text

    model.rules.clear()
    drawn = len(model.requests)
    await driver.use(thread, "Retry 1 failed")
    await driver.shown(thread, counts("10 of 11 drawn · 1 blocked"))
    assert [one.prompt for one in model.requests[drawn:]] == ["a late fox"]
    await driver.use(thread, "Next")
    second = await driver.shown(
        thread, lambda seen: "page 2 of 2" in seen.text and len(seen.images) == 1
    )
    assert second.images == (png(10),)

    names = zipfile.ZipFile(io.BytesIO(await driver.exported(thread)))
    listed = list(csv.DictReader(io.StringIO(names.read("batch.csv").decode("utf-8-sig"))))
    assert [row["status"] for row in listed] == ["posted"] * 9 + ["blocked", "posted"]
    assert listed[9]["prompt"] == ""
    assert {row["cost_usd"] for row in listed} == {"0.042", ""}
    assert names.read(listed[10]["file"]) == png(10)


TABLE = "prompt;size;quality\r\na fox;portrait;low\r\n=a cat;;high\r\n".encode("utf-8-sig")
PRICED = "Batch of 2 pictures for about $0.18"


async def test_in_slack_a_form_takes_prompts_and_a_mention_takes_a_table(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack):
        design, ana = slack.channel("design"), slack.person("Ana")
        await ana.command("/imagine", "batch", design)
        view = await slack.view_for(ana)
        outcome = await ana.submit(view, {"text": "a fox\na cat size:huge"})
        assert "Line 2: " in str(outcome.errors)
        outcome = await ana.submit(view, {"text": "a fox\na cat"})
        assert outcome.ok, outcome
        priced = await design.message(lambda one: "Batch of 2 pictures for about $0.08" in one.text)
        assert "Start · $0.084" in priced.buttons

        await ana.say(design, "@Easel batch", files=[("foxes.csv", TABLE)])
        priced = await design.message(lambda one: PRICED in one.text)
        [start_button] = [one for one in priced.buttons if one.startswith("Start")]
        ben = slack.person("Ben")
        await ben.press(priced, start_button)
        await design.ephemeral(ben, "Only Ana can start this batch.")
        await ana.press(priced, start_button)
        await design.message(lambda one: "2 of 2 drawn" in one.text)
        asked = sorted((one.prompt, one.body["image_output"]["quality"]) for one in model.requests)
        assert asked == [("=a cat", "high"), ("a fox", "low")]


async def test_on_discord_the_command_takes_a_file_or_opens_a_form(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    async with scene() as around, easel(around.server, start):
        wrong = await around.ana.slash(
            "easel batch", around.channel, list=("foxes.csv", b"promt\nx")
        )
        assert "Did you mean “prompt”?" in readable(await reply_to(around, wrong))
        asked = await around.ana.slash("easel batch", around.channel, list=("foxes.csv", TABLE))
        assert PRICED in readable(await reply_to(around, asked))
        asked = await around.ana.slash("easel batch", around.channel)
        sent = await around.ana.submit(asked.modal, {"text": "a fox\na cat"})
        assert "Batch of 2 pictures for about $0.08" in readable(await reply_to(around, sent))
        assert not model.requests


async def reply_to(around: Scene, asked: Interaction) -> Message:
    await around.server.until(lambda: asked.original)
    assert asked.original is not None
    return asked.original


async def test_a_picture_of_a_list_has_a_canvas_of_its_own(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("batch\na fox\na cat")
    await driver.use(thread, "Start")
    await driver.shown(thread, counts("2 of 2 drawn"))
    await driver.use(thread, "Edit v2")
    own = await driver.newest(other_than=thread)
    first = await driver.seen(own, 0, drawn("v1"))
    await driver.say(own, "at night")
    await driver.seen(own, 1, drawn("v2 ← v1"))
    assert len(model.requests) == 3
    assert tuple(model.requests[2].images) == first.images


async def test_on_the_page_scripts_send_a_list_and_read_how_far_it_is(
    web: WebDriver, model: ModelServer
) -> None:
    model.when("forbidden", fails(451))
    files = [
        ("files", ("foxes.csv", b"prompt,size\na fox,portrait\na forbidden fox,\n", "text/csv"))
    ]
    body = {"person": "Ana", "event": "once"}
    answers = [await web.http.post("/api/batches", data=body, files=files) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    begun, again = (one.json() for one in answers)
    assert begun == again
    path = f"/api/batches/{begun['batch']}"
    shown = (await web.http.get(path)).json()
    assert (shown["state"], shown["price"], shown["counts"]) == ("ready", 0.084, {"ready": 2})
    assert shown["rows"][0]["output"] == {"size": "1024x1536", "quality": "medium", "n": 1}

    press = {"action": "start", "turn": begun["batch"], "person": "Ben"}
    actions = f"/api/threads/{begun['thread']}/actions"
    assert (await web.http.post(actions, json=press)).status_code == 403
    await web.begin(actions, {**press, "person": "Ana"})
    await web.shown(begun["thread"], counts("1 of 2 drawn · 1 blocked"))
    shown = (await web.http.get(path)).json()
    assert (shown["state"], shown["counts"]) == ("started", {"drawn": 1, "blocked": 1})
    fox, blocked = shown["rows"]
    assert (await web.http.get(fox["version"]["url"])).content == png(1)
    assert (fox["state"], fox["cost"], fox["error"]) == ("drawn", 0.042, None)
    assert (blocked["text"], blocked["error"]["billed"]) == ("", False)

    wrong = await web.http.post("/api/batches", json={"text": "a fox\na cat size:huge"})
    assert (wrong.status_code, "Line 2: " in wrong.json()["error"]["says"]) == (422, True)
    large = [("files", ("foxes.csv", b"a fox\n" * 200_000, "text/csv"))]
    wrong = await web.http.post("/api/batches", data={}, files=large)
    assert (wrong.status_code, "1024 KB" in wrong.json()["error"]["says"]) == (422, True)
    assert (await web.http.get("/api/batches/none")).status_code == 404
