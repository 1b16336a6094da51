"""Does the Web API refuse, limit, break and answer as Slack's does, and is a manifest refused where Slack would?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import manifest
from tests.servers.slack import Manifest, ManifestRefused, SlackServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.slack import Channel, Person


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> Any:
    """Call; give Slack's whole refusal."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json={k: v for k, v in args.items() if v is not None})
    return refused.value.response


async def error(client: AsyncWebClient, method: str, **args: Any) -> str:
    return str((await refusal(client, method, **args))["error"])


async def test_tokens_methods_and_scopes_are_checked(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    who = await client.auth_test()
    assert who["bot_id"] == slack.bot.bot_id
    assert "files:write" in who.headers["x-oauth-scopes"].split(",")
    assert await error(client, "chat.frobnicate") == "unknown_method"
    for token, expected in (("xoxb-wrong", "invalid_auth"), (None, "not_authed")):
        assert await error(AsyncWebClient(token, slack.api_url), "auth.test") == expected
    wrong = await refusal(client, "users.info", user="U0")
    assert wrong["error"] == "invalid_arguments", "methods that only read take no JSON"
    slack.workspace.scopes.discard("chat:write")
    answer = await refusal(client, "chat.postMessage", channel="C1", text="x")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")


async def test_where_the_app_may_write(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    await client.chat_postMessage(channel=elsewhere.id, text="here I am")
    slack.workspace.scopes.discard("chat:write.public")
    post = {"channel": elsewhere.id, "text": "x"}
    assert await error(client, "chat.postMessage", **post) == "not_in_channel"
    secret = slack.channel("secret", kind="private", bot=False)
    for channel in (secret.id, "C0"):
        wrong = await error(client, "chat.postMessage", channel=channel, text="x")
        assert wrong == "channel_not_found"
    elsewhere.archived = True
    slack.workspace.scopes.add("chat:write.public")
    assert await error(client, "chat.postMessage", **post) == "is_archived"
    assert (await client.chat_postMessage(channel=ana.id, text="a word"))["channel"] == ana.dm.id


async def test_texts_and_metadata_have_their_lengths(
    client: AsyncWebClient, design: Channel
) -> None:
    post: dict[str, Any] = {"channel": design.id}
    assert await error(client, "chat.postMessage", **post) == "no_text"
    assert await error(client, "chat.postMessage", **post, text="x" * 40_001) == "msg_too_long"
    ts = (await client.chat_postMessage(channel=design.id, text="x" * 40_000))["ts"]
    assert await error(client, "chat.update", **post, ts=ts, text="x" * 4_001) == "msg_too_long"
    for metadata, expected in (
        ({"event_type": "card"}, "invalid_metadata_schema"),
        ({"event_type": "card", "event_payload": {"a": "x" * 16_000}}, "metadata_too_large"),
    ):
        post = {"channel": design.id, "text": "x", "metadata": metadata}
        assert await error(client, "chat.postMessage", **post) == expected


async def test_an_update_keeps_metadata_and_only_its_own_messages_can_be_changed(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    card = {"event_type": "card", "event_payload": {"id": "t1"}}
    posted = await client.chat_postMessage(channel=design.id, text="here", metadata=card)
    where = {"channel": design.id, "ts": posted["ts"]}
    await client.api_call("chat.update", json={**where, "blocks": [{"type": "divider"}]})
    message = design.by_ts[posted["ts"]]
    assert (message.text, message.metadata) == ("here", card)
    assert slack.remarks_of("no_text") == [f"chat.update in {design.id} at {message.ts}"]
    assert len(message.earlier) == 1
    nowhere = {"channel": design.id, "ts": "1.2"}
    assert await error(client, "chat.update", **nowhere, text="x") == "message_not_found"
    hers = {"channel": design.id, "ts": (await ana.say(design, "mine")).ts}
    assert await error(client, "chat.update", **hers, text="x") == "cant_update_message"
    assert await error(client, "chat.delete", **hers) == "cant_delete_message"


async def test_a_thread_is_read_in_pages_with_metadata_on_request(
    client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    root = await ana.say(design, "root")
    card = {"event_type": "card", "event_payload": {"id": "t1"}}
    for number in range(5):
        await client.chat_postMessage(
            channel=design.id, text=str(number), thread_ts=root.ts, metadata=card
        )
    where: dict[str, Any] = {"channel": design.id, "ts": root.ts}
    first = await client.conversations_replies(**where, limit=4, include_all_metadata=True)
    assert first["messages"][0]["reply_count"] == 5
    assert first["messages"][1]["metadata"] == card
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(**where, limit=4, cursor=cursor)
    assert [one["text"] for one in first["messages"]] == ["root", "0", "1", "2"]
    assert [one["text"] for one in rest["messages"]] == ["3", "4"]
    assert "metadata" not in rest["messages"][0]
    since = await client.conversations_replies(**where, oldest=first["messages"][3]["ts"])
    assert [one["text"] for one in since["messages"]] == ["root", "3", "4"]
    design.members.clear()
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_replies(**where)


async def test_threads_that_cannot_be_and_ephemerals_that_nobody_sees(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    root = await ana.say(design, "root")
    ephemeral: dict[str, Any] = {"channel": design.id, "text": "psst", "user": ana.id}
    await client.chat_postEphemeral(**ephemeral, thread_ts=root.ts)
    reply = await ana.reply(root, "reply")
    assert len(slack.remarks_of("unseen")) == 1, "Slack shows none in a thread without replies"
    assert design.ephemerals_for(ana) == []
    await client.chat_postEphemeral(**ephemeral, thread_ts=root.ts)
    assert [one.plain for one in design.ephemerals_for(ana)] == ["psst"]
    stranger = {**ephemeral, "user": slack.person("Ben").id}
    assert await error(client, "chat.postEphemeral", **stranger) == "user_not_in_channel"
    post: dict[str, Any] = {"channel": design.id, "text": "x"}
    wrong = await error(client, "chat.postMessage", **post, thread_ts=reply.ts)
    assert wrong == "cannot_reply_to_message"
    assert await error(client, "chat.postMessage", **post, thread_ts="1.0") == "thread_not_found"


async def test_a_status_shows_until_the_next_message_or_for_two_minutes(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    root = await ana.say(design, "root")
    status: dict[str, Any] = {
        "channel_id": design.id,
        "thread_ts": root.ts,
        "status": "is drawing…",
    }
    await client.assistant_threads_setStatus(**status)
    shown = design.status(root)
    assert shown is not None
    assert shown.text == "is drawing…"
    await client.chat_postMessage(channel=design.id, thread_ts=root.ts, text="done")
    assert design.status(root) is None
    await client.assistant_threads_setStatus(**status)
    slack.clock.advance(121)
    assert design.status(root) is None
    nowhere = {**status, "thread_ts": "1.0"}
    assert await error(client, "assistant.threads.setStatus", **nowhere) == "invalid_thread_ts"


async def test_two_workspaces_never_meet(slack: SlackServer, ana: Person, design: Channel) -> None:
    other = slack.add_workspace("globex")
    theirs = AsyncWebClient(other.bot_token, slack.api_url)
    wrong = await error(theirs, "chat.postMessage", channel=design.id, text="x")
    assert wrong == "channel_not_found"
    with pytest.raises(SlackApiError, match="user_not_found"):
        await theirs.users_info(user=ana.id)
    said = await other.person("Eve").say(other.channel("design"), "theirs")
    assert said.events[0].payload["team_id"] == other.id


async def test_slacks_own_numbers_hold_when_switched_on_and_haste_is_noted(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=design.id, text="card"))["ts"]
    slack.rates.on()
    for number in range(50):
        await client.chat_update(channel=design.id, ts=ts, text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await client.chat_update(channel=design.id, ts=ts, text="one too many")
    assert 50 <= int(refused.value.response.headers["Retry-After"]) <= 60
    assert await error(client, "chat.update", channel=design.id, ts=ts) == "ratelimited"
    assert len(slack.rates.premature) == 1
    slack.clock.advance(60)
    await client.chat_update(channel=design.id, ts=ts, text="a minute later")
    other = slack.channel("other")
    for number in range(5):
        await client.chat_postMessage(channel=design.id, text=str(number))
        await client.chat_postMessage(channel=other.id, text=str(number))
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=design.id, text="too soon")


async def test_calls_are_lost_cut_limited_and_broken_as_a_test_wants(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    slack.lose_answer("chat.postMessage")
    await client.chat_postMessage(channel=design.id, text="x")
    texts = [one.plain for one in design.messages]
    assert texts == ["x", "x"], "done, its answer lost, done again by the SDK"
    slack.cut("chat.postMessage", times=2)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=design.id, text="never")
    slack.limit("chat.postMessage", retry_after=7)
    slack.break_down("chat.postMessage", status=503)
    slack.fail("chat.postMessage", "internal_error")
    statuses = []
    for _ in range(3):
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=design.id, text="never")
        statuses.append(refused.value.response.status_code)
    assert statuses == [429, 503, 200]
    assert len(design.messages) == 2


async def test_a_mistake_of_the_server_itself_fails_the_test() -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    slack = SlackServer(manifest())
    await slack.start()
    slack.spawn(breaks())
    await slack.until(lambda: slack.broken)
    with pytest.raises(ExceptionGroup) as raised:
        await slack.stop()
    assert isinstance(raised.value.exceptions[0], ZeroDivisionError)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["display_information"].update(name="x" * 36), "less than 36 characters"),
        (lambda m: m["features"]["shortcuts"][0].update(name="x" * 25), "less than 25"),
        (lambda m: m["features"]["slash_commands"][0].pop("description"), "field: description"),
        (lambda m: m["features"].update(gadgets=[]), "additional property: gadgets"),
        (lambda m: m["settings"].pop("socket_mode_enabled"), "requires a Request URL"),
        (lambda m: m["settings"]["interactivity"].update(is_enabled=False), "require interactivity"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].append("files:eat"), "enum"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].remove("im:history"), "message.im requires the scope im:history"),
    ],
)  # fmt: skip
def test_a_manifest_is_refused_where_slack_would_refuse_it(
    change: Callable[[Any], Any], says: str
) -> None:
    document = yaml.safe_load(manifest())
    change(document)
    with pytest.raises(ManifestRefused) as refused:
        Manifest.read(document)
    assert any(says in reason for reason in refused.value.reasons), refused.value.reasons
