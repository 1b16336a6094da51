"""Is a card that waits here still how it is, where several processes show cards?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.ports.errors import EaselError
from bot.ports.queries import CardQuery

if TYPE_CHECKING:
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.slack")


async def find_newest(bot: Bot, place: Place, card: Card) -> Card:
    """Return a card as it is now; itself where it has not changed, or nobody knows."""
    if place.thread is None:
        return card
    query = CardQuery(platform=place.platform, workspace=place.workspace, place=place, turn=card.id)
    try:
        found = await bot.query(query)
    except EaselError as error:
        _log.warning("newest card not known", card=card.id, error=str(error))
        return card
    return card if found is None or found.revision <= card.revision else found
