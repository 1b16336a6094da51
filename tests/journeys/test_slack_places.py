"""Where a picture cannot be posted nothing is drawn for it, and who asked reads why, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.easel import in_slack, local_slack
from tests.journeys.slack import SlackDriver, driving_slack
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.adapters.slack.easel import Start
    from tests.servers.model import ModelServer
    from tests.servers.slack import Channel, Message, Person, SlackServer


@pytest.fixture
async def driver(start: Start) -> AsyncIterator[SlackDriver]:
    async with driving_slack(start) as one:
        yield one


@pytest.fixture
def slack(driver: SlackDriver) -> SlackServer:
    return driver.slack


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.person("Ana")


@pytest.fixture
async def card(driver: SlackDriver, ana: Person) -> Message:
    """A finished picture, the root of a canvas."""
    await ana.command("/imagine", "a boat", driver.channel)
    found = await driver.channel.message("a boat")
    return await found.until(lambda one: "Vary" in one.buttons)


async def told(slack: SlackServer, ana: Person, channel: Channel, words: str) -> Message:
    """Wait for a word to Ana alone: in the channel, or in her messages with the app."""

    def look() -> list[Message]:
        return [
            one for one in (*channel.ephemerals_for(ana), *ana.dm.messages) if words in one.plain
        ]

    return (await slack.until(look))[0]


@pytest.mark.parametrize("heard", [True, False], ids=["told by an event", "told by nobody"])
async def test_in_an_archived_channel_nothing_is_drawn_and_the_prompt_is_kept(
    slack: SlackServer, ana: Person, card: Message, model: ModelServer, *, heard: bool
) -> None:
    channel = card.channel
    channel.archived = True
    if heard:
        event = {"type": "channel_archive", "channel": channel.id, "user": ana.id}
        await slack.send_event(event)
        await slack.settled()
    await ana.press(card, "Vary")
    said = await told(slack, ana, channel, "this channel is archived")
    assert "nothing was drawn or billed" in said.plain
    assert len(model.requests) == 1
    channel.archived = False
    await slack.send_event({"type": "channel_unarchive", "channel": channel.id, "user": ana.id})
    await slack.settled()
    await ana.press(said, "Retry")
    await channel.message(lambda one: "v2" in one.plain and "Vary" in one.buttons, thread=card)
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("restricted_action", "a rule of this workspace"),
        ("restricted_action_read_only_channel", "only some people can post"),
        ("restricted_action_thread_locked", "this thread is locked"),
        ("is_archived", "this channel is archived"),
        ("not_in_channel", "/invite @Easel"),
    ],
)
async def test_a_refused_post_is_not_paid_for_and_its_reason_is_told(
    slack: SlackServer, ana: Person, card: Message, model: ModelServer, code: str, words: str
) -> None:
    slack.fail(
        "chat.postMessage", code, None, lambda one: one.args.get("channel") == card.channel.id
    )
    await ana.press(card, "Vary")
    await told(slack, ana, card.channel, words)
    assert len(model.requests) == 1
    assert card.replies == []


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_with_its_access_taken_away_easel_draws_nothing_and_says_so_where_it_still_can(
    slack: SlackServer, ana: Person, card: Message, model: ModelServer, code: str
) -> None:
    for method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "conversations.info"):
        slack.fail(method, code, None)
    await ana.press(card, "Vary")
    said = await card.channel.ephemeral(ana, "access to this workspace was removed")
    assert "nothing was drawn or billed" in said.plain
    assert len(model.requests) == 1


async def test_the_shortcut_says_in_private_where_easel_cannot_see_the_picture(
    slack: SlackServer, ana: Person, driver: SlackDriver, model: ModelServer
) -> None:
    lobby = slack.channel("lobby", bot=False)
    photo = await ana.say(lobby, "my cat", files=[("cat.png", png(5))])
    assert (await ana.message_shortcut("edit_image", photo)).ok
    await lobby.ephemeral(ana, "/invite @Easel")
    assert lobby.messages == [photo]
    assert ana.views == []
    assert model.requests == []


async def test_a_refused_mention_is_told_once_and_where_it_is_seen(start: Start) -> None:
    async with local_slack() as slack:
        ana, eve, design = slack.person("Ana"), slack.person("Eve"), slack.channel("design")
        allow = f"slack:{slack.workspace.id}:{ana.id}=Ana"
        async with in_slack(start, slack, allow=allow):
            asked = await eve.say(design, "@Easel a boat")
            await design.ephemeral(eve, "Only Ana can use Easel here")
            assert len(asked.events) == 2
            await slack.settled()
            await eve.command("/imagine", "a boat", design)
            await slack.until(lambda: len(design.ephemerals_for(eve)) == 2)
        assert len(slack.calls_of("chat.postEphemeral")) == 1
        assert slack.remarks_of("unseen") == []
