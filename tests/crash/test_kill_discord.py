"""Is there one card on Discord, and nothing paid twice, when Easel dies at the worst moments?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.harness import Scene, scene
from tests.crash.process import Process
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn
from tests.servers.model import Gate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.servers.model import ModelServer


@pytest.fixture
async def around() -> AsyncIterator[Scene]:
    async with scene() as one:
        yield one


@pytest.fixture
async def process(
    around: Scene, tmp_path: Path, model: ModelServer, unused_port: int
) -> AsyncIterator[Process]:
    given = {"discord_token": around.server.token, "discord_api_url": around.server.url}
    one = Process(tmp_path / "data", model.url, unused_port, **given)
    await started(one, around)
    yield one
    await one.close()


async def started(process: Process, around: Scene) -> None:
    before = around.server.gateway.identifies
    await process.start()
    await around.server.until(lambda: around.server.gateway.identifies > before)
    await around.server.until(lambda: around.server.commands)


async def test_killed_while_drawing_the_same_card_says_so_and_retries(
    around: Scene, process: Process, model: ModelServer
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    model.answer(gate.before(model.draw))
    thread = await driver.start("a boat")
    await gate.entered.wait()
    await process.kill()
    await started(process, around)
    seen = await driver.seen(thread, 0, lambda seen: "Retry" in seen.buttons)
    assert "may have been billed" in seen.text
    gate.open.set()
    await driver.press(thread, 0, "Retry")
    await driver.seen(thread, 0, drawn("v1"))
    assert len(driver.own(thread)) == 1
    assert len({request.key for request in model.requests}) == 1


#: what the last call before the end was, as a test sees it
MOMENTS: dict[str, Callable[[Scene], object]] = {
    "as the message stands": lambda around: [
        one for one in around.server.messages(around.channel) if one.author is around.server.bot
    ],
    "as the thread stands": lambda around: around.channel.threads,
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_as_its_card_is_posted_there_is_one_card_and_one_thread(
    around: Scene, process: Process, model: ModelServer, moment: str
) -> None:
    driver, gate = DiscordDriver(around), Gate()
    model.answer(gate.before(model.draw))
    await around.ana.say(around.channel, f"{around.server.bot.mention} a boat")
    await around.server.until(lambda: MOMENTS[moment](around))
    await process.kill()
    gate.open.set()
    await started(process, around)
    await around.server.until(lambda: around.channel.threads, 20)
    thread = str(around.channel.threads[0].id)
    seen = await driver.seen(thread, 0, lambda seen: bool({"Vary", "Retry"} & set(seen.buttons)))
    if "Retry" in seen.buttons:
        await driver.press(thread, 0, "Retry")
        await driver.seen(thread, 0, drawn("v1"))
    assert len(driver.own(thread)) == 1
    assert len(around.channel.threads) == 1
    cards = [one for one in around.server.messages(around.channel) if one.author.bot]
    assert len([one for one in cards if not one.is_system]) == 1


async def test_a_vote_that_was_taken_before_the_end_is_on_the_card_afterwards(
    around: Scene, process: Process, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("a boat", n="2")
    await driver.seen(thread, 0, drawn("v1a, v1b"))
    around.server.fail("PATCH /channels/{channel_id}/messages/{message_id}", 503, times=None)
    await driver.press(thread, 0, "Vote v1b")
    await process.kill()
    around.server.stop_failing()
    await started(process, around)
    seen = await driver.seen(thread, 0, lambda seen: "1 person has voted" in seen.text)
    assert "Vote v1b (1)" in seen.buttons


async def test_an_export_that_was_asked_for_before_the_end_comes_once_afterwards(
    around: Scene, process: Process, model: ModelServer
) -> None:
    driver = DiscordDriver(around)
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    around.server.fail("POST /channels/{channel_id}/messages", 503, times=None)
    await driver.press(thread, 0, "Export")
    await process.kill()
    around.server.stop_failing()

    def exports() -> int:
        attached = [file for one in driver.own(thread) for file in one.attachments]
        return len([file for file in attached if file.name.endswith(".zip")])

    await started(process, around)
    await around.server.until(exports)
    await process.kill()
    await started(process, around)
    await driver.press(thread, 0, "Vary")
    await driver.seen(thread, 1, drawn("v2"))
    assert exports() == 1
