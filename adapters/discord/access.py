"""May an image be posted at a place now? Told by what the gateway says, and by what Discord refused before.

Discord is asked only about a thread that the SDK does not know: one that is archived, or gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from adapters.discord import places
from adapters.discord.retry import ErrorCode
from adapters.discord.text import clean
from bot.ports.errors import NotPosted
from bot.ports.language import N_
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from bot.ports.messages import Place

#: threads, and channels that refused, that are remembered
_MAX_CHANNELS = 4000
_LOCKED = N_("this thread is locked")
_THREAD_GONE = N_("this thread no longer exists")
_CHANNEL_GONE = N_("this channel no longer exists")
_UNSEEN = N_("it can't see this channel")
#: what Discord refuses for, as a part of a sentence
_REFUSALS: dict[int, str] = {
    ErrorCode.MISSING_ACCESS: _UNSEEN,
    ErrorCode.MISSING_PERMISSIONS: N_("it's missing a permission in this channel"),
    ErrorCode.UNKNOWN_CHANNEL: _CHANNEL_GONE,
    ErrorCode.THREAD_LOCKED: _LOCKED,
}
#: what is said of a missing permission, by its name; the first one counts
_MISSING = {
    "view_channel": _UNSEEN,
    "send_messages": N_("it isn't allowed to send messages in this channel"),
    "send_messages_in_threads": N_("it isn't allowed to send messages in threads here"),
    "attach_files": N_("it isn't allowed to attach files in this channel"),
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
    """Knows where the bot may post images. Problems are parts of sentences; "" is none, or not known."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: problems of threads that the SDK does not know
        self._threads: LRU[int, str] = LRU(_MAX_CHANNELS)
        self._refused: LRU[str, str] = LRU(_MAX_CHANNELS)

    def note_event(self, event: str) -> None:
        """Forget what was refused where something changed."""
        if event in _CHANGES:
            self._refused.clear()

    def note_thread(self, id_: int, metadata: dict[str, Any] | None) -> None:
        """Note what became of a thread; None: it is gone."""
        is_locked = metadata is not None and bool(metadata.get("locked"))
        self._threads[id_] = _THREAD_GONE if metadata is None else _LOCKED if is_locked else ""

    def clear(self) -> None:
        """Forget everything: a new session has begun, and something may have been missed."""
        self._threads.clear()
        self._refused.clear()

    def note_posted(self, place: Place) -> None:
        """Note that a card got to its place."""
        self._refused.pop(places.channel_of(place), None)

    def note_refused(self, place: Place, error: discord.HTTPException) -> None:
        """Note why a card did not get to its place."""
        if error.code in _REFUSALS:
            is_thread_gone = error.code == ErrorCode.UNKNOWN_CHANNEL and places.has_thread(place)
            problem = _THREAD_GONE if is_thread_gone else _REFUSALS[error.code]
            self._refused[places.channel_of(place)] = problem

    def get_problem(self, place: Place) -> str:
        """Return what is in the way of an image, as far as it is known."""
        refused = self._refused.get(places.channel_of(place), "")
        if places.is_direct(place):
            return refused
        guild = self._connection.guild(int(place.workspace))
        if guild is None:
            return (
                N_("it isn't in this server")
                if self._connection.knows(place.workspace)
                else refused
            )
        if guild.unavailable or guild.me is None:
            return refused
        channel = guild.get_channel(int(place.channel))
        if channel is None:
            return _CHANNEL_GONE
        permissions = discord.abc.GuildChannel.permissions_for(channel, guild.me)
        unused = "send_messages" if places.has_thread(place) else "send_messages_in_threads"
        for name, problem in _MISSING.items():
            if name != unused and not getattr(permissions, name):
                return problem
        return self._get_thread_problem(place, guild, permissions) or refused

    def _get_thread_problem(
        self, place: Place, guild: discord.Guild, permissions: discord.Permissions
    ) -> str:
        if not places.has_thread(place):
            return ""
        id_ = int(places.channel_of(place))
        thread = guild.get_thread(id_)
        if thread is not None:
            problem = _LOCKED if thread.locked else ""
        else:
            problem = self._threads.get(id_, "")
        return "" if problem == _LOCKED and permissions.manage_threads else problem

    def name_public(self, place: Place) -> str:
        """Return what a channel is called that everybody of its guild sees, "#design"; "": it is none."""
        guild = None if places.is_direct(place) else self._connection.guild(int(place.workspace))
        channel = guild.get_channel(int(place.channel)) if guild is not None else None
        if (
            guild is None
            or channel is None
            or ((thread := self._thread(place)) and thread.is_private())
        ):
            return ""
        allowed = channel.permissions_for(guild.default_role)
        return f"#{clean(channel.name, 80)}" if allowed.view_channel else ""

    def _thread(self, place: Place) -> discord.Thread | None:
        has_thread = places.has_thread(place)
        return self._connection.thread(int(places.channel_of(place))) if has_thread else None

    async def check(self, place: Place) -> str:
        """Return the same, and ask Discord about a thread that nobody knows."""
        problem = self.get_problem(place)
        if problem or not places.has_thread(place):
            return problem
        id_ = int(places.channel_of(place))
        if id_ in self._threads or self._connection.thread(id_) is not None:
            return problem
        try:
            found: Any = await self._connection.call(lambda client: client.http.get_channel(id_))
            self.note_thread(id_, found.get("thread_metadata"))
        except NotPosted:
            return ""
        except discord.HTTPException as error:
            if error.code not in {ErrorCode.UNKNOWN_CHANNEL, ErrorCode.MISSING_ACCESS}:
                return ""
            is_gone = error.code == ErrorCode.UNKNOWN_CHANNEL
            self._threads[id_] = _THREAD_GONE if is_gone else _UNSEEN
        return self.get_problem(place)
