"""An Easel on a local Discord: a guild, a channel, Ana."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.discord import client, connection
from tests.servers.discord import Discord, pointed_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    import pytest

    from bot.commands.compose import Running
    from tests.servers.discord import Channel, Guild, Person

    Start = Callable[..., AbstractAsyncContextManager[Running]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A Discord with Easel in it."""

    server: Discord
    guild: Guild
    channel: Channel
    ana: Person


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the SDK's and our own pauses out of the tests; what they are for is tested by itself."""
    monkeypatch.setattr(client, "IDENTIFY_INTERVAL", 0.05)
    monkeypatch.setattr(connection, "RESTART_PAUSE", 0.05)


@asynccontextmanager
async def scene(**given: Any) -> AsyncIterator[Scene]:
    """Serve a Discord; the SDK's addresses are as before afterwards."""
    async with Discord(**{"pace": 0.01, **given}) as server:
        guild = server.guild()
        channel = server.text_channel(guild)
        with pointed_at(server):
            yield Scene(
                server=server, guild=guild, channel=channel, ana=server.person("Ana", guild)
            )


def settings(server: Discord) -> dict[str, Any]:
    """Return what Easel is told to find it."""
    return {"discord_token": server.token, "discord_api_url": server.url, "web": False}


@asynccontextmanager
async def easel(server: Discord, start: Start, **given: Any) -> AsyncIterator[Running]:
    """Run an Easel that is connected when the block begins."""
    async with start(**settings(server), **given) as one:
        await server.until(lambda: server.commands and server.gateway.sessions)
        yield one
