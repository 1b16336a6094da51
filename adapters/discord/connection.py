"""How does the bot stay connected with Discord? One client at a time, replaced whenever it ends."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import discord
import structlog

from adapters.discord.client import Client, set_api_url
from adapters.discord.rate_limits import GlobalRateLimit
from adapters.discord.retry import retry
from bot.ports import limits
from bot.ports.errors import NotReached
from bot.ports.lru import LRU
from bot.ports.meters import RATE_LIMITED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    from adapters.discord.client import Handler
    from bot.ports.adapter import Bot

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel.discord")

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


class Connection:
    """The current client."""

    def __init__(self, token: str, api_url: str | None, shards: int | None) -> None:
        self._token = token
        self._api_url = api_url
        self._shards = shards
        self._client: Client | None = None
        self._logged_in = asyncio.Event()
        self._rate_limit = GlobalRateLimit()
        #: shards whose guilds are known
        self._ready: set[int] = set()
        self._last_previews: LRU[str, float] = LRU(_MAX_CHANNELS)
        self._no_previews_until = 0.0
        #: may it read messages that do not mention it?
        self.has_message_content = True

    async def client(self) -> Client:
        """Return the client, once it has logged in. Raise NotReached."""
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._logged_in.wait()
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

    def shard_of(self, workspace: str) -> int:
        """Return the shard of a guild, or of somebody's direct messages."""
        return self._client.shard_of(workspace) if self._client else 0

    def note_ready(self, shard: int) -> None:
        """Note that the guilds of a shard are known."""
        self._ready.add(shard)

    def knows(self, workspace: str) -> bool:
        """Would the bot's guilds be known to this process, if the workspace were one?"""
        held = self._client.held if self._client else None
        return self.shard_of(workspace) in self._ready & (held or frozenset())

    async def holds(self, workspace: str) -> bool:
        """Return whether this process is the one that is connected with a workspace. Raise NotReached."""
        client = await self.client()
        try:
            async with asyncio.timeout(_TIMEOUT):
                await client.held_known.wait()
        except TimeoutError:
            raise NotReached("not connected with Discord") from None
        return client.shard_of(workspace) in (client.held or ())

    def guild(self, id_: int | None) -> discord.Guild | None:
        """Return a guild that the bot is in, as far as it is known yet, and this process is connected with it."""
        if self._client is None or id_ is None:
            return None
        is_held = self._client.shard_of(str(id_)) in (self._client.held or ())
        return self._client.get_guild(id_) if is_held else None

    def thread(self, id_: int) -> discord.Thread | None:
        """Return a thread that is not archived."""
        found = self._client.get_channel(id_) if self._client else None
        return found if isinstance(found, discord.Thread) else None

    async def run(
        self,
        bot: Bot,
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
            self._ready.clear()
            client = Client(
                bot,
                handlers,
                trace,
                message_content=self.has_message_content,
                shard_count=self._shards,
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
        self._logged_in.set()
        login_task = asyncio.create_task(on_login(client), name="discord login")
        try:
            await client.connect(reconnect=True)
        finally:
            login_task.cancel()
            await asyncio.gather(login_task, return_exceptions=True)

    # previews take what nobody else needs

    async def _on_request_end(
        self, _session: object, _context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if params.response.status == 429 and params.response.headers.get(_SCOPE) != "shared":
            RATE_LIMITED["discord"] += 1
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
