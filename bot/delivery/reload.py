"""How is a turn now that is about to be shown, and where does its card stand, whichever process posts it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.attempt import reserve
from bot.ports.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from bot.conversation.delivery_store import PublisherStore
    from bot.conversation.turn import Turn
    from bot.delivery.pending import PendingUpdate
    from bot.ports.cards import Posted


async def reload(
    store: PublisherStore, posted: MutableMapping[str, Posted | None], update: PendingUpdate
) -> tuple[Turn | None, Posted | None]:
    """Read a turn again, and where its card is (in `posted` too), unless that is known.

    Another process may have gone on with it, posted its card, or deleted it (None). A card that is nowhere is this
    process's to post when this returns.
    """
    turn = update.turn
    is_known = update.is_current and not store.is_shared
    at = posted.get(turn.id)
    if store.is_shared and not (turn.team.is_hidden or (at and at.messages)):
        posted[turn.id] = at = await reserve(store, turn.id)
        return await store.find_turn(turn.id), at
    if is_known and (at is not None or update.is_new):
        return turn, at
    if at is None:
        newest, at = await store.find_turn_and_posted(turn.id)
        posted[turn.id] = at
        return newest, at
    try:
        return await store.find_turn(turn.id), at
    except NotSaved:
        return turn, at
