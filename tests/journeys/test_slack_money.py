"""What is refused for want of leave or money is told to the person alone, and costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.slack.easel import in_slack, local_slack
from tests.servers.model import Gate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.compose import Running
    from tests.servers.model import ModelServer

    Start = Callable[..., AbstractAsyncContextManager[Running]]


async def test_the_operator_is_told_once_when_a_workspace_nears_and_reaches_its_limit(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        ana, olga, design = slack.person("Ana"), slack.person("Olga"), slack.channel("design")
        who = f"slack:{slack.workspace.id}:{olga.id}"
        async with in_slack(start, slack, limit_workspace="0.05", operator=who):
            await ana.command("/imagine", "a park", design)
            await design.message(lambda one: "Vary" in one.buttons)
            await olga.dm.message("84% of this workspace's $0.050 monthly limit used")
            for _ in range(2):
                await ana.command("/imagine", "a lake", design)
            await olga.dm.message("prompts are refused until 1")
            await slack.until(lambda: len(design.ephemerals_for(ana)) == 2)
            assert len(olga.dm.messages) == 2
        assert len(model.requests) == 1


async def test_a_limit_that_is_reached_while_prompts_wait_is_told_to_the_person_alone(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        ana, ben, design = slack.person("Ana"), slack.person("Ben"), slack.channel("design")
        async with in_slack(start, slack, limit_person="0.06", model_concurrency=1):
            gate = Gate()
            model.answer(gate.before(model.draw))
            await ben.command("/imagine", "a hill", design)
            await gate.entered.wait()
            await ana.command("/imagine", "a park", design)
            await design.message("a park")
            await ana.command("/imagine", "a lake", design)
            second = await design.message("a lake")
            gate.open.set()
            told = await design.ephemeral(ana, "your $0.060 monthly limit has only $0.018 left")
            assert "not sent or billed" in told.plain
            await second.until(lambda one: "A prompt wasn't accepted." in one.plain)
            assert "lake" not in second.plain
            assert "$0.060" not in second.plain
            await ana.command("/easel", "usage", design)
            usage = await design.ephemeral(ana, "You: about $0.042 for 1 picture (limit $0.060)")
            assert "By person: " in usage.plain
        assert sorted(one.prompt for one in model.requests) == ["a hill", "a park"]
