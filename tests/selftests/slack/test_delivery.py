"""Do events come as Slack sends them, over sockets that come and go, and again until they are acknowledged?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.selftests.slack.conftest import running
from tests.servers.pictures import png
from tests.servers.slack import PersonCannot

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from tests.servers.slack import Channel, Person, SlackServer

    Heard = list[dict[str, Any]]


async def test_a_mention_comes_escaped_and_twice_with_the_same_ts_and_other_event_ids(
    slack: SlackServer, app: AsyncApp, heard: Heard, ana: Person, design: Channel
) -> None:
    async with running(slack, app):
        message = await ana.say(design, "@Easel a < b, please")
        await slack.settled()
    assert [event["type"] for event in heard] == ["message", "app_mention"]
    assert {event["ts"] for event in heard} == {message.ts}
    assert heard[0]["text"] == f"<@{slack.bot.user_id}> a &lt; b, please"
    assert len({one.payload["event_id"] for one in message.events}) == 2


async def test_an_event_comes_four_times_with_the_same_id_until_it_is_acknowledged(
    slack: SlackServer, app: AsyncApp, ana: Person, design: Channel
) -> None:
    tries: list[tuple[str, str]] = []

    @app.event("message")
    async def hear(body: dict[str, Any], request: Any) -> None:
        tries.append((body["event_id"], request.headers["x-slack-retry-num"][0]))
        if len(tries) % 4:
            raise ValueError("not yet")

    async with running(slack, app):
        event = (await ana.say(design, "hello")).events[0]
        for number, seconds in enumerate((0, 3, 63, 303), start=1):
            slack.clock.advance(seconds)
            await slack.until(lambda n=number: len(tries) == n)  # type: ignore[misc]  # mypy cannot infer a lambda's defaults
        await event.acked()
    assert [number for _, number in tries] == ["0", "1", "2", "3"]
    assert len({one for one, _ in tries}) == 1
    assert len({one.id for one in event.attempts}) == 4


async def test_edits_deletions_unfurls_and_tombstones_have_their_own_shapes(
    slack: SlackServer, app: AsyncApp, heard: Heard, ana: Person, design: Channel
) -> None:
    async with running(slack, app):
        root = await ana.say(design, "https://example.org is nice")
        await slack.unfurl(root, "https://example.org")
        await ana.edit(root, "it is nice")
        reply = await ana.reply(root, "yes", files=[("photo.png", png(3))])
        await ana.delete(root)
        await ana.delete(reply)
        await slack.settled()
    subtypes = [event.get("subtype") for event in heard]
    changed = "message_changed"
    assert subtypes == [None, changed, changed, "file_share", changed, "message_deleted"]
    _, unfurl, edit, file, stone, gone = heard
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"]
    assert "edited" not in unfurl["message"]
    assert edit["message"]["edited"]["user"] == ana.id
    assert edit["previous_message"]["text"] == "<https://example.org> is nice"
    assert file["thread_ts"] == root.ts != file["ts"]
    assert file["files"][0]["mimetype"] == "image/png"
    assert stone["message"]["subtype"] == "tombstone"
    assert gone["deleted_ts"] == reply.ts


async def test_other_bots_joins_the_messages_tab_and_files_of_another_company_come_as_slacks(
    slack: SlackServer, app: AsyncApp, heard: Heard, ana: Person, design: Channel
) -> None:
    modern = slack.workspace.other_bot("Deploys")
    async with running(slack, app):
        await slack.workspace.other_bot("News", classic=True).say(design, "old style")
        await modern.say(design, "deployed")
        await ana.join(design)
        await ana.open_home("messages")
        await ana.say(design, "ours", files=[("x.png", png(1))], connect=True)
        await slack.settled()
        said = [one for one in heard if one["type"] != "member_joined_channel"]
        classic, posted, join, home, shared = said
        stub = shared["files"][0]
        full = await app.client.files_info(file=stub["id"])
    assert classic["subtype"] == "bot_message"
    assert "user" not in classic
    assert posted["bot_id"] == modern.bot.bot_id
    assert join["subtype"] == "channel_join"
    assert (home["tab"], home["channel"]) == ("messages", ana.dm.id)
    assert stub["file_access"] == "check_file_info"
    assert "url_private" not in stub
    assert full["file"]["mimetype"] == "image/png"


async def test_events_come_only_where_the_app_is_in_and_has_the_scope(
    slack: SlackServer, app: AsyncApp, heard: Heard, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    secret = slack.workspace.channel("secret", kind="private", members=[ana])
    async with running(slack, app):
        await ana.say(elsewhere, "@Easel are you here?")
        await ana.say(secret, "psst")
        slack.workspace.scopes.discard("groups:history")
        await ana.say(secret, "psst again")
        await ana.say(ana.dm, "@Easel hello")
        await slack.settled()
    assert [event["channel_type"] for event in heard] == ["group", "im"]
    with pytest.raises(PersonCannot, match="not in secret"):
        await slack.person("Ben").say(secret, "let me in")


async def test_a_ticket_opens_one_socket_and_a_stale_one_none(slack: SlackServer) -> None:
    uri = slack.sockets.ticket()
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(uri) as wire:
            assert (await wire.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(uri)
        other = slack.sockets.ticket()
        slack.clock.advance(31)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(other)
    assert slack.sockets.refused == ["unknown_ticket", "stale_ticket"]
