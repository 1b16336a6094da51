"""How does a control get on disk: a move of the head, a cancel, a retry?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.conversation import Control, Conversation, Failure, possible_numbers
from bot.conversation.records import Recorded
from bot.ports.errors import Kind, NoSuchTurn, NothingToCancel, NothingToRetry
from bot.ports.messages import ActionEvent, IncomingMessage, State
from storage import locks, reading, rows, spending
from storage.answers import note
from storage.placing import note_seen, place_of
from storage.tables import conversations, presses, turns
from storage.writing import bump, control_values, event_key, inserted, seen_before, step_up, touch

if TYPE_CHECKING:
    from bot.conversation.conversation import Turn

_BUSY = sa.select(turns.c.seq).where(
    turns.c.lane == sa.bindparam("lane"),
    turns.c.state.in_([State.QUEUED.value, State.DRAWING.value, State.DRAWN.value]),
    reading.OPEN,
)


def control(
    sql: sa.Connection, id_: str, incoming: IncomingMessage | ActionEvent, what: Control, now: float
) -> Recorded:
    """Move the head now when the lane is idle, else queue. Raises what `Conversation.move_head` raises."""
    if (before := seen_before(sql, incoming)) is not None:
        return before
    found = place_of(sql, incoming.place)
    known = load_for(sql, found, what) if found else None
    if known is None:
        return Recorded(conversation=None, turn=None, is_new=False)
    busy = sql.execute(_BUSY, {"lane": known.id}).first() is not None
    moved = known if busy else known.move_head(what)
    message = incoming.message if isinstance(incoming, ActionEvent) else incoming
    if message is not None:
        note_seen(sql, message, now)
    revision = bump(sql, known.id)
    if not busy:
        move(sql, known, moved, revision)
    values = {
        **control_values(incoming, id_, known.id, what, revision, now),
        "source": None if busy else moved.head,
        "sourced": not busy,
        "state": State.QUEUED.value if busy else State.POSTED.value,
    }
    return inserted(sql, values)


def load_for(sql: sa.Connection, id_: str, what: Control) -> Conversation | None:
    """Read a conversation with the versions that a control may speak of, to change it."""
    locks.conversation(sql, id_)
    row = sql.execute(
        sa.select(conversations.c.head, conversations.c.redo).where(conversations.c.id == id_)
    ).one_or_none()
    if row is None:
        return None
    redo = rows.load(row.redo)[-1:]
    return reading.conversation_by_id(sql, id_, possible_numbers(what.version, row.head, *redo))


def move(sql: sa.Connection, before: Conversation, after: Conversation, revision: int) -> None:
    """Write a moved head; the cards of both heads change with it."""
    sql.execute(
        sa.update(conversations)
        .where(conversations.c.id == before.id)
        .values(head=after.head, redo=rows.dump(after.redo))
    )
    touch(sql, before.id, revision, [one for one in (before.head, after.head) if one])


def _of(sql: sa.Connection, id_: str, conversation: str) -> Turn:
    found = reading.turn_by_id(sql, id_)
    if found is None or found.conversation != conversation:
        raise NoSuchTurn(turn=id_)
    return found


def first_time(
    sql: sa.Connection,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    turn: str | None,
    now: float,
) -> bool:
    """Remember an event that makes no turn, and the turn it is about; False: seen before."""
    key = event_key(incoming)
    if sql.execute(sa.select(presses.c.event).where(presses.c.event == key)).first():
        return False
    row = {"event": key, "conversation": conversation, "turn": turn, "created": now}
    sql.execute(sa.insert(presses).values(row))
    return True


def cancel(
    sql: sa.Connection, event: ActionEvent, id_: str, conversation: str, now: float
) -> Recorded:
    """End a turn that waits or is being drawn. Raises NothingToCancel, NoSuchTurn."""
    locks.conversation(sql, conversation)
    found = _of(sql, id_, conversation)
    if not first_time(sql, event, conversation, None, now):
        return Recorded(conversation=conversation, turn=found, is_new=False)
    if found.state not in {State.QUEUED, State.HELD, State.DRAWING}:
        raise NothingToCancel
    revision = bump(sql, conversation)
    drawing = found.state is State.DRAWING
    if drawing:
        out = sql.execute(sa.select(turns.c.sent).where(turns.c.id == id_)).scalar_one()
        billed = None if out else False
        over = Failure(kind=Kind.UNKNOWN_OUTCOME, code="cancelled", billed=billed)
        spending.end(sql, id_, found.attempt, over)
    if spending.may_be_billed(sql, id_):
        note(sql, id_, perhaps=True)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(
            state=State.CANCELLED.value,
            attempt=found.attempt + 1 if drawing else found.attempt,
            failure=None,
            finished=now,
            told=False,
            revision=revision,
        )
    )
    step_up(sql, found.lane, revision)
    return Recorded(conversation=conversation, turn=_of(sql, id_, conversation), is_new=True)


def retry(
    sql: sa.Connection, event: ActionEvent, id_: str, conversation: str, now: float
) -> Recorded:
    """Queue a turn again, or show again what is drawn. Raises NothingToRetry, NoSuchTurn."""
    locks.account(sql)
    locks.conversation(sql, conversation)
    found = _of(sql, id_, conversation)
    if not first_time(sql, event, conversation, id_, now):
        return Recorded(conversation=conversation, turn=found, is_new=False)
    if not found.can_retry:
        raise NothingToRetry
    state = State.HELD if reading.on_hold(sql) else State.QUEUED
    if found.result.versions or found.result.reply:
        state = State.DRAWN
    revision = bump(sql, conversation)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(state=state.value, failure=None, tries=0, revision=revision)
    )
    step_up(sql, found.lane, revision)
    return Recorded(conversation=conversation, turn=_of(sql, id_, conversation), is_new=True)
