"""How does the bot stay connected with Discord? One client at a time, watched over."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket

from adapters.discord.client import Client, point_at
from adapters.discord.pace import Pace
from bot.ports import limits
from bot.ports.errors import NotReached
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import aiohttp

    from adapters.discord.client import Events

_log = structlog.stdlib.get_logger("easel.discord")

#: seconds between two IDENTIFYs: Discord allows one in five seconds
IDENTIFY_GAP = 5.0
#: seconds before the client is started anew, the first and the longest time
RESTART_AFTER, RESTART_AT_MOST = 1.0, 300.0
#: seconds of being connected after which all is well again
_WELL = 60.0
#: seconds that a call waits for a client
_PATIENCE = 30.0
#: seconds between two previews of a channel, and without any after a 429
PREVIEWS_REST = 60.0
_CHANNELS = 1000
#: says whose limit a 429 is about: "shared" is not the bot's own
_SCOPE = "X-RateLimit-Scope"
#: an interaction's token in a path
_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+)/[^/]+")


class Connection:
    """The client of the moment; started anew whenever it ends."""

    def __init__(self, token: str, api_url: str | None) -> None:
        self._token = token
        self._api_url = api_url
        self._client: Client | None = None
        self._there = asyncio.Event()
        self._pace = Pace()
        self._identified = -IDENTIFY_GAP
        self._previewed: LRU[str, float] = LRU(_CHANNELS)
        self._no_previews_until = 0.0
        #: may it read messages that do not name it?
        self.content = True

    async def client(self) -> Client:
        """Give the client, once it has logged in. Raises NotReached."""
        try:
            await asyncio.wait_for(self._there.wait(), _PATIENCE)
        except TimeoutError:
            raise NotReached("not connected with Discord") from None
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

    @property
    def ready(self) -> bool:
        """Are its guilds known?"""
        return self._client is not None and self._client.is_ready()

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
            client = Client(
                events,
                content=self.content,
                identifying=self.identifying,
                leaves=self._pace.leaves,
                answered=self.answered,
            )
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
            except Exception as error:  # whatever it is, the next client may fare better
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
        if params.response.status == 429 and params.response.headers.get(_SCOPE) != "shared":
            _log.warning("rate limited", path=_TOKEN.sub(r"\1/…", params.url.path))
            self._no_previews_until = time.monotonic() + PREVIEWS_REST

    def spare(self, room: str) -> bool:
        """Tell whether a channel has an edit to spare, for what people can do without."""
        rests = time.monotonic() < self._no_previews_until or not self._pace.spare
        return self._client is not None and not rests and self._client.http.spare(room)

    def preview(self, room: str) -> bool:
        """Tell whether a preview may be shown in a channel; if so, the next one has to wait a little."""
        now = time.monotonic()
        if now - self._previewed.get(
            room, -limits.PREVIEW_INTERVAL
        ) < limits.PREVIEW_INTERVAL or not self.spare(room):
            return False
        self._previewed[room] = now
        return True
