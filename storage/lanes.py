"""How does a lane go on: what is claimed, drawn, finished, failed, shown, held and resumed?

Each function is one transaction (`storage.database`). A write that names an attempt which is over
raises Superseded: the lane went to another holder, or the turn was cancelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import Failure
from bot.errors import Refused, Superseded
from bot.ports import Claim
from bot.values import Kind, State
from storage import rows
from storage.paths import path_of
from storage.tables import conversations, holds, ledger, posts, turns, versions
from storage.wishes import bind, bump, load_for, move, step_up, touch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation import Conversation, Turn
    from bot.ports import Answer
    from bot.values import Posted

_ACCOUNT = "model"
_OPEN = (State.QUEUED.value, State.DRAWING.value, State.DRAWN.value)

_NEXT = (
    rows.TURN.where(turns.c.lane == sa.bindparam("lane"), turns.c.state.in_(_OPEN), rows.OPEN)
    .order_by(turns.c.state == State.QUEUED.value, turns.c.seq)
    .limit(1)
)
_CLAIM = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        state=State.DRAWING.value,
        attempt=turns.c.attempt + 1,
        tries=1,
        source=sa.bindparam("from_"),
        sourced=True,
        failure=None,
        claimed=sa.bindparam("now"),
        revision=sa.bindparam("to"),
    )
)
_RESERVE = sa.insert(ledger)
_SETTLE = (
    sa.update(ledger)
    .where(ledger.c.turn == sa.bindparam("of"), ledger.c.attempt == sa.bindparam("in_"))
    .values(
        state=sa.bindparam("to"),
        cost=sa.bindparam("paid"),
        about=sa.bindparam("roughly"),
        images=sa.bindparam("made"),
    )
)
_CURRENT = sa.select(turns.c.id).where(
    turns.c.id == sa.bindparam("of"),
    turns.c.attempt == sa.bindparam("in_"),
    turns.c.state == sa.bindparam("is_"),
)
_DRAWN = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        state=State.DRAWN.value,
        reply=sa.bindparam("words"),
        cost=sa.bindparam("paid"),
        about=sa.bindparam("roughly"),
        images=sa.bindparam("made"),
        answer=sa.bindparam("kept"),
        finished=sa.bindparam("now"),
        revision=sa.bindparam("to"),
    )
)
_KEEP = sa.insert(versions)
_POSTED = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(state=State.POSTED.value, revision=sa.bindparam("to"))
)
_HEAD = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(head=sa.bindparam("at"), redo="[]", count=sa.bindparam("so_many"))
)


def waiting(sql: sa.Connection, platforms: Sequence[str], limit: int) -> list[str]:
    """Give the lanes of these platforms that have something to do, the longest waiting first."""
    found = sql.execute(
        sa.select(turns.c.lane)
        .join(conversations, conversations.c.id == turns.c.conversation)
        .where(turns.c.state.in_(_OPEN), rows.OPEN, conversations.c.platform.in_(platforms))
        .group_by(turns.c.lane)
        .order_by(sa.func.min(turns.c.seq))
        .limit(limit)
    )
    return list(found.scalars())


def claim(sql: sa.Connection, lane: str, now: float) -> Claim | Turn | None:
    """Take the next thing to do in a lane: a Claim to draw, or a Turn to show.

    First what an earlier holder left: what is drawn is given to be shown, what was being drawn is
    interrupted. A control is done at once.
    """
    row = sql.execute(_NEXT, {"lane": lane}).one_or_none()
    if row is None:
        return None
    if row.state == State.DRAWING.value:
        failure = Failure(kind=Kind.UNKNOWN_OUTCOME, code="interrupted", billed=None)
        _ended(sql, row.id, row.conversation, row.attempt, failure, now)
        return _turn(sql, row.id)
    turn = rows.full_turn(sql, row)
    if turn.state is State.DRAWN:
        return turn
    if turn.control is not None:
        return _controlled(sql, turn, now)
    known = rows.conversation_by_id(sql, turn.conversation, [turn.source] if turn.source else [])
    if known is None:
        raise Superseded
    source = turn.source if row.sourced else known.head
    revision = bump(sql, turn.conversation)
    step_up(sql, lane, revision)
    sql.execute(_CLAIM, {"of": turn.id, "from_": source, "now": now, "to": revision})
    reserved = {
        "turn": turn.id,
        "attempt": turn.attempt + 1,
        "platform": turn.place.platform,
        "workspace": turn.place.workspace,
        "channel": turn.place.channel,
        "person": turn.person.id,
        "model": turn.model,
        "state": "reserved",
        "reserved": row.price,
        "about": True,
        "images": 0,
        "created": now,
    }
    sql.execute(_RESERVE, reserved)
    claimed = _turn(sql, turn.id)
    return Claim(turn=claimed, path=path_of(sql, claimed, known.versions.get(source or "")))


def _turn(sql: sa.Connection, id_: str) -> Turn:
    found = rows.turn_by_id(sql, id_)
    if found is None:
        raise Superseded
    return found


def _controlled(sql: sa.Connection, turn: Turn, now: float) -> Turn:
    assert turn.control is not None  # noqa: S101 - the caller looked
    known = load_for(sql, turn.conversation, turn.control)
    if known is None:
        raise Superseded
    revision = bump(sql, turn.conversation)
    values: dict[str, object] = {"revision": revision, "finished": now}
    try:
        moved = known.moved(turn.control)
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
    return _turn(sql, turn.id)


def _must_be(sql: sa.Connection, turn: Turn, state: State) -> None:
    current = {"of": turn.id, "in_": turn.attempt, "is_": state.value}
    if sql.execute(_CURRENT, current).first() is None:
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")


def trying(sql: sa.Connection, turn: Turn, tries: int) -> Turn:
    """Note that the request goes out again."""
    _must_be(sql, turn, State.DRAWING)
    revision = bump(sql, turn.conversation)
    sql.execute(
        sa.update(turns).where(turns.c.id == turn.id).values(tries=tries, revision=revision)
    )
    return _turn(sql, turn.id)


def finish(sql: sa.Connection, turn: Turn, answer: Answer, now: float) -> Turn:
    """Keep an answer: its versions, the head, the money."""
    _must_be(sql, turn, State.DRAWING)
    known = rows.conversation_by_id(sql, turn.conversation, [turn.source] if turn.source else [])
    if known is None:
        raise Superseded
    revision = bump(sql, turn.conversation)
    grown, numbers = known.grown(len(answer.images))
    made = {"paid": rows.nano(answer.cost), "roughly": answer.about, "made": len(numbers)}
    drawn = {"words": answer.reply, "kept": rows.dump(answer.messages), "now": now, "to": revision}
    sql.execute(_DRAWN, {"of": turn.id, **made, **drawn})
    if numbers:
        _keep(sql, turn, answer, known, numbers, now)
        sql.execute(_HEAD, {"of": known.id, "at": grown.head, "so_many": grown.count})
        if known.head:
            touch(sql, known.id, revision, [known.head])
    sql.execute(_SETTLE, {"of": turn.id, "in_": turn.attempt, "to": "settled", **made})
    return _turn(sql, turn.id)


def _keep(
    sql: sa.Connection,
    turn: Turn,
    answer: Answer,
    known: Conversation,
    numbers: Sequence[str],
    now: float,
) -> None:
    depth, root = 1, numbers[0]
    if turn.source:
        parent = sql.execute(
            sa.select(versions.c.depth, versions.c.root).where(
                versions.c.conversation == known.id, versions.c.number == turn.source
            )
        ).one()
        depth, root = parent.depth + 1, parent.root
    kept = [
        {
            "conversation": known.id,
            "number": number,
            "turn": turn.id,
            "parent": turn.source,
            "depth": depth,
            "root": root,
            "blob": image.blob,
            "media_type": image.media_type,
            "size": image.size,
            "width": image.width,
            "height": image.height,
            "alt": image.alt,
            "created": now,
        }
        for number, image in zip(numbers, answer.images, strict=True)
    ]
    sql.execute(_KEEP, kept)


def _ended(
    sql: sa.Connection, id_: str, conversation: str, attempt: int, failure: Failure, now: float
) -> None:
    state = _STATE_OF.get(failure.kind, State.FAILED)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(
            state=state.value,
            failure=rows.dump_failure(failure),
            finished=now,
            revision=bump(sql, conversation),
        )
    )
    billed = {None: "perhaps", False: "free", True: "settled"}[failure.billed]
    paid = {"paid": None, "roughly": True, "made": 0}
    sql.execute(_SETTLE, {"of": id_, "in_": attempt, "to": billed, **paid})


_STATE_OF = {
    Kind.BLOCKED: State.REFUSED,
    Kind.NOT_ALLOWED: State.REFUSED,
    Kind.BAD_REQUEST: State.REFUSED,
    Kind.TOO_LARGE: State.REFUSED,
    Kind.UNKNOWN_OUTCOME: State.INTERRUPTED,
    Kind.NO_CREDIT: State.HELD,
}


def fail(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> Turn:
    """End a turn without an image."""
    _must_be(sql, turn, State.DRAWING)
    _ended(sql, turn.id, turn.conversation, turn.attempt, failure, now)
    return _turn(sql, turn.id)


def unposted(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> Turn:
    """Note that what is drawn could not be shown; its money stays as it is."""
    _must_be(sql, turn, State.DRAWN)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == turn.id)
        .values(
            state=State.FAILED.value,
            failure=rows.dump_failure(failure),
            finished=now,
            revision=bump(sql, turn.conversation),
        )
    )
    return _turn(sql, turn.id)


def hold(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> list[str]:
    """Put the model's account on hold, with all that waits; give the conversations that changed."""
    held = fail(sql, turn, failure, now)
    if sql.execute(sa.select(holds.c.account)).first() is None:
        sql.execute(sa.insert(holds).values(account=_ACCOUNT, since=now, turn=held.id))
    changed = _shifted(sql, State.QUEUED, State.HELD)
    return [turn.conversation, *(one for one in changed if one != turn.conversation)]


def resume(sql: sa.Connection) -> list[str]:
    """Take the account off hold; give the conversations whose turns are queued again."""
    sql.execute(sa.delete(holds))
    return _shifted(sql, State.HELD, State.QUEUED)


def _shifted(sql: sa.Connection, old: State, new: State) -> list[str]:
    which = (turns.c.state == old.value, turns.c.control.is_(None), rows.OPEN)
    changed = list(sql.execute(sa.select(turns.c.conversation).where(*which).distinct()).scalars())
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


def posted(sql: sa.Connection, turn: Turn, at: Posted, now: float) -> Turn:
    """Note where a card stands; what is drawn and visible is posted."""
    if at.messages:
        sql.execute(sa.delete(posts).where(posts.c.card == turn.id))
        sql.execute(
            sa.insert(posts),
            [
                {"card": turn.id, "ordinal": number, "place": str(at.place), "message": message}
                for number, message in enumerate(at.messages)
            ],
        )
    if at.place.thread is not None and at.place != turn.place:
        bind(sql, turn.conversation, at.place, now)
    if turn.state is not State.DRAWN:
        return turn
    _must_be(sql, turn, State.DRAWN)
    sql.execute(_POSTED, {"of": turn.id, "to": bump(sql, turn.conversation)})
    return _turn(sql, turn.id)
