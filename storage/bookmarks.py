"""What does a person keep of a canvas: a star, and what they have seen of it?"""

from __future__ import annotations

import sqlalchemy as sa

from bot.ports.queries import Bookmark
from storage import locks
from storage.conversations import get_revisions
from storage.live import announce
from storage.tables import bookmarks


def set_bookmark(
    sql: sa.Connection, conversation: str, person: str, *, starred: bool | None, seen: bool
) -> Bookmark:
    """Star a canvas or take the star away (None: leave it), and note that it is seen as it is now."""
    locks.conversation(sql, conversation)
    at = (bookmarks.c.person == person, bookmarks.c.conversation == conversation)
    known = sql.execute(sa.select(bookmarks).where(*at)).one_or_none()
    if starred is None:
        starred = bool(known and known.starred)
    revision: int | None = known.seen if known else None
    if seen:
        revision = get_revisions(sql, [conversation]).get(conversation)
    values = {"starred": starred, "seen": revision}
    if known:
        sql.execute(sa.update(bookmarks).where(*at).values(values))
    else:
        of = {"person": person, "conversation": conversation}
        sql.execute(sa.insert(bookmarks).values({**of, **values}))
    if sql.dialect.name != "sqlite":
        announce(sql, [f"changed {conversation}"])  # the list is another one, wherever it is open
    return Bookmark(starred=starred, seen=revision)


def delete_bookmarks(sql: sa.Connection, conversation: str) -> None:
    """Forget what everybody keeps of a canvas."""
    sql.execute(sa.delete(bookmarks).where(bookmarks.c.conversation == conversation))
