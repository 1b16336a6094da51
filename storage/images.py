"""Which images does anything name, which are to be removed, and which small copies are there?

A deletion names what is left outside the store, messages and image bytes, in its own transaction; it is removed
after it, and again after a crash in between.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from bot.conversation.records import PendingCard, PendingDeletion, PendingDeletions
from storage import rows
from storage.conversations import in_workspace
from storage.places import find_posted
from storage.statement import Statement
from storage.tables import (
    conversations,
    files,
    orphans,
    pending_blobs,
    posts,
    preferences,
    thumbnails,
    turns,
    versions,
    waiting_pictures,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.ports.queries import ImageQuery

#: names in one query
_AT_ONCE = 500
#: scopes in which a kit can be pinned
_HAVE_KITS = preferences.c.scope.in_(("workspace", "channel"))
#: SQLite and Postgres read it alike
_ADD_THUMBNAIL = Statement(
    sa.text(
        "INSERT INTO thumbnails (original, width, blob, color) SELECT :original, :width, :blob, :color "
        "WHERE EXISTS (SELECT 1 FROM versions WHERE blob = :original) "
        "OR EXISTS (SELECT 1 FROM files WHERE blob = :original) ON CONFLICT (original, width) DO NOTHING"
    )
)


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def list_referenced(sql: sa.Connection) -> set[str]:
    """List the images that anything names."""
    named = sa.union(*(sa.select(table.c.blob) for table in (versions, files, thumbnails)))
    return set(sql.execute(named).scalars()) | _list_waiting(sql) | _list_pinned(sql)


def _list_waiting(sql: sa.Connection) -> set[str]:
    waiting = sql.execute(sa.select(waiting_pictures.c.attachments)).scalars()
    return {file.blob for text in waiting for file in rows.attachments(text) if file.blob}


def _list_pinned(sql: sa.Connection) -> set[str]:
    """List the pictures of brand kits."""
    pinned = sa.select(preferences.c["values"]).where(_HAVE_KITS)
    texts = sql.execute(pinned).scalars()
    return {image.blob for text in texts for image in rows.defaults(text).kit.images}


def find_referenced(sql: sa.Connection, blobs: Iterable[str]) -> set[str]:
    """Find those of these images that anything names."""
    wanted = list(blobs)
    found: set[str] = set()
    for some in _batches(wanted):
        for table in (versions, files, thumbnails):
            named = sa.select(table.c.blob).where(table.c.blob.in_(some))
            found |= set(sql.execute(named).scalars())
    return found | ((_list_waiting(sql) | _list_pinned(sql)) & set(wanted))


def has_image(sql: sa.Connection, query: ImageQuery) -> bool:
    """Check whether one of the workspace's conversations ("": any's) holds the image, drawn or sent."""
    for table in (versions, files):
        found = sql.execute(
            sa.select(table.c.blob)
            .join(conversations, conversations.c.id == table.c.conversation)
            .where(table.c.blob == query.blob, *in_workspace(query))
            .limit(1)
        )
        if found.first() is not None:
            return True
    return _is_pinned(sql, query)


def _is_pinned(sql: sa.Connection, query: ImageQuery) -> bool:
    """Check whether the brand kit of the workspace, or of one of its channels, holds the image."""
    workspace = f"{query.platform}/{quote(query.workspace, safe=':@')}"
    id_ = preferences.c.scope_id
    here = sa.or_(id_ == workspace, id_.startswith(f"{workspace}/", autoescape=True))
    anywhere = sa.true() if not query.platform else here
    pinned = sa.select(preferences.c["values"]).where(_HAVE_KITS, anywhere)
    texts = sql.execute(pinned).scalars()
    return any(query.blob == one.blob for text in texts for one in rows.defaults(text).kit.images)


def discard(sql: sa.Connection, blobs: Mapping[str, float]) -> None:
    """Name for removal those images that nothing names; by each, when it was put at the latest."""
    kept = find_referenced(sql, blobs)
    unnamed = {blob: until for blob, until in blobs.items() if blob not in kept}
    small = {one: time.time() for blob in unnamed for one in _remove_thumbnails(sql, blob)}
    for blob, until in {**unnamed, **small}.items():
        sql.execute(sa.delete(pending_blobs).where(pending_blobs.c.blob == blob))
        sql.execute(sa.insert(pending_blobs).values(blob=blob, until=until))


def list_pending_deletions(
    sql: sa.Connection, platforms: Sequence[str], limit: int
) -> PendingDeletions:
    """List the messages (on these platforms) and the images that are still to be removed."""
    there = sa.or_(sa.false(), *(posts.c.place.startswith(f"{one}/") for one in platforms))
    stand = sa.exists().where(posts.c.card == turns.c.id, there)
    gone = sa.select(turns.c.id, turns.c.deleted).where(turns.c.deleted.is_not(None), stand)
    cards = tuple(
        PendingCard(turn=row.id, at=at, since=row.deleted)
        for row in sql.execute(gone.limit(limit)).all()
        if (at := find_posted(sql, row.id)) is not None
    )
    dead = sql.execute(sa.select(pending_blobs).order_by(pending_blobs.c.blob).limit(limit))
    blobs = tuple(PendingDeletion(blob=row.blob, until=row.until) for row in dead)
    return PendingDeletions(cards=cards, blobs=blobs)


def mark_removed(sql: sa.Connection, cards: Sequence[str], blobs: Sequence[str]) -> None:
    """Note that messages and images are gone."""
    sql.execute(sa.delete(posts).where(posts.c.card.in_(list(cards))))
    sql.execute(sa.delete(pending_blobs).where(pending_blobs.c.blob.in_(list(blobs))))


def record_orphans(sql: sa.Connection, blobs: Mapping[str, int], now: float) -> dict[str, float]:
    """Note images that nothing names, with their bytes; return since when each is known for one."""
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


def clear_orphans(sql: sa.Connection, before: float) -> None:
    """Forget those that were not noted since a time: they are gone, or named."""
    sql.execute(sa.delete(orphans).where(orphans.c.seen < before))


def find_thumbnail(sql: sa.Connection, original: str, width: int) -> str | None:
    """Find the blob of an image's small copy."""
    at = (thumbnails.c.original == original, thumbnails.c.width == width)
    found: str | None = sql.execute(sa.select(thumbnails.c.blob).where(*at)).scalar()
    return found


def add_thumbnail(sql: sa.Connection, original: str, width: int, blob: str, color: str) -> None:
    """Note a small copy, unless it is known or its image was deleted meanwhile."""
    _ADD_THUMBNAIL.run(sql, original=original, width=width, blob=blob, color=color)


def list_colors(sql: sa.Connection, originals: Iterable[str]) -> dict[str, str]:
    """List the colours of those images that have a small copy."""
    found: dict[str, str] = {}
    for some in _batches(originals):
        known = sa.select(thumbnails.c.original, thumbnails.c.color)
        for row in sql.execute(known.where(thumbnails.c.original.in_(some))):
            found[row.original] = row.color
    return found


def _remove_thumbnails(sql: sa.Connection, original: str) -> list[str]:
    """Forget the small copies of an image; return their blobs, which nothing names any more."""
    at = thumbnails.c.original == original
    known = list(sql.execute(sa.select(thumbnails.c.blob).where(at)).scalars())
    sql.execute(sa.delete(thumbnails).where(at))
    if not known:
        return []
    kept = sa.select(thumbnails.c.blob).where(thumbnails.c.blob.in_(known))
    still = set(sql.execute(kept).scalars())
    return [blob for blob in known if blob not in still]
