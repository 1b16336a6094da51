"""Is nothing posted twice and nothing lost in Slack, whenever the process dies?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.adapters.slack.easel import local_slack, settings
from tests.crash.process import Process
from tests.servers.model import Gate, fails

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
            # nothing had been asked of the model, so it goes on by itself
            card = await design.message(lambda one: "Vary" in one.buttons)
        assert design.messages == [card]
        assert len(model.requests) == 1


async def test_killed_before_anybody_read_how_a_prompt_ended_it_is_told_after_all(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    async with local_slack() as slack:
        ana, design = slack.person("Ana"), slack.channel("design")
        async with easel_in(slack, tmp_path, model, unused_port) as easel:
            gate = Gate()
            model.answer(gate.before(fails(451, "moderation_blocked")))
            await ana.command("/imagine", "something bad", design)
            await gate.entered.wait()
            card = await design.message("Drawing")
            held = slack.hold("*", None)
            gate.open.set()
            await held.entered.wait()  # it is on disk that it was blocked
            await easel.kill()
            held.release()
            await easel.start()
            await card.until(lambda one: "blocked" in one.plain)
            private = await design.ephemeral(ana, "blocked")
            assert "not billed" in private.plain
        assert len(model.requests) == 1


async def test_an_operator_who_was_not_told_of_an_empty_account_is_told_at_the_next_start(
    tmp_path: Path, model: ModelServer, unused_port: int
) -> None:
    async with local_slack() as slack:
        ana, design, olga = slack.person("Ana"), slack.channel("design"), slack.person("Olga")
        async with easel_in(slack, tmp_path, model, unused_port) as easel:
            model.answer(fails(402))
            await ana.command("/imagine", "a castle", design)
            card = await design.message("no credit")
            await easel.kill()
            who = f"slack:{slack.workspace.id}:{olga.id}"
            easel.environment |= {"EASEL_OPERATOR": who, "EASEL_MAY_RESUME": who}
            await easel.start()
            notice = await olga.dm.message("no credit")
            await slack.connected()
            assert (await ana.press(card, "Resume")).ok
            refused = await design.ephemeral(ana, "permission to resume here")
            assert "your Easel admin" in refused.plain
            assert (await olga.press(notice, "Resume")).ok
            await card.until(lambda one: "Vary" in one.buttons)
            await notice.until(lambda one: "Resumed" in one.plain)
        assert len(olga.dm.messages) == 1
        assert model.requests[0].key == model.requests[1].key
