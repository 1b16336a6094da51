"""Which canvas does a message or an interaction belong to?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters.discord import places
from adapters.discord.inbox import Backlog
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU
from bot.ports.queries import PlaceQuery, PlacesQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.connection import Connection
    from adapters.discord.messages import CardMessages
    from adapters.discord.parse import ParsedMessage
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place
    from bot.ports.queries import KnownPlace

_log = structlog.stdlib.get_logger("easel.discord")

#: threads, and asking messages, that are remembered
_MAX_PLACES = 5000
#: a card can be pressed before it is on disk where it stands: how often and long that is waited for
_TRIES, _PAUSE = 40, 0.05


class Conversations:
    """Finds the place of what happens in a channel."""

    def __init__(self, bot: Bot, connection: Connection, messages: CardMessages) -> None:
        self._bot = bot
        self._connection = connection
        self._messages = messages
        self._threads: LRU[int, Place] = LRU(_MAX_PLACES)
        #: places that are canvases
        self._canvases: LRU[str, None] = LRU(_MAX_PLACES)
        #: where messages asked for something
        self._prompts: LRU[int, Place] = LRU(_MAX_PLACES)
        #: the newest canvas of somebody who has the app for themselves, by channel
        self._user_installs: LRU[tuple[str, int], Place] = LRU(_MAX_PLACES)
        self._are_user_installs_read = False

    def note(self, place: Place) -> None:
        """Remember a canvas, and which channel its thread is of: archived threads leave the SDK's memory."""
        self._canvases[str(place)] = None  # one that is deleted is the place of no prompt either
        self.note_thread(place)

    def note_thread(self, place: Place) -> None:
        """Remember of which channel a thread is."""
        if place.thread is not None and places.has_thread(place):
            self._threads[int(place.thread)] = place

    def find_backlogs(self, known: Sequence[KnownPlace], shard: int) -> dict[int, Backlog]:
        """Return the channels and threads of a shard's canvases, each with the newest message seen there."""
        backlogs: dict[int, Backlog] = {}
        for one in known:
            if self._connection.shard_of(one.place.workspace) != shard:
                continue
            self.note(one.place)
            channel = places.channel_of(one.place)
            seen = one.seen or (one.place.thread or "").removeprefix("@")
            if channel.isdigit() and seen.isdigit():
                guild = None if places.is_direct(one.place) else int(one.place.workspace)
                before = backlogs.get(int(channel), Backlog(after=0))
                after = max(before.after, int(seen))
                backlogs[int(channel)] = Backlog(after=after, guild=guild)
        return backlogs

    async def find_by_message(
        self, message: discord.Message, parsed: ParsedMessage
    ) -> tuple[Place, bool] | None:
        """Return a message's place, and whether it may start a canvas; None: it is not for the bot."""
        guild = places.guild_of(message)
        here = await self._find_place(message.channel, guild, message.author.id)
        if here is None:
            return None
        if here.thread is not None:
            # a card that was posted just now may not be on disk yet with its place
            is_settled = not self._messages.is_settling(here.thread)
            if parsed.mentioned or (str(here) in self._canvases and is_settled):
                return here, parsed.mentioned
            if await self._find_known(here, here.thread, {}) is None:
                return None
            self._canvases[str(here)] = (
                None  # one that is deleted later is no prompt's place either
            )
            return here, False
        if parsed.reply_to is not None and (guild is None or parsed.replies_to_bot):
            replied = str(parsed.reply_to)
            known = await self._find_known(here, replied, {"message": replied})
            if known is not None:
                return known.place, False
        return (here, True) if guild is None or parsed.mentioned else None

    async def find_by_interaction(
        self, interaction: discord.Interaction[Any], turn: str | None = None
    ) -> Place | None:
        """Return the place of a command or a press; `turn`: whose card was pressed."""
        if places.is_user_install(interaction):
            return await self._find_user_install(interaction, turn)
        here = await self._find_place(
            interaction.channel, interaction.guild_id, interaction.user.id
        )
        message = str(interaction.message.id) if interaction.message else None
        if here is None or here.thread is not None or (turn is None and message is None):
            return here
        keys = [{"turn": turn}] if turn is not None else []
        keys += [{"message": message}] if message is not None else []
        known = await self._find_known(here, message, *keys)
        return here if known is None or self._is_private(known.place) else known.place

    async def _find_user_install(
        self, interaction: discord.Interaction[Any], turn: str | None
    ) -> Place:
        """Return the canvas of somebody who has the app for themselves: the card's, else their newest there."""
        user, channel = interaction.user.id, interaction.channel_id or 0
        here = places.make_place(interaction.guild_id, channel, person=user)
        if turn is not None:
            known = await self._find_known(here, None, {"turn": turn})
            if known is not None and places.owner_of(known.place) == user:
                return known.place
        if not self._are_user_installs_read:  # once after a start
            newest_first = await self._bot.query(
                PlacesQuery(platform=places.PLATFORM, workspace="")
            )
            self._are_user_installs_read = True
            for one in newest_first:
                if "." in (one.place.thread or ""):
                    key = (one.place.channel, places.owner_of(one.place))
                    self._user_installs.setdefault(key, one.place)
        newest = self._user_installs.get((str(channel), user))
        return newest or replace(here, thread=f"@{user}")

    def start_new(self, interaction: discord.Interaction[Any], place: Place) -> Place:
        """Return a new canvas of the same person."""
        user = interaction.user.id
        new = replace(place, thread=f"@{user}.{interaction.id}")
        self._user_installs[place.channel, user] = new
        return new

    def _is_private(self, place: Place) -> bool:
        """Return whether a canvas is a private thread, whose controls work inside of it only."""
        thread = self._connection.thread(int(places.channel_of(place))) if place.thread else None
        return thread is not None and thread.is_private()

    async def is_known(self, place: Place) -> bool:
        """Return whether there is a canvas at a place."""
        return await self._find_known(place, None, {}) is not None

    async def _find_known(
        self, place: Place, posted: str | None, *keys: dict[str, str]
    ) -> KnownPlace | None:
        """Return the canvas that one of the keys finds; while it may be about to be on disk, wait for it.

        `posted` is the message, or the thread, that the bot may have posted just now.
        """
        for _ in range(_TRIES):
            for key in keys:
                known = await self._bot.query(
                    PlaceQuery(
                        platform=place.platform,
                        workspace=place.workspace,
                        place=place,
                        message=key.get("message"),
                        turn=key.get("turn"),
                    )
                )
                if known is not None:
                    return known
            if posted is None or not self._messages.is_settling(posted):
                return None
            await asyncio.sleep(_PAUSE)
        return None

    async def _find_place(self, channel: Any, guild: int | None, person: int) -> Place | None:  # noqa: ANN401 - the SDK has a class for each kind
        if channel is None:
            return None
        known_guild = self._connection.guild(guild)
        channel = (known_guild and known_guild.get_channel_or_thread(channel.id)) or channel
        place = places.place_of_channel(channel, guild, self._threads, person=person)
        if place is None:
            # a thread that was archived: the SDK does not know its channel any more
            try:
                found = await self._connection.call(lambda client: client.fetch_channel(channel.id))
            except (discord.HTTPException, NotPosted) as error:
                _log.info("channel not known", channel=channel.id, error=str(error))
                return None
            place = places.place_of_channel(found, guild, {})
        if place is not None:
            self.note_thread(place)
        return place

    def note_prompt(self, message: int, place: Place) -> None:
        """Remember where a message asked for something."""
        self._prompts[message] = place

    def find_prompt_place(self, channel: int, message: int, guild: int | None) -> Place | None:
        """Return where a changed message may have asked; None: it is nobody's prompt."""
        if message in self._prompts:
            return self._prompts[message]
        here = self._threads.get(channel)
        return here or (None if guild is None else places.make_place(guild, channel))
