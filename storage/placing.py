"""Where is a conversation shown, and what was last heard there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import places

if TYPE_CHECKING:
    from bot.values import Ask, Place

_AT_PLACE = sa.select(places.c.conversation).where(places.c.place == sa.bindparam("place"))


def place_of(sql: sa.Connection, place: Place) -> str | None:
    """Find the conversation shown at a place."""
    if place.thread is None:
        return None
    found: str | None = sql.execute(_AT_PLACE, {"place": str(place)}).scalar_one_or_none()
    return found


def bind(sql: sa.Connection, conversation: str, place: Place, now: float) -> None:
    """Note that a conversation is shown at a place; the first to say so wins."""
    if place_of(sql, place) is None:
        bound(sql, conversation, place, now)


def bound(sql: sa.Connection, conversation: str, place: Place, now: float) -> None:
    """Note that a conversation is shown at a place where none is."""
    sql.execute(
        sa.insert(places).values(
            place=str(place), conversation=conversation, platform=place.platform, updated=now
        )
    )


def note_seen(sql: sa.Connection, ask: Ask, now: float) -> None:
    """Remember the newest message taken from a place, so that what came after is found again."""
    if ask.message is None or ask.place.thread is None:
        return
    where = places.c.place == str(ask.place)
    seen = sql.execute(sa.select(places.c.seen).where(where)).scalar()
    if seen is None or (len(ask.message), ask.message) > (len(seen), seen):
        sql.execute(sa.update(places).where(where).values(seen=ask.message, updated=now))
