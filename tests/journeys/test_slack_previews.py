"""Are unfinished pictures shown in Slack where a thread asked for them, there alone, and at nobody's cost?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.responses import StreamingResponse

from tests.journeys.driver import drawn, says
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.model import DONE, delta, event, partial
from tests.servers.pictures import data_url, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer, Received
    from tests.servers.slack import SlackServer
    from tests.servers.slack.files import StoredFile


class Unfinished:
    """A model's answer that shows a preview, and ends when it may."""

    def __init__(self) -> None:
        self.shown = asyncio.Event()
        self.end = asyncio.Event()

    async def __call__(self, _received: Received) -> Response:
        return StreamingResponse(self._pieces(), media_type="text/event-stream")

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield event(partial(0, png(1)))
        yield event(partial(1, png(2)))
        self.shown.set()
        await self.end.wait()
        block = {"type": "image_url", "image_url": {"url": data_url(png(3))}}
        yield event(delta(content=[block], finish="stop"))
        yield DONE


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


async def asked_for(driver: SlackDriver, model: ModelServer) -> tuple[str, Unfinished]:
    """Begin a canvas that shows previews, and an edit that is being drawn."""
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "always show previews")
    await driver.shown(thread, says("previews on"))
    model.answer(unfinished := Unfinished())
    await driver.say(thread, "paint it red")
    return thread, unfinished


async def test_unfinished_pictures_are_shown_then_the_picture(
    driver: SlackDriver, model: ModelServer
) -> None:
    thread, unfinished = await asked_for(driver, model)
    seen = await driver.seen(thread, 1, lambda one: bool(one.images))
    assert seen.images[0] in {png(1), png(2)}
    assert "Cancel" in seen.buttons
    unfinished.end.set()
    seen = await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert seen.images == (png(3),)
    await driver.slack.until(lambda: len(driver.slack.calls_of("files.delete")) == 1)


async def test_the_picture_does_not_wait_for_an_unfinished_one(
    driver: SlackDriver, model: ModelServer
) -> None:
    driver.slack.processing.delay = None  # nothing is ready before the test says so
    thread = await driver.start("a boat")
    files = await _uploaded(driver.slack, 1)
    files[0].process()
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "always show previews")
    await driver.shown(thread, says("previews on"))
    model.answer(unfinished := Unfinished())
    await driver.say(thread, "paint it red")
    await _uploaded(driver.slack, 2)
    unfinished.end.set()
    files = await _uploaded(driver.slack, 3)
    files[2].process()
    seen = await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert seen.images == (png(3),)


async def test_no_unfinished_pictures_after_a_limit_was_met_nor_where_nobody_asked(
    driver: SlackDriver, model: ModelServer
) -> None:
    model.answer(unfinished := Unfinished())
    unfinished.end.set()
    driver.slack.limit("files.getUploadURLExternal")
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "always show previews")
    await driver.shown(thread, says("previews on"))
    model.answer(unfinished := Unfinished())
    await driver.say(thread, "paint it red")
    await unfinished.shown.wait()
    unfinished.end.set()
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    assert len(await _uploaded(driver.slack, 2)) == 2


async def _uploaded(slack: SlackServer, count: int) -> list[StoredFile]:
    """Wait for so many uploads; return all there are, in order."""

    def files() -> list[StoredFile]:
        return [one for one in slack.workspace.files.values() if one.completed]

    await slack.until(lambda: len(files()) >= count)
    return files()
