"""In which order are messages taken, and which were missed while the bot was away?

The SDK runs a handler for each message as a task of its own. Here each channel and thread is a queue: what
was missed comes first, oldest first, then what came since. Nothing is taken twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog

from adapters.discord.calls import insist
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from adapters.discord.connection import Connection

_log = structlog.stdlib.get_logger("easel.discord")

#: messages that wait in one channel; the rest is picked up after the next connection
_MOST_WAITING = 200
#: messages that are picked up in one channel
_MOST_MISSED = 100
#: channels that are looked through at once
_AT_ONCE = 3
#: messages that are remembered as taken
_REMEMBERED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Where something may have been missed in a channel."""

    #: the message after which
    after: int
    #: None: direct messages
    guild: int | None = None


class Arrivals:
    """The messages that arrive."""

    def __init__(
        self, connection: Connection, take: Callable[[discord.Message], Awaitable[None]]
    ) -> None:
        self._connection = connection
        self._take = take
        self._waiting: dict[int, deque[discord.Message | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: LRU[int, None] = LRU(_REMEMBERED)
        #: channels that may hold something missed
        self._behind: dict[int, Behind] = {}
        #: who wrote what was missed, by guild and person
        self._members: dict[tuple[int, int], Any] = {}
        self._known = asyncio.Event()
        self._looking = asyncio.Semaphore(_AT_ONCE)

    def hold(self) -> None:
        """Take nothing until it is known where something may have been missed."""
        self._known.clear()
        self._members.clear()

    def catch_up(self, behind: Mapping[int, Behind]) -> None:
        """Look through these channels, each after this message, before anything else there is taken."""
        self._behind |= behind
        self._known.set()

    def begin(self) -> None:
        """Begin to look through the channels where nothing has arrived."""
        for channel, behind in list(self._behind.items()):
            thread = self._connection.thread(channel)
            if thread is not None and (thread.last_message_id or 0) <= behind.after:
                del self._behind[channel]  # nothing was written there
            else:
                self._put(channel, None)

    def put(self, message: discord.Message) -> None:
        """Take a message in its turn."""
        self._put(message.channel.id, message)

    async def end(self) -> None:
        """Take nothing any more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _put(self, channel: int, message: discord.Message | None) -> None:
        waiting = self._waiting.get(channel)
        if waiting is None:
            self._waiting[channel] = deque([message])
            task = asyncio.create_task(self._work(channel), name=f"discord channel {channel}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(waiting) < _MOST_WAITING:
            waiting.append(message)
        else:
            _log.warning("too many messages at once", channel=channel)

    async def _work(self, channel: int) -> None:
        waiting = self._waiting[channel]
        try:
            await self._known.wait()
            while waiting:
                message = waiting.popleft()
                await self._missed(channel)
                if message is not None:
                    await self._once(message)
        finally:
            del self._waiting[channel]

    async def _missed(self, channel: int) -> None:
        """Take what was missed in a channel."""
        behind = self._behind.pop(channel, None)
        if behind is None:
            return
        try:
            async with self._looking:
                found = await insist(lambda: self._since(channel, behind))
        except (discord.HTTPException, NotPosted) as error:
            _log.info("not looked through", channel=channel, error=str(error))
            return
        answered = {
            message.reference.message_id
            for message in found
            if message.author.id == self._connection.me and message.reference
        }
        for message in found:
            if message.id not in answered:
                await self._with_roles(message, behind.guild)
                await self._once(message)

    async def _with_roles(self, message: discord.Message, guild: int | None) -> None:
        """Give a message's author their roles, which a history does not tell."""
        author = message.author
        if guild is None or author.bot or isinstance(author, discord.Member):
            return
        key = (guild, author.id)
        try:
            if key not in self._members:
                client = await self._connection.client()
                self._members[key] = await client.http.get_member(guild, author.id)
            message._handle_member(self._members[key])  # noqa: SLF001 - as the gateway's are read
        except (discord.HTTPException, aiohttp.ClientError, OSError, NotPosted) as error:
            _log.info("roles not read", person=author.id, error=repr(error))

    async def _since(self, channel: int, behind: Behind) -> list[discord.Message]:
        client = await self._connection.client()
        # what a history gives does not say in which guild it was written
        place = client.get_partial_messageable(channel, guild_id=behind.guild)
        return [
            message
            async for message in place.history(
                after=discord.Object(behind.after), limit=_MOST_MISSED, oldest_first=True
            )
        ]

    async def _once(self, message: discord.Message) -> None:
        if message.id in self._taken:
            return
        self._taken[message.id] = None
        try:
            await self._take(message)
        except Exception:  # those behind it go on
            self._taken.pop(message.id, None)
            _log.exception("message not taken", message=message.id)
