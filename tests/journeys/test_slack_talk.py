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
        ("good morning!", "a lighthouse at dusk"),
        ("👋", "a lighthouse at dusk"),
        ("what can you do?", "Every thread is a canvas"),
        ("help", "Every thread is a canvas"),
        ("thanks!", "You’re welcome"),
        ("undo", "no canvas here"),
        ("`export`", "no canvas here"),
        ("settings", "no canvas here"),
        ("ok", "a lighthouse at dusk"),
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


async def test_pictures_without_words_wait_for_their_persons_next_prompt(
    driver: SlackDriver, model: ModelServer
) -> None:
    ana, ben = driver.slack.person("Ana"), driver.slack.person("Ben")
    thread = await driver.start("a room")
    await driver.seen(thread, 0, drawn("v1"))
    root = driver.root(thread)
    await acked(await ana.reply(root, files=[("sofa.png", png(5))]))
    await driver.channel.ephemeral(ana, "Your next prompt here takes it along")
    await acked(await ana.reply(root, "here you go", files=[("lamp.png", png(6))]))
    await driver.say(thread, "darker", person="Ben")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, "use these")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    await driver.say(thread, "brighter")
    await driver.seen(thread, 3, drawn("v4 ← v3"))
    assert [one.images for one in model.requests[1:]] == [
        [png(1)],
        [png(2), png(5), png(6)],
        [png(3)],
    ]
    gone = await ben.reply(root, files=[("cat.png", png(7))])
    await driver.channel.ephemeral(ben, "takes it along")
    await ben.delete(gone)
    await driver.say(thread, "add a hat", person="Ben")
    await driver.seen(thread, 4, drawn("v5 ← v4"))
    assert model.requests[4].images == [png(4)], "what was taken back is not used"


async def test_a_picture_with_a_mention_or_in_direct_messages_waits_too(
    driver: SlackDriver, model: ModelServer
) -> None:
    ana = driver.slack.person("Ana")
    root = await ana.say(driver.channel, "@Easel", files=[("cat.png", png(5))])
    await acked(root)
    await driver.channel.ephemeral(ana, "takes it along")
    await ana.reply(root, "give it a hat")  # it was told to say so here, so no mention is needed
    card = await driver.channel.message("give it a hat", thread=root)
    await card.until(lambda one: bool(one.images))
    first = await ana.say(ana.dm, files=[("dog.png", png(6))])
    await ana.dm.message("takes it along", thread=first)
    second = await ana.say(ana.dm, "make it blue")
    card = await ana.dm.message("make it blue", thread=second)
    await card.until(lambda one: bool(one.images))
    assert [one.images for one in model.requests] == [[png(5)], [png(6)]]


async def test_a_channel_takes_mentions_only_where_whoever_runs_easel_says_so(
    start: Start, model: ModelServer
) -> None:
    async with local_slack() as slack:
        boss, ana = slack.person("Olga"), slack.person("Ana")
        who = f"slack:{slack.workspace.id}:{boss.id}"
        async with in_slack(start, slack, operator=who) as easel:
            driver = SlackDriver(slack, easel)
            await ana.say(driver.channel, "@Easel only when mentioned in this channel")
            await driver.channel.ephemeral(ana, "Only whoever runs Easel can set")
            await boss.say(driver.channel, "@Easel only when mentioned in this channel")
            await driver.channel.ephemeral(boss, "in this channel: only when mentioned")
            thread = await driver.start("a boat")
            await driver.seen(thread, 0, drawn("v1"))
            await driver.say(thread, "a hat would be nice")
            await driver.say(thread, "@Easel add a flag")
            await driver.seen(thread, 1, drawn("v2 ← v1"))
            await driver.say(thread, "@Easel every reply")  # a thread says otherwise
            await driver.say(thread, "add a dog")
            await driver.seen(thread, 2, drawn("v3 ← v2"))
            await boss.say(driver.channel, "@Easel always large in this workspace")
            await driver.channel.ephemeral(boss, "in this workspace: large")
            other = await driver.start("a hill")
            await driver.seen(other, 0, drawn("v1"))
    assert [one.prompt for one in model.requests] == ["a boat", "add a flag", "add a dog", "a hill"]
    assert model.requests[3].body["image_output"]["size"] == "2048x2048"


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
                one for one in driver.channel.ephemerals_for(ben) if "not open to you" in one.plain
            ]
            assert len(told) == 1
    assert len(model.requests) == 2
