"""Do events and interactions also come as signed requests?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.routing import Route

from tests.servers.http import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.requests import Request
    from starlette.responses import Response

    from tests.servers.slack import Channel, Person, SlackServer


@pytest.fixture
async def app(slack: SlackServer, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """A Bolt app behind a request URL, as Easel serves it."""
    bolt = AsyncApp(
        client=client, signing_secret=slack.signing_secret, process_before_response=True
    )
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    async with serving(Starlette(routes=[Route("/slack", endpoint, methods=["POST"])])) as address:
        slack.use_http(f"{address}/slack")
        yield bolt


async def test_events_commands_and_presses_come_signed(
    slack: SlackServer, app: AsyncApp, ana: Person, design: Channel
) -> None:
    seen: list[str] = []

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        seen.append(event["text"])

    @app.command("/imagine")
    async def imagine(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        await ack(text="One moment", response_type="in_channel")

    @app.shortcut("imagine")
    async def begin(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body["user"]["name"])
        await ack()

    assert await slack.http.verify()
    message = await ana.say(design, "hello & good-bye")
    await message.events[0].acked()
    outcome = await ana.command("/imagine", "a boat + 2 = 3", design)
    assert outcome.message is not None
    assert outcome.message.only_for is None
    assert (await ana.shortcut("imagine")).ok
    assert seen == ["hello &amp; good-bye", "a boat + 2 = 3", "ana"]


async def test_a_wrong_or_old_signature_is_refused(
    slack: SlackServer, app: AsyncApp, ana: Person, design: Channel
) -> None:
    app.event(re.compile(".*"))(_nothing)

    @app.command("/imagine")
    async def imagine(ack: Any) -> None:
        await ack()

    assert (await ana.command("/imagine", "x", design)).ok
    slack.http.skew = 6 * 60
    assert (await ana.command("/imagine", "x", design)).error == "http_client_error"
    slack.http.skew = 0
    slack.http.secret = "somebody else's"
    message = await ana.say(design, "hello")
    await slack.until(lambda: len(message.events[0].attempts) >= 2)
    assert message.events[0].attempts[0].failed == "http_client_error"
    assert not message.events[0].acknowledged


async def _nothing() -> None: ...


async def test_a_failed_event_comes_again_with_its_number_and_reason(
    slack: SlackServer, app: AsyncApp, ana: Person, design: Channel
) -> None:
    headers: list[dict[str, Any]] = []

    @app.event("message")
    async def hear(request: Any) -> None:
        headers.append(request.headers)
        if len(headers) == 1:
            raise ValueError("not yet")

    message = await ana.say(design, "hello")
    await message.events[0].acked()
    assert "x-slack-retry-num" not in headers[0]
    assert headers[1]["x-slack-retry-num"] == ["1"]
    assert headers[1]["x-slack-retry-reason"] == ["http_service_error"]


async def test_an_app_that_is_away_is_told_to_the_person(
    slack: SlackServer, ana: Person, design: Channel, unused_port: int
) -> None:
    slack.use_http(f"http://127.0.0.1:{unused_port}/slack")
    assert (await ana.command("/imagine", "x", design)).error == "dispatch_failed"
    message = await ana.say(design, "hello")
    await slack.until(lambda: message.events[0].attempts[0].failed == "connection_failed")
