"""Was a card posted by an earlier run that could not remember where? By what is it found again?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from adapters.discord import ids, parse
from adapters.discord.calls import insist

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from bot.faces import Card

#: messages of a channel that are looked through
_LOOKED_THROUGH = 50


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
