"""What becomes of a conversation's tree where some of its pictures are deleted?

What was made from them hangs on what they were made from. Each function is part of a transaction
(`storage.database`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.conversation.conversation import Failure
from bot.ports.errors import Kind
from bot.ports.messages import State
from storage import reading, rows
from storage.tables import NUMBERED, conversations, turns, versions, votes
from storage.writing import step_up, touch

#: cards of children that are shown anew, because what they were made from is gone
_SHOWN_ANEW = 10
_ENDED = {State.FAILED.value, State.INTERRUPTED.value}


def cut(sql: sa.Connection, conversation: str, numbers: set[str]) -> dict[str, str | None]:
    """Take versions out of the tree; give for each what its children hang on now."""
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


def hang_on(
    sql: sa.Connection,
    conversation: str,
    ancestors: dict[str, str | None],
    revision: int,
    now: float,
) -> list[str]:
    """Have the turns that edit a version which is gone edit what it was made from.

    Those that wait for just that version are refused; those that may have been sent already are not
    sent again. Gives the ids of those to be shown anew.
    """
    found = sql.execute(
        sa.select(turns)
        .where(
            turns.c.conversation == conversation,
            turns.c.source.in_(list(ancestors)),
            turns.c.control.is_(None),
        )
        .order_by(turns.c.seq.desc())
    ).all()
    shown = []
    for row in found:
        values: dict[str, Any] = {"source": ancestors[row.source], "revision": revision}
        if row.state in reading.WAITING:
            facts = {"version": row.source}
            failure = Failure(
                kind=Kind.BAD_REQUEST,
                code="no_such_version",
                billed=False,
                retry=False,
                detail=facts,
            )
            values |= {
                "state": State.REFUSED.value,
                "failure": rows.dump_failure(failure),
                "finished": now,
            }
        elif row.state in _ENDED and row.failure and not row.images:
            values["failure"] = rows.dump({**rows.load(row.failure), "retry": False})
        sql.execute(sa.update(turns).where(turns.c.id == row.id).values(values))
        shown.append(row.id)
        if row.state in reading.WAITING:
            step_up(sql, row.lane, revision)
    return shown[:_SHOWN_ANEW]


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
    sql.execute(sa.update(conversations).where(at).values(head=head, redo=rows.dump(redo)))
    if head is not None:
        touch(sql, conversation, revision, [head])
    return head


def leave_polls(
    sql: sa.Connection, conversation: str, numbers: set[str], revision: int
) -> list[str]:
    """Take versions out of what was put to the vote, with their votes; give the ids of those cards."""
    of = turns.c.conversation == conversation
    polls = sa.select(turns.c.id).where(of)
    sql.execute(sa.delete(votes).where(votes.c.poll.in_(polls), votes.c.version.in_(numbers)))
    says = sa.or_(*(turns.c.more.contains(f'"{word}"') for word in ("won", "tied", "choices")))
    changed = []
    for row in sql.execute(sa.select(turns.c.id, turns.c.more).where(of, says)).all():
        before = rows.load(row.more)
        more = {
            name: [one for one in value if one not in numbers]
            if name in {"tied", "choices"}
            else value
            for name, value in before.items()
            if name != "won" or value not in numbers
        }
        if more != before:
            values = {"more": rows.dump(more), "revision": revision}
            sql.execute(sa.update(turns).where(turns.c.id == row.id).values(values))
            changed.append(row.id)
    return changed
