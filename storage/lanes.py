"""What is next in a lane, and who takes it?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.conversation import Failure
from bot.conversation.records import Claim
from bot.ports.errors import Kind, Refused, Superseded
from bot.ports.messages import State
from storage import locks, reading, rows, spending
from storage.answers import current, ended, left, note
from storage.controls import load_for, move
from storage.paths import path_of
from storage.tables import conversations, turns
from storage.writing import bump, step_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Turn
    from bot.conversation.records import Limits

_OPEN = (State.QUEUED.value, State.DRAWING.value, State.DRAWN.value)

_NEXT = (
    reading.TURN.where(turns.c.lane == sa.bindparam("lane"), reading.in_state(_OPEN), reading.OPEN)
    .order_by(turns.c.state == State.QUEUED.value, turns.c.seq)
    .limit(1)
)
_PLATFORM = (
    sa.select(conversations.c.platform)
    .join(turns, turns.c.conversation == conversations.c.id)
    .where(turns.c.lane == sa.bindparam("lane"), turns.c.state.in_(_OPEN), reading.OPEN)
    .limit(1)
)
_CLAIM = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        state=State.DRAWING.value,
        attempt=turns.c.attempt + 1,
        tries=1,
        told=True,
        source=sa.bindparam("from_"),
        sourced=True,
        sent=sa.bindparam("is_out"),
        failure=None,
        claimed=sa.bindparam("now"),
        revision=sa.bindparam("to"),
    )
)


def waiting(sql: sa.Connection, platforms: Sequence[str], limit: int) -> list[str]:
    """Give the lanes of these platforms that have something to do, the longest waiting first."""
    found = sql.execute(
        sa.select(turns.c.lane)
        .join(conversations, conversations.c.id == turns.c.conversation)
        .where(turns.c.state.in_(_OPEN), reading.OPEN, conversations.c.platform.in_(platforms))
        .group_by(turns.c.lane)
        .order_by(sa.func.min(turns.c.seq))
        .limit(limit)
    )
    return list(found.scalars())


def platform_of(sql: sa.Connection, lane: str) -> str | None:
    """Tell whose a lane is that has something to do; None: it has nothing."""
    return sql.execute(_PLATFORM, {"lane": lane}).scalar()


def following(
    sql: sa.Connection, lane: str, limits: Limits, now: float, job: int | None = None
) -> Turn | None:
    """Do what needs no drawing: give a Turn to show, or, queued as it is, the one to draw next."""
    found = _next(sql, lane, limits, now, job)
    return found[0] if isinstance(found, tuple) else found


def claim(  # noqa: PLR0913 - what is claimed, in which terms
    sql: sa.Connection,
    lane: str,
    limits: Limits,
    now: float,
    job: int | None = None,
    *,
    month: float,
    sent: bool = True,
) -> Claim | Turn | None:
    """Take the next thing to do in a lane: a Claim to draw, or a Turn to show.

    First what an earlier holder left: what is drawn is given to be shown, what was being drawn is
    interrupted. A control is done at once. What the month's limits do not allow is refused.
    """
    found = _next(sql, lane, limits, now, job)
    if not isinstance(found, tuple):
        return found
    turn, row, standing = found
    known = reading.conversation_by_id(
        sql, turn.conversation, [turn.request.source] if turn.request.source else []
    )
    if known is None:
        raise Superseded
    source = turn.request.source if row.sourced else known.head
    revision = bump(sql, turn.conversation)
    taken = {"of": turn.id, "from_": source, "is_out": sent, "now": now, "to": revision}
    sql.execute(_CLAIM, taken)
    waited = step_up(sql, lane, revision) > 0
    spending.reserve(sql, turn, row.price, now, month)
    if warning := spending.warning(standing, row.price):
        note(sql, turn.id, warning=warning)
    claimed = current(sql, turn.id)
    path = path_of(sql, claimed, known.versions.get(source or ""))
    return Claim(turn=claimed, lineage=path, has_waiting=waited)


def _next(
    sql: sa.Connection, lane: str, limits: Limits, now: float, job: int | None
) -> tuple[Turn, Any, Sequence[spending.Standing]] | Turn | None:
    """Do what comes before a drawing; give the turn to draw, its row, and the limits it is under."""
    locks.still_ours(sql, job)
    if limits.has_any:
        locks.ledger(sql)
    if not locks.of_lane(sql, lane):
        return None
    row = sql.execute(_NEXT, {"lane": lane}).one_or_none()
    if row is None:
        return None
    if row.state == State.DRAWING.value:
        failure = Failure(kind=Kind.UNKNOWN_OUTCOME, code="interrupted", billed=None)
        if not left(sql, row.id, row.conversation, row.attempt, failure, now):
            return current(sql, row.id)
        row = sql.execute(_NEXT, {"lane": lane}).one_or_none()
        if row is None:
            return None
    turn = reading.full_turn(sql, row)
    if turn.state is State.DRAWN:
        return turn
    if turn.control is not None:
        return _controlled(sql, turn, now)
    standing = spending.standing(sql, turn.place, turn.person, limits)
    if (over := spending.over(standing, row.price, limits)) is not None:
        # the attempt that is not made is what cost nothing: earlier ones may have been billed
        ended(sql, turn.id, turn.conversation, turn.attempt + 1, over, now)
        return current(sql, turn.id)
    return turn, row, standing


def _controlled(sql: sa.Connection, turn: Turn, now: float) -> Turn:
    assert turn.control is not None  # noqa: S101 - the caller looked
    known = load_for(sql, turn.conversation, turn.control)
    if known is None:
        raise Superseded
    revision = bump(sql, turn.conversation)
    values: dict[str, object] = {"revision": revision, "finished": now}
    try:
        moved = known.move_head(turn.control)
    except Refused as error:
        failure = Failure(
            kind=error.kind, code=error.code(), billed=False, retry=False, detail=error.facts
        )
        values |= {"state": State.REFUSED.value, "failure": rows.dump_failure(failure)}
    else:
        move(sql, known, moved, revision)
        values |= {"state": State.POSTED.value, "source": moved.head, "sourced": True}
    step_up(sql, turn.lane, revision)
    sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(values))
    return current(sql, turn.id)
