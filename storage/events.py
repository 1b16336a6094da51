"""Was this event here before, and what does a new one write?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.ports.messages import OPEN, ActionEvent, State
from storage import rows
from storage.conversations import raise_revision
from storage.tables import handled_events, turns
from storage.turn_loader import TURN, find_turn, load_turn

if TYPE_CHECKING:
    from bot.conversation.turn import Control
    from bot.ports.messages import IncomingMessage

#: seconds within which a press that comes again is the same one, also where it is drawn already
_TWICE = 3.0

_KNOWN = sa.select(
    sa.or_(
        sa.exists().where(turns.c.event == sa.bindparam("event")),
        sa.exists().where(handled_events.c.event == sa.bindparam("event")),
    )
)
_BY_EVENT = TURN.where(turns.c.event == sa.bindparam("event"))
_HANDLED = sa.select(handled_events).where(handled_events.c.event == sa.bindparam("event"))
_SAME_PRESS = (
    sa.select(turns.c.id, turns.c.conversation, turns.c.state, turns.c.created)
    .where(turns.c.action_key == sa.bindparam("key"), turns.c.deleted.is_(None))
    .order_by(turns.c.seq.desc())
    .limit(1)
)
_INSERT = sa.insert(turns)
_BY_ID = TURN.where(turns.c.id == sa.bindparam("id"))


def event_key(incoming: IncomingMessage | ActionEvent) -> str:
    """Make an event unique over platforms and workspaces."""
    return f"{incoming.place.platform}/{incoming.place.workspace}/{incoming.event_id}"


def find_recorded(sql: sa.Connection, incoming: IncomingMessage | ActionEvent) -> Recorded | None:
    """Find what an earlier delivery of the same event became; None: it is new."""
    key = {"event": event_key(incoming)}
    if not sql.execute(_KNOWN, key).scalar_one():
        return None
    row = sql.execute(_BY_EVENT, key).one_or_none()
    if row is not None:
        turn = load_turn(sql, row)
        return Recorded(conversation=row.conversation, turn=turn, is_new=False)
    handled = sql.execute(_HANDLED, key).one_or_none()
    if handled is None:
        return None
    answered = find_turn(sql, handled.turn) if handled.turn else None
    return Recorded(conversation=handled.conversation, turn=answered, is_new=False)


def find_same_press(sql: sa.Connection, now: float, message: IncomingMessage) -> Recorded | None:
    """Find what the same press became that came just now, or is still under way; None: it is new."""
    if message.action_key is None:
        return None
    row = sql.execute(_SAME_PRESS, {"key": message.action_key}).one_or_none()
    if row is None:
        return None
    under_way = State(row.state) in OPEN
    if not under_way and (row.state != State.POSTED.value or row.created < now - _TWICE):
        return None
    insert_handled(sql, now, message, row.conversation, row.id)
    turn = find_turn(sql, row.id)
    return Recorded(conversation=row.conversation, turn=turn, is_new=False)


def insert_handled(
    sql: sa.Connection,
    now: float,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    turn: str | None = None,
) -> None:
    """Note an event that makes no turn, and the turn that answers it."""
    known = {"event": event_key(incoming), "conversation": conversation, "turn": turn}
    sql.execute(sa.insert(handled_events).values(**known, created=now))


def is_first(
    sql: sa.Connection, now: float, event: ActionEvent, conversation: str, turn: str | None
) -> bool:
    """Note an event that makes no turn; False: it was noted before."""
    if sql.execute(_HANDLED, {"event": event_key(event)}).first() is not None:
        return False
    insert_handled(sql, now, event, conversation, turn)
    return True


def turn_values(
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    revision: object,
) -> dict[str, object]:
    """Make the columns that a prompt and a control have in common."""
    return {
        "id": id_,
        "conversation": conversation,
        "lane": conversation,
        "event": event_key(incoming),
        "place": str(incoming.place),
        "person": incoming.person.id,
        "person_name": incoming.person.name,
        "revision": revision,
        "created": now,
    }


def insert_turn(sql: sa.Connection, values: dict[str, object]) -> Recorded:
    """Write a new turn; return it as it is now."""
    sql.execute(_INSERT, values)
    row = sql.execute(_BY_ID, {"id": values["id"]}).one()
    return Recorded(conversation=row.conversation, turn=load_turn(sql, row), is_new=True)


def insert_control(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    control: Control,
    **values: object,
) -> Recorded:
    """Write a control that is done, unless `values` say otherwise; `revision`: it is raised for it already."""
    revision = values.get("revision") or raise_revision(sql, conversation)
    message = incoming.message if isinstance(incoming, ActionEvent) else incoming
    written = {
        **turn_values(now, id_, incoming, conversation, revision),
        "action": control.action.value,
        "control": rows.dump_optional(control),
        "message": message.message_id if message else None,
        "text": (message.text if message else "") or control.action.value,
        "state": State.POSTED.value,
    }
    return insert_turn(sql, {**written, **values})
