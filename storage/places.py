"""Where are conversations and their cards shown, and what was last heard there?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.ports.cards import Posted
from bot.ports.errors import PostedElsewhere
from bot.ports.messages import Place
from bot.ports.queries import KnownPlace
from storage.statement import Statement
from storage.tables import conversations, places, posts, turns
from storage.turn_loader import find_turn

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.ports.messages import IncomingMessage
    from bot.ports.queries import PlaceQuery, PlacesQuery

_AT_PLACE = sa.select(places.c.conversation).where(places.c.place == sa.bindparam("place"))
_CARD_AT = sa.select(posts.c.card).where(
    posts.c.place == sa.bindparam("place"), posts.c.message == sa.bindparam("message")
)
_PLACES = sa.select(places, conversations.c.seen).join(
    conversations, conversations.c.id == places.c.conversation
)
_INSERT = Statement(sa.insert(places), ["place", "conversation", "platform"])
#: SQLite and Postgres read these alike
_BIND = Statement(
    sa.text(
        "INSERT INTO places (place, conversation, platform) SELECT :place, :conversation, :platform FROM turns "
        "WHERE id = :turn AND deleted IS NULL ON CONFLICT (place) DO NOTHING"
    )
)
_SEEN = Statement(
    sa.text(
        "UPDATE conversations SET seen = :message WHERE id = :of AND (seen IS NULL OR "
        "length(seen) < length(:message) OR (length(seen) = length(:message) AND seen < :message))"
    )
)
_POST = Statement(
    sa.text(
        "INSERT INTO posts (card, ordinal, place, message) VALUES (:card, :ordinal, :place, :message) "
        "ON CONFLICT (card, ordinal) DO UPDATE SET place = excluded.place, message = excluded.message"
    )
)
_FIRST_POST = Statement(
    sa.text(
        "INSERT INTO posts (card, ordinal, place, message) VALUES (:card, 0, :place, :message) "
        "ON CONFLICT (card, ordinal) DO NOTHING"
    )
)
_UNPOST = Statement(sa.text("DELETE FROM posts WHERE card = :card AND ordinal >= :count"))
_POSTED = sa.select(posts).where(posts.c.card == sa.bindparam("of")).order_by(posts.c.ordinal)


def find_conversation_at(sql: sa.Connection, place: Place) -> str | None:
    """Find the conversation shown at a place."""
    if place.thread is None:
        return None
    found: str | None = sql.execute(_AT_PLACE, {"place": str(place)}).scalar_one_or_none()
    return found


def bind_place(sql: sa.Connection, conversation: str, place: Place, turn: str) -> None:
    """Note that a conversation is shown at a place; the first to say so wins, and a deleted turn says nothing."""
    _BIND.run(sql, place=str(place), conversation=conversation, platform=place.platform, turn=turn)


def insert_place(sql: sa.Connection, conversation: str, place: Place) -> None:
    """Note that a conversation is shown at a place where none is."""
    _INSERT.run(sql, place=str(place), conversation=conversation, platform=place.platform)


def mark_seen(sql: sa.Connection, conversation: str, message: IncomingMessage) -> None:
    """Note the newest message taken from a conversation, so that what came after is found again."""
    if message.message_id is not None and message.place.thread is not None:
        _SEEN.run(sql, of=conversation, message=message.message_id)


def list_places_of(sql: sa.Connection, conversation: str) -> tuple[Place, ...]:
    """List where a conversation is shown."""
    shown = sa.select(places.c.place).where(places.c.conversation == conversation)
    return tuple(Place.parse(one) for one in sql.execute(shown).scalars())


def list_places(sql: sa.Connection, query: PlacesQuery) -> tuple[KnownPlace, ...]:
    """List the places of a platform, the most recently used first."""
    found = sql.execute(
        _PLACES.where(places.c.platform == query.platform)
        .order_by(conversations.c.updated.desc())
        .limit(query.limit)
    )
    return tuple(
        KnownPlace(place=Place.parse(row.place), conversation=row.conversation, seen=row.seen)
        for row in found
    )


def find_place(sql: sa.Connection, query: PlaceQuery) -> KnownPlace | None:
    """Find the conversation at a place, or the one that a message of its channel belongs to."""
    wanted = places.c.place == str(query.place)
    here = in_channel(places, query.place)
    if query.turn is not None:
        of = sa.select(turns.c.conversation).where(turns.c.id == query.turn)
        wanted = sa.and_(places.c.conversation.in_(of), here)
    elif query.message is not None:
        card = sa.select(posts.c.card).where(
            posts.c.message == query.message, in_channel(posts, query.place)
        )
        own = sa.and_(turns.c.message == query.message, in_channel(turns, query.place))
        asked = sa.or_(turns.c.id.in_(card.scalar_subquery()), own)
        of = sa.select(turns.c.conversation).where(asked)
        wanted = sa.and_(places.c.conversation.in_(of), here)
    row = sql.execute(_PLACES.where(wanted).limit(1)).one_or_none()
    if row is None:
        return None
    return KnownPlace(place=Place.parse(row.place), conversation=row.conversation, seen=row.seen)


def in_channel(table: sa.Table, place: Place) -> sa.ColumnElement[bool]:
    """Match places in a place's channel."""
    channel = str(replace(place, thread=None))
    threads = table.c.place.startswith(f"{channel}/", autoescape=True)
    return sa.or_(table.c.place == channel, threads)


def find_card_at(sql: sa.Connection, place: Place, message: str) -> str | None:
    """Find the card that this message of the bot shows, by its turn's id; None: it shows none."""
    found: str | None = sql.execute(_CARD_AT, {"place": str(place), "message": message}).scalar()
    return found


def find_by_card(sql: sa.Connection, place: Place, message: str) -> Turn | None:
    """Find the turn whose card this message of the bot is."""
    found = find_card_at(sql, place, message)
    return None if found is None else find_turn(sql, found)


def find_posted(sql: sa.Connection, card: str) -> Posted | None:
    """Find where a card stands; None: nowhere yet."""
    found = sql.execute(_POSTED, {"of": card}).all()
    if not found:
        return None
    return Posted(place=Place.parse(found[0].place), messages=tuple(row.message for row in found))


def find_turn_and_posted(sql: sa.Connection, id_: str) -> tuple[Turn | None, Posted | None]:
    """Read one turn, and where its card stands."""
    return find_turn(sql, id_), find_posted(sql, id_)


def save_posted(sql: sa.Connection, card: str, at: Posted, before: Posted | None = None) -> None:
    """Note where a card stands. `before`: where it was known to; None: not known.

    Raise PostedElsewhere where `before` is nowhere, and another process was first.
    """
    had = before.messages if before is not None and before.place == at.place else ()
    if before is not None and not before.messages:
        first = {"card": card, "place": str(at.place), "message": at.messages[0]}
        if not _FIRST_POST.run(sql, **first) and find_posted(sql, card) != at:
            raise PostedElsewhere(card)
        had = at.messages[:1]
    for ordinal, message in enumerate(at.messages):
        if message not in had[ordinal : ordinal + 1]:
            _POST.run(sql, card=card, ordinal=ordinal, place=str(at.place), message=message)
    if before is None or len(before.messages) > len(at.messages):
        _UNPOST.run(sql, card=card, count=len(at.messages))
