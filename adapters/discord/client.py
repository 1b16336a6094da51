"""How does the SDK reach Discord, and stay there? One client, watched over; the address, the intents, the pace."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Ratelimit, Route

from bot.errors import NotPosted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

_log = structlog.stdlib.get_logger("easel.discord")

#: seconds between two IDENTIFYs: Discord allows one in five seconds
IDENTIFY_GAP = 5.0
#: seconds before the client is started anew, the first and the longest time
RESTART_AFTER, RESTART_AT_MOST = 1.0, 300.0
#: seconds of being connected after which all is well again
_WELL = 60.0
#: seconds that a call waits for a client
_PATIENCE = 30.0
#: connections at once
_CONNECTIONS = 64
#: seconds between two previews of a channel, and without any after a 429
PREVIEW_EVERY, PREVIEWS_REST = 1.5, 600.0
#: seconds that a bucket is given beyond what Discord says, which is rounded
_MARGIN = 0.03
#: tokens that a preview leaves in its bucket
_SPARED = 2
_CHANNELS = 1000
_EDIT = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=0, message_id=0)


class Events(Protocol):
    """Who listens."""

    async def connected(self) -> None:
        """Take note that a new session has begun."""
        ...

    async def ready(self) -> None:
        """Take note that the guilds are known."""
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


class _Bucket(Ratelimit):
    """A rate limit whose last token gives its answer at once.

    The SDK waits for the refill before it gives the answer; here who comes next waits.
    """

    __slots__ = ("_refilling",)

    def __init__(self, most: float | None) -> None:
        super().__init__(most)
        self._refilling: asyncio.Task[None] | None = None

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Take up what an answer says; the refill is waited for a little longer than that."""
        super().update(response, use_clock=use_clock)
        self.reset_after += _MARGIN
        self.expires = (self.expires or 0.0) + _MARGIN

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        refilling = self._refilling is not None and not self._refilling.done()
        if refilling or self._sleeping.locked():
            self.outgoing -= 1
        elif self.remaining - self.outgoing + 1 <= 0:
            self.outgoing -= 1
            self._refilling = asyncio.create_task(self._refresh(), name="discord bucket refills")
        else:
            await super().__aexit__(kind, value, traceback)  # type: ignore[arg-type,type-var] # its own types are too narrow

    def end(self) -> None:
        """Wait for no refill any more."""
        if self._refilling is not None:
            self._refilling.cancel()


class _Http(HTTPClient):
    """The SDK's HTTP client with these buckets."""

    def get_ratelimit(self, key: str) -> Ratelimit:
        """Give the bucket of a key."""
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]

    async def close(self) -> None:
        """Wait for no refill any more."""
        for bucket in self._buckets.values():
            if isinstance(bucket, _Bucket):
                bucket.end()
        await super().close()


class Client(discord.AutoShardedClient):
    """The SDK's client: hands over what it hears."""

    def __init__(self, events: Events, connection: Connection, *, content: bool) -> None:
        self._events = events
        self._of = connection
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(connection.answered)
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

    def _get_state(self, **options: Any) -> Any:  # noqa: ANN401 - as the SDK has it
        given = self.http
        self.http = _Http(self.loop, given.connector, http_trace=given.http_trace)
        return super()._get_state(**options)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord wants between two IDENTIFYs."""
        del shard_id, initial
        await self._of.identifying()

    async def on_connect(self) -> None:
        """Tell of a new session."""
        await self._events.connected()

    async def on_ready(self) -> None:
        """Tell that the guilds are known."""
        await self._events.ready()

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


class Connection:
    """The client of the moment; started anew whenever it ends."""

    def __init__(self, token: str, api_url: str | None) -> None:
        self._token = token
        self._api_url = api_url
        self._client: Client | None = None
        self._there = asyncio.Event()
        self._identified = -IDENTIFY_GAP
        self._previewed: OrderedDict[str, float] = OrderedDict()
        self._no_previews_until = 0.0
        #: may it read messages that do not name it?
        self.content = True

    async def client(self) -> Client:
        """Give the client, once it has logged in. Raises NotPosted."""
        try:
            await asyncio.wait_for(self._there.wait(), _PATIENCE)
        except TimeoutError:
            raise NotPosted("not connected with Discord") from None
        assert self._client is not None  # noqa: S101 - there is one while the event is set
        return self._client

    @property
    def me(self) -> int:
        """The bot's own id; 0 before it has logged in."""
        user = self._client.user if self._client else None
        return user.id if user else 0

    @property
    def state(self) -> Any:  # noqa: ANN401 - the SDK's own
        """What the SDK makes its values with."""
        return self._client._connection if self._client else None  # noqa: SLF001 - it has no other door

    def guild(self, id_: int | None) -> discord.Guild | None:
        """Give a guild that the bot is in, as far as it is known yet."""
        return self._client.get_guild(id_) if self._client and id_ is not None else None

    def thread(self, id_: int) -> discord.Thread | None:
        """Give a thread that is not archived."""
        found = self._client.get_channel(id_) if self._client else None
        return found if isinstance(found, discord.Thread) else None

    async def identifying(self) -> None:
        """Wait until the next IDENTIFY may be sent."""
        wait = self._identified + IDENTIFY_GAP - time.monotonic()
        self._identified = time.monotonic() + max(0.0, wait)
        if wait > 0:
            await asyncio.sleep(wait)

    async def run(
        self, events: Events, began: Callable[[Client], Coroutine[Any, Any, None]]
    ) -> None:
        """Stay connected until cancelled; `began` is called after each login."""
        point_at(self._api_url)
        pause = RESTART_AFTER
        while True:
            started = time.monotonic()
            client = Client(events, self, content=self.content)
            try:
                await self._once(client, began)
                _log.info("connection closed")
            except discord.PrivilegedIntentsRequired:
                _log.warning("no message content intent: plain replies cannot be read")
                self.content = False
                continue
            except discord.LoginFailure:
                _log.error("Discord refused the token; set EASEL_DISCORD_TOKEN")
                pause = RESTART_AT_MOST
            except Exception as error:  # a payload that the SDK chokes on ends up here
                _log.warning("connection failed", error=repr(error))
            finally:
                self._there.clear()
                await client.close()
            if time.monotonic() - started > _WELL:
                pause = RESTART_AFTER
            await asyncio.sleep(pause)
            pause = min(pause * 2, RESTART_AT_MOST)

    async def _once(
        self, client: Client, began: Callable[[Client], Coroutine[Any, Any, None]]
    ) -> None:
        await client.login(self._token)
        self._client = client
        if self._api_url is not None:
            # the SDK asks for the gateway's address only at first; here for each new session
            _, url, _ = await client.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self._there.set()
        beginning = asyncio.create_task(began(client), name="discord begins")
        try:
            await client.connect(reconnect=True)
        finally:
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)

    # previews take what nobody else needs

    async def answered(
        self, _session: object, _context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        """Rest previews after a 429."""
        if params.response.status == 429:
            _log.warning("rate limited", url=params.url.path)
            self._no_previews_until = time.monotonic() + PREVIEWS_REST

    def spare(self, room: str) -> bool:
        """Tell whether a channel has an edit to spare, for what people can do without."""
        if time.monotonic() < self._no_previews_until or self._client is None:
            return False
        http = self._client.http
        hashed = http._bucket_hashes.get(_EDIT.key)  # noqa: SLF001 - the SDK tells nobody else
        bucket = http._buckets.get(f"{hashed}:{room}")  # noqa: SLF001 - as above
        return bucket is None or bucket.is_expired() or bucket.remaining > _SPARED

    def preview(self, room: str) -> bool:
        """Tell whether a preview may be shown in a channel; if so, the next one has to wait a little."""
        now = time.monotonic()
        if now - self._previewed.get(room, -PREVIEW_EVERY) < PREVIEW_EVERY or not self.spare(room):
            return False
        self._previewed[room] = now
        self._previewed.move_to_end(room)
        if len(self._previewed) > _CHANNELS:
            self._previewed.popitem(last=False)
        return True
