"""How does the bot stay connected with Discord? One client at a time, replaced whenever it ends."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.rate_limits import BucketHTTPClient, GlobalRateLimit
from adapters.discord.retry import retry
from bot.ports import limits
from bot.ports.errors import NotReached
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    Handler = Callable[..., Coroutine[Any, Any, None]]

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.discord")

#: seconds between two IDENTIFYs: Discord allows one in five seconds
IDENTIFY_INTERVAL = 5.0
#: seconds before the next client is started, at first and at most
RESTART_PAUSE, MAX_RESTART_PAUSE = 1.0, 300.0
#: seconds of being connected after which the next pause is short again
_STABLE = 60.0
#: seconds that a call waits for a client
_TIMEOUT = 30.0
#: seconds without previews after a 429
_PREVIEW_COOLDOWN = 60.0
#: channels whose last preview is remembered
_MAX_CHANNELS = 1000
#: says whose limit a 429 is about: "shared" is not the bot's own
_SCOPE = "X-RateLimit-Scope"
#: an interaction's token in a path
_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+)/[^/]+")
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


class Connection:
    """The current client."""

    def __init__(self, token: str, api_url: str | None) -> None:
        self._token = token
        self._api_url = api_url
        self._client: Client | None = None
        self._logged_in = asyncio.Event()
        self._rate_limit = GlobalRateLimit()
        self._last_identify = -IDENTIFY_INTERVAL
        self._last_previews: LRU[str, float] = LRU(_MAX_CHANNELS)
        self._no_previews_until = 0.0
        #: may it read messages that do not mention it?
        self.has_message_content = True

    async def client(self) -> Client:
        """Return the client, once it has logged in. Raise NotReached."""
        try:
            await asyncio.wait_for(self._logged_in.wait(), _TIMEOUT)
        except TimeoutError:
            raise NotReached("not connected with Discord") from None
        assert self._client is not None  # noqa: S101 - there is one while the event is set
        return self._client

    async def call(self, make: Callable[[Client], Awaitable[T]]) -> T:
        """Make a call with the client, again where its outcome is not known.

        `make` builds everything fresh, files too. Raise HTTPException where it is refused, NotReached.
        """

        async def attempt() -> T:
            return await make(await self.client())

        return await retry(attempt)

    @property
    def bot_id(self) -> int:
        """The bot's own id; 0 before it has logged in."""
        user = self._client.user if self._client else None
        return user.id if user else 0

    @property
    def state(self) -> Any:  # noqa: ANN401 - the SDK's own
        """What the SDK makes its values with."""
        return self._client._connection if self._client else None  # noqa: SLF001 - it has no other door

    @property
    def is_ready(self) -> bool:
        """Are its guilds known?"""
        return self._client is not None and self._client.is_ready()

    def guild(self, id_: int | None) -> discord.Guild | None:
        """Return a guild that the bot is in, as far as it is known yet."""
        return self._client.get_guild(id_) if self._client and id_ is not None else None

    def thread(self, id_: int) -> discord.Thread | None:
        """Return a thread that is not archived."""
        found = self._client.get_channel(id_) if self._client else None
        return found if isinstance(found, discord.Thread) else None

    async def run(
        self,
        handlers: Iterable[Handler],
        on_login: Callable[[Client], Coroutine[Any, Any, None]],
    ) -> None:
        """Stay connected until cancelled; `on_login` is called after each login."""
        set_api_url(self._api_url)
        pause = RESTART_PAUSE
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._rate_limit.on_request_start)
        trace.on_request_end.append(self._on_request_end)
        while True:
            started = time.monotonic()
            client = Client(
                handlers, trace, self._before_identify, message_content=self.has_message_content
            )
            try:
                await self._run_client(client, on_login)
                _log.info("connection closed")
            except discord.PrivilegedIntentsRequired:
                _log.warning("no message content intent: plain replies cannot be read")
                self.has_message_content = False
                continue
            except discord.LoginFailure:
                _log.error("Discord refused the token; set EASEL_DISCORD_TOKEN")
                pause = MAX_RESTART_PAUSE
            except Exception as error:  # whatever it is, the next client may fare better
                _log.warning("connection failed", error=repr(error))
            finally:
                self._logged_in.clear()
                await client.close()
            if time.monotonic() - started > _STABLE:
                pause = RESTART_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, MAX_RESTART_PAUSE)

    async def _run_client(
        self, client: Client, on_login: Callable[[Client], Coroutine[Any, Any, None]]
    ) -> None:
        await client.login(self._token)
        self._client = client
        if self._api_url is not None:
            # the SDK asks for the gateway's address only at first; here for each new session
            _, url, _ = await client.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self._logged_in.set()
        login_task = asyncio.create_task(on_login(client), name="discord login")
        try:
            await client.connect(reconnect=True)
        finally:
            login_task.cancel()
            await asyncio.gather(login_task, return_exceptions=True)

    async def _before_identify(self) -> None:
        wait = self._last_identify + IDENTIFY_INTERVAL - time.monotonic()
        self._last_identify = time.monotonic() + max(0.0, wait)
        if wait > 0:
            await asyncio.sleep(wait)

    # previews take what nobody else needs

    async def _on_request_end(
        self, _session: object, _context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if params.response.status == 429 and params.response.headers.get(_SCOPE) != "shared":
            _log.warning("rate limited", path=_TOKEN.sub(r"\1/…", params.url.path))
            self._no_previews_until = time.monotonic() + _PREVIEW_COOLDOWN

    def has_spare_edit(self, channel: str) -> bool:
        """Return whether a channel has an edit to spare, for what people can do without."""
        if time.monotonic() < self._no_previews_until or not self._rate_limit.has_spare:
            return False
        return self._client is not None and self._client.http.has_spare_edit(channel)

    def take_preview(self, channel: str) -> bool:
        """Return whether a preview may be shown in a channel; if so, the next one has to wait a little."""
        now, interval = time.monotonic(), limits.PREVIEW_INTERVAL
        is_early = now - self._last_previews.get(channel, -interval) < interval
        if is_early or not self.has_spare_edit(channel):
            return False
        self._last_previews[channel] = now
        return True
