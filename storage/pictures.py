"""Which pictures came without words, and wait for their person's next prompt there?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Thread
from bot.ports import limits
from bot.ports.messages import State
from storage import preferences, reading, rows
from storage.placing import place_of
from storage.remains import bury
from storage.tables import conversations, pictures, turns
from storage.writing import event_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Turn
    from bot.ports.messages import Attachment, IncomingMessage, MessageChange

_HERE = (
    sa.select(pictures)
    .where(
        pictures.c.person == sa.bindparam("who"),
        pictures.c.place.in_([sa.bindparam("at"), sa.bindparam("around")]),
        pictures.c.created > sa.bindparam("since"),
    )
    .order_by(pictures.c.created, pictures.c.event)
)
_REPLIES = sa.select(conversations.c.defaults, conversations.c.joined, conversations.c.mode).where(
    conversations.c.id == sa.bindparam("of")
)
_NEWEST = (
    sa.select(turns.c.id, turns.c.state, turns.c.images, turns.c.reply, turns.c.question)
    .where(
        turns.c.conversation == sa.bindparam("of"),
        turns.c.control.is_(None),
        turns.c.deleted.is_(None),
    )
    .order_by(turns.c.seq.desc())
    .limit(1)
)


def thread_at(sql: sa.Connection, message: IncomingMessage, now: float) -> Thread:
    """Tell what is known of the place where something is said, by whom it is said."""
    id_ = place_of(sql, message.place)
    if id_ is None:
        waiting = _waiting(sql, message, canvas=False, now=now)
        here = {str(message.place), message.place.thread} if message.place.thread else set()
        return Thread(has_pending_pictures=any({row.place, row.message} & here for row in waiting))
    row = sql.execute(_REPLIES, {"of": id_}).one()
    held = rows.defaults(row.defaults).over(preferences.holding(sql, message.place, message.person))
    return Thread(
        conversation=id_,
        replies=held.replies or ("mentioned" if row.joined else "every"),
        question_turn=_asked(sql, id_) if row.mode == "drawing" else None,
    )


def _asked(sql: sa.Connection, id_: str) -> Turn | None:
    """Give the newest prompt where the model answered it with words alone."""
    row = sql.execute(_NEWEST, {"of": id_}).one_or_none()
    over = row is not None and row.state in {State.DRAWN.value, State.POSTED.value}
    if row is None or not over or row.images or not (row.reply or row.question):
        return None
    turn = reading.turn_by_id(sql, row.id)
    return None if turn is None or turn.request.is_brainstorm or turn.result.is_answered else turn


def keep(sql: sa.Connection, message: IncomingMessage, now: float) -> bool:
    """Keep pictures that came without words; False: they were kept before."""
    drop(sql, now - limits.PENDING_PICTURE)
    key = event_key(message)
    if sql.execute(sa.select(pictures.c.event).where(pictures.c.event == key)).first():
        return False
    alone = (
        message.place.thread in {None, message.message_id} and place_of(sql, message.place) is None
    )
    at = replace(message.place, thread=None) if alone else message.place
    files = [  # those of a page are counted in each message
        replace(one, id=f"{message.event_id}/{one.id}") if one.blob else one
        for one in message.attachments
    ]
    sql.execute(
        sa.insert(pictures).values(
            event=key,
            place=str(at),
            person=message.person.id,
            message=message.message_id or "",
            attachments=rows.dump_attachments(files),
            created=now,
        )
    )
    return True


def _waiting(
    sql: sa.Connection, message: IncomingMessage, *, canvas: bool, now: float
) -> Sequence[Any]:
    at, around = str(message.place), str(replace(message.place, thread=None))
    key = {
        "who": message.person.id,
        "at": at,
        "around": at if canvas else around,
        "since": now - limits.PENDING_PICTURE,
    }
    return sql.execute(_HERE, key).all()


def kept(
    sql: sa.Connection, message: IncomingMessage, now: float, *, canvas: bool
) -> tuple[Attachment, ...]:
    """Give the pictures that wait for this prompt."""
    return tuple(
        file
        for row in _waiting(sql, message, canvas=canvas, now=now)
        for file in rows.attachments(row.attachments)
    )


def used(sql: sa.Connection, message: IncomingMessage, now: float, *, canvas: bool) -> None:
    """Let go of the pictures that a prompt took."""
    events = [row.event for row in _waiting(sql, message, canvas=canvas, now=now)]
    if events:
        sql.execute(sa.delete(pictures).where(pictures.c.event.in_(events)))


def drop(sql: sa.Connection, before: float, message: MessageChange | None = None) -> None:
    """Forget pictures that waited too long, or whose message is deleted."""
    over = pictures.c.created <= before
    if message is not None:
        around = str(replace(message.place, thread=None))
        here = pictures.c.place.startswith(around, autoescape=True)
        over = sa.and_(pictures.c.message == message.message_id, here)
    gone = sql.execute(sa.select(pictures).where(over)).all()
    if not gone:
        return
    sql.execute(sa.delete(pictures).where(pictures.c.event.in_([row.event for row in gone])))
    blobs = {
        file.blob: row.created
        for row in gone
        for file in rows.attachments(row.attachments)
        if file.blob
    }
    bury(sql, blobs)
