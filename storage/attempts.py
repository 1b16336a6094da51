"""Is an attempt to draw still current, and how far is it: sent, tried again, shown?

A write that names an attempt which is over raises Superseded: the lane went to another holder, or the turn was
cancelled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.errors import Superseded
from bot.ports.messages import State
from storage import ledger, locks, tables
from storage.conversations import raise_revision
from storage.places import bind_place, save_posted
from storage.statement import Statement
from storage.tables import conversations, holds, turns, versions
from storage.turn_loader import get_turn

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.ports.cards import Posted

_parent = versions.alias("parent_version")
_sibling = versions.alias("sibling")
_deleted = turns.alias("deleted_turn")
#: a turn that is to end, its conversation, what it edits, and its money: a row for each attempt
_ENDING = Statement(
    sa.select(
        turns.c.id,
        turns.c.source,
        turns.c.attempt,
        turns.c.state,
        turns.c.deleted,
        turns.c.sent,
        turns.c.notified,
        *(conversations.c[name].label(f"conversation_{name}") for name in ("title", "revision")),
        *(conversations.c[name] for name in ("head", "redo", "count", "mode")),
        _parent.c.depth,
        _parent.c.root,
        sa.select(sa.func.count())
        .where(_sibling.c.conversation == turns.c.conversation, _sibling.c.parent == turns.c.source)
        .correlate(turns)
        .scalar_subquery()
        .label("branches"),
        # was anything deleted while this was drawn? Then its description may hold words that are gone
        sa.exists()
        .where(
            _deleted.c.conversation == turns.c.conversation, _deleted.c.deleted >= turns.c.claimed
        )
        .correlate(turns)
        .label("words_gone"),
        sa.exists(sa.select(holds.c.account)).label("is_on_hold"),
        *ledger.COLUMNS,
    )
    .join(conversations, conversations.c.id == turns.c.conversation)
    .outerjoin(
        _parent,
        sa.and_(_parent.c.conversation == turns.c.conversation, _parent.c.number == turns.c.source),
    )
    .outerjoin(tables.ledger, tables.ledger.c.turn == turns.c.id)
    .where(turns.c.id == sa.bindparam("of"))
    .order_by(tables.ledger.c.attempt)
)
_AT = turns.c.id == sa.bindparam("of")
_CURRENT = sa.and_(
    _AT, turns.c.attempt == sa.bindparam("in_"), turns.c.state == sa.bindparam("is_")
)
_SENT = Statement(sa.update(turns).where(_CURRENT).values(sent=True))
_POSTED = Statement(
    sa.update(turns).where(_CURRENT).values(state=State.POSTED.value, revision=sa.bindparam("to"))
)
_NOTIFIED = Statement(sa.update(turns).where(_CURRENT).values(notified=True))


def lock(sql: sa.Connection, turn: Turn) -> list[Any]:
    """Read the turn's rows as they are now, and for this transaction."""
    locks.conversation(sql, turn.conversation)
    return _ENDING.all(sql, of=turn.id)


def lock_in(sql: sa.Connection, turn: Turn, state: State) -> list[Any]:
    """Read them. Raise Superseded if the turn's attempt is over, or in another state."""
    found = lock(sql, turn)
    if not found or (found[0].attempt, found[0].state) != (turn.attempt, state.value):
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")
    return found


def update(sql: sa.Connection, id_: str, **values: object) -> None:
    """Write columns of a turn."""
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(**values))


def record_retry(sql: sa.Connection, turn: Turn, tries: int, *, sent: bool = True) -> Turn:
    """Note that the request goes out again; not `sent`: what was out was not taken, so nothing is."""
    lock_in(sql, turn, State.DRAWING)
    revision = raise_revision(sql, turn.conversation)
    update(sql, turn.id, tries=tries, sent=sent, revision=revision)
    return get_turn(sql, turn.id)


def mark_sent(sql: sa.Connection, turn: Turn) -> None:
    """Note that a turn's request goes out: from here on it may be billed."""
    if not _SENT.run(sql, of=turn.id, in_=turn.attempt, is_=State.DRAWING.value):
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")


def record_cost(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what the requests of a turn cost so far, before the next goes out."""
    lock_in(sql, turn, State.DRAWING)
    ledger.note(sql, turn, cost)


def save_unfetched(sql: sa.Connection, turn: Turn, answer: str) -> None:
    """Keep an answer whose pictures are still to be fetched."""
    lock_in(sql, turn, State.DRAWING)
    update(sql, turn.id, unfetched=answer)


def mark_posted(sql: sa.Connection, turn: Turn, at: Posted, before: Posted | None = None) -> Turn:
    """Note where a card stands; what is drawn and visible is posted, what is over has been shown.

    `before`: where it was known to stand; None: not known. One that was deleted meanwhile only leaves its
    messages to be removed.
    """
    is_drawn = turn.state is State.DRAWN
    if is_drawn:
        locks.conversation(sql, turn.conversation)
    if at.messages and at != before:
        save_posted(sql, turn.id, at, before)
    is_bound = before is not None and before.messages and before.place == at.place
    if at.place.thread is not None and at.place != turn.place and not is_bound:
        bind_place(sql, turn.conversation, at.place, turn.id)
    current = {"of": turn.id, "in_": turn.attempt, "is_": turn.state.value}
    if not is_drawn:
        if not turn.notified and turn.state not in {State.QUEUED, State.DRAWING}:
            _NOTIFIED.run(sql, **current)
        return turn
    revision = raise_revision(sql, turn.conversation)
    if _POSTED.run(sql, **current, to=revision):
        seen = replace(turn.result, seconds=0.0)
        return replace(turn, state=State.POSTED, result=seen, revision=revision)
    found = lock(sql, turn)
    if not found or found[0].deleted is None:
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")
    return turn


def mark_notified(sql: sa.Connection, turn: Turn) -> None:
    """Note that people can see how a turn ended, if that is still how it is."""
    _NOTIFIED.run(sql, of=turn.id, in_=turn.attempt, is_=turn.state.value)
