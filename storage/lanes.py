"""What is next in a lane, who takes it, and what holds all lanes?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Claim
from bot.conversation.turn import Failure
from bot.ports.actions import Action
from bot.ports.errors import Kind, Refused, Superseded
from bot.ports.messages import State
from storage import audit, fairness, ledger, locks, rows
from storage.conversations import (
    find_conversation,
    lock_for,
    raise_revision,
    touch_lane,
    write_head,
)
from storage.lineage import load_lineage
from storage.preferences import SET_THERE
from storage.results import end_abandoned, end_turn, fail
from storage.spending import find_exceeded, find_warning, list_usage
from storage.statement import Statement
from storage.tables import conversations, holds, turns
from storage.turn_loader import OPEN, TURN, get_turn, in_state, is_on, load_turn, load_written

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from bot.conversation.terms import Limits
    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent
    from storage.fairness import Capacity
    from storage.spending import LimitUsage

_ACCOUNT = "model"
_OPEN = (State.QUEUED.value, State.DRAWING.value, State.DRAWN.value)
_NEXT = Statement(
    TURN.add_columns(fairness.IS_NEXT, SET_THERE)
    .where(turns.c.lane == sa.bindparam("lane"), in_state(_OPEN), OPEN)
    .order_by(turns.c.state == State.QUEUED.value, turns.c.seq)
    .limit(1)
)
_WORKSPACE = (
    sa.select(conversations.c.platform, conversations.c.workspace)
    .join(turns, turns.c.conversation == conversations.c.id)
    .where(turns.c.lane == sa.bindparam("lane"), turns.c.state.in_(_OPEN), OPEN)
    .limit(1)
)
_CLAIMED = (
    *("state", "attempt", "tries", "notified", "source", "source_is_final", "sent", "failure"),
    *("claimed", "warning"),
)
_CLAIM = Statement(
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(revision=sa.bindparam("to"), **{name: sa.bindparam(f"to_{name}") for name in _CLAIMED})
    .returning(*turns.c)
)
_NOTE_CLAIM = Statement(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(revision=conversations.c.revision + 1, claimed=sa.bindparam("now"))
    .returning(conversations.c.revision)
)


def list_waiting_lanes(
    sql: sa.Connection,
    now: float,
    capacity: Capacity,
    platforms: Sequence[str],
    limit: int = 1000,
) -> list[str]:
    """List the lanes of these platforms that have something to do now, the longest waiting first."""
    states = (State.DRAWING.value, State.DRAWN.value)
    found = sql.execute(
        sa.select(turns.c.lane)
        .where(turns.c.state.in_(states), OPEN, is_on(platforms))
        .group_by(turns.c.lane)
        .order_by(sa.func.min(turns.c.seq))
        .limit(limit)
    )
    waiting = fairness.list_next(sql, now, replace(capacity, platforms=tuple(platforms)))
    return [*found.scalars(), *waiting[:limit]]


def find_workspace(sql: sa.Connection, lane: str) -> tuple[str, str] | None:
    """Find the platform and the workspace of a lane that has something to do; None: it has nothing."""
    found = sql.execute(_WORKSPACE, {"lane": lane}).first()
    return None if found is None else (found[0], found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTerms:
    """On what terms is taken what waits in a lane?"""

    limits: Limits
    capacity: Capacity
    #: the job of the shared queue that the lane is drained for; None: no such queue
    job: int | None = None
    #: turns that somebody in this process has claimed
    held: Container[str] = ()


def prepare_next(sql: sa.Connection, now: float, lane: str, terms: ClaimTerms) -> Turn | None:
    """Do what needs no drawing: return a Turn to show, or, queued as it is, the one to draw now."""
    found = _prepare(sql, now, lane, terms, counts=False)
    if not isinstance(found, tuple):
        return found
    turn, row, _ = found
    return turn if row.is_next else None


def claim(
    sql: sa.Connection, now: float, lane: str, terms: ClaimTerms, *, month: float, sent: bool
) -> Claim | Turn | None:
    """Take the next thing to do in a lane: a Claim to draw, or a Turn to show.

    First what an earlier holder left: what is drawn is given to be shown, what was being drawn is
    interrupted. A control is done at once. What the month's limits do not allow is refused.
    """
    found = _prepare(sql, now, lane, terms, counts=True)
    if not isinstance(found, tuple):
        return found
    turn, row, usage = found
    if not row.is_next:
        return None
    source = turn.request.source
    known = find_conversation(sql, turn.conversation, [source] if source else [])
    if known is None:
        raise Superseded
    source = source if row.source_is_final else known.head
    revision = _NOTE_CLAIM.first(sql, of=turn.conversation, now=now).revision
    values = claimed_values(now, source, usage, row.price, turn.attempt + 1, sent=sent)
    values = {f"to_{name}": value for name, value in values.items()}
    written = _CLAIM.first(sql, of=turn.id, to=revision, **values)
    has_waiting = row.in_line > 1 and touch_lane(sql, lane, revision) > 0
    claimed = load_written(sql, written, head=known.head, mode=known.mode)
    ledger.reserve(sql, now, claimed, row.price, month)
    lineage = load_lineage(sql, claimed, known.versions.get(source or ""))
    return Claim(turn=claimed, lineage=lineage, has_waiting=has_waiting)


def claimed_values(
    now: float,
    source: str | None,
    usage: Sequence[LimitUsage],
    price: int | None,
    attempt: int = 1,
    *,
    sent: bool = False,
) -> dict[str, object]:
    """Return the columns of a turn that is claimed, but for its revision."""
    warning = find_warning(usage, price)
    return {
        "state": State.DRAWING.value,
        "attempt": attempt,
        "tries": 1,
        "notified": True,
        "source": source,
        "source_is_final": True,
        "sent": sent,
        "failure": None,
        "claimed": now,
        "warning": rows.dump(warning) if warning else None,
    }


def _prepare(
    sql: sa.Connection, now: float, lane: str, terms: ClaimTerms, *, counts: bool
) -> tuple[Turn, Any, Sequence[LimitUsage]] | Turn | None:
    """Do what comes before a drawing; return the turn to draw, its row, and the limits it is under.

    `counts`: nobody else may look meanwhile whether one more may be drawn.
    """
    limits = terms.limits
    if not locks.to_claim(sql, lane, terms.job, counts=counts, money=limits.has_any):
        return None
    order = fairness.terms(now, terms.capacity)
    row = _NEXT.first(sql, lane=lane, **order)
    if row is None or row.id in terms.held:
        return None
    if row.state == State.DRAWING.value:
        failure = Failure(kind=Kind.UNKNOWN_OUTCOME, code="interrupted", billed=None)
        if not end_abandoned(sql, now, row.id, row.conversation, row.attempt, failure):
            return get_turn(sql, row.id)
        row = _NEXT.first(sql, lane=lane, **order)
        if row is None:
            return None
    turn = load_turn(sql, row)
    if turn.state is State.DRAWN:
        return turn
    if turn.control is not None:
        return _do_control(sql, now, turn)
    # who claims holds the lock of the slots, so that nobody else looks for money now
    limits = limits.tightened(rows.defaults(row.set_there).quota)
    usage = list_usage(sql, turn.place, turn.person, limits)
    if (over := find_exceeded(usage, row.price, limits)) is not None:
        # the attempt that is not made is what cost nothing: earlier ones may have been billed
        end_turn(sql, now, turn.id, turn.conversation, turn.attempt + 1, over)
        return get_turn(sql, turn.id)
    return turn, row, usage


def _do_control(sql: sa.Connection, now: float, turn: Turn) -> Turn:
    assert turn.control is not None  # noqa: S101 - the caller looked
    known = lock_for(sql, turn.conversation, turn.control)
    if known is None:
        raise Superseded
    revision = raise_revision(sql, turn.conversation)
    values: dict[str, object] = {"revision": revision, "finished": now}
    try:
        moved = known.move_head(turn.control)
    except Refused as error:
        failure = Failure(
            kind=error.kind, code=error.code(), billed=False, retry=False, detail=error.facts
        )
        values |= {"state": State.REFUSED.value, "failure": rows.dump_optional(failure)}
    else:
        write_head(sql, known, moved, revision)
        values |= {"state": State.POSTED.value, "source": moved.head, "source_is_final": True}
    touch_lane(sql, turn.lane, revision)
    sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(values))
    return get_turn(sql, turn.id)


def hold_account(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> list[str]:
    """Put the model's account on hold, with all that waits; return the lanes that changed."""
    locks.account_alone(sql)
    changed = _shift(sql, State.QUEUED, State.HELD)  # before the sums, for which others wait
    held = fail(sql, now, turn, failure)
    if get_held_since(sql) is None:
        sql.execute(sa.insert(holds).values(account=_ACCOUNT, since=now, turn=held.id))
    return [turn.lane, *(one for one in changed if one != turn.lane)]


def resume_account(sql: sa.Connection, now: float, event: ActionEvent | None = None) -> list[str]:
    """Take the account off hold; return the lanes whose turns are queued again.

    `event`: who wants it; None: whoever runs Easel, by a command.
    """
    locks.account_alone(sql)
    if event is None:
        audit.record_own(sql, now, f"resume/{now!r}", Action.RESUME.value)
    else:
        audit.record(sql, now, event, Action.RESUME.value)
    sql.execute(sa.delete(holds))
    return _shift(sql, State.HELD, State.QUEUED)


def get_held_since(sql: sa.Connection) -> float | None:
    """Read since when the model's account is on hold; None: it is not."""
    return sql.execute(sa.select(holds.c.since)).scalar()


def _shift(sql: sa.Connection, old: State, new: State) -> list[str]:
    """Move all prompts from one state to another; return their lanes."""
    which = (turns.c.state == old.value, turns.c.action.is_(None), OPEN)
    changed = list(sql.execute(sa.select(turns.c.lane).where(*which).distinct()).scalars())
    if changed:
        sql.execute(
            sa.update(conversations)
            .where(conversations.c.id.in_(sa.select(turns.c.conversation).where(*which)))
            .values(revision=conversations.c.revision + 1)
        )
        newest = (
            sa.select(conversations.c.revision)
            .where(conversations.c.id == turns.c.conversation)
            .scalar_subquery()
        )
        sql.execute(
            sa.update(turns).where(*which).values(state=new.value, failure=None, revision=newest)
        )
    return changed
