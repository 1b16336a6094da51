"""Where is a conversation shown, and what was last heard there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import conversations, places, turns

if TYPE_CHECKING:
    from bot.ports.messages import IncomingMessage, Place

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


def titled(text: str) -> str:
    """Make a conversation's name of a prompt."""
    return " ".join(text.split())[:80]


def retitle(sql: sa.Connection, conversation: str) -> str:
    """Name a conversation after its first prompt, of those that are left and that everybody may read."""
    blocked = turns.c.failure.startswith('{"kind":"blocked"', autoescape=True)
    first = sql.execute(
        sa.select(turns.c.text)
        .where(
            turns.c.conversation == conversation,
            turns.c.control.is_(None),
            turns.c.deleted.is_(None),
            sa.or_(turns.c.failure.is_(None), ~blocked),
        )
        .order_by(turns.c.seq)
        .limit(1)
    ).scalar()
    title = titled(first or "")
    at = conversations.c.id == conversation
    sql.execute(sa.update(conversations).where(at, ~conversations.c.renamed).values(title=title))
    now: str = sql.execute(sa.select(conversations.c.title).where(at)).scalar_one()
    return now


def rename(sql: sa.Connection, conversation: str, title: str) -> str:
    """Give a conversation a name of people's own; "": that of its first prompt again."""
    own = titled(title)
    values = {"title": own, "renamed": bool(own)}
    alive = (conversations.c.id == conversation, conversations.c.deleted.is_(None))
    sql.execute(sa.update(conversations).where(*alive).values(**values))
    return own or retitle(sql, conversation)


def note_seen(sql: sa.Connection, message: IncomingMessage, now: float) -> None:
    """Remember the newest message taken from a place, so that what came after is found again."""
    if message.message_id is None or message.place.thread is None:
        return
    where = places.c.place == str(message.place)
    seen = sql.execute(sa.select(places.c.seen).where(where)).scalar()
    if seen is None or (len(message.message_id), message.message_id) > (len(seen), seen):
        sql.execute(sa.update(places).where(where).values(seen=message.message_id, updated=now))
