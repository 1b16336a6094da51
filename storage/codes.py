"""Which codes copy a canvas, each from one of its versions?"""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversation.codes import Code
from storage.preferences import find_copies
from storage.tables import codes, conversations, versions


def save_code(sql: sa.Connection, now: float, code: Code) -> None:
    """Keep a code, and forget those that are over."""
    sql.execute(sa.delete(codes).where(codes.c.until < now))
    sql.execute(
        sa.insert(codes).values(
            code=code.hash,
            conversation=code.conversation,
            version=code.version,
            origin=code.origin,
            until=code.until,
        )
    )


def find_code(sql: sa.Connection, now: float, hash_: str) -> Code | None:
    """Find a code by its hash; None: there is none that is good."""
    row = sql.execute(
        sa.select(codes, conversations.c.platform, conversations.c.workspace)
        .join(conversations, conversations.c.id == codes.c.conversation)
        .join(
            versions,
            sa.and_(
                versions.c.conversation == codes.c.conversation,
                versions.c.number == codes.c.version,
            ),
        )
        .where(codes.c.code == hash_, codes.c.until >= now, conversations.c.deleted.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Code(
        hash=row.code,
        until=row.until,
        conversation=row.conversation,
        version=row.version,
        origin=row.origin,
        platform=row.platform,
        workspace=row.workspace,
        copies=find_copies(sql, row.platform, row.workspace),
    )
