"""In Slack: who meets no silence, whose picture waits for its words, and who is told what once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.driver import drawn
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Message


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


async def acked(*messages: Message) -> None:
    for message in messages:
        for event in message.events:
            await event.acked()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hi", "a lighthouse at dusk"),
        ("help", "Every thread is a canvas"),
        ("undo", "no canvas here"),
    ],
)
async def test_in_direct_messages_talk_is_answered_and_a_reply_below_is_drawn(
    driver: SlackDriver, model: ModelServer, said: str, answer: str
) -> None:
    ana = driver.slack.person("Ana")
    root = await ana.say(ana.dm, said)
    await ana.dm.message(answer, thread=root)
    assert model.requests == []
    await ana.reply(root, "@Ben said make a blue boat")
    card = await ana.dm.message("make a blue boat", thread=root)
    await card.until(lambda one: "v1" in one.plain and bool(one.images))
    assert [one.prompt for one in model.requests] == ["@Ben said make a blue boat"]


async def test_a_picture_with_a_mention_or_in_direct_messages_waits_too(
    driver: SlackDriver, model: ModelServer
) -> None:
    ana = driver.slack.person("Ana")
    root = await ana.say(driver.channel, "@Easel", files=[("cat.png", png(5))])
    await acked(root)
    await driver.channel.ephemeral(ana, "I'll use it with your next prompt")
    await ana.reply(root, "give it a hat")  # it was told to say so here, so no mention is needed
    card = await driver.channel.message("give it a hat", thread=root)
    await card.until(lambda one: bool(one.images))
    first = await ana.say(ana.dm, files=[("dog.png", png(6))])
    await ana.dm.message("I'll use it with your next prompt", thread=first)
    second = await ana.say(ana.dm, "make it blue")
    card = await ana.dm.message("make it blue", thread=second)
    await card.until(lambda one: bool(one.images))
    assert [one.images for one in model.requests] == [[png(5)], [png(6)]]


async def test_who_may_not_use_easel_is_told_once_and_not_at_each_message(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        ben = slack.person("Ben")
        async with in_slack(start, slack, deny=f"slack:{ben.id}") as easel:
            driver = SlackDriver(slack, easel)
            thread = await driver.start("a boat")
            await driver.seen(thread, 0, drawn("v1"))
            for said in ("lol", "make it red", "and larger", "undo", "@Easel please"):
                await driver.say(thread, said, person="Ben")
            await driver.say(thread, "make it blue")
            await driver.seen(thread, 1, drawn("v2 ← v1"))
            await slack.settled()
            told = [
                one for one in driver.channel.ephemerals_for(ben) if "can't use Easel" in one.plain
            ]
            assert len(told) == 1
    assert len(model.requests) == 2
