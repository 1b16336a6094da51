"""How does the SDK's client differ here: its rate limits, its shards, what it survives?"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import places
from adapters.discord.rate_limits import BucketHTTPClient

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from bot.ports.adapter import Bot

    Handler = Callable[..., Coroutine[Any, Any, None]]

_log = structlog.stdlib.get_logger("easel.discord")

#: seconds between two IDENTIFYs: of the shards that share a number modulo `max_concurrency` one may in five seconds
IDENTIFY_INTERVAL = 5.0
#: seconds that a shard stays connected here once another process holds it, so that it misses nothing until it is there
_HANDOVER = 8.0
#: connections at once
_CONNECTIONS = 64

# the SDK would say at every start that its voice part lacks two packages
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


def set_api_url(api_url: str | None) -> None:
    """Have the SDK speak with another address: a rate-limit proxy, or a local server.

    The SDK keeps its addresses in classes, so that it can speak with one Discord a process.
    """
    if api_url is None:
        return
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/") or "/api"
    Route.BASE = f"{parts.scheme}://{parts.netloc}{path}{'/v10' if path.endswith('/api') else ''}"
    Asset.BASE = f"{parts.scheme}://{parts.netloc}"


class Client(discord.AutoShardedClient):
    """The SDK's client with our rate limits, which survives an event that the SDK cannot read.

    It connects the shards that this process holds. `shard_count` None: as many as Discord recommends.
    """

    http: BucketHTTPClient

    def __init__(
        self,
        bot: Bot,
        handlers: Iterable[Handler],
        trace: aiohttp.TraceConfig,
        *,
        message_content: bool,
        shard_count: int | None,
    ) -> None:
        """Build one; `handlers` are named after their events, as in `on_message`."""
        self._bot = bot
        self._max_concurrency = 1
        #: the shards that this process holds; None: not known yet
        self.held: frozenset[int] | None = None
        self.held_known = asyncio.Event()
        #: when shards are to be disconnected because another process holds them; None: they are
        self._given_up: dict[int, float | None] = {}
        self._following: asyncio.Task[None] | None = None
        self._launching: asyncio.Task[None] | None = None
        intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
        )
        super().__init__(
            intents=intents,
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            http_trace=trace,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.5,
            max_messages=None,
            shard_count=shard_count,
        )
        for handler in handlers:
            self.event(handler)
        parsers = self._connection.parsers
        for event, parse in parsers.items():
            if event != "READY":  # without that one there is no session
                parsers[event] = _survive(event, parse)

    def _get_state(self, **options: Any) -> Any:  # noqa: ANN401 - as the SDK has it
        given = self.http
        self.http = BucketHTTPClient(self.loop, given.connector, http_trace=given.http_trace)
        return super()._get_state(**options)

    def shard_of(self, workspace: str) -> int:
        """Return the shard of a guild; direct messages are of the first."""
        return (int(workspace) >> 22) % (self.shard_count or 1) if workspace.isdecimal() else 0

    async def launch_shards(self) -> None:
        """Connect the shards that this process holds, and keep to them; the SDK would connect all."""
        recommended, url, limits = await self.http.get_bot_gateway()
        # where a shard that lost its session connects again
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self.shard_count = self._connection.shard_count = self.shard_count or recommended
        self._connection.shard_ids = range(self.shard_count)
        self._max_concurrency = max(1, limits["max_concurrency"])
        self._following = asyncio.create_task(self._follow_shards(), name="discord shards")

    async def _follow_shards(self) -> None:
        count = self.shard_count or 1
        holding = self._bot.hold_shards(places.PLATFORM, count, self.shard_of)
        try:
            async with aclosing(holding):
                async for held in holding:
                    await self._keep_to(held)
            await asyncio.sleep(_HANDOVER)  # it is alone, or about to end
            await self._keep_to(self.held or frozenset())
        except Exception:  # whatever it is, the next client may fare better
            _log.exception("shards not followed")
            await super().close()

    async def _keep_to(self, held: frozenset[int]) -> None:
        """Disconnect what another process holds, and connect what is missing."""
        self.held = held
        self.held_known.set()
        now = self.loop.time()
        for id_, shard in self.shards.items():
            if id_ in held:
                if self._given_up.get(id_) is not None:
                    del self._given_up[id_]  # it came back in time
                continue
            until = self._given_up.setdefault(id_, now + _HANDOVER)
            if (until is None or until <= now) and not shard.is_closed():
                self._given_up[id_] = None
                await shard.disconnect()
        if self._launching is None or self._launching.done():
            self._launching = asyncio.create_task(self._launch(), name="launch shards")

    async def _launch(self) -> None:
        for id_ in range(self.shard_count or 1):
            if self._is_missing(id_):
                self._given_up.pop(id_, None)
                await self.launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, id_)

    def _is_missing(self, id_: int) -> bool:
        is_connected = id_ in self.shards and self._given_up.get(id_, 0.0) is not None
        return id_ in (self.held or ()) and not is_connected

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord wants between two IDENTIFYs, whichever process sends them."""
        del initial
        bucket = (shard_id or 0) % self._max_concurrency
        await self._bot.pace(f"{places.PLATFORM} identify {bucket}", IDENTIFY_INTERVAL)

    async def close(self) -> None:
        """Close everything, and give the shards back."""
        tasks = [task for task in (self._launching, self._following) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await super().close()

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Log what a handler could not do; the client goes on."""
        _log.exception("event failed", event_name=event_method)


def _survive(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Skip an event that the SDK cannot read, where the SDK itself would end the whole connection."""

    def parse_or_skip(data: Any) -> None:  # noqa: ANN401 - whatever Discord sends
        try:
            parse(data)
        except Exception as error:  # an event that is new, or cut short: those behind it count
            _log.warning("event not read", event_name=event, error=repr(error))

    return parse_or_skip
