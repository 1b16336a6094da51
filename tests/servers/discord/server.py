"""What does a test hold in its hands? One Discord, served on loopback."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aiohttp import web

from tests.servers.changes import PATIENCE
from tests.servers.discord.api import PREFIX, Api
from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import Intent
from tests.servers.discord.faults import Fault
from tests.servers.discord.limits import Limits
from tests.servers.discord.rates import Rates
from tests.servers.discord.reading import transcript
from tests.servers.discord.scene import Scene
from tests.servers.discord.threads import archive
from tests.servers.discord.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.discord.calls import Call
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.gateway import Gateway
    from tests.servers.discord.messages import Message

T = TypeVar("T")


class Discord(Scene):
    """A local Discord: `async with Discord() as discord: …`.

    `limits` are what it allows; `rates` switches rate limits, `pace` scales their periods (0.1: a
    bucket of 5 s empties in half a second); `approved` are the privileged intents switched on.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        rates: bool = True,
        pace: float = 1.0,
        approved: Intent = Intent.MESSAGE_CONTENT,
        port: int = 0,
    ) -> None:
        self.limits = limits or Limits()
        super().__init__(World(self.limits, approved))
        self.rates = Rates(on=rates, pace=pace)
        self.api = Api(self.world, self.rates)
        self.url = ""
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2 * self.limits.request_bytes)
        app.router.add_get("/gateway", self.world.gateway.serve)
        app.router.add_get("/gateway/resume", self.world.gateway.serve)
        files = "attachments/{channel}/{id}/{name}"
        for start in ("", "media/"):
            for kind in ("", "ephemeral-"):
                app.router.add_get(f"/{start}{kind}{files}", self.api.serve_file)
        app.router.add_route("*", "/{rest:.*}", self.api.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        listening = socket.create_server(("127.0.0.1", self._port))
        await web.SockSite(self._runner, listening).start()
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.world.links.address = self.url
        self.world.gateway.address = self.gateway_url
        return self

    async def __aexit__(self, *_: object) -> None:
        self.world.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
        broken = [*self.api.broken, *self.world.gateway.broken]
        if broken:
            raise ExceptionGroup("the local Discord itself has a bug", broken)

    # where it is, and what the app is called

    @property
    def api_url(self) -> str:
        """For `Route.BASE`, with the version."""
        return self.url + PREFIX

    @property
    def gateway_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/gateway"

    @property
    def token(self) -> str:
        return self.world.app.token

    @property
    def gateway(self) -> Gateway:
        """Who is connected, and how to disturb them."""
        return self.world.gateway

    # looking

    def messages(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return [channel.messages[i] for i in sorted(channel.messages)]

    def threads(self, channel: Channel) -> list[Thread]:
        return channel.threads

    def transcript(self, channel: Channel) -> str:
        return transcript(channel)

    @property
    def calls(self) -> list[Call]:
        """Every request of the app, oldest first."""
        return self.api.calls

    def calls_to(self, route: str) -> list[Call]:
        """Requests to a route as in `POST /channels/{channel_id}/messages`."""
        return [call for call in self.calls if call.route == route]

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The global commands."""
        return self.world.app.commands.all

    async def until(self, condition: Callable[[], T], within: float = PATIENCE) -> T:
        """Wait until `condition` gives something true, and give it; `within` so many seconds."""
        return await self.world.changes.until(condition, seconds=within, what=self._describe)

    def _describe(self) -> str:
        shown = [c for c in self.world.channels.values() if c.messages or c.ephemerals]
        roots = [self.transcript(c) for c in shown if c.parent is None or c.parent not in shown]
        return "\n".join([*roots, *(repr(call) for call in self.calls[-20:])])

    # disturbing

    def fail(self, route: str, status: int | None = None, **how: Any) -> Fault:
        """Make the next request to a route fail: with a status, or as `Fault`'s fields say."""
        return self.api.faults.add(Fault(route=route, status=status, **how))

    @contextmanager
    def impatient(self, seconds: float = 0.1) -> Iterator[None]:
        """Give up on the first answer to an interaction sooner, while the block runs."""
        before = self.world.limits
        self.world.limits = replace(before, answer_within=seconds)
        try:
            yield
        finally:
            self.world.limits = before

    def stop_failing(self) -> None:
        self.api.faults.clear()

    def advance(self, seconds: float) -> None:
        """Move Discord's clock forward: tokens and links expire, quiet threads are archived."""
        self.world.clock.advance(seconds)
        now = self.world.clock.now()
        for channel in list(self.world.channels.values()):
            if isinstance(channel, Thread) and channel.is_due(now):
                archive(self.world, channel)
        self.world.changes.tell()
