"""What is known of a conversation: its head, its mode, its name, its revision?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.conversation import Conversation, possible_numbers
from storage import locks, rows
from storage.statement import Statement
from storage.tables import conversations, preferences, turns, versions
from storage.turn_loader import OPEN, in_state
from storage.versions import find_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.turn import Control
    from bot.ports.queries import Query

_DEFAULTS = (
    sa.select(preferences.c["values"])
    .where(preferences.c.scope == "thread", preferences.c.scope_id == conversations.c.id)
    .scalar_subquery()
)
#: a conversation that is not deleted, and what holds in it
CONVERSATION = sa.select(conversations, _DEFAULTS.label("thread_defaults")).where(
    conversations.c.id == sa.bindparam("id"), conversations.c.deleted.is_(None)
)
_RAISE = Statement(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(revision=conversations.c.revision + 1)
    .returning(conversations.c.revision)
)
_TOUCH = (
    sa.update(turns)
    .where(
        turns.c.id.in_(
            sa.select(versions.c.turn).where(
                versions.c.conversation == sa.bindparam("of"),
                versions.c.number == sa.bindparam("with_"),
            )
        )
    )
    .values(revision=sa.bindparam("to"))
)
_TOUCH_LANE = (
    sa.update(turns)
    .where(turns.c.lane == sa.bindparam("of"), in_state(), OPEN)
    .values(revision=sa.bindparam("to"))
)
_MOST_TITLE = 80


def in_workspace(query: Query[Any]) -> list[sa.ColumnElement[bool]]:
    """Match the conversations that a query is about; platform or workspace "": of any."""
    named = (
        (conversations.c.platform, query.platform),
        (conversations.c.workspace, query.workspace),
    )
    return [column == name for column, name in named if name]


def find_conversation(
    sql: sa.Connection, id_: str, names: Sequence[str] = ()
) -> Conversation | None:
    """Read a conversation with its head and the versions of these names only."""
    row = sql.execute(CONVERSATION, {"id": id_}).one_or_none()
    if row is None:
        return None
    wanted = {*names, *([row.head] if row.head else [])}
    return rows.conversation(row, find_versions(sql, id_, sorted(wanted)))


def get_revisions(sql: sa.Connection, conversations_: Sequence[str]) -> dict[str, int]:
    """Read the revisions of conversations, as they are now."""
    columns = (conversations.c.id, conversations.c.revision)
    found = sql.execute(sa.select(*columns).where(conversations.c.id.in_(conversations_)))
    return {row.id: row.revision for row in found}


def raise_revision(sql: sa.Connection, conversation: str) -> int:
    """Raise the conversation's revision; return the new one."""
    return int(_RAISE.first(sql, of=conversation).revision)


def touch_versions(
    sql: sa.Connection, conversation: str, revision: int, numbers: Sequence[str | None]
) -> None:
    """Note that the cards holding these versions look different now."""
    for number in filter(None, numbers):
        sql.execute(_TOUCH, {"of": conversation, "with_": number, "to": revision})


def touch_lane(sql: sa.Connection, lane: str, revision: int) -> int:
    """Note that those who wait in a lane have another place now; return how many they are."""
    return sql.execute(_TOUCH_LANE, {"of": lane, "to": revision}).rowcount


def touch_turns(sql: sa.Connection, ids: Sequence[str], revision: int) -> None:
    """Note that the cards of these turns look different now."""
    if ids:
        sql.execute(sa.update(turns).where(turns.c.id.in_(ids)).values(revision=revision))


def update_conversation(sql: sa.Connection, id_: str, **values: object) -> None:
    """Write columns of a conversation."""
    sql.execute(sa.update(conversations).where(conversations.c.id == id_).values(**values))


def lock_for(sql: sa.Connection, id_: str, control: Control) -> Conversation | None:
    """Read a conversation with the versions that a control may speak of, to change it."""
    locks.conversation(sql, id_)
    row = sql.execute(
        sa.select(conversations.c.head, conversations.c.redo).where(conversations.c.id == id_)
    ).one_or_none()
    if row is None:
        return None
    redo = rows.load(row.redo)[-1:]
    return find_conversation(sql, id_, possible_numbers(control.version, row.head, *redo))


def write_head(
    sql: sa.Connection, before: Conversation, after: Conversation, revision: int
) -> None:
    """Write a moved head; the cards of both heads change with it."""
    update_conversation(sql, before.id, head=after.head, redo=rows.dump(after.redo))
    touch_versions(sql, before.id, revision, [before.head, after.head])


def make_title(text: str) -> str:
    """Make a conversation's name of a prompt."""
    return " ".join(text.split())[:_MOST_TITLE]


def retitle(sql: sa.Connection, conversation: str) -> str:
    """Name a conversation after its first prompt, of those that are left and that everybody may read.

    One that people named keeps its name. Return the name it has now.
    """
    prompts = sql.execute(
        sa.select(turns.c.text, turns.c.failure)
        .where(
            turns.c.conversation == conversation,
            turns.c.action.is_(None),
            turns.c.deleted.is_(None),
        )
        .order_by(turns.c.seq)
    )
    readable = (row.text for row in prompts if not rows.is_blocked(row.failure))
    at = conversations.c.id == conversation
    title = make_title(next(readable, ""))
    prompts.close()
    sql.execute(sa.update(conversations).where(at, ~conversations.c.renamed).values(title=title))
    now: str = sql.execute(sa.select(conversations.c.title).where(at)).scalar_one()
    return now


def rename(sql: sa.Connection, conversation: str, title: str) -> str:
    """Give a conversation a name of people's own; "": that of its first prompt again."""
    locks.conversation(sql, conversation)
    own = make_title(title)
    alive = (conversations.c.id == conversation, conversations.c.deleted.is_(None))
    values = {"title": own, "renamed": bool(own)}
    sql.execute(sa.update(conversations).where(*alive).values(**values))
    _touch_newest(sql, conversation)
    return own or retitle(sql, conversation)


def _touch_newest(sql: sa.Connection, conversation: str) -> None:
    """Note a change that is no turn's own on the newest one, so that open pages hear of it."""
    at = (turns.c.conversation == conversation, turns.c.deleted.is_(None))
    newest = sa.select(sa.func.max(turns.c.seq)).where(*at).scalar_subquery()
    revision = raise_revision(sql, conversation)
    sql.execute(sa.update(turns).where(turns.c.seq == newest).values(revision=revision))


def find_title(sql: sa.Connection, conversation: str) -> str:
    """Read a conversation's name; "": it has none."""
    title = sa.select(conversations.c.title).where(conversations.c.id == conversation)
    return sql.execute(title).scalar() or ""


def find_creator(sql: sa.Connection, conversation: str) -> str | None:
    """Find who began a conversation, by id; also where that first prompt was deleted."""
    first = (
        sa.select(turns.c.person)
        .where(turns.c.conversation == conversation)
        .order_by(turns.c.seq)
        .limit(1)
    )
    found: str | None = sql.execute(first).scalar()
    return found


def list_conversation_ids(sql: sa.Connection) -> list[str]:
    """List the ids of all conversations, the oldest first."""
    alive = sa.select(conversations.c.id).where(conversations.c.deleted.is_(None))
    return list(sql.execute(alive.order_by(conversations.c.seq)).scalars())


def list_expired(sql: sa.Connection, before: float, limit: int) -> list[str]:
    """List conversations in which nothing was said or done since a time, the oldest first."""
    newer = sa.exists().where(turns.c.conversation == conversations.c.id, turns.c.created >= before)
    found = sql.execute(
        sa.select(conversations.c.id)
        .where(conversations.c.deleted.is_(None), conversations.c.updated < before, ~newer)
        .order_by(conversations.c.seq)
        .limit(limit)
    )
    return list(found.scalars())
