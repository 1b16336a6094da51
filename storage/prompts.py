"""How does a prompt get on disk, its files and its changed words?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.conversation import Control, Conversation, possible_numbers
from bot.conversation.records import Recorded
from bot.ports.actions import Action
from bot.ports.errors import NothingToGo
from bot.ports.messages import Defaults, State
from storage import line, locks, pictures, placing, preferences, reading, rows, sources, terms
from storage.answers import note
from storage.tables import (
    conversations,
    files,
    turns,
)
from storage.writing import (
    NOTHING,
    bump,
    common,
    control_values,
    inserted,
    pressed_before,
    seen_before,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Failure
    from bot.conversation.records import ChooseOutput, NewPrompt
    from bot.ports.messages import Attachment, IncomingMessage

_BEGUN = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(
        revision=conversations.c.revision + 1,
        turns=conversations.c.turns + 1,
        updated=sa.bindparam("now"),
    )
    .returning(conversations.c.revision)
)


def begin(sql: sa.Connection, prompt: NewPrompt, fit: ChooseOutput, now: float) -> Recorded:
    """Put a prompt on disk. Raises NoSuchVersion, and what `fit` raises."""
    locks.account(sql)
    if (before := seen_before(sql, prompt.message)) is not None:
        return before
    message = prompt.message
    id_ = placing.place_of(sql, message.place)
    if id_ is None and not message.may_start:
        return Recorded(conversation=None, turn=None, is_new=False)
    message, waiting = _with_waiting(sql, prompt, now, canvas=id_ is not None)
    names = possible_numbers(prompt.source)
    known = _to_change(sql, id_, names) if id_ else None
    if (before := pressed_before(sql, message, now)) is not None:
        return before
    theirs = preferences.holding(sql, message.place, message.person)
    holding = known.defaults.over(theirs) if known else theirs
    source, sourced = sources.source_of(sql, prompt, known)
    edited = source or (known.head if known and not sourced else None)
    size = sources.size_of(sql, known.id, edited) if known and edited else None
    model, output, price = fit(holding, size)
    talking = known is not None and known.mode == "talking"
    refused = terms.refusal(
        sql, message, prompt.admission, price, now, free=talking and prompt.is_casual
    )
    if refused is not None:
        return _refused(sql, prompt, known, refused, now)
    if prompt.ends_pause and not talking:
        raise NothingToGo
    if waiting:
        pictures.used(sql, message, now, canvas=id_ is not None)
    if known is not None and talking and prompt.is_casual:
        return _said(sql, replace(prompt, message=message), known, now)
    if known is None:
        known = _new_conversation(sql, prompt, now)
    placing.note_seen(sql, message, now)
    revision = sql.execute(_BEGUN, {"of": known.id, "now": now}).scalar_one()
    held = reading.on_hold(sql)
    values = {
        **common(message, prompt.id, known.id, revision, now),
        "control": None,
        "message": message.message_id,
        "text": prompt.text,
        "attachments": rows.dump_attachments(message.attachments),
        "source": source,
        "sourced": sourced,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "model": model,
        "answers": prompt.answers,
        "pressed": message.action_key,
        "take": _take(sql, known.id, prompt.text, source) if prompt.is_variation else 1,
        "price": rows.nano(price),
        "gathering": prompt.parent,
        "brainstorms": prompt.is_brainstorm,
        "more": _more(prompt, holding),
        "state": State.HELD.value if held else State.QUEUED.value,
    }
    if prompt.parent is not None:
        values["lane"] = prompt.id
    _beside(sql, prompt, known, revision)
    remember(sql, known.id, [file.blob for file in message.attachments if file.blob])
    return _with_first(sql, inserted(sql, values), revision)


def _with_waiting(
    sql: sa.Connection, prompt: NewPrompt, now: float, *, canvas: bool
) -> tuple[IncomingMessage, bool]:
    """Give a prompt the pictures that wait for it, or those that a new canvas begins with.

    Tell whether any waited.
    """
    message = prompt.message
    takes = prompt.answers is not None or not (
        prompt.source_is_final or prompt.is_variation or prompt.parent
    )
    waiting = pictures.kept(sql, message, now, canvas=canvas) if takes else ()
    if not (canvas or message.attachments or waiting):
        message = replace(message, attachments=message.opening_attachments)
    return replace(message, attachments=(*waiting, *message.attachments)), bool(waiting)


def _beside(sql: sa.Connection, prompt: NewPrompt, known: Conversation, revision: int) -> None:
    """Write what changes with a prompt: a pause ends, a question is answered."""
    here = sa.update(conversations).where(conversations.c.id == known.id)
    if prompt.ends_pause:
        sql.execute(here.values(mode="drawing"))
    if not known.title:  # what it was named after is deleted, or was blocked
        sql.execute(here.values(title=placing.titled(prompt.text)))
    if prompt.answers is not None:
        asked = sa.update(turns).where(turns.c.id == prompt.answers)
        sql.execute(asked.values(revision=revision))


def _refused(
    sql: sa.Connection, prompt: NewPrompt, known: Conversation | None, refused: Failure, now: float
) -> Recorded:
    """Keep a prompt that is refused before anything is sent. Its place becomes no canvas by it.

    One of several that a press draws leaves nothing, so that pressing again may draw it. Raises Refused.
    """
    if prompt.parent is not None:
        raise terms.error(refused)
    message = prompt.message
    if known is None:
        known = _new_conversation(sql, prompt, now, shown=False)
    placing.note_seen(sql, message, now)
    values = {
        **common(message, prompt.id, known.id, bump(sql, known.id), now),
        **NOTHING,
        "message": message.message_id,
        "text": prompt.text,
        "state": State.REFUSED.value,
        "failure": rows.dump_failure(refused),
        "finished": now,
    }
    return inserted(sql, values)


def _to_change(sql: sa.Connection, id_: str, names: Sequence[str]) -> Conversation | None:
    locks.conversation(sql, id_)
    return reading.conversation_by_id(sql, id_, names)


def _with_first(sql: sa.Connection, begun: Recorded, revision: int) -> Recorded:
    """Have the prompt that waits longest offer what can be done with those behind it."""
    turn = begun.turn
    if turn is None or (turn.queue_position or 1) == 1:
        return begun
    waits = line.first(sql, turn.lane)
    if waits is None or waits == turn.id:
        return begun
    sql.execute(sa.update(turns).where(turns.c.id == waits).values(revision=revision))
    first = reading.turn_by_id(sql, waits)
    return replace(begun, also_changed=(first,)) if first else begun


def _more(prompt: NewPrompt, holding: Defaults) -> str:
    more: dict[str, object] = {}
    if holding.previews is not None:
        more["previews"] = holding.previews
    if prompt.contributors:
        more["people"] = prompt.contributors
    if prompt.is_brainstorm:
        more["directions"] = []
    if prompt.parent is not None:
        more["hidden"] = True
    return rows.dump(more)


def _said(sql: sa.Connection, prompt: NewPrompt, known: Conversation, now: float) -> Recorded:
    """Keep what is said while the thread is paused: it is drawn after “go”, as one edit."""
    placing.note_seen(sql, prompt.message, now)
    talk = Control(action=Action.TALK)
    values = control_values(prompt.message, prompt.id, known.id, talk, bump(sql, known.id), now)
    files_ = prompt.message.attachments
    remember(sql, known.id, [file.blob for file in files_ if file.blob])
    said = {"text": prompt.text, "message": prompt.message.message_id}
    return inserted(sql, {**values, **said, "attachments": rows.dump_attachments(files_)})


def remember(sql: sa.Connection, conversation: str, blobs: Sequence[str]) -> None:
    """Note which pictures a conversation holds, so that those who may see it can see them."""
    for blob in set(blobs):
        known = sa.select(files.c.blob).where(
            files.c.blob == blob, files.c.conversation == conversation
        )
        if sql.execute(known).first() is None:
            sql.execute(sa.insert(files).values(blob=blob, conversation=conversation))


def _take(sql: sa.Connection, conversation: str, text: str, source: str | None) -> int:
    newest = sa.select(sa.func.max(turns.c.take)).where(
        turns.c.conversation == conversation,
        turns.c.text == text,
        turns.c.source.is_not_distinct_from(source),
    )
    return (sql.execute(newest).scalar() or 0) + 1


def _new_conversation(
    sql: sa.Connection, prompt: NewPrompt, now: float, *, shown: bool = True
) -> Conversation:
    """Begin a conversation; `shown`: its place is a canvas from now on."""
    place = prompt.message.place
    title = placing.titled(prompt.text)
    sql.execute(
        sa.insert(conversations).values(
            id=prompt.conversation,
            platform=place.platform,
            workspace=place.workspace,
            title=title,
            redo="[]",
            count=0,
            mode="drawing",
            defaults=rows.dump_defaults(Defaults(model=prompt.message.model)),
            joined=prompt.message.joins_thread,
            revision=0,
            turns=0,
            created=now,
            updated=now,
        )
    )
    if shown and place.thread is not None:  # it was free a moment ago; if not, this is run again
        placing.bound(sql, prompt.conversation, place, now)
    return Conversation(
        id=prompt.conversation, platform=place.platform, workspace=place.workspace, title=title
    )


def attached(sql: sa.Connection, id_: str, attachments: Sequence[Attachment]) -> None:
    """Note the blobs of files that were read after their message was taken."""
    locks.of_turn(sql, id_)
    known = reading.turn_by_id(sql, id_)
    if (
        known is not None and known.team.points
    ):  # others' pictures came with the prompts that were put in
        read = {file.id: file for file in attachments}
        attachments = [read.get(file.id, file) for file in known.request.attachments]
    written = rows.dump_attachments(attachments)
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(attachments=written))
    conversation = sql.execute(sa.select(turns.c.conversation).where(turns.c.id == id_)).scalar()
    if conversation is not None:
        remember(sql, conversation, [file.blob for file in attachments if file.blob])


def reword(sql: sa.Connection, id_: str, text: str) -> Recorded | None:
    """Give a waiting turn, or what was said in a pause, its new text; None: it is too late.

    What was said and is taken back has the text "".
    """
    locks.of_turn(sql, id_)
    found = reading.turn_by_id(sql, id_)
    talk = (
        found is not None
        and found.control is not None
        and (found.control.action, found.mode) == (Action.TALK, "talking")
    )
    waits = (
        found is not None
        and found.state in {State.QUEUED, State.HELD}
        and not found.team.points
        # what is held was not billed, so it may be asked in other words
        and (not found.attempt or found.state is State.HELD)
    )
    if found is None or not (waits or talk):
        return None
    revision = bump(sql, found.conversation)
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(text=text, revision=revision))
    if found.attempt:
        note(sql, id_, words=found.request.rewordings + 1)
    return Recorded(conversation=found.conversation, turn=reading.turn_by_id(sql, id_), is_new=True)
