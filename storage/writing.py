"""What do all verbs write: an event known again, a revision raised, a turn inserted, a card changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.ports.messages import OPEN, ActionEvent, State
from storage import reading, rows
from storage.tables import conversations, presses, turns, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Control
    from bot.ports.messages import IncomingMessage

_KNOWN = sa.select(
    sa.or_(
        sa.exists().where(turns.c.event == sa.bindparam("event")),
        sa.exists().where(presses.c.event == sa.bindparam("event")),
    )
)
_BY_EVENT = reading.TURN.where(turns.c.event == sa.bindparam("event"))
_PRESSED = sa.select(presses.c.conversation, presses.c.turn).where(
    presses.c.event == sa.bindparam("event")
)
#: seconds within which a press that comes again is the same one, also where it is drawn already
_TWICE = 3.0
_SAME_PRESS = (
    sa.select(turns.c.id, turns.c.conversation, turns.c.state, turns.c.created)
    .where(turns.c.pressed == sa.bindparam("as_"), turns.c.deleted.is_(None))
    .order_by(turns.c.seq.desc())
    .limit(1)
)
_BUMP = (
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
_STEP_UP = (
    sa.update(turns)
    .where(turns.c.lane == sa.bindparam("of"), reading.in_state(), reading.OPEN)
    .values(revision=sa.bindparam("to"))
)
_INSERT = sa.insert(turns)
#: the columns of a turn for which nothing is drawn
NOTHING: dict[str, object] = {
    "control": None,
    "attachments": "[]",
    "source": None,
    "sourced": True,
    "size": "",
    "quality": "",
    "n": 0,
    "model": "",
    "take": 1,
    "price": None,
    "answers": None,
    "gathering": None,
    "more": "{}",
}
_BY_ID = reading.TURN.where(turns.c.id == sa.bindparam("id"))


def event_key(incoming: IncomingMessage | ActionEvent) -> str:
    """Make an event unique over platforms and workspaces."""
    return f"{incoming.place.platform}/{incoming.place.workspace}/{incoming.event_id}"


def bump(sql: sa.Connection, conversation: str) -> int:
    """Raise the conversation's revision; give the new one."""
    return int(sql.execute(_BUMP, {"of": conversation}).scalar_one())


def seen_before(sql: sa.Connection, incoming: IncomingMessage | ActionEvent) -> Recorded | None:
    """Find what an earlier delivery of the same event became."""
    key = {"event": event_key(incoming)}
    if not sql.execute(_KNOWN, key).scalar_one():
        return None
    row = sql.execute(_BY_EVENT, key).one_or_none()
    if row is not None:
        return Recorded(
            conversation=row.conversation, turn=reading.full_turn(sql, row), is_new=False
        )
    pressed = sql.execute(_PRESSED, key).one_or_none()
    if pressed is None:
        return None
    turn = reading.turn_by_id(sql, pressed.turn) if pressed.turn else None
    return Recorded(conversation=pressed.conversation, turn=turn, is_new=False)


def pressed_before(sql: sa.Connection, message: IncomingMessage, now: float) -> Recorded | None:
    """Find what the same press became that came just now, or is still under way; None: it is new."""
    if message.action_key is None:
        return None
    row = sql.execute(_SAME_PRESS, {"as_": message.action_key}).one_or_none()
    if row is None:
        return None
    under_way = State(row.state) in OPEN
    if not under_way and (row.state != State.POSTED.value or row.created < now - _TWICE):
        return None
    known = {"event": event_key(message), "conversation": row.conversation, "turn": row.id}
    sql.execute(sa.insert(presses).values(**known, created=now))
    turn = reading.turn_by_id(sql, row.id)
    return Recorded(conversation=row.conversation, turn=turn, is_new=False)


def control_values(
    incoming: IncomingMessage | ActionEvent,
    id_: str,
    conversation: str,
    what: Control,
    revision: int,
    now: float,
) -> dict[str, object]:
    """Give the columns of a control that is done."""
    message = incoming.message if isinstance(incoming, ActionEvent) else incoming
    return {
        **common(incoming, id_, conversation, revision, now),
        **NOTHING,
        "control": rows.dump_control(what),
        "message": message.message_id if message else None,
        "text": (message.text if message else "") or what.action.value,
        "state": State.POSTED.value,
    }


def inserted(sql: sa.Connection, values: dict[str, object]) -> Recorded:
    """Insert a turn; give it as it is now."""
    sql.execute(_INSERT, values)
    row = sql.execute(_BY_ID, {"id": values["id"]}).one()
    return Recorded(conversation=row.conversation, turn=reading.full_turn(sql, row), is_new=True)


def common(
    incoming: IncomingMessage | ActionEvent, id_: str, conversation: str, revision: int, now: float
) -> dict[str, object]:
    """Give the columns that a prompt and a control have in common."""
    return {
        "id": id_,
        "conversation": conversation,
        "lane": conversation,
        "event": event_key(incoming),
        "place": str(incoming.place),
        "person": incoming.person.id,
        "person_name": incoming.person.name,
        "attempt": 0,
        "tries": 0,
        "told": True,
        "about": False,
        "images": 0,
        "revision": revision,
        "created": now,
    }


def touch(sql: sa.Connection, conversation: str, revision: int, numbers: Sequence[str]) -> None:
    """Note that the cards holding these versions look different now."""
    for number in numbers:
        sql.execute(_TOUCH, {"of": conversation, "with_": number, "to": revision})


def step_up(sql: sa.Connection, lane: str, revision: int) -> int:
    """Note that those who wait in a lane have another place now; give how many they are."""
    return sql.execute(_STEP_UP, {"of": lane, "to": revision}).rowcount
