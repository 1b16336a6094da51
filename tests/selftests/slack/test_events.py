"""Do events come as Slack sends them, and again until they are acknowledged?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.pictures import png
from tests.servers.slack import PersonCannot

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp

    from tests.servers.slack import Channel, Person, SlackServer

    Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]
    Heard = list[dict[str, Any]]


async def test_a_message_comes_escaped_and_is_acknowledged_after_the_listener(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    texts = []

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        begun.set()
        await may_end.wait()
        texts.append(event["text"])

    async with connected(app):
        message = await ana.say(design, "a < b & c > d")
        await begun.wait()
        assert not message.events[0].acknowledged
        may_end.set()
        await message.events[0].acked()
    assert texts == ["a &lt; b &amp; c &gt; d"]
    assert message.plain == "a < b & c > d"
    assert [one.number for one in message.events[0].attempts] == [0]


async def test_a_mention_comes_twice_with_the_same_ts_and_other_event_ids(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    async with connected(app):
        message = await ana.say(design, "@Easel a boat, please")
        await slack.settled()
    assert [event["type"] for event in heard] == ["message", "app_mention"]
    assert {event["ts"] for event in heard} == {message.ts}
    assert heard[0]["text"] == f"<@{slack.bot.user_id}> a boat, please"
    ids = {one.payload["event_id"] for one in message.events}
    assert len(ids) == 2


async def test_a_failing_listener_gets_the_event_again_with_the_same_event_id(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    tries: list[tuple[str, str]] = []

    @app.event("message")
    async def hear(body: dict[str, Any], request: Any) -> None:
        tries.append((body["event_id"], request.headers["x-slack-retry-num"][0]))
        if len(tries) < 3:
            raise ValueError("not yet")

    async with connected(app):
        message = await ana.say(design, "hello")
        await slack.until(lambda: len(tries) == 1)
        assert await slack.redeliver() == 1
        await slack.until(lambda: len(tries) == 2)
        assert await slack.redeliver() == 1
        await message.events[0].acked()
        assert await slack.redeliver() == 0
    assert [number for _, number in tries] == ["0", "1", "2"]
    assert len({event for event, _ in tries}) == 1
    assert len({one.id for one in message.events[0].attempts}) == 3


async def test_an_event_without_a_listener_is_delivered_four_times_then_given_up(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    app.event("app_mention")(_nothing)
    async with connected(app):
        message = await ana.say(design, "hello")
        event = message.events[0]
        for seconds, tries in ((3, 2), (63, 3), (303, 4), (3, 4)):
            slack.clock.advance(seconds)
            await slack.until(lambda n=tries: len(event.attempts) >= n)  # type: ignore[misc]  # mypy cannot infer a lambda's defaults
        await slack.until(lambda: event.given_up)
    assert len(event.attempts) == 4
    assert not event.acknowledged


async def _nothing() -> None: ...


async def test_the_clock_alone_brings_the_second_try(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    slack.delivery.ack_timeout = 0.05
    slack.delivery.retry_delays = (0.0, 0.0, 0.0)
    async with connected(app):
        message = await ana.say(design, "hello")
        await slack.until(lambda: message.events[0].given_up)
    assert len(message.events[0].attempts) == 4


async def test_threads_files_and_broadcasts_have_their_own_shapes(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    async with connected(app):
        root = await ana.say(design, "root")
        await ana.reply(root, "with a file", files=[("photo.png", png(3))])
        await ana.say(design, "for all", thread=root, broadcast=True)
        await slack.settled()
    plain, file, broadcast = heard
    assert "subtype" not in plain
    assert plain["channel_type"] == "channel"
    assert plain["blocks"][0]["type"] == "rich_text"
    assert file["subtype"] == "file_share"
    assert file["thread_ts"] == root.ts != file["ts"]
    assert file["files"][0]["mimetype"] == "image/png"
    assert file["files"][0]["original_w"] == 64
    assert broadcast["subtype"] == "thread_broadcast"
    assert broadcast["root"]["reply_count"] == 2
    assert [one.plain for one in design.roots] == ["root", "for all"]


async def test_edits_deletions_unfurls_and_tombstones(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    async with connected(app):
        root = await ana.say(design, "https://example.org is nice")
        await slack.unfurl(root, "https://example.org")
        await ana.edit(root, "it is nice")
        reply = await ana.reply(root, "yes")
        await ana.delete(root)
        await ana.delete(reply)
        await slack.settled()
    assert [event.get("subtype") for event in heard] == [
        None,
        "message_changed",
        "message_changed",
        None,
        "message_changed",
        "message_deleted",
    ]
    _, unfurl, edit, _, stone, gone = heard
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"]
    assert "edited" not in unfurl["message"]
    assert edit["message"]["edited"]["user"] == ana.id
    assert edit["previous_message"]["text"] == "<https://example.org> is nice"
    assert stone["message"]["subtype"] == "tombstone"
    assert gone["deleted_ts"] == reply.ts
    assert gone["hidden"] is True


async def test_other_bots_joins_reactions_and_the_home_tab(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    async with connected(app):
        await slack.workspace.other_bot("News", classic=True).say(design, "old style")
        modern = slack.workspace.other_bot("Deploys")
        await modern.say(design, f"<@{slack.bot.user_id}> deployed")
        message = await ana.join(design)
        await ana.react(message, "eyes")
        await ana.open_home("messages")
        await slack.settled()
    classic, posted, mentioned, join, reaction, home = heard
    assert classic["subtype"] == "bot_message"
    assert "user" not in classic
    assert posted["bot_id"] == modern.bot.bot_id
    assert mentioned["type"] == "app_mention"
    assert join["subtype"] == "channel_join"
    assert reaction["item"] == {"type": "message", "channel": design.id, "ts": message.ts}
    assert home["tab"] == "messages"
    assert home["channel"] == ana.dm.id


async def test_the_bots_own_events_come_and_bolt_drops_them(
    slack: SlackServer, app: AsyncApp, connected: Connect, heard: Heard, design: Channel
) -> None:
    async with connected(app):
        posted = await app.client.chat_postMessage(channel=design.id, text="one")
        await app.client.chat_update(channel=design.id, ts=posted["ts"], text="two")
        await app.client.chat_delete(channel=design.id, ts=posted["ts"])
        await slack.settled()
    sent = [one.event.get("subtype") for one in slack.delivery.envelopes]
    assert sent == [None, "message_changed", "message_deleted"]
    assert heard == []


async def test_events_come_only_where_the_app_is_in_and_has_the_scope(
    slack: SlackServer, app: AsyncApp, connected: Connect, heard: Heard, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    secret = slack.workspace.channel("secret", kind="private", members=[ana])
    async with connected(app):
        await ana.say(elsewhere, "@Easel are you here?")
        await ana.say(secret, "psst")
        slack.workspace.scopes.discard("groups:history")
        await ana.say(secret, "psst again")
        await ana.say(ana.dm, "@Easel hello")
        await slack.settled()
    assert [event["channel_type"] for event in heard] == ["group", "im"]
    assert heard[1]["channel"].startswith("D")
    with pytest.raises(PersonCannot, match="not in secret"):
        await slack.person("Ben").say(secret, "let me in")


async def test_a_file_from_another_company_is_only_a_stub_in_the_event(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    async with connected(app):
        await ana.say(design, "ours", files=[("x.png", png(1))], connect=True)
        await slack.settled()
        stub = heard[0]["files"][0]
        full = await app.client.files_info(file=stub["id"])
    assert stub["file_access"] == "check_file_info"
    assert "url_private" not in stub
    assert full["file"]["mimetype"] == "image/png"
