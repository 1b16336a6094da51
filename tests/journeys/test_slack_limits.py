"""Do people see their pictures soon though Slack takes 50 updates a minute of a whole workspace?"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.journeys.slack import SlackDriver, driving_slack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Channel, Message, SlackServer

CHANNELS = 10
PEOPLE = ("Ana", "Ben", "Cem", "Dot")


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


@pytest.fixture
def slack(driver: SlackDriver) -> SlackServer:
    return driver.slack


def refused(slack: SlackServer) -> list[str]:
    return [one.method for one in slack.calls if one.status == 429]


def pictures(channel: Channel) -> list[Message]:
    return [one for one in channel.messages if one.images]


@pytest.mark.timeout(240)
async def test_forty_edits_in_ten_channels_are_seen_within_fifteen_seconds_and_no_limit_is_met(
    slack: SlackServer, model: ModelServer
) -> None:
    slack.rates.on()
    channels = [slack.channel(f"design-{number}") for number in range(CHANNELS)]
    for channel in channels:
        await slack.person("Ana").command("/imagine", "a boat", channel)
    await slack.until(lambda: all(pictures(one) for one in channels))
    model.delay = 0.5
    begun = time.monotonic()
    await asyncio.gather(
        *(
            slack.person(name).reply(channel.roots[0], f"make it as {name} likes it")
            for channel in channels
            for name in PEOPLE
        )
    )

    def done() -> bool:
        return all(len(pictures(one)) == 1 + len(PEOPLE) for one in channels)

    await slack.until(done, seconds=200)
    seconds = time.monotonic() - begun
    updates = len(slack.calls_of("chat.update"))
    told = f"{seconds:.1f} s, {updates} updates, {len(refused(slack))} refused, {len(slack.rates.premature)} early"
    assert seconds < 15, told
    assert slack.rates.premature == []
    assert refused(slack) == []
    # one card a turn, each with its picture
    assert all(len(one.messages) == 1 + 2 * len(PEOPLE) for one in channels)


async def test_a_limit_on_updates_holds_those_of_every_channel_until_its_time(
    slack: SlackServer, model: ModelServer
) -> None:
    channels = [slack.channel(f"design-{number}") for number in range(3)]
    model.delay = 0.2
    slack.limit("chat.update", 2)
    for channel in channels:
        await slack.person("Ana").command("/imagine", "a boat", channel)
    await slack.until(lambda: all(pictures(one) for one in channels))
    assert refused(slack) == ["chat.update"]
    assert slack.rates.premature == []


async def test_where_others_use_up_the_updates_pictures_come_as_messages_and_none_twice(
    slack: SlackServer,
) -> None:
    channel = slack.channel("design")
    ana = slack.person("Ana")
    await ana.command("/imagine", "a boat", channel)
    await slack.until(lambda: pictures(channel))
    slack.rates.on("chat.update", per_minute=1)
    said = [await ana.reply(channel.roots[0], f"boat number {number}") for number in range(3)]
    await slack.until(lambda: len(pictures(channel)) == 1 + len(said))
    assert len(channel.messages) == 1 + 2 * len(said)
    assert slack.rates.premature == []
