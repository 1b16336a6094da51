"""What does Easel change about the SDK's client, and which address does it speak with?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
from discord.asset import Asset
from discord.http import Route

from adapters.discord.rate_limits import BucketHTTPClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    Handler = Callable[..., Coroutine[Any, Any, None]]

_log = structlog.stdlib.get_logger("easel.discord")

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
    """The SDK's client with our rate limits, which survives an event that the SDK cannot read."""

    http: BucketHTTPClient

    def __init__(
        self,
        handlers: Iterable[Handler],
        trace: aiohttp.TraceConfig,
        before_identify: Callable[[], Awaitable[None]],
        *,
        message_content: bool,
    ) -> None:
        """Build one; `handlers` are named after their events, as in `on_message`."""
        self._before_identify = before_identify
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

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord wants between two IDENTIFYs."""
        del shard_id, initial
        await self._before_identify()

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
