"""What becomes of a conversation's tree where some of its pictures are deleted?

What was made from them hangs on what they were made from.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.conversation.turn import Failure
from bot.ports.errors import Kind
from bot.ports.messages import State
from storage import rows
from storage.conversations import touch_lane, touch_versions, update_conversation
from storage.tables import conversations, turns, versions
from storage.turn_loader import WAITING
from storage.versions import NUMBERED

#: cards of children that are shown anew, because what they were made from is gone
_SHOWN_ANEW = 10
_ENDED = {State.FAILED.value, State.INTERRUPTED.value}


def remove_versions(
    sql: sa.Connection, conversation: str, numbers: set[str]
) -> dict[str, str | None]:
    """Take versions out of the tree; return for each what its children hang on now."""
    tree = sql.execute(
        sa.select(versions.c.number, versions.c.parent, versions.c.depth, versions.c.root)
        .where(versions.c.conversation == conversation)
        .order_by(versions.c.depth)
    ).all()
    parents = {row.number: row.parent for row in tree}
    ancestors: dict[str, str | None] = {}
    kept: dict[str, tuple[int, str]] = {}
    at = (versions.c.conversation == conversation, versions.c.number == sa.bindparam("at"))
    for row in tree:
        parent = row.parent
        while parent in numbers:
            parent = parents[parent]
        if row.number in numbers:
            ancestors[row.number] = parent
            sql.execute(sa.delete(versions).where(*at), {"at": row.number})
            continue
        depth, root = kept.get(parent, (0, row.number))
        kept[row.number] = (depth + 1, root)
        if (row.parent, row.depth, row.root) != (parent, depth + 1, root):
            values = {"parent": parent, "depth": depth + 1, "root": root}
            sql.execute(sa.update(versions).where(*at).values(values), {"at": row.number})
    return ancestors


def reattach_turns(
    sql: sa.Connection,
    now: float,
    conversation: str,
    ancestors: dict[str, str | None],
    revision: int,
) -> list[str]:
    """Have the turns that edit a version which is gone edit what it was made from.

    Those that wait for just that version are refused; those that may have been sent already are not
    sent again. Return the ids of those to be shown anew.
    """
    found = sql.execute(
        sa.select(turns)
        .where(
            turns.c.conversation == conversation,
            turns.c.source.in_(list(ancestors)),
            turns.c.action.is_(None),
        )
        .order_by(turns.c.seq.desc())
    ).all()
    for row in found:
        values: dict[str, Any] = {"source": ancestors[row.source], "revision": revision}
        if row.state in WAITING:
            failure = Failure(
                kind=Kind.BAD_REQUEST,
                code="no_such_version",
                billed=False,
                retry=False,
                detail={"version": row.source},
            )
            values |= {"state": State.REFUSED.value, "finished": now}
            values["failure"] = rows.dump_optional(failure)
        elif row.state in _ENDED and row.failure and not row.images:
            values["failure"] = rows.dump({**rows.load(row.failure), "retry": False})
        sql.execute(sa.update(turns).where(turns.c.id == row.id).values(values))
        if row.state in WAITING:
            touch_lane(sql, row.lane, revision)
    return [row.id for row in found[:_SHOWN_ANEW]]


def move_head(
    sql: sa.Connection, conversation: str, ancestors: dict[str, str | None], revision: int
) -> str | None:
    """Move the head, where it is gone, to the nearest living ancestor, else to the newest version."""
    at = conversations.c.id == conversation
    known = sql.execute(sa.select(conversations.c.head, conversations.c.redo).where(at)).one()
    head: str | None = known.head
    if head in ancestors:
        head = ancestors[head]
        if head is None:
            newest = sa.select(versions.c.number).where(versions.c.conversation == conversation)
            ordered = newest.order_by(
                NUMBERED[0].desc(),
                sa.func.rtrim(versions.c.number, "abcdefgh").desc(),
                versions.c.number,
            )
            head = sql.execute(ordered.limit(1)).scalar()
    redo = [one for one in rows.load(known.redo) if one not in ancestors]
    update_conversation(sql, conversation, head=head, redo=rows.dump(redo))
    touch_versions(sql, conversation, revision, [head])
    return head
