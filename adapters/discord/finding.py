"""What is found in a channel: a card that an earlier run posted and could not remember, a picture to begin with?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import structlog

from adapters.discord import ids, parse
from adapters.discord.calls import insist

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment

_log = structlog.stdlib.get_logger("easel.discord")

#: messages of a channel that are looked through for a card, and for a picture to begin with
_LOOKED_THROUGH, _LOOKED_FOR = 50, 25


async def found(connection: Connection, room: str, card: Card) -> discord.Message | None:
    """Look for a card's message among the newest of a channel; None: it is not there."""

    async def call() -> discord.Message | None:
        client = await connection.client()
        history = client.get_partial_messageable(int(room)).history(limit=_LOOKED_THROUGH)
        async for message in history:
            if message.author.id == connection.me and _shows(message, card):
                return message
        return None

    try:
        return await insist(call)
    except (discord.Forbidden, discord.NotFound):
        return None  # posting tells what is the matter


async def newest_picture(
    connection: Connection, room: int, before: discord.Message | None = None
) -> tuple[Attachment, ...]:
    """Give the newest picture of a thread, to be left out where it is gone; none where there is none."""

    async def call() -> tuple[Attachment, ...]:
        client = await connection.client()
        history = client.get_partial_messageable(room).history(limit=_LOOKED_FOR, before=before)
        async for earlier in history:
            if pictures := parse.pictures(earlier):
                return optional(pictures)
        return ()

    try:
        return await insist(call)
    except Exception as error:  # it begins without
        _log.info("thread not looked through", room=room, error=repr(error))
        return ()


def optional(pictures: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Give the last one, to be left out where it is gone."""
    return tuple(replace(one, optional=True) for one in pictures[-1:])


def _shows(message: discord.Message, card: Card) -> bool:
    """Tell whether a message shows a card: by its mark, a control, or the interaction it answers."""
    asked = message.interaction_metadata
    if asked is not None and card.event == str(asked.id):
        return True
    marked = ids.mark(card.id)
    for component in parse.walk(message.components):
        control = ids.ControlId.parse(str(getattr(component, "custom_id", None) or ""))
        if component.id == marked or (control is not None and control.turn == card.id):
            return True
    return False
