"""What does the SDK's client hear, and where does it listen?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
from discord.asset import Asset
from discord.http import Route

from adapters.discord.buckets import Http

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Answered = Callable[[Any, Any, aiohttp.TraceRequestEndParams], Awaitable[None]]
    Leaves = Callable[[Any, Any, aiohttp.TraceRequestStartParams], Awaitable[None]]

_log = structlog.stdlib.get_logger("easel.discord")

#: connections at once
_CONNECTIONS = 64

# the SDK would say at every start that its voice part lacks two packages
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Events(Protocol):
    """Who listens."""

    async def connected(self) -> None:
        """Take note that a new session has begun."""
        ...

    async def ready(self) -> None:
        """Take note that the guilds are known."""
        ...

    def heard(self, event: str) -> None:
        """Take note that there was an event of this type."""
        ...

    def thread(self, id_: int, metadata: dict[str, Any] | None) -> None:
        """Take note of what became of a thread; None: it is gone."""
        ...

    async def message(self, message: discord.Message) -> None:
        """Take what somebody, or something, wrote."""
        ...

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Take note that a message was changed."""
        ...

    async def deleted(self, channel: int, message: int, guild: int | None) -> None:
        """Take note that a message is gone."""
        ...

    async def interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take a command, a press, a form."""
        ...


def point_at(api_url: str | None) -> None:
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
    """The SDK's client: hands over what it hears."""

    def __init__(
        self,
        events: Events,
        *,
        content: bool,
        identifying: Callable[[], Awaitable[None]],
        leaves: Leaves,
        answered: Answered,
    ) -> None:
        """Make one; `identifying` is awaited before each IDENTIFY, `leaves` before each request.

        `answered` hears of each answer.
        """
        self._events = events
        self._identifying = identifying
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(leaves)
        trace.on_request_end.append(answered)
        intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=content
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
        parsers = self._connection.parsers
        for event, parse in parsers.items():
            if event != "READY":  # without that one there is no session
                parsers[event] = _surviving(event, parse)

    def _get_state(self, **options: Any) -> Any:  # noqa: ANN401 - as the SDK has it
        given = self.http
        self.http: Http = Http(self.loop, given.connector, http_trace=given.http_trace)
        return super()._get_state(**options)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord wants between two IDENTIFYs."""
        del shard_id, initial
        await self._identifying()

    async def on_connect(self) -> None:
        """Tell of a new session."""
        await self._events.connected()

    async def on_ready(self) -> None:
        """Tell that the guilds are known."""
        await self._events.ready()

    async def on_socket_event_type(self, event_type: str) -> None:
        """Tell that there was an event."""
        self._events.heard(event_type)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Tell what became of a thread."""
        self._events.thread(payload.thread_id, dict(payload.data["thread_metadata"]))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Tell that a thread is gone."""
        self._events.thread(payload.thread_id, None)

    async def on_message(self, message: discord.Message) -> None:
        """Hand over a message."""
        await self._events.message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Hand over a change."""
        await self._events.edited(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Hand over a deletion."""
        await self._events.deleted(payload.channel_id, payload.message_id, payload.guild_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Hand over many deletions."""
        for message in sorted(payload.message_ids):
            await self._events.deleted(payload.channel_id, message, payload.guild_id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand over an interaction: buttons, lists and forms too, whenever they were posted."""
        await self._events.interaction(interaction)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Log what a listener could not do; the client goes on."""
        _log.exception("event failed", event_name=event_method)


def _surviving(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Lose the one event that the SDK cannot read; the SDK's own way ends the whole connection."""

    def parsed(data: Any) -> None:  # noqa: ANN401 - whatever Discord sends
        try:
            parse(data)
        except Exception as error:  # an event that is new, or cut short: those behind it count
            _log.warning("event not read", event_name=event, error=repr(error))

    return parsed
