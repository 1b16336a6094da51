"""Does the Web API refuse and answer as Slack's does?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.slack import Channel, Person

NO_PUBLIC = """
display_information: {name: Small}
features: {bot_user: {display_name: Small}}
oauth_config: {scopes: {bot: [chat:write]}}
settings: {socket_mode_enabled: true}
"""


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> Any:
    """Call; give Slack's whole refusal."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json={k: v for k, v in args.items() if v is not None})
    return refused.value.response


async def error(client: AsyncWebClient, method: str, **args: Any) -> str:
    return str((await refusal(client, method, **args))["error"])


@pytest.fixture
async def small() -> AsyncIterator[SlackServer]:
    """A Slack with an app that may do nothing but write where it is a member."""
    async with SlackServer(NO_PUBLIC) as one:
        yield one


async def test_tokens_and_methods_are_checked(slack: SlackServer, client: AsyncWebClient) -> None:
    who = await client.auth_test()
    assert who["bot_id"] == slack.bot.bot_id
    assert "files:write" in who.headers["x-oauth-scopes"].split(",")
    assert await error(client, "chat.frobnicate") == "unknown_method"
    for token, expected in (("xoxb-wrong", "invalid_auth"), (None, "not_authed")):
        assert await error(AsyncWebClient(token, slack.api_url), "auth.test") == expected
    async with aiohttp.ClientSession() as session:
        form = {"token": slack.bot_token}
        async with session.post(f"{slack.api_url}auth.test", data=form) as answer:
            assert (await answer.json())["ok"] is True
        async with session.post(f"{slack.api_url}auth.test", json=form) as answer:
            assert (await answer.json())["error"] == "not_authed", "a token in JSON does not count"
        headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
        for raw, expected in ((b"{", "invalid_json"), (b"[1]", "json_not_object")):
            post = session.post(f"{slack.api_url}auth.test", data=raw, headers=headers)
            async with post as answer:
                assert (await answer.json())["error"] == expected


async def test_a_missing_scope_is_named(small: SlackServer) -> None:
    client = AsyncWebClient(small.bot_token, small.api_url)
    answer = await refusal(client, "users.info", user="U1")
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "users:read"
    assert answer["provided"] == "chat:write"
    channel = small.channel("design")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel=channel.id)
    assert refused.value.response["needed"] == "channels:history"
    assert await error(client, "conversations.open", users="U1") == "missing_scope"


async def test_where_the_app_may_write(small: SlackServer, slack: SlackServer) -> None:
    for server, expected in ((small, "not_in_channel"), (slack, None)):
        client = AsyncWebClient(server.bot_token, server.api_url)
        elsewhere = server.channel("elsewhere", bot=False)
        if expected is None:
            await client.chat_postMessage(channel=elsewhere.id, text="here I am")
        else:
            assert (
                await error(client, "chat.postMessage", channel=elsewhere.id, text="x") == expected
            )
        secret = server.workspace.channel("secret", kind="private", bot=False)
        for channel in (secret.id, "C0", "#nowhere"):
            wrong = await error(client, "chat.postMessage", channel=channel, text="x")
            assert wrong == "channel_not_found"
        assert server.channel("design").bot_is_in
        await client.chat_postMessage(channel="#design", text="by name")


async def test_a_person_can_be_written_to_by_user_id(client: AsyncWebClient, ana: Person) -> None:
    posted = await client.chat_postMessage(channel=ana.id, text="a word")
    assert posted["channel"] == ana.dm.id
    assert [one.plain for one in ana.dm.messages] == ["a word"]


async def test_texts_have_their_lengths(client: AsyncWebClient, design: Channel) -> None:
    post: dict[str, Any] = {"channel": design.id}
    assert await error(client, "chat.postMessage", **post) == "no_text"
    assert await error(client, "chat.postMessage", **post, text="x" * 40_001) == "msg_too_long"
    both = {"text": "x", "markdown_text": "y"}
    assert await error(client, "chat.postMessage", **post, **both) == "markdown_text_conflict"
    ts = (await client.chat_postMessage(channel=design.id, text="x" * 40_000))["ts"]
    update = {**post, "ts": ts}
    assert await error(client, "chat.update", **update, text="x" * 4_001) == "msg_too_long"
    assert (await client.chat_update(channel=design.id, ts=ts, text="x" * 4_000))["ok"]


async def test_an_update_keeps_blocks_without_text_and_metadata_without_metadata(
    slack: SlackServer, client: AsyncWebClient, design: Channel
) -> None:
    section = [{"type": "section", "text": {"type": "mrkdwn", "text": "*here*"}}]
    card = {"event_type": "card", "event_payload": {"id": "t1"}}
    posted = await client.chat_postMessage(
        channel=design.id, text="here", blocks=section, metadata=card
    )
    where = {"channel": design.id, "ts": posted["ts"]}
    assert posted["message"]["blocks"][0]["block_id"]
    assert posted["message"]["blocks"][0]["text"]["verbatim"] is False
    other = [{"type": "divider"}]
    await client.api_call("chat.update", json={**where, "blocks": other})
    message = design.by_ts[posted["ts"]]
    assert (message.text, message.blocks[0]["type"]) == ("here", "divider")
    assert slack.remarks_of("no_text") == [f"chat.update in {design.id} at {message.ts}"]
    await client.chat_update(text="only words", channel=design.id, ts=message.ts)
    assert message.blocks == []
    assert message.metadata == card
    assert len(message.earlier) == 2
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=design.id, ts="1.2", text="x")


async def test_only_its_own_messages_can_be_changed(
    client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    message = await ana.say(design, "mine")
    where = {"channel": design.id, "ts": message.ts}
    assert await error(client, "chat.update", **where, text="x") == "cant_update_message"
    assert await error(client, "chat.delete", **where) == "cant_delete_message"
    link = await client.chat_getPermalink(channel=design.id, message_ts=message.ts)
    assert link["permalink"].endswith(f"/archives/{design.id}/p{message.ts.replace('.', '')}")


async def test_metadata_has_a_shape_and_a_size(client: AsyncWebClient, design: Channel) -> None:
    post: dict[str, Any] = {"channel": design.id, "text": "x"}
    for metadata, expected in (
        ("no", "invalid_metadata_format"),
        ({"event_type": "card"}, "invalid_metadata_schema"),
        ({"event_type": "card", "event_payload": {"a": "x" * 16_000}}, "metadata_too_large"),
    ):
        assert await error(client, "chat.postMessage", **post, metadata=metadata) == expected


async def test_a_thread_is_read_in_pages_with_metadata_on_request(
    client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    root = await ana.say(design, "root")
    card = {"event_type": "card", "event_payload": {"id": "t1"}}
    for number in range(5):
        await client.chat_postMessage(
            channel=design.id, text=str(number), thread_ts=root.ts, metadata=card
        )
    first = await client.conversations_replies(
        channel=design.id, ts=root.ts, limit=4, include_all_metadata=True
    )
    assert first["has_more"] is True
    assert first["messages"][0]["reply_count"] == 5
    assert first["messages"][1]["metadata"] == card
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel=design.id, ts=root.ts, limit=4, cursor=cursor)
    assert [one["text"] for one in first["messages"]] == ["root", "0", "1", "2"]
    assert [one["text"] for one in rest["messages"]] == ["3", "4"]
    assert "metadata" not in rest["messages"][0]
    since = await client.conversations_replies(
        channel=design.id, ts=root.ts, oldest=first["messages"][3]["ts"]
    )
    assert [one["text"] for one in since["messages"]] == ["root", "3", "4"]
    history = await client.conversations_history(channel=design.id, include_all_metadata=True)
    assert [one["text"] for one in history["messages"]] == ["root"]
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await client.conversations_replies(channel=design.id, ts="1.000000")
    design.members.clear()
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_replies(channel=design.id, ts=root.ts)


async def test_threads_that_cannot_be(client: AsyncWebClient, ana: Person, design: Channel) -> None:
    reply = await ana.reply(await ana.say(design, "root"), "reply")
    post: dict[str, Any] = {"channel": design.id, "text": "x"}
    wrong = await error(client, "chat.postMessage", **post, thread_ts=reply.ts)
    assert wrong == "cannot_reply_to_message"
    assert await error(client, "chat.postMessage", **post, thread_ts="1.0") == "thread_not_found"


async def test_whispers_reach_members_only(
    client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    whisper = {"channel": design.id, "text": "psst", "user": ana.id}
    assert await error(client, "chat.postEphemeral", **whisper) == "user_not_in_channel"
    await ana.join(design)
    await client.chat_postEphemeral(channel=design.id, user=ana.id, text="psst")
    assert [one.plain for one in design.ephemerals_for(ana)] == ["psst"]
    assert all(one.plain != "psst" for one in design.messages)


async def test_a_status_shows_until_the_next_message_or_for_two_minutes(
    slack: SlackServer, client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    root = await ana.say(design, "root")
    status: dict[str, Any] = {
        "channel_id": design.id,
        "thread_ts": root.ts,
        "status": "is drawing…",
    }
    many = [str(number) for number in range(11)]
    wrong = await refusal(client, "assistant.threads.setStatus", **status, loading_messages=many)
    assert wrong["errors"] == ["no more than 10 items allowed [json-pointer:/loading_messages]"]
    await client.assistant_threads_setStatus(
        channel_id=design.id, thread_ts=root.ts, status="is drawing…", loading_messages=many[:2]
    )
    shown = design.status(root)
    assert shown is not None
    assert shown.loading_messages == ("0", "1")
    assert "… Easel is drawing… / 0 / 1" in slack.transcript(design)
    await client.chat_postMessage(channel=design.id, thread_ts=root.ts, text="done")
    assert design.status(root) is None
    await client.assistant_threads_setStatus(**status)
    slack.clock.advance(121)
    assert design.status(root) is None
    assert len(design.statuses) == 2
    nowhere = {**status, "thread_ts": "1.0"}
    assert await error(client, "assistant.threads.setStatus", **nowhere) == "invalid_thread_ts"


async def test_the_messages_tab_suggests_prompts(client: AsyncWebClient, ana: Person) -> None:
    prompts = [{"title": "A boat", "message": "a boat at dusk"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=ana.dm.id, prompts=prompts)
    assert ana.dm.prompts[""] == prompts
    root = await ana.say(ana.dm, "a boat")
    await client.assistant_threads_setTitle(channel_id=ana.dm.id, thread_ts=root.ts, title="Boats")
    assert ana.dm.titles[root.ts] == "Boats"


async def test_people_bots_and_groups_can_be_looked_up(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    info = await client.users_info(user=ana.id)
    assert info["user"]["profile"]["display_name"] == "Ana"
    assert (await client.users_info(user=slack.bot.user_id))["user"]["is_bot"] is True
    other = slack.workspace.other_bot("News")
    assert (await client.bots_info(bot=other.bot.bot_id))["bot"]["name"] == "News"
    group = slack.workspace.usergroup("designers", [ana])
    assert (await client.usergroups_users_list(usergroup=group))["users"] == [ana.id]
    for include in (True, False):
        [found] = (await client.usergroups_list(include_users=include))["usergroups"]
        assert found.get("users") == ([ana.id] if include else None)
    for method, args in (("users.info", {"user": "U0"}), ("bots.info", {"bot": "B0"})):
        wrong = await refusal(client, method, **args)
        assert wrong["error"] == "invalid_arguments", "methods that only read take no JSON"
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user="U0")


async def test_reactions_are_there_once(
    client: AsyncWebClient, ana: Person, design: Channel
) -> None:
    message = await ana.say(design, "look")
    at = {"channel": design.id, "timestamp": message.ts}
    await client.reactions_add(name="eyes", **at)
    assert await error(client, "reactions.add", name="eyes", **at) == "already_reacted"
    assert message.reactions == {"eyes": [design.workspace.bot.user_id]}
    await client.reactions_remove(name="eyes", **at)
    assert await error(client, "reactions.remove", name="eyes", **at) == "no_reaction"
    assert await error(client, "reactions.add", name="Not A Name", **at) == "invalid_name"


async def test_channels_are_joined_and_described_with_the_scopes_for_it(
    slack: SlackServer, client: AsyncWebClient, ana: Person
) -> None:
    elsewhere = slack.channel("elsewhere", bot=False)
    assert await error(client, "conversations.join", channel=elsewhere.id) == "missing_scope"
    slack.workspace.scopes |= {"channels:join", "channels:read", "im:write"}
    assert (await client.conversations_join(channel=elsewhere.id))["channel"]["is_member"] is True
    info = await client.conversations_info(channel=elsewhere.id, include_num_members=True)
    assert info["channel"]["num_members"] == 1
    opened = await client.conversations_open(users=[ana.id], return_im=True)
    assert opened["channel"]["user"] == ana.id
    assert (await client.conversations_open(channel=opened["channel"]["id"]))["ok"]
