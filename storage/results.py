"""How does a claimed turn end: drawn, failed, shown? And what becomes of its money?

A write that names an attempt which is over raises Superseded: the lane went to another holder, or the turn was
cancelled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.errors import Kind, Superseded
from bot.ports.messages import State
from storage import ledger, locks, rows
from storage.conversations import find_conversation, raise_revision, retitle, touch_versions
from storage.places import bind_place, save_posted
from storage.tables import conversations, holds, turns, versions
from storage.turn_loader import get_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Conversation
    from bot.conversation.records import Answer
    from bot.conversation.turn import Failure, Turn
    from bot.ports.cards import Posted

_AT = turns.c.id == sa.bindparam("of")
_NOW = sa.select(turns.c.source, turns.c.attempt, turns.c.state, turns.c.deleted).where(_AT)
_DRAWN = (
    sa.update(turns)
    .where(_AT)
    .values(
        {
            name: sa.bindparam(f"to_{name}")
            for name in ("state", "reply", "images", "answer", "signed", "offer", "question")
        }
    )
    .values({name: sa.bindparam(f"to_{name}") for name in ("size", "quality", "n", "finished")})
    .values({name: sa.bindparam(f"to_{name}") for name in ("revision", "directions", "unfetched")})
)
_SENT = sa.update(turns).where(_AT).values(sent=True)
_POSTED = sa.update(turns).where(_AT).values(state=State.POSTED.value, revision=sa.bindparam("to"))
_HEAD = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(head=sa.bindparam("at"), redo="[]", count=sa.bindparam("so_many"))
)
_INSERT_VERSIONS = sa.insert(versions)
_CLAIMED = sa.select(turns.c.claimed).where(_AT).scalar_subquery()
#: was anything deleted while this was drawn? Then its description may hold words that are gone
_DELETED_SINCE = (
    sa.select(turns.c.id)
    .where(turns.c.conversation == sa.bindparam("in_"), turns.c.deleted >= _CLAIMED)
    .limit(1)
)
_HELD = sa.select(holds.c.since)
_STATE_OF = {
    Kind.BLOCKED: State.REFUSED,
    Kind.NOT_ALLOWED: State.REFUSED,
    Kind.BAD_REQUEST: State.REFUSED,
    Kind.TOO_LARGE: State.REFUSED,
    Kind.UNKNOWN_OUTCOME: State.INTERRUPTED,
    Kind.NO_CREDIT: State.HELD,
}


def _lock(sql: sa.Connection, turn: Turn) -> Any:  # noqa: ANN401 - a row's columns are known at run time only
    """Read the turn's row as it is now, and for this transaction."""
    locks.conversation(sql, turn.conversation)
    return sql.execute(_NOW, {"of": turn.id}).one_or_none()


def _check(row: Any, turn: Turn, state: State) -> None:  # noqa: ANN401 - as above
    """Raise Superseded if the turn's attempt is over, or in another state."""
    if row is None or (row.attempt, row.state) != (turn.attempt, state.value):
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")


def _lock_in(sql: sa.Connection, turn: Turn, state: State) -> Turn:
    """Return the turn with its source as it is now: what it edits may have been deleted meanwhile."""
    row = _lock(sql, turn)
    _check(row, turn, state)
    if row.source == turn.request.source:
        return turn
    return replace(turn, request=replace(turn.request, source=row.source))


def _update(sql: sa.Connection, id_: str, **values: object) -> None:
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(**values))


def record_retry(sql: sa.Connection, turn: Turn, tries: int, *, sent: bool = True) -> Turn:
    """Note that the request goes out again; not `sent`: what was out was not taken, so nothing is."""
    _lock_in(sql, turn, State.DRAWING)
    revision = raise_revision(sql, turn.conversation)
    _update(sql, turn.id, tries=tries, sent=sent, revision=revision)
    return get_turn(sql, turn.id)


def mark_sent(sql: sa.Connection, turn: Turn) -> None:
    """Note that a turn's request goes out: from here on it may be billed."""
    _lock_in(sql, turn, State.DRAWING)
    sql.execute(_SENT, {"of": turn.id})


def record_cost(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what the requests of a turn cost so far, before the next goes out."""
    _lock_in(sql, turn, State.DRAWING)
    ledger.note(sql, turn, cost)


def save_unfetched(sql: sa.Connection, turn: Turn, answer: str) -> None:
    """Keep an answer whose pictures are still to be fetched."""
    _lock_in(sql, turn, State.DRAWING)
    _update(sql, turn.id, unfetched=answer)


def finish(
    sql: sa.Connection, now: float, turn: Turn, answer: Answer, *, seen: bool = False
) -> Turn:
    """Keep an answer: its versions, the head, the money. `seen`: that is all that showing it takes."""
    turn = _lock_in(sql, turn, State.DRAWING)
    source = turn.request.source
    known = find_conversation(sql, turn.conversation, [source] if source else [])
    if known is None:
        raise Superseded
    revision = raise_revision(sql, turn.conversation)
    grown, numbers = known.add_versions(len(answer.images))
    output = answer.output or turn.request.output
    drawn = {
        "state": (State.POSTED if seen else State.DRAWN).value,
        "images": len(numbers),
        "reply": answer.reply,
        "answer": rows.dump(answer.messages),
        "signed": answer.is_signed,
        "offer": rows.dump_output(answer.offer) if answer.offer else None,
        "question": rows.dump_optional(answer.question),
        "directions": rows.dump(answer.directions if turn.request.is_brainstorm else ()),
        "unfetched": None,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "finished": now,
        "revision": revision,
    }
    sql.execute(_DRAWN, {"of": turn.id, **{f"to_{name}": one for name, one in drawn.items()}})
    if numbers:
        _insert_versions(sql, now, turn, answer, known, numbers)
        stays = turn.team.parent is not None and known.head is not None
        head = known.head if stays else grown.head
        sql.execute(_HEAD, {"of": known.id, "at": head, "so_many": grown.count})
        if not stays:
            touch_versions(sql, known.id, revision, [known.head])
    if turn.team.parent is not None:
        _update(sql, turn.team.parent, revision=revision)
    ledger.settle(sql, turn, answer)
    return get_turn(sql, turn.id)


def record_late_answer(sql: sa.Connection, turn: Turn, answer: Answer) -> None:
    """Settle what came after its attempt was over: it is not shown, but it was billed."""
    row = _lock(sql, turn)
    is_known = row is not None and row.deleted is None
    if ledger.settle(sql, turn, answer, only="unsettled") and is_known:
        _update(sql, turn.id, revision=raise_revision(sql, turn.conversation))


def _insert_versions(
    sql: sa.Connection,
    now: float,
    turn: Turn,
    answer: Answer,
    known: Conversation,
    numbers: Sequence[str],
) -> None:
    depth, root = 1, numbers[0]
    if turn.request.source:
        parent = sql.execute(
            sa.select(versions.c.depth, versions.c.root).where(
                versions.c.conversation == known.id, versions.c.number == turn.request.source
            )
        ).one()
        depth, root = parent.depth + 1, parent.root
    words_gone = sql.execute(_DELETED_SINCE, {"in_": known.id, "of": turn.id}).first() is not None
    made = [
        {
            "conversation": known.id,
            "number": number,
            "turn": turn.id,
            "parent": turn.request.source,
            "depth": depth,
            "root": root,
            "blob": image.blob,
            "media_type": image.media_type,
            "size": image.size,
            "width": image.width,
            "height": image.height,
            "alt": turn.request.text if words_gone else image.alt,
            "url": image.url,
            "created": now,
        }
        for number, image in zip(numbers, answer.images, strict=True)
    ]
    sql.execute(_INSERT_VERSIONS, made)


def end_turn(
    sql: sa.Connection, now: float, id_: str, conversation: str, attempt: int, failure: Failure
) -> None:
    """Write how a turn ended without an image, and what that cost."""
    state = _STATE_OF.get(failure.kind, State.FAILED)
    _update_failed(sql, now, id_, conversation, state, failure)
    ledger.end(sql, id_, attempt, failure)


def _update_failed(
    sql: sa.Connection, now: float, id_: str, conversation: str, state: State, failure: Failure
) -> None:
    revision = raise_revision(sql, conversation)
    values = {"state": state.value, "failure": rows.dump_optional(failure), "finished": now}
    _update(sql, id_, **values, notified=False, revision=revision)


def fail(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """End a turn without an image."""
    _lock_in(sql, turn, State.DRAWING)
    end_turn(sql, now, turn.id, turn.conversation, turn.attempt, failure)
    if failure.kind is Kind.BLOCKED:  # its words are its author's alone: no name is made of them
        retitle(sql, turn.conversation)
    return get_turn(sql, turn.id)


def interrupt(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """End a drawing that was let go; one whose request never went out waits again."""
    _lock_in(sql, turn, State.DRAWING)
    end_abandoned(sql, now, turn.id, turn.conversation, turn.attempt, failure)
    return get_turn(sql, turn.id)


def end_abandoned(
    sql: sa.Connection, now: float, id_: str, conversation: str, attempt: int, failure: Failure
) -> bool:
    """Take up a drawing that nobody goes on with; True: its request never went out, so it waits again."""
    if sql.execute(sa.select(turns.c.sent).where(turns.c.id == id_)).scalar_one():
        end_turn(sql, now, id_, conversation, attempt, failure)
        return False
    ledger.end(sql, id_, attempt, replace(failure, billed=False))
    state = State.HELD if is_on_hold(sql) else State.QUEUED
    _update(sql, id_, state=state.value, revision=raise_revision(sql, conversation))
    return True


def mark_not_posted(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """Note that what is drawn could not be shown; its money stays as it is."""
    _lock_in(sql, turn, State.DRAWN)
    _update_failed(sql, now, turn.id, turn.conversation, State.FAILED, failure)
    return get_turn(sql, turn.id)


def mark_posted(sql: sa.Connection, now: float, turn: Turn, at: Posted) -> Turn:
    """Note where a card stands; what is drawn and visible is posted.

    One that was deleted meanwhile only leaves its messages to be removed.
    """
    row = _lock(sql, turn)
    if at.messages:
        save_posted(sql, turn.id, at)
    if row is not None and row.deleted is not None:
        return turn
    if at.place.thread is not None and at.place != turn.place:
        bind_place(sql, now, turn.conversation, at.place)
    if turn.state is not State.DRAWN:
        return turn
    _check(row, turn, State.DRAWN)
    sql.execute(_POSTED, {"of": turn.id, "to": raise_revision(sql, turn.conversation)})
    return get_turn(sql, turn.id)


def is_on_hold(sql: sa.Connection) -> bool:
    """Is the model's account on hold?"""
    return sql.execute(_HELD).first() is not None
