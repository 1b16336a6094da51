"""Which turns are there, and how does one end or begin again because a person says so?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.conversation.turn import Failure
from bot.ports.actions import Action
from bot.ports.errors import Kind, NoSuchTurn, NothingToCancel, NothingToRetry
from bot.ports.messages import ActionEvent, State
from storage import ledger, locks
from storage.admission import to_error
from storage.conversations import lock_for, raise_revision, touch_lane, write_head
from storage.events import find_recorded, insert_control, is_first
from storage.places import find_conversation_at, mark_seen
from storage.preferences import merge_preferences
from storage.results import is_on_hold
from storage.tables import UNNOTIFIED, turns
from storage.turn_loader import OPEN, TURN, WAITING, find_turn, in_state, is_on, load_turn
from storage.versions import find_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.terms import Admission
    from bot.conversation.turn import Control, Turn
    from bot.ports.messages import IncomingMessage, Person, Place
    from bot.ports.queries import PromptsQuery

_BUSY = (State.QUEUED.value, State.DRAWING.value, State.DRAWN.value)
_IS_BUSY = sa.select(turns.c.seq).where(turns.c.lane == sa.bindparam("lane"), in_state(_BUSY), OPEN)
_QUEUED = (
    TURN.where(turns.c.lane == sa.bindparam("lane"), turns.c.state.in_(WAITING), OPEN)
    .order_by(turns.c.seq)
    .limit(sa.bindparam("most"))
)
#: newest prompts of a person that are looked through
_PROMPTS_LOOKED_AT = 400
_IS_PROMPT = (turns.c.action.is_(None), turns.c.deleted.is_(None))


def record_control(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    what: Control,
) -> Recorded:
    """Move the head now when the lane is idle, else queue. Raise what `Conversation.move_head` raises."""
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    found = find_conversation_at(sql, incoming.place)
    known = lock_for(sql, found, what) if found else None
    if known is None:
        return Recorded(conversation=None, turn=None, is_new=False)
    is_busy = sql.execute(_IS_BUSY, {"lane": known.id}).first() is not None
    moved = known if is_busy else known.move_head(what)
    message = incoming.message if isinstance(incoming, ActionEvent) else incoming
    if message is not None:
        mark_seen(sql, known.id, message)
    revision = raise_revision(sql, known.id)
    if not is_busy:
        write_head(sql, known, moved, revision)
    values: dict[str, object] = {
        "revision": revision,
        "source": None if is_busy else moved.head,
        "source_is_final": not is_busy,
        "state": State.QUEUED.value if is_busy else State.POSTED.value,
    }
    return insert_control(sql, now, id_, incoming, known.id, what, **values)


def _get_of(sql: sa.Connection, id_: str, conversation: str) -> Turn:
    found = find_turn(sql, id_)
    if found is None or found.conversation != conversation:
        raise NoSuchTurn(turn=id_)
    return found


def cancel_turn(
    sql: sa.Connection, now: float, event: ActionEvent, turn: str, conversation: str
) -> Recorded:
    """End a turn that waits or is being drawn. Raise NothingToCancel, NoSuchTurn."""
    locks.conversation(sql, conversation)
    found = _get_of(sql, turn, conversation)
    if not is_first(sql, now, event, conversation, None):
        return Recorded(conversation=conversation, turn=found, is_new=False)
    if found.state not in {State.QUEUED, State.HELD, State.DRAWING}:
        raise NothingToCancel
    revision = raise_revision(sql, conversation)
    is_drawing = found.state is State.DRAWING
    costs: dict[str, object] = {}
    if is_drawing:
        is_out = sql.execute(sa.select(turns.c.sent).where(turns.c.id == turn)).scalar_one()
        billed = None if is_out else False
        over = Failure(kind=Kind.UNKNOWN_OUTCOME, code="cancelled", billed=billed)
        costs = ledger.end(sql, turn, found.attempt, over)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == turn)
        .values(
            state=State.CANCELLED.value,
            attempt=found.attempt + 1 if is_drawing else found.attempt,
            failure=None,
            unsettled=ledger.may_be_billed(sql, turn),
            finished=now,
            notified=False,
            revision=revision,
            **costs,
        )
    )
    touch_lane(sql, found.lane, revision)
    shown = _get_of(sql, turn, conversation)
    return Recorded(conversation=conversation, turn=shown, is_new=True)


def retry_turn(
    sql: sa.Connection,
    now: float,
    event: ActionEvent,
    turn: str,
    conversation: str,
    admission: Admission | None = None,
) -> Recorded:
    """Queue a turn again, or show again what is drawn. Raise NothingToRetry, NoSuchTurn, NotAllowed."""
    locks.account(sql)
    locks.conversation(sql, conversation)
    if admission is not None:
        held = merge_preferences(sql, event.place, event.person)
        if (refusal := admission.refusal_at(held)) is not None:
            raise to_error(refusal)
    found = _get_of(sql, turn, conversation)
    if not is_first(sql, now, event, conversation, turn):
        return Recorded(conversation=conversation, turn=found, is_new=False)
    if not found.can_retry:
        raise NothingToRetry
    state = State.HELD if is_on_hold(sql) else State.QUEUED
    if found.result.versions or found.result.reply:
        state = State.DRAWN
    revision = raise_revision(sql, conversation)
    values = {"state": state.value, "failure": None, "tries": 0, "revision": revision}
    sql.execute(sa.update(turns).where(turns.c.id == turn).values(values))
    touch_lane(sql, found.lane, revision)
    shown = _get_of(sql, turn, conversation)
    return Recorded(conversation=conversation, turn=shown, is_new=True)


def list_unnotified(sql: sa.Connection, platforms: Sequence[str], limit: int = 100) -> list[Turn]:
    """List the turns whose end, or newest vote, nobody has been shown, the oldest first."""
    open_ = (State.QUEUED.value, State.DRAWING.value, State.DRAWN.value)
    found = sql.execute(
        TURN.where(
            sa.text(UNNOTIFIED),
            turns.c.state.not_in(open_),
            turns.c.deleted.is_(None),
            is_on(platforms),
        )
        .order_by(turns.c.seq)
        .limit(limit)
    )
    return [load_turn(sql, row) for row in found.all()]


def find_by_message(sql: sa.Connection, place: Place, message: str) -> Turn | None:
    """Find the turn whose asking message this is."""
    at = (turns.c.place == str(place), turns.c.message == message)
    row = sql.execute(TURN.where(*at, turns.c.deleted.is_(None))).first()
    return None if row is None else load_turn(sql, row)


def find_newest(
    sql: sa.Connection, conversation: str, person: Person | None = None, which: str = "any"
) -> Turn | None:
    """Find the newest prompt: any ("any"), one that is open ("open"), or one that failed ("failed")."""
    wanted = TURN.where(turns.c.conversation == conversation, *_IS_PROMPT)
    if which == "open":
        wanted = wanted.where(turns.c.state.in_(["queued", "held", "drawing"]))
    elif which == "failed":
        wanted = wanted.where(turns.c.state.in_(["failed", "interrupted"]))
    if person is not None:
        wanted = wanted.where(turns.c.person == person.id)
    row = sql.execute(wanted.order_by(turns.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else load_turn(sql, row)


def find_newest_poll(sql: sa.Connection, conversation: str) -> Turn | None:
    """Find the newest card that can be voted on: two images, or a gallery."""
    galleries = turns.c.action.in_([Action.FORK.value, Action.VOTE.value])
    can = sa.or_(turns.c.images > 1, turns.c.brainstorm, galleries)
    found = sql.execute(
        TURN.where(turns.c.conversation == conversation, turns.c.deleted.is_(None), can)
        .order_by(turns.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else load_turn(sql, found)


def list_queued(sql: sa.Connection, conversation: str, limit: int) -> list[Turn]:
    """List the first of those who wait in a conversation."""
    found = sql.execute(_QUEUED, {"lane": conversation, "most": limit})
    return [load_turn(sql, row) for row in found.all()]


def list_edits(sql: sa.Connection, conversation: str, version: str, most: int) -> list[Turn]:
    """List the turns of the newest `most` edits that lead to a version, oldest first."""
    found: list[Turn] = []
    number: str | None = version
    while number is not None and len(found) < most:
        known = find_versions(sql, conversation, [number])
        turn = find_turn(sql, known[0].turn) if known else None
        if turn is None or turn.request.source is None:
            break
        found.insert(0, turn)
        number = known[0].parent
    return found


def list_prompts(sql: sa.Connection, query: PromptsQuery) -> tuple[str, ...]:
    """List a person's newest prompts, each wording once."""
    here = f"{query.platform}/{query.workspace}/"
    newest = (
        sa.select(turns.c.text)
        .where(
            turns.c.person == query.person,
            *_IS_PROMPT,
            turns.c.event.startswith(here, autoescape=True),
        )
        .order_by(turns.c.created.desc(), turns.c.seq.desc())
        .limit(_PROMPTS_LOOKED_AT)
    )
    words = query.holds.casefold()
    found = (text for (text,) in sql.execute(newest) if words in text.casefold())
    return tuple(dict.fromkeys(found))[: query.limit]


def count_open_turns(sql: sa.Connection) -> dict[str, int]:
    """Count the turns that are not over, by state."""
    counted = sa.select(turns.c.state, sa.func.count()).where(OPEN).group_by(turns.c.state)
    return {state: count for state, count in sql.execute(counted)}  # noqa: C416 - rows are no pairs to mypy
