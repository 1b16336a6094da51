"""May a picture be posted at a place now? Told by what the gateway says, and by what Discord refused before.

Discord is asked only about a thread that the SDK does not know: one that is archived, or gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from adapters.discord import places
from adapters.discord.calls import GONE_CHANNEL, NO_ACCESS, NOT_PERMITTED, THREAD_LOCKED, insist
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from bot.ports.messages import Place

#: threads, and channels that refused, that are remembered
_MOST = 4000
_LOCKED = "this thread is locked"
_GONE = "this thread is gone"
_UNSEEN = "it does not see this channel"
#: what Discord refuses for, as a part of a sentence
_REFUSALS = {
    NO_ACCESS: _UNSEEN,
    NOT_PERMITTED: "it lacks a permission in this channel",
    GONE_CHANNEL: "this channel is gone",
    THREAD_LOCKED: _LOCKED,
}
#: what it needs, by permission, in the order of telling
_NEEDED = {
    "view_channel": _UNSEEN,
    "send_messages": "it may not send messages in this channel",
    "send_messages_in_threads": "it may not send messages in threads here",
    "attach_files": "it may not attach files in this channel",
}
#: events after which Discord may take what it refused
_CHANGES = frozenset(
    {
        "CHANNEL_UPDATE",
        "GUILD_CREATE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_UPDATE",
        "THREAD_UPDATE",
    }
)


class Access:
    """Knows where the bot may post pictures."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: of threads that the SDK does not know: what is in the way, "" where nothing is
        self._threads: LRU[int, str] = LRU(_MOST)
        self._refused: LRU[str, str] = LRU(_MOST)

    # what the gateway tells

    def heard(self, event: str) -> None:
        """Forget what was refused where something changed."""
        if event in _CHANGES:
            self._refused.clear()

    def thread(self, id_: int, metadata: dict[str, Any] | None) -> None:
        """Note what became of a thread; None: it is gone."""
        locked = metadata is not None and bool(metadata.get("locked"))
        self._threads[id_] = _GONE if metadata is None else _LOCKED if locked else ""

    def forget(self) -> None:
        """Forget it all: a new session has begun, and something may have been missed."""
        self._threads.clear()
        self._refused.clear()

    # what became of posting

    def taken(self, place: Place) -> None:
        """Note that a card got to its place."""
        self._refused.pop(places.room(place), None)

    def refused(self, place: Place, error: discord.HTTPException) -> None:
        """Note why a card did not get to its place."""
        if error.code in _REFUSALS:
            gone = error.code == GONE_CHANNEL and places.has_thread(place)
            self._refused[places.room(place)] = _GONE if gone else _REFUSALS[error.code]

    # what is in the way

    def problem(self, place: Place) -> str:
        """Say what is in the way of a picture as a part of a sentence; "": nothing, or it is not known."""
        refused = self._refused.get(places.room(place), "")
        if places.is_direct(place):
            return refused
        guild = self._connection.guild(int(place.workspace))
        if guild is None:
            return "it is not in this server" if self._connection.ready else refused
        if guild.unavailable or guild.me is None:
            return refused
        channel = guild.get_channel(int(place.channel))
        if channel is None:
            return "this channel is gone"
        may = discord.abc.GuildChannel.permissions_for(channel, guild.me)
        unused = "send_messages" if places.has_thread(place) else "send_messages_in_threads"
        for name, says in _NEEDED.items():
            if name != unused and not getattr(may, name):
                return says
        return self._of_thread(place, guild, may) or refused

    def _of_thread(self, place: Place, guild: discord.Guild, may: discord.Permissions) -> str:
        if not places.has_thread(place):
            return ""
        thread = guild.get_thread(int(places.room(place)))
        if thread is not None:
            says = _LOCKED if thread.locked else ""
        else:
            says = self._threads.get(int(places.room(place)), "")
        return "" if says == _LOCKED and may.manage_threads else says

    async def look(self, place: Place) -> str:
        """Say the same, and ask Discord about a thread that nobody knows."""
        says = self.problem(place)
        room = places.room(place)
        if says or not places.has_thread(place) or int(room) in self._threads:
            return says
        if self._connection.thread(int(room)) is not None:
            return says

        async def call() -> dict[str, Any]:
            client = await self._connection.client()
            return dict(await client.http.get_channel(int(room)))

        try:
            found = await insist(call)
            self.thread(int(room), found.get("thread_metadata"))
        except NotPosted:
            return ""
        except discord.HTTPException as error:
            if error.code not in {GONE_CHANNEL, NO_ACCESS}:
                return ""
            self._threads[int(room)] = _GONE if error.code == GONE_CHANNEL else _UNSEEN
        return self.problem(place)
