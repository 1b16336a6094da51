"""Which canvas does a message or an interaction belong to?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters.discord import places
from adapters.discord.arrivals import Behind
from adapters.discord.calls import insist
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU
from bot.ports.queries import PlaceQuery, PlacesQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.connection import Connection
    from adapters.discord.parse import Heard
    from adapters.discord.posting import Posting
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place
    from bot.ports.queries import KnownPlace

_log = structlog.stdlib.get_logger("easel.discord")

#: threads, and asking messages, that are remembered
_MOST = 5000
#: a card can be pressed before it is on disk where it stands: how often and long that is waited for
_TRIES, _PAUSE = 40, 0.05


class Rooms:
    """Finds the place of what happens in a channel."""

    bot: Bot

    def __init__(self, connection: Connection, posting: Posting) -> None:
        self._connection = connection
        self._posting = posting
        self._threads: LRU[int, Place] = LRU(_MOST)
        self._asked: LRU[int, Place] = LRU(_MOST)
        #: the newest canvas of somebody who has the app for themselves, by channel
        self._own: LRU[tuple[str, int], Place] = LRU(_MOST)
        self._own_read = False

    def know(self, place: Place) -> None:
        """Remember which channel a thread is of: archived threads leave the SDK's memory."""
        if place.thread is not None and places.has_thread(place):
            self._threads[int(place.thread)] = place

    async def _newest_of(self, channel: str, user: int) -> Place | None:
        """Give somebody's newest canvas in a channel; after a start it is read from disk, once."""
        if not self._own_read:
            known = await self.bot.query(PlacesQuery(platform=places.PLATFORM, workspace=""))
            self._own_read = True
            for one in known:  # the newest first
                if "." in (one.place.thread or ""):
                    self._own.setdefault((one.place.channel, places.owner(one.place)), one.place)
        return self._own.get((channel, user))

    def behind(self, known: Sequence[KnownPlace]) -> dict[int, Behind]:
        """Give the channels and threads of known canvases, each with the newest message seen there."""
        found: dict[int, Behind] = {}
        for one in known:
            self.know(one.place)
            room = places.room(one.place)
            begun = (one.place.thread or "").removeprefix("@")
            seen = one.seen or begun
            if room.isdigit() and seen.isdigit():
                guild = None if places.is_direct(one.place) else int(one.place.workspace)
                before = found.get(int(room), Behind(after=0))
                found[int(room)] = Behind(after=max(before.after, int(seen)), guild=guild)
        return found

    async def of_message(self, message: discord.Message, said: Heard) -> tuple[Place, bool] | None:
        """Give a message's place, and whether it may start a canvas; None: it is not for the bot."""
        guild = places.guild_of(message)
        here = await self._here(message.channel, guild, message.author.id)
        if here is None:
            return None
        if here.thread is not None:
            await self._settled(here)
            ours = said.mentioned or await self._at(here) is not None
            return (here, said.mentioned) if ours else None
        if said.reply_to is not None and (guild is None or said.answers_us):
            known = await self._whose(here, str(said.reply_to))
            if known is not None:
                return known.place, False
        if guild is None:
            return here, True
        return (here, True) if said.mentioned else None

    async def of_interaction(
        self, interaction: discord.Interaction[Any], turn: str | None = None
    ) -> Place | None:
        """Give the place of a command or a press; `turn`: whose card was pressed."""
        if places.is_alone(interaction):
            return await self._of_person(interaction, turn)
        here = await self._here(interaction.channel, interaction.guild_id, interaction.user.id)
        if here is None or here.thread is not None:
            return here
        if turn is None and interaction.message is None:
            return here
        message = str(interaction.message.id) if interaction.message else None
        known = await self._whose(here, message, turn)
        return here if known is None or self._is_private(known.place) else known.place

    async def _of_person(self, interaction: discord.Interaction[Any], turn: str | None) -> Place:
        """Give the canvas of somebody who has the app for themselves: the card's, else their newest there."""
        user, channel = interaction.user.id, interaction.channel_id or 0
        here = places.place_of(interaction.guild_id, channel, person=user)
        if turn is not None:
            known = await self._whose(here, None, turn)
            if known is not None and places.owner(known.place) == user:
                return known.place
        newest = await self._newest_of(str(channel), user)
        return newest or replace(here, thread=f"@{user}")

    def anew(self, interaction: discord.Interaction[Any], place: Place) -> Place:
        """Give a new canvas of the same person."""
        user = interaction.user.id
        found = replace(place, thread=f"@{user}.{interaction.id}")
        self._own[place.channel, user] = found
        return found

    def _is_private(self, place: Place) -> bool:
        """Tell whether a canvas is a private thread, whose controls work inside of it only."""
        thread = self._connection.thread(int(places.room(place))) if place.thread else None
        return thread is not None and thread.is_private()

    async def _whose(
        self, here: Place, message: str | None, turn: str | None = None
    ) -> KnownPlace | None:
        """Find the canvas of a turn's card, or of a message; one that was just posted is waited for."""
        for _ in range(_TRIES):
            known = await self._at(here, turn=turn) if turn is not None else None
            if known is None and message is not None:
                known = await self._at(here, message=message)
            if known is not None or message is None or not self._posting.settling(message):
                return known
            await asyncio.sleep(_PAUSE)
        return None

    async def _settled(self, place: Place) -> None:
        """Wait until a thread that the bot has just made is known on disk."""
        for _ in range(_TRIES):
            if not self._posting.settling(place.thread or "") or await self._at(place) is not None:
                return
            await asyncio.sleep(_PAUSE)

    async def _at(
        self, place: Place, *, message: str | None = None, turn: str | None = None
    ) -> KnownPlace | None:
        query = PlaceQuery(
            platform=place.platform,
            workspace=place.workspace,
            place=place,
            message=message,
            turn=turn,
        )
        return await self.bot.query(query)

    async def _here(self, channel: Any, guild: int | None, person: int) -> Place | None:  # noqa: ANN401 - the SDK has a class for each kind
        if channel is None:
            return None
        there = self._connection.guild(guild)
        channel = (there and there.get_channel_or_thread(channel.id)) or channel
        place = places.in_channel(channel, guild, self._threads, person=person)
        if place is not None:
            self.know(place)
            return place
        # a thread that was archived: the SDK does not know its channel any more

        async def call() -> Place | None:
            client = await self._connection.client()
            found = await client.fetch_channel(channel.id)
            return places.in_channel(found, guild, {})

        try:
            place = await insist(call)
        except (discord.HTTPException, NotPosted) as error:
            _log.info("channel not known", channel=channel.id, error=str(error))
            return None
        if place is not None:
            self.know(place)
        return place

    def asked(self, message: int, place: Place) -> None:
        """Remember where a message asked for something."""
        self._asked[message] = place

    def asked_at(self, channel: int, message: int, guild: int | None) -> Place | None:
        """Give where a changed message may have asked; None: it is nobody's prompt."""
        if message in self._asked:
            return self._asked[message]
        here = self._threads.get(channel)
        return here or (None if guild is None else places.place_of(guild, channel))
