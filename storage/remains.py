"""What is left outside the store of turns that were deleted: messages, image bytes?

A deletion names them in its own transaction; they are removed after it, and again after a crash in
between. Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import PendingCard, PendingDeletion, PendingDeletions
from bot.ports.cards import Posted
from bot.ports.messages import Place
from storage import locks, rows
from storage.tables import (
    ages,
    files,
    graves,
    orphans,
    pictures,
    posts,
    thumbnails,
    turns,
    versions,
)
from storage.thumbnails import remove_thumbnails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: names in one query
_AT_ONCE = 500


def bury(sql: sa.Connection, blobs: Mapping[str, float]) -> None:
    """Name for removal those images that nothing names; by each, when it was put at the latest."""
    kept = named(sql, list(blobs))
    small = {
        one: time.time()
        for blob in blobs
        if blob not in kept
        for one in remove_thumbnails(sql, blob)
    }
    for blob, until in {**blobs, **small}.items():
        if blob not in kept:
            sql.execute(sa.delete(graves).where(graves.c.blob == blob))
            sql.execute(sa.insert(graves).values(blob=blob, until=until))


def named(sql: sa.Connection, blobs: Sequence[str]) -> set[str]:
    """Tell which of these images a conversation holds."""
    found: set[str] = set()
    for start in range(0, len(blobs), _AT_ONCE):
        some = list(blobs[start : start + _AT_ONCE])
        for table in (versions, files, thumbnails):
            found |= set(
                sql.execute(sa.select(table.c.blob).where(table.c.blob.in_(some))).scalars()
            )
    waiting = sql.execute(sa.select(pictures.c.attachments)).scalars()
    held = {file.blob for text in waiting for file in rows.attachments(text) if file.blob}
    return found | (held & set(blobs))


def remains(sql: sa.Connection, platforms: Sequence[str], limit: int) -> PendingDeletions:
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
        cards.append(PendingCard(turn=row.id, at=at, since=row.deleted))
    dead = sql.execute(sa.select(graves).order_by(graves.c.blob).limit(limit))
    return PendingDeletions(
        cards=tuple(cards),
        blobs=tuple(PendingDeletion(blob=row.blob, until=row.until) for row in dead),
    )


def removed(sql: sa.Connection, cards: Sequence[str], blobs: Sequence[str]) -> None:
    """Note that messages and images are gone."""
    sql.execute(sa.delete(posts).where(posts.c.card.in_(list(cards))))
    sql.execute(sa.delete(graves).where(graves.c.blob.in_(list(blobs))))


def unnamed(sql: sa.Connection, blobs: Mapping[str, int], now: float) -> dict[str, float]:
    """Note images that nothing names, with their bytes; tell since when each is known for one."""
    if not blobs:
        return {}
    at = orphans.c.blob.in_(list(blobs))
    sql.execute(sa.update(orphans).where(at).values(seen=now))
    known = {row.blob: row.since for row in sql.execute(sa.select(orphans).where(at))}
    new = [
        {"blob": blob, "size": size, "since": now, "seen": now}
        for blob, size in blobs.items()
        if blob not in known
    ]
    if new:
        sql.execute(sa.insert(orphans), new)
    return {**dict.fromkeys(blobs, now), **known}


def no_orphans(sql: sa.Connection, before: float) -> None:
    """Forget those that were not noted since a time: they are gone, or named."""
    sql.execute(sa.delete(orphans).where(orphans.c.seen < before))


def grown(sql: sa.Connection, least: int) -> int | None:
    """Raise the age of this database; give it. None: it is younger than the images say it was."""
    locks.installation(sql)
    known: int = sql.execute(sa.select(ages.c.age)).scalar() or 0
    if known < least:
        return None
    sql.execute(sa.delete(ages))
    sql.execute(sa.insert(ages).values(of="images", age=known + 1))
    return known + 1


def identity(sql: sa.Connection) -> str:
    """Tell a Postgres database from its copies: by its server's own number and by where it is reached.

    A dump that is read in elsewhere differs by the number, a server that was copied whole by its address.
    """
    if sql.dialect.name == "sqlite":
        return ""
    may = "SELECT has_function_privilege('pg_control_system()', 'execute')"
    number = "SELECT system_identifier FROM pg_control_system()"
    known = sql.exec_driver_sql(number).scalar() if sql.exec_driver_sql(may).scalar() else ""
    oid = sql.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")
    about = sql.connection.driver_connection.info  # type: ignore[union-attr] # psycopg's
    return f"{known}.{oid.scalar()} at {about.host}:{about.port}/{about.dbname}"
