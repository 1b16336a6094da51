"""Does all else go on while Slack, or one thing in it, does not answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.slack.easel import in_slack, local_slack, settings
from tests.journeys.driver import drawn, says
from tests.journeys.web import WebDriver
from tests.servers.model import fails

if TYPE_CHECKING:
    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer


async def test_words_that_wait_for_slack_keep_no_slot_from_others(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        ana, design, free = slack.person("Ana"), slack.channel("design"), slack.channel("free")
        async with in_slack(start, slack, model_concurrency=1):
            model.answer(fails(451, "moderation_blocked"))
            held = slack.hold("chat.postEphemeral", None)
            await ana.command("/imagine", "something bad", design)
            await held.entered.wait()
            await ana.command("/imagine", "a train", free)
            await free.message(lambda one: "Vary" in one.buttons)
            held.release()
            await design.ephemeral(ana, "not billed")


async def test_while_slack_does_not_answer_pages_are_drawn_and_resumed(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        boss = slack.person("Boss")
        held = slack.hold("auth.test", None)
        operator = f"slack:{slack.workspace.id}:{boss.id}"
        async with start(**settings(slack), operator=operator, grace_s=1) as one:
            await held.entered.wait()
            web = WebDriver(one.address)
            model.answer(fails(402))
            thread = await web.start("a castle")
            await web.seen(thread, 0, says("no credit"))
            await web.press(thread, 0, "Resume")
            await web.seen(thread, 0, drawn("v1"))
            await web.say(thread, "with a moat")
            await web.seen(thread, 1, drawn("v2 ← v1"))
            held.release()
            await boss.dm.message("Resumed")
            assert len(boss.dm.messages) == 1
            await web.close()
