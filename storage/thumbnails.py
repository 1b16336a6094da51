"""Which small copies of images are there? Each function is one transaction (`storage.database`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import files, thumbnails, versions

if TYPE_CHECKING:
    from collections.abc import Iterable

#: names in one query
_AT_ONCE = 500


def thumbnail(sql: sa.Connection, original: str, width: int) -> str | None:
    """Find the blob of an image's small copy."""
    at = (thumbnails.c.original == original, thumbnails.c.width == width)
    found: str | None = sql.execute(sa.select(thumbnails.c.blob).where(*at)).scalar()
    return found


def add_thumbnail(sql: sa.Connection, original: str, width: int, blob: str, color: str) -> None:
    """Note a small copy, unless it is known or its image was deleted meanwhile."""
    held = [
        sql.execute(sa.select(table.c.blob).where(table.c.blob == original).limit(1)).first()
        for table in (versions, files)
    ]
    if any(held) and thumbnail(sql, original, width) is None:
        values = {"original": original, "width": width, "blob": blob, "color": color}
        sql.execute(sa.insert(thumbnails).values(values))


def colors(sql: sa.Connection, originals: Iterable[str]) -> dict[str, str]:
    """Give the colours of those images that have a small copy."""
    wanted = list(originals)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        known = sa.select(thumbnails.c.original, thumbnails.c.color).where(
            thumbnails.c.original.in_(wanted[start : start + _AT_ONCE])
        )
        found |= {row.original: row.color for row in sql.execute(known)}
    return found


def remove_thumbnails(sql: sa.Connection, original: str) -> list[str]:
    """Forget the small copies of an image; give their blobs, which nothing names any more."""
    at = thumbnails.c.original == original
    known = list(sql.execute(sa.select(thumbnails.c.blob).where(at)).scalars())
    sql.execute(sa.delete(thumbnails).where(at))
    if not known:
        return []
    kept = sa.select(thumbnails.c.blob).where(thumbnails.c.blob.in_(known))
    still = set(sql.execute(kept).scalars())
    return [blob for blob in known if blob not in still]
