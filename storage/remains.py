"""What is left outside the store of turns that were deleted: messages, image bytes?

A deletion names them in its own transaction; they are removed after it, and again after a crash in
between. Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.faces import Posted
from bot.records import Grave, Left, Remains
from bot.values import Place
from storage import locks
from storage.tables import files, graves, installation, posts, turns, versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: names in one query
_AT_ONCE = 500


def bury(sql: sa.Connection, blobs: Mapping[str, float]) -> None:
    """Name for removal those images that nothing names; by each, when it was put at the latest."""
    kept = named(sql, list(blobs))
    for blob, until in blobs.items():
        if blob not in kept:
            sql.execute(sa.delete(graves).where(graves.c.blob == blob))
            sql.execute(sa.insert(graves).values(blob=blob, until=until))


def named(sql: sa.Connection, blobs: Sequence[str]) -> set[str]:
    """Tell which of these images a conversation holds."""
    found: set[str] = set()
    for start in range(0, len(blobs), _AT_ONCE):
        some = list(blobs[start : start + _AT_ONCE])
        for table in (versions, files):
            found |= set(
                sql.execute(sa.select(table.c.blob).where(table.c.blob.in_(some))).scalars()
            )
    return found


def remains(sql: sa.Connection, platforms: Sequence[str], limit: int) -> Remains:
    """Give the messages (on these platforms) and the images that are still to be removed."""
    there = sa.or_(sa.false(), *(posts.c.place.startswith(f"{one}/") for one in platforms))
    stand = sa.exists().where(posts.c.card == turns.c.id, there)
    gone = (
        sa.select(turns.c.id, turns.c.deleted)
        .where(turns.c.deleted.is_not(None), stand)
        .limit(limit)
    )
    where = sa.select(posts).where(posts.c.card == sa.bindparam("of")).order_by(posts.c.ordinal)
    cards = []
    for row in sql.execute(gone).all():
        found = sql.execute(where, {"of": row.id}).all()
        at = Posted(place=Place.parse(found[0].place), messages=tuple(one.message for one in found))
        cards.append(Left(turn=row.id, at=at, since=row.deleted))
    dead = sql.execute(sa.select(graves).order_by(graves.c.blob).limit(limit))
    return Remains(
        cards=tuple(cards),
        graves=tuple(Grave(blob=row.blob, until=row.until) for row in dead),
    )


def removed(sql: sa.Connection, cards: Sequence[str], blobs: Sequence[str]) -> None:
    """Note that messages and images are gone."""
    sql.execute(sa.delete(posts).where(posts.c.card.in_(list(cards))))
    sql.execute(sa.delete(graves).where(graves.c.blob.in_(list(blobs))))


def owner(sql: sa.Connection) -> str:
    """Give the name of this database, made once: whose images may be looked through for orphans."""
    known: str | None = sql.execute(sa.select(installation.c.id)).scalar()
    if known is None:
        locks.installation(sql)
        known = sql.execute(sa.select(installation.c.id)).scalar()
    if known is None:
        known = secrets.token_hex(16)
        sql.execute(sa.insert(installation).values(id=known))
    return known
