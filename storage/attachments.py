"""Which pictures did people send: with a prompt, or without words, so that they wait for the next one?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Thread
from bot.ports import limits
from storage import locks, rows
from storage.context import read_context
from storage.events import event_key
from storage.images import discard
from storage.places import find_conversation_at
from storage.tables import files, turns, waiting_pictures
from storage.turn_loader import find_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.ports.messages import Attachment, IncomingMessage, MessageChange

_HERE = (
    sa.select(waiting_pictures)
    .where(
        waiting_pictures.c.person == sa.bindparam("who"),
        waiting_pictures.c.place.in_([sa.bindparam("at"), sa.bindparam("around")]),
        waiting_pictures.c.created > sa.bindparam("since"),
    )
    .order_by(waiting_pictures.c.created, waiting_pictures.c.event)
)


def get_thread(sql: sa.Connection, now: float, message: IncomingMessage) -> Thread:
    """Read what is known of the place where something is said, by whom it is said."""
    found = read_context(sql, now, message)
    if found.conversation is None:
        return Thread(has_pending_pictures=found.row.has_pictures and _is_here(sql, now, message))
    turn = None
    if found.row.question is not None and found.row.mode == "drawing":
        turn = find_turn(sql, found.row.question)
    is_over = turn is None or turn.request.is_brainstorm or turn.result.is_answered
    return Thread(
        conversation=found.conversation.id,
        replies=found.defaults.replies or ("mentioned" if found.row.joined else "every"),
        question_turn=None if is_over else turn,
    )


def _is_here(sql: sa.Connection, now: float, message: IncomingMessage) -> bool:
    """Did a picture come in this very thread, or as the message that it hangs on?"""
    here = {str(message.place), message.place.thread} if message.place.thread else set()
    waiting = _list_waiting(sql, now, message, is_canvas=False)
    return any({row.place, row.message} & here for row in waiting)


def save_pictures(sql: sa.Connection, now: float, message: IncomingMessage) -> bool:
    """Keep pictures that came without words; False: they were kept before."""
    delete_pictures(sql, now)
    key = event_key(message)
    known = sa.select(waiting_pictures.c.event).where(waiting_pictures.c.event == key)
    if sql.execute(known).first():
        return False
    is_alone = message.place.thread in {None, message.message_id}
    is_alone = is_alone and find_conversation_at(sql, message.place) is None
    at = replace(message.place, thread=None) if is_alone else message.place
    held = [  # those of a page are counted in each message
        replace(one, id=f"{message.event_id}/{one.id}") if one.blob else one
        for one in message.attachments
    ]
    sql.execute(
        sa.insert(waiting_pictures).values(
            event=key,
            place=str(at),
            person=message.person.id,
            message=message.message_id or "",
            attachments=rows.dump_attachments(held),
            created=now,
        )
    )
    return True


def _list_waiting(
    sql: sa.Connection, now: float, message: IncomingMessage, *, is_canvas: bool
) -> Sequence[Any]:
    at, around = str(message.place), str(replace(message.place, thread=None))
    key = {
        "who": message.person.id,
        "at": at,
        "around": at if is_canvas else around,
        "since": now - limits.PENDING_PICTURE,
    }
    return sql.execute(_HERE, key).all()


def list_pictures(
    sql: sa.Connection, now: float, message: IncomingMessage, *, is_canvas: bool
) -> tuple[Attachment, ...]:
    """List the pictures that wait for this prompt."""
    return tuple(
        file
        for row in _list_waiting(sql, now, message, is_canvas=is_canvas)
        for file in rows.attachments(row.attachments)
    )


def take_pictures(
    sql: sa.Connection, now: float, message: IncomingMessage, *, is_canvas: bool
) -> None:
    """Let go of the pictures that a prompt took."""
    events = [row.event for row in _list_waiting(sql, now, message, is_canvas=is_canvas)]
    if events:
        sql.execute(sa.delete(waiting_pictures).where(waiting_pictures.c.event.in_(events)))


def delete_pictures(sql: sa.Connection, now: float, message: MessageChange | None = None) -> None:
    """Forget pictures that waited too long, or whose message is deleted."""
    over = waiting_pictures.c.created <= now - limits.PENDING_PICTURE
    if message is not None:
        around = str(replace(message.place, thread=None))
        here = waiting_pictures.c.place.startswith(around, autoescape=True)
        over = sa.and_(waiting_pictures.c.message == message.message_id, here)
    gone = sql.execute(sa.select(waiting_pictures).where(over)).all()
    if not gone:
        return
    events = [row.event for row in gone]
    sql.execute(sa.delete(waiting_pictures).where(waiting_pictures.c.event.in_(events)))
    blobs = {
        file.blob: row.created
        for row in gone
        for file in rows.attachments(row.attachments)
        if file.blob
    }
    discard(sql, blobs)


def add_files(
    sql: sa.Connection, turn: str, conversation: str, blobs: Iterable[str | None]
) -> None:
    """Note which pictures a turn holds, so that those who may see its conversation can see them."""
    wanted = set(filter(None, blobs))
    if not wanted:
        return
    held = sql.execute(sa.select(files.c.blob).where(files.c.turn == turn)).scalars()
    new = sorted(wanted.difference(held))
    if new:
        values = [{"blob": blob, "turn": turn, "conversation": conversation} for blob in new]
        sql.execute(sa.insert(files), values)


def save_attachments(sql: sa.Connection, turn: str, attachments: Sequence[Attachment]) -> None:
    """Note the blobs of files that were read after their message was taken."""
    locks.of_turn(sql, turn)
    known = find_turn(sql, turn)
    if known is None:
        return
    if known.team.points:  # others' pictures came with the prompts that were put in
        read = {file.id: file for file in attachments}
        attachments = [read.get(file.id, file) for file in known.request.attachments]
    written = rows.dump_attachments(attachments)
    sql.execute(sa.update(turns).where(turns.c.id == turn).values(attachments=written))
    add_files(sql, turn, known.conversation, [file.blob for file in attachments])
