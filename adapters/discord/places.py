"""Where on Discord is a conversation? Places from messages and interactions, and back. Pure.

A canvas is a thread. Where there are no threads (direct messages, a channel that does not let the bot make
one, a guild that has not installed it) the part of the place that names the thread begins with "@": its cards
stand in the channel itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.ports.messages import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

PLATFORM = "discord"


def make_place(
    guild: int | None, channel: int, thread: int | str | None = None, *, person: int = 0
) -> Place:
    """Return a place; outside of guilds `person` is a workspace of their own."""
    return Place(
        platform=PLATFORM,
        workspace=f"@{person}" if guild is None else str(guild),
        channel=str(channel),
        thread=None if thread is None else str(thread),
    )


def is_direct(place: Place) -> bool:
    """Return whether it is in no guild: somebody's direct messages."""
    return place.workspace.startswith("@")


def make_threadless(place: Place, name: int) -> Place:
    """Return a canvas of a channel without threads, named after its first message."""
    return replace(place, thread=f"@{name}")


def owner_of(place: Place) -> int:
    """Return whose canvas it is, where only a person has the app: "@" and their id, and behind a dot which."""
    name = (place.thread or "").removeprefix("@").partition(".")[0]
    return int(name) if name.isdecimal() else 0


def has_thread(place: Place) -> bool:
    """Return whether a canvas is a thread of Discord's."""
    return place.thread is not None and not place.thread.startswith("@")


def channel_of(place: Place) -> str:
    """Return the id of the channel, or the thread, that a canvas's cards stand in."""
    return place.thread if place.thread and has_thread(place) else place.channel


def channel_of_message(place: Place, message: str) -> str:
    """Return where a message of a canvas is: the one that its thread was made from is in the parent channel."""
    return place.channel if message == place.thread else channel_of(place)


def guild_of(message: discord.Message) -> int | None:
    """Return the guild of a message, known to the SDK or not; None: direct messages."""
    return message.guild.id if message.guild else getattr(message.channel, "guild_id", None)


def place_of_channel(
    channel: object, guild: int | None, known: Mapping[int, Place], *, person: int = 0
) -> Place | None:
    """Return the place of a channel or thread; None: an unknown one, whose parent must be asked for."""
    id_ = int(getattr(channel, "id", 0))
    if id_ in known:
        return known[id_]
    if isinstance(channel, discord.Thread):
        return make_place(guild, channel.parent_id, id_)
    if guild is None or isinstance(channel, discord.abc.GuildChannel):
        return make_place(guild, id_, person=person)
    return None


def is_user_install(interaction: discord.Interaction[Any]) -> bool:
    """Return whether only this person has the app here, so that there are no messages and no threads."""
    if interaction.guild_id is not None:
        return not interaction.is_guild_integration()
    return bool(interaction.context.private_channel)
