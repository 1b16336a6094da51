"""Is there one card, whatever Discord or the network does, and does nobody else wait for it?"""

from __future__ import annotations

import asyncio
import io
import random
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import discord
import pytest
from PIL import Image
from starlette.responses import StreamingResponse

from adapters.discord import interactions, retry
from bot.ports import limits
from bot.server import service
from tests.adapters.discord.harness import Scene, easel, scene
from tests.journeys.discord_driver import DiscordDriver, readable
from tests.journeys.driver import drawn, says
from tests.servers.discord import Cut, Limits, Seen
from tests.servers.discord.posting import delete
from tests.servers.model import DONE, Gate, blocks, completion, delta, event, fails, partial
from tests.servers.model import says as answers
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.responses import Response

    from tests.adapters.discord.harness import Start
    from tests.servers.model import ModelServer, Received

SEND = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
THREAD = "POST /channels/{channel_id}/messages/{message_id}/threads"
ANSWER = "POST /interactions/{webhook_id}/{webhook_token}/callback"


class Hurried:
    """`asyncio` whose sleeps are a hundredth as long: discord.py waits seconds between tries."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, delay: float) -> None:
        await asyncio.sleep(delay / 100)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the SDK's seconds between two tries out of a test."""
    monkeypatch.setattr(discord.http, "asyncio", Hurried())
    monkeypatch.setattr(discord.webhook.async_, "asyncio", Hurried())


FAULTS: dict[str, dict[str, Any]] = {
    "lost answer": {"cut": Cut.AFTER},
    "lost call": {"cut": Cut.BEFORE},
    "500 done": {"status": 500, "done": True},
    "503": {"status": 503},
    "429": {"status": 429},
    "firewall": {"status": 429, "via": False},
}


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        *((SEND, fault) for fault in FAULTS),
        *((route, fault) for route in (EDIT, THREAD, ANSWER) for fault in ("lost answer", "503")),
        (ANSWER, "lost call"),
    ],
)
async def test_one_card_whatever_happens_to_a_call(
    around: Scene, start: Start, model: ModelServer, hurried: None, route: str, fault: str
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        happened = around.server.fail(route, **FAULTS[fault])
        await around.ana.slash("imagine", around.channel, prompt="a boat")
        await around.server.until(lambda: around.channel.threads)
        thread = str(around.channel.threads[0].id)
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        assert happened.happened == 1
        assert len(driver.own(thread)) == 2
        shown = [one for one in around.server.messages(around.channel) if not one.is_system]
        assert len(shown) == 1
    assert len(model.requests) == 2


async def test_after_an_outage_a_card_says_that_its_picture_is_kept(
    around: Scene, start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.01,))
    monkeypatch.setattr(service, "_SWEEP", 0.1)
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, says("Drawing"))
        outage = around.server.fail(EDIT, 503, times=None)
        gate.open.set()
        await around.server.until(lambda: outage.happened >= 6)
        around.server.stop_failing()
        seen = await driver.seen(thread, 1, says("drawn and saved"))
        assert not seen.images
        await driver.press(thread, 1, "Retry")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert len(model.requests) == 2


async def test_a_slow_disk_is_waited_for_with_an_answer_in_time(
    around: Scene, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "TIMEOUT", 0.2)
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        held = sqlite3.connect(tmp_path / "data" / "easel.db")
        held.execute("BEGIN IMMEDIATE")
        asked = await around.ana.slash("imagine", around.channel, prompt="a boat")
        assert asked.seen is Seen.THINKING
        held.rollback()
        held.close()
        await around.server.until(lambda: around.channel.threads)
        thread = str(around.channel.threads[0].id)
        assert asked.original is not None
        assert thread == str(asked.original.id)
        await driver.seen(thread, 0, drawn("v1"))
        assert len(driver.own(thread)) == 1


async def test_the_card_of_an_interaction_that_discord_gave_up_on_is_posted(
    around: Scene, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "TIMEOUT", 0.2)
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        held = sqlite3.connect(tmp_path / "data" / "easel.db")
        held.execute("BEGIN IMMEDIATE")
        with around.server.impatient():
            asked = await around.ana.slash("imagine", around.channel, prompt="a boat")
        assert asked.seen is Seen.FAILED
        held.rollback()
        held.close()
        await around.server.until(lambda: around.channel.threads)
        await driver.seen(str(around.channel.threads[0].id), 0, drawn("v1"))


async def test_a_form_opens_also_where_a_commands_answer_would_be_late(
    around: Scene, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        monkeypatch.setattr(interactions, "TIMEOUT", 0.0)
        await driver.press(thread, 0, "Edit…", fields={"text": "in red"})
        await driver.seen(thread, 1, drawn("v2 ← v1"))


async def test_a_refusal_that_comes_late_is_still_for_the_person_alone(
    around: Scene, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interactions, "TIMEOUT", 0.2)
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        held = sqlite3.connect(tmp_path / "data" / "easel.db")
        held.execute("BEGIN IMMEDIATE")
        asked = await around.ana.slash("imagine", driver.thread(thread), prompt="v9: in red")
        assert asked.seen is Seen.THINKING
        held.rollback()
        held.close()
        await around.server.until(lambda: asked.followups)
        assert [(one.plain, one.ephemeral) for one in asked.followups] == [
            ("There's no v9 in this thread; the newest is v1.", True)
        ]
        await around.server.until(lambda: len(driver.own(thread)) == 1)


async def test_a_drawing_longer_than_a_token_lives_is_shown_all_the_same(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start):
        model.answer(gate.before(model.draw))
        thread = await driver.start("a boat")
        around.server.advance(16 * 60)
        gate.open.set()
        await driver.seen(thread, 0, drawn("v1"))


async def test_a_blocked_prompts_words_are_for_its_author_alone_where_discord_lets_it(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    async with easel(around.server, start):
        model.answer(fails(451, "moderation_blocked"), fails(451, "moderation_blocked"))
        thread = await driver.start("something unspeakable")
        await driver.seen(thread, 0, says("safety"))
        assert "unspeakable" not in around.server.transcript(around.channel).split("only Ana")[0]
        await around.server.until(lambda: around.channel.ephemerals)
        [ephemeral] = around.channel.ephemerals
        assert "unspeakable" in ephemeral.plain
        assert "not billed" in ephemeral.plain
        await driver.say(thread, "something worse")
        line = await driver.seen(thread, 1, says("safety"))
        assert "worse" not in line.text
        assert len(around.channel.ephemerals) == 1
        opened = await around.ana.press(ephemeral, "Edit prompt · $0.042")
        await around.ana.submit(opened.modal, {"text": "something nice"})
        await driver.seen(thread, 2, drawn("v1"))


async def test_a_thread_named_after_words_that_are_blocked_later_loses_them(
    around: Scene, start: Start, model: ModelServer
) -> None:
    gate = Gate()
    model.answer(gate.before(fails(451, "moderation_blocked")))
    async with easel(around.server, start):
        driver = DiscordDriver(around)
        thread = driver.thread(await driver.start("something unspeakable"))
        assert thread.name == "something unspeakable"
        gate.open.set()
        await driver.seen(str(thread.id), 0, says("safety"))
        await around.server.until(lambda: thread.name.startswith("A prompt was blocked"))


async def test_a_full_channel_holds_up_nobody_else_and_meets_no_429(
    start: Start, model: ModelServer
) -> None:
    """A bucket of five messages empties in 2 s here; the fifth is out at once, the sixth waits."""
    async with scene(pace=0.4) as around, easel(around.server, start):
        driver = DiscordDriver(around)
        full = driver.thread(await driver.start("a boat"))
        other = await driver.start("a hill")
        await driver.seen(str(full.id), 0, drawn("v1"))
        await driver.seen(other, 0, drawn("v1"))
        gate = Gate()
        model.when("busy", gate.before(model.draw))
        for number in range(7):
            await around.ana.say(full, f"busy {number}")
        await driver.seen(str(full.id), 5, says("before"))
        began = time.monotonic()
        await driver.say(other, "with a tree")
        await driver.seen(other, 1, drawn("v2 ← v1"))
        assert time.monotonic() - began < 2.0, "a whole period of the full bucket"
        gate.open.set()
        await driver.seen(str(full.id), 7, drawn("v8 ← v7"))
        assert [call for call in around.server.calls if call.status == 429] == []


async def test_previews_are_shown_and_then_the_picture(
    around: Scene, start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PREVIEW_INTERVAL", 0.0)
    gate = asyncio.Event()
    block = {"type": "image_url", "image_url": {"url": data_url(png(3))}}

    async def pieces() -> AsyncIterator[bytes]:
        yield event(partial(0, png(1)))
        await gate.wait()
        yield event(delta(content=[block], finish="stop"))
        yield DONE

    async def unfinished(_received: Received) -> Response:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    driver = DiscordDriver(around)
    async with easel(around.server, start):
        model.answer(unfinished)
        thread = await driver.start("a boat")
        seen = await driver.seen(thread, 0, lambda seen: bool(seen.images))
        assert seen.images == (png(1),)
        assert "Cancel" in seen.buttons
        gate.set()
        seen = await driver.seen(thread, 0, drawn("v1"))
        assert seen.images == (png(3),)


def noise(width: int, height: int) -> bytes:
    held = io.BytesIO()
    data = random.Random(1).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), data).save(held, "PNG")
    return held.getvalue()


async def test_a_picture_above_the_guilds_limit_is_posted_smaller_and_says_so(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(file_bytes=(20_000, 20_000, 50_000, 90_000))
    flat, rich = io.BytesIO(), noise(256, 256)
    Image.new("RGB", (128, 128), "teal").save(flat, "PNG", compress_level=0)

    # the SDK knows the real limits of a guild only; the local one is stricter
    monkeypatch.setattr(discord.Guild, "filesize_limit", property(lambda _: 20_000))
    model.answer(*(answers(completion(blocks(None, data))) for data in (flat.getvalue(), rich)))
    async with scene(limits=limits) as around, easel(around.server, start):
        driver = DiscordDriver(around)
        thread = await driver.start("a boat")
        seen = await driver.seen(thread, 0, drawn("v1"))
        assert "as a full-size WebP" in seen.text
        assert Image.open(io.BytesIO(seen.images[0])).size == (128, 128)
        await driver.say(thread, "richer")
        seen = await driver.seen(thread, 1, drawn("v2 ← v1"))
        assert "shown at 144×144" in seen.text
        assert len(seen.images[0]) <= 20_000
        await driver.say(thread, "larger")
        await driver.seen(thread, 2, drawn("v3 ← v2"))
        assert model.requests[2].images == [rich], "the original is edited"


async def test_a_card_that_somebody_deleted_is_posted_anew_with_its_picture(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, says("Drawing"))
        delete(around.server.world, driver.cards(thread)[1])
        gate.open.set()
        await driver.seen(thread, 1, drawn("v2 ← v1"))


async def test_an_archived_thread_is_opened_again_for_a_picture(
    around: Scene, start: Start, model: ModelServer
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    async with easel(around.server, start):
        thread = await driver.start("a boat")
        await driver.seen(thread, 0, drawn("v1"))
        model.answer(gate.before(model.draw))
        await driver.say(thread, "in red")
        await driver.seen(thread, 1, says("Drawing"))
        await around.ana.archive(driver.thread(thread))
        gate.open.set()
        await driver.seen(thread, 1, drawn("v2 ← v1"))


async def test_names_prompts_and_model_text_format_and_notify_nothing(
    around: Scene, start: Start, model: ModelServer
) -> None:
    nasty = f"@everyone {around.ana.mention} **bold** [x](https://evil.example) ||s|| # big"
    driver = DiscordDriver(around)
    eve = around.server.person("@here *Eve*", around.guild)
    async with easel(around.server, start):
        model.answer(answers(completion(blocks(nasty, png(1)))))
        asked = await eve.slash("imagine", around.channel, prompt=nasty)
        await around.server.until(asked.images)
        assert asked.original is not None
        thread = str(asked.original.id)
        await driver.seen(thread, 0, drawn("v1"))
        plain = asked.original.plain
        for raw in ("@everyone", "<@1", " **bold", " [x]", " ||s", "@here"):
            assert raw not in plain, raw
        assert "**bold** [x](https://evil.example) ||s|| # big" in readable(asked.original)
        assert asked.original.notified == set()
