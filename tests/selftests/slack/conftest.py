"""How does a real Bolt app connect to the local Slack?"""

from __future__ import annotations

import logging
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import manifest
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.slack import Channel, Person

#: seconds between two pings of the SDK: how long it takes to notice a cut. Half of it is all the time
#: that a pong has, also on a busy machine
PING = 2.0


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(manifest()) as one:
        yield one


@pytest.fixture
async def client(slack: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """The real client, with the workspace's bot token and one pooled session."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)


@pytest.fixture
def app(slack: SlackServer, client: AsyncWebClient) -> AsyncApp:
    """A Bolt app as Easel runs it, without the log of the errors that tests provoke."""
    quiet = logging.getLogger("selftest.bolt")
    quiet.setLevel(logging.CRITICAL)
    return AsyncApp(
        client=client,
        process_before_response=True,
        logger=quiet,
        signing_secret=slack.signing_secret,
    )


@asynccontextmanager
async def running(slack: SlackServer, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=PING)
    before = slack.sockets.opened
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK has no type here
    try:
        await slack.until(lambda: slack.sockets.opened > before and slack.sockets.open)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # as above


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.person("Ana")


@pytest.fixture
def design(slack: SlackServer) -> Channel:
    return slack.channel("design")


@pytest.fixture
def heard(app: AsyncApp) -> list[dict[str, Any]]:
    """All events that the app's listener has got."""
    events: list[dict[str, Any]] = []

    async def hear(event: dict[str, Any]) -> None:
        events.append(event)

    app.event(re.compile(".*"))(hear)
    return events
