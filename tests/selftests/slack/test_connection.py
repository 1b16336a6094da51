"""Does Socket Mode behave as Slack's: greetings, cuts, changes of socket, tickets?"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack.sockets import MOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import Channel, Person, SlackServer

    Connect = Callable[[AsyncApp], AbstractAsyncContextManager[AsyncSocketModeHandler]]
    Heard = list[dict[str, Any]]


async def test_a_socket_is_greeted_and_pinged(slack: SlackServer) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(slack.sockets.ticket(), autoping=False) as wire,
    ):
        hello = await wire.receive_json()
        ping = await wire.receive()
        await wire.ping(b"sdk-ping-pong:1")
        pong = await wire.receive()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": slack.app_id}
    assert ping.type is aiohttp.WSMsgType.PING
    assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_a_cut_socket_comes_back_and_the_envelope_in_flight_comes_again(
    slack: SlackServer, app: AsyncApp, connected: Connect, ana: Person, design: Channel
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    retries = []

    @app.event("message")
    async def hear(request: Any) -> None:
        retries.append(request.headers["x-slack-retry-num"][0])
        begun.set()
        await may_end.wait()

    async with connected(app):
        message = await ana.say(design, "hello")
        await begun.wait()
        slack.drop_sockets()
        await slack.until(lambda: slack.sockets.opened == 2)
        may_end.set()
        await slack.until(lambda: slack.remarks_of("other_socket"))
        assert not message.events[0].acknowledged, "an answer over another socket does not count"
        await slack.redeliver()
        await message.events[0].acked()
    assert retries == ["0", "1"]


async def test_what_is_said_without_a_socket_is_delivered_later(
    slack: SlackServer,
    app: AsyncApp,
    connected: Connect,
    heard: Heard,
    ana: Person,
    design: Channel,
) -> None:
    message = await ana.say(design, "anybody there?")
    assert not message.events[0].attempts[0].sent
    outcome = await ana.command("/imagine", "a boat", design)
    assert outcome.error == "dispatch_failed"
    async with connected(app):
        await slack.redeliver()
        await message.events[0].acked()
    assert [event["text"] for event in heard] == ["anybody there?"]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_good_bye_makes_the_app_change_sockets_without_a_loss(
    slack: SlackServer, app: AsyncApp, connected: Connect, heard: Heard, ana: Person, reason: Any
) -> None:
    design = slack.channel("design")
    async with connected(app):
        await slack.say_good_bye(reason)
        await slack.until(lambda: slack.sockets.opened == 2 and len(slack.sockets.open) == 1)
        message = await ana.say(design, "hello")
        await message.events[0].acked()
    assert len(heard) == 1
    assert len(slack.calls_of("apps.connections.open")) == 2


async def test_a_stale_ticket_is_tried_for_ever_until_the_uri_is_forgotten(
    slack: SlackServer, app: AsyncApp, connected: Connect
) -> None:
    async with connected(app) as handler:
        slack.refuse_upgrades()
        slack.drop_sockets()
        await slack.until(lambda: "closed" in slack.sockets.refused)
        slack.allow_upgrades(tickets_expired=True)
        await slack.until(lambda: slack.sockets.refused.count("stale_ticket") >= 2)
        assert len(slack.calls_of("apps.connections.open")) == 2, "the SDK asks for no new ticket"
        handler.client.wss_uri = None
        await slack.connected()
        assert len(slack.calls_of("apps.connections.open")) == 3


async def test_a_ticket_opens_one_socket_only(slack: SlackServer) -> None:
    uri = slack.sockets.ticket()
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(uri) as wire:
            await wire.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(uri)
        other = slack.sockets.ticket()
        slack.clock.advance(31)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(other)
    assert slack.sockets.refused == ["unknown_ticket", "stale_ticket"]


async def test_several_sockets_take_turns_and_the_eleventh_is_sent_away(
    slack: SlackServer, ana: Person, design: Channel
) -> None:
    async with aiohttp.ClientSession() as session, AsyncExitStack() as open_wires:
        wires = [
            await open_wires.enter_async_context(session.ws_connect(slack.sockets.ticket()))
            for _ in range(MOST)
        ]
        for wire in wires:
            await wire.receive_json()
        async with session.ws_connect(slack.sockets.ticket()) as one_more:
            assert (await one_more.receive_json())["reason"] == "too_many_websockets"
        messages = [await ana.say(design, str(number)) for number in range(MOST)]
        for wire in wires:
            envelope = await wire.receive_json()
            assert envelope["retry_attempt"] == 0
            assert envelope["accepts_response_payload"] is False
            await wire.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
    assert all(one.events[0].acknowledged for one in messages)


async def test_odd_answers_are_noted(slack: SlackServer, ana: Person, design: Channel) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(slack.sockets.ticket()) as wire,
    ):
        await wire.receive_json()
        await ana.say(design, "hello")
        envelope = await wire.receive_json()
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "hi"}}
        for text in (json.dumps(answer), json.dumps(answer), "[]", '{"envelope_id": "x"}'):
            await wire.send_str(text)
        await slack.until(lambda: len(slack.remarks) == 4)
    kinds = [remark.kind for remark in slack.remarks]
    assert kinds == ["payload_ignored", "acknowledged_twice", "not_json", "unknown_envelope"]


async def test_only_an_app_token_with_its_scope_opens_sockets(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.apps_connections_open(app_token=slack.bot_token)
    assert refused.value.response["error"] == "not_allowed_token_type"
    slack.app_scopes.clear()
    with pytest.raises(SlackApiError) as refused:
        await client.apps_connections_open(app_token=slack.app_token)
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "connections:write"
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C1", text="x", token=slack.app_token)
    assert refused.value.response["error"] == "not_allowed_token_type"
