"""A running Easel in the strict local Slack."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from adapters.slack.manifest import manifest
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from adapters.slack.adapter import SlackAdapter
    from bot.commands.compose import Running

    Start = Callable[..., AbstractAsyncContextManager[Running]]


def settings(slack: SlackServer) -> dict[str, Any]:
    """Return what whoever runs Easel would set."""
    return {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
    }


@asynccontextmanager
async def local_slack(seed: int = 7) -> AsyncIterator[SlackServer]:
    """Run a Slack with an app of our manifest; another seed has other ids."""
    async with SlackServer(manifest(), seed) as slack:
        yield slack


@asynccontextmanager
async def in_slack(start: Start, slack: SlackServer, **more: Any) -> AsyncIterator[Running]:
    """Run an Easel that is connected to this Slack."""
    before = slack.sockets.opened
    async with start(**settings(slack), **more) as one:
        await slack.until(lambda: slack.sockets.opened > before and slack.sockets.open)
        yield one


def adapter_of(one: Running) -> SlackAdapter:
    return cast("SlackAdapter", one.adapters["slack"])
