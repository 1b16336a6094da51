"""Who speaks in `make load`, and where? People on the page, in Slack workspaces, or in Discord guilds."""

from __future__ import annotations

import itertools
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from adapters.slack.manifest import manifest
from tests.adapters.discord.harness import Scene
from tests.adapters.slack import many
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.slack import SlackDriver
from tests.servers.discord import Discord, Limits
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.crash.process import Process


class Speaker(Protocol):
    """Somebody with a thread of their own."""

    async def start(self, text: str) -> str:
        """Begin it with a prompt; return its handle."""
        ...

    async def say(self, thread: str, text: str) -> None:
        """Say the next prompt; it is acknowledged when this returns."""
        ...


class Platform(Protocol):
    """Where people speak."""

    @property
    def settings(self) -> dict[str, str]:
        """What each replica is started with."""
        ...

    async def speakers(self, replicas: Sequence[Process], count: int) -> Sequence[Speaker]:
        """Return so many people, once all replicas can be reached."""
        ...


class _Page:
    def __init__(self) -> None:
        self.settings: dict[str, str] = {}

    async def speakers(self, replicas: Sequence[Process], count: int) -> Sequence[Speaker]:
        return [one.web for one, _ in zip(itertools.cycle(replicas), range(count), strict=False)]


class _Slack:
    def __init__(self, server: SlackServer, workspaces: int) -> None:
        self._server = server
        self._count = workspaces
        self.settings = many.settings(server, slack_app_token=server.app_token)
        del self.settings["slack_signing_secret"]

    async def speakers(self, replicas: Sequence[Process], count: int) -> Sequence[Speaker]:
        server = self._server
        spaces = [server.workspace]
        spaces += [server.add_workspace(f"space-{n}") for n in range(1, self._count)]
        for space in spaces:
            await many.installed(server, replicas[0].address, space)
        await server.connected(len(replicas))
        made = []
        for n in range(count):
            driver = SlackDriver(server, workspace=spaces[n % len(spaces)])
            driver.channel = driver.workspace.channel(f"of-{n}")
            made.append(driver)
        return made


class _Discord:
    def __init__(self, server: Discord, guilds: int) -> None:
        self._server = server
        self._count = guilds
        self.settings = {"discord_token": server.token, "discord_api_url": server.url}

    async def speakers(self, replicas: Sequence[Process], count: int) -> Sequence[Speaker]:
        del replicas
        server = self._server
        shards = list(range(server.limits.shards))
        await server.until(lambda: server.commands and server.gateway.connected_shards == shards)
        guilds = [server.guild(f"Guild {n}") for n in range(self._count)]
        made = []
        for n in range(count):
            guild = guilds[n % len(guilds)]
            channel, ana = server.text_channel(guild, f"of-{n}"), server.person(f"Ana {n}", guild)
            around = Scene(server=server, guild=guild, channel=channel, ana=ana)
            made.append(DiscordDriver(around))
        return made


@asynccontextmanager
async def platform(name: str, workspaces: int, replicas: int) -> AsyncIterator[Platform]:
    """Open "web", "slack" or "discord", without its rate limits."""
    if name == "slack":
        async with SlackServer(manifest(None, many.REDIRECT)) as slack:
            yield _Slack(slack, workspaces)
    elif name == "discord":
        limits = Limits(shards=replicas, identify_gap=4.9)
        async with Discord(limits, rates=False) as discord:
            yield _Discord(discord, workspaces)
    else:
        yield _Page()
