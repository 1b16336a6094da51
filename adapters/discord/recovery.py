"""What does a channel's history hold: a card that an earlier run posted and could not record, an image to start from?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import structlog

from adapters.discord import parse
from adapters.discord.custom_ids import ControlId, make_component_id

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment

_log = structlog.stdlib.get_logger("easel.discord")

#: messages of a channel that are searched for a card, and for an image
_MAX_SEARCHED, _MAX_SEARCHED_FOR_IMAGE = 50, 25


async def find_card(connection: Connection, channel: str, card: Card) -> discord.Message | None:
    """Return a card's message among the newest of a channel; None: it is not there."""

    async def search(client: discord.Client) -> discord.Message | None:
        history = client.get_partial_messageable(int(channel)).history(limit=_MAX_SEARCHED)
        async for message in history:
            if message.author.id == connection.bot_id and _shows(message, card):
                return message
        return None

    try:
        return await connection.call(search)
    except (discord.Forbidden, discord.NotFound):
        return None  # posting tells what is the matter


def _shows(message: discord.Message, card: Card) -> bool:
    """Return whether a message shows a card: by its number, a control, or the interaction it answers."""
    asked = message.interaction_metadata
    if asked is not None and card.event == str(asked.id):
        return True
    controls = map(ControlId.parse, parse.list_custom_ids(message))
    if any(one is not None and one.turn == card.id for one in controls):
        return True
    return any(one.id == make_component_id(card.id) for one in parse.walk(message.components))


async def find_newest_image(
    connection: Connection, channel: int, before: discord.Message | None = None
) -> tuple[Attachment, ...]:
    """Return the newest image of a thread, to be left out where it is gone; none where there is none."""

    async def search(client: discord.Client) -> tuple[Attachment, ...]:
        place = client.get_partial_messageable(channel)
        async for earlier in place.history(limit=_MAX_SEARCHED_FOR_IMAGE, before=before):
            if images := parse.list_images(earlier):
                return make_optional(images)
        return ()

    try:
        return await connection.call(search)
    except Exception as error:  # the canvas starts without one
        _log.info("thread not searched", channel=channel, error=repr(error))
        return ()


def make_optional(images: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the last one, to be left out where it is gone."""
    return tuple(replace(one, optional=True) for one in images[-1:])
