"""Is nothing posted twice and nothing lost in Slack, whenever the process dies?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.adapters.slack.easel import local_slack, settings
from tests.crash.process import Process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.model import ModelServer
    from tests.servers.slack import SlackServer


@asynccontextmanager
async def easel_in(
    slack: SlackServer, data: Path, model: ModelServer, port: int
) -> AsyncIterator[Process]:
    process = Process(data, model.url, port, **settings(slack))
    await process.start()
    await slack.connected()
    yield process
    await process.close()


async def test_killed_between_upload_and_post_the_picture_is_posted_without_asking_again(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    async with local_slack() as slack:
        ana, design = slack.person("Ana"), slack.channel("design")
        async with easel_in(slack, tmp_path, model, unused_port) as easel:
            held = slack.hold("chat.update", None)
            await ana.command("/imagine", "a boat", design)
            await held.entered.wait()
            assert slack.calls_of("files.completeUploadExternal")
            await easel.kill()
            held.release()
            await easel.start()
            card = await design.message(lambda one: "Vary" in one.buttons)
        assert design.messages == [card]
        assert len(model.requests) == 1


async def test_killed_before_it_knew_that_a_card_was_posted_it_finds_the_card(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    async with local_slack() as slack:
        ana, design = slack.person("Ana"), slack.channel("design")
        async with easel_in(slack, tmp_path, model, unused_port) as easel:
            held = slack.hold("chat.postMessage", None, done=True)
            await ana.command("/imagine", "a boat", design)
            await held.entered.wait()
            await easel.kill()
            held.release()
            await easel.start()
            card = await design.message("may have been billed")
            assert (await ana.press(card, "Retry")).ok
            await card.until(lambda one: "Vary" in one.buttons)
        assert design.messages == [card]
