"""In which order are messages taken, and which were missed while the bot was away?

The SDK runs a handler for each message as a task of its own. Here each channel and thread is a queue: what
was missed comes first, oldest first, then what came since. Nothing is taken twice.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

import discord
import structlog

from adapters.discord.calls import insist
from bot.errors import NotPosted

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


class Arrivals:
    """The messages that arrive."""

    def __init__(
        self, connection: Connection, take: Callable[[discord.Message], Awaitable[None]]
    ) -> None:
        self._connection = connection
        self._take = take
        self._waiting: dict[int, deque[discord.Message | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: OrderedDict[int, None] = OrderedDict()
        #: channels that may hold something missed, and the message after which
        self._behind: dict[int, int] = {}
        self._known = asyncio.Event()
        self._looking = asyncio.Semaphore(_AT_ONCE)

    def hold(self) -> None:
        """Take nothing until it is known where something may have been missed."""
        self._known.clear()

    def catch_up(self, behind: Mapping[int, int]) -> None:
        """Look through these channels, each after this message, before anything else there is taken."""
        self._behind |= behind
        self._known.set()

    def begin(self) -> None:
        """Begin to look through the channels where nothing has arrived."""
        for channel, after in list(self._behind.items()):
            thread = self._connection.thread(channel)
            if thread is not None and (thread.last_message_id or 0) <= after:
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
        after = self._behind.pop(channel, None)
        if after is None:
            return
        try:
            async with self._looking:
                found = await insist(lambda: self._since(channel, after))
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
                await self._once(message)

    async def _since(self, channel: int, after: int) -> list[discord.Message]:
        client = await self._connection.client()
        place = client.get_partial_messageable(channel)
        return [
            message
            async for message in place.history(
                after=discord.Object(after), limit=_MOST_MISSED, oldest_first=True
            )
        ]

    async def _once(self, message: discord.Message) -> None:
        if message.id in self._taken:
            return
        self._taken[message.id] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        try:
            await self._take(message)
        except Exception:  # those behind it go on
            self._taken.pop(message.id, None)
            _log.exception("message not taken", message=message.id)
