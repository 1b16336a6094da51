"""In which order are messages handled, and which were missed while the bot was away?

The SDK runs a handler for each message as a task of its own. Here each channel and thread is a queue: what
was missed comes first, oldest first, then what came since. Nothing is handled twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog

from adapters.shared.tasks import BackgroundTasks
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from adapters.discord.connection import Connection

_log = structlog.stdlib.get_logger("easel.discord")

#: messages that wait in one channel; the rest is picked up after the next connection
_MAX_WAITING = 200
#: messages that are picked up in one channel
_MAX_MISSED = 100
#: channels whose history is read at once
_MAX_READERS = 3
#: messages that are remembered as handled
_MAX_HANDLED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Where something may have been missed in a channel."""

    #: the id of the message after which
    after: int
    #: None: direct messages
    guild: int | None = None


class Inbox:
    """The messages that wait to be handled, by channel."""

    def __init__(
        self, connection: Connection, handle: Callable[[discord.Message], Awaitable[None]]
    ) -> None:
        self._connection = connection
        self._handle = handle
        self._queues: dict[int, deque[discord.Message | None]] = {}
        self._tasks = BackgroundTasks()
        self._handled: LRU[int, None] = LRU(_MAX_HANDLED)
        self._backlogs: dict[int, Backlog] = {}
        #: authors of what was missed, by guild and person
        self._members: dict[tuple[int, int], Any] = {}
        #: how many shards are looking where something may have been missed
        self._pauses = 0
        self._backlogs_known = asyncio.Event()
        self._readers = asyncio.Semaphore(_MAX_READERS)

    def pause(self) -> None:
        """Handle nothing until it is known where something may have been missed."""
        self._pauses += 1
        self._backlogs_known.clear()
        self._members.clear()

    def resume(self, backlogs: Mapping[int, Backlog]) -> None:
        """Handle the backlogs of these channels before anything else there."""
        self._backlogs |= backlogs
        self._pauses -= 1
        if not self._pauses:
            self._backlogs_known.set()

    def read_backlogs(self) -> None:
        """Read the backlogs of channels where nothing has arrived since."""
        for channel, backlog in list(self._backlogs.items()):
            thread = self._connection.thread(channel)
            if thread is not None and (thread.last_message_id or 0) <= backlog.after:
                del self._backlogs[channel]  # nothing was written there
            else:
                self._put(channel, None)

    def put(self, message: discord.Message) -> None:
        """Handle a message in its turn."""
        self._put(message.channel.id, message)

    async def close(self) -> None:
        """Handle nothing any more."""
        await self._tasks.close()

    def _put(self, channel: int, message: discord.Message | None) -> None:
        queue = self._queues.get(channel)
        if queue is None:
            self._queues[channel] = deque([message])
            self._tasks.start(self._process(channel), f"discord channel {channel}")
        elif len(queue) < _MAX_WAITING:
            queue.append(message)
        else:
            _log.warning("too many messages at once", channel=channel)

    async def _process(self, channel: int) -> None:
        queue = self._queues[channel]
        try:
            await self._backlogs_known.wait()
            while queue:
                message = queue.popleft()
                await self._process_backlog(channel)
                if message is not None:
                    await self._handle_once(message)
        finally:
            del self._queues[channel]

    async def _process_backlog(self, channel: int) -> None:
        backlog = self._backlogs.pop(channel, None)
        if backlog is None:
            return
        try:
            async with self._readers:
                missed = await self._read_backlog(channel, backlog)
        except (discord.HTTPException, NotPosted) as error:
            _log.info("backlog not read", channel=channel, error=str(error))
            return
        answered = {
            message.reference.message_id
            for message in missed
            if message.author.id == self._connection.bot_id and message.reference
        }
        for message in missed:
            if message.id not in answered:
                await self._add_roles(message, backlog.guild)
                await self._handle_once(message)

    async def _add_roles(self, message: discord.Message, guild: int | None) -> None:
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

    async def _read_backlog(self, channel: int, backlog: Backlog) -> list[discord.Message]:
        async def read(client: discord.Client) -> list[discord.Message]:
            # what a history gives does not say in which guild it was written
            place = client.get_partial_messageable(channel, guild_id=backlog.guild)
            after = discord.Object(backlog.after)
            history = place.history(after=after, limit=_MAX_MISSED, oldest_first=True)
            return [message async for message in history]

        return await self._connection.call(read)

    async def _handle_once(self, message: discord.Message) -> None:
        if message.id in self._handled:
            return
        self._handled[message.id] = None
        try:
            await self._handle(message)
        except Exception:  # those behind it go on
            self._handled.pop(message.id, None)
            _log.exception("message not handled", message=message.id)
