"""Who waited long for a picture is told once that it is there: an update of a message notifies nobody."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.presentation.cards import SLOW
from tests.adapters.slack.easel import in_slack, local_slack
from tests.servers.model import fails

if TYPE_CHECKING:
    import pytest
    from starlette.responses import Response

    from bot.commands.compose import Running
    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer, Received
    from tests.servers.slack import Channel, Message


class SlowModel:
    """Draws so that a long time passes on Easel's clock, and none for the test."""

    def __init__(self, easel: Running, model: ModelServer) -> None:
        self.model = model
        self.ahead = 0.0
        easel.stores.store.clock = lambda: time.time() + self.ahead

    async def draw(self, received: Received) -> Response:
        self.ahead += SLOW + 1
        return await self.model.draw(received)


def mentions(channel: Channel) -> list[Message]:
    return [one for one in channel.messages if "is here." in one.plain]


async def test_a_slow_picture_mentions_its_asker_once_and_a_quick_or_a_blocked_one_nobody(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack) as easel:
        ana, ben, design = slack.person("Ana"), slack.person("Ben"), slack.channel("design")
        await ana.command("/imagine", "a boat", design)
        card = await design.message(lambda one: "Vary" in one.buttons)
        model.answer(SlowModel(easel, model).draw)
        await ben.reply(card, "make it blue")
        [said] = await slack.until(lambda: mentions(design))
        assert said.thread_ts == card.ts
        assert "v2" in said.plain
        assert [one.mention for one in slack.notified] == [f"<@{ben.id}>"]
        model.answer(fails(451))
        await ben.reply(card, "something forbidden")
        await design.ephemeral(ben)
        slow = await design.message("make it blue", thread=card)
        await ana.press(slow, "Vary")
        await design.message(lambda one: "v3" in one.plain and "Vary" in one.buttons)
        assert mentions(design) == [said]


async def test_who_was_mentioned_before_a_crash_is_not_mentioned_again(
    start: Start, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local_slack() as slack:
        ana, design = slack.person("Ana"), slack.channel("design")
        async with in_slack(start, slack) as easel:
            model.answer(SlowModel(easel, model).draw)
            # the card is shown, its asker mentioned, and that cannot be noted: the process stops
            monkeypatch.setattr("storage.store.SqlStore.mark_posted", _never)
            await ana.command("/imagine", "a boat", design)
            await slack.until(lambda: mentions(design))
        monkeypatch.undo()
        async with in_slack(start, slack) as easel:
            model.answer(SlowModel(easel, model).draw)
            await slack.called("conversations.replies")
            card = await design.message(lambda one: "Vary" in one.buttons)
            await ana.reply(card, "in the snow")
            await design.message(lambda one: "v2" in one.plain and "Vary" in one.buttons)
            await slack.until(lambda: len(mentions(design)) == 2)
        assert ["v1" in one.plain for one in mentions(design)] == [True, False]


async def _never(*_args: object) -> None:
    from bot.ports.errors import NotSaved  # noqa: PLC0415 - only here

    raise NotSaved("the disk is full")


async def test_each_person_says_whether_they_are_mentioned(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack, in_slack(start, slack, mention_after_s="never") as easel:
        ana, ben, design = slack.person("Ana"), slack.person("Ben"), slack.channel("design")
        await ana.command("/imagine", "a boat", design)
        card = await design.message(lambda one: "Vary" in one.buttons)
        model.answer(SlowModel(easel, model).draw)
        await ana.reply(card, "make it blue")
        await design.message(lambda one: "v2" in one.plain and "Vary" in one.buttons)
        assert mentions(design) == [], "whoever runs Easel set that nobody is"
        await ben.reply(card, "always mention me")
        await design.message("always mentioned with your picture", thread=card)
        await ben.reply(card, "make it red")
        [said] = await slack.until(lambda: mentions(design))
        assert "v3" in said.plain
        assert [one.mention for one in slack.notified] == [f"<@{ben.id}>"]
