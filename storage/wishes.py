"""How does a wish get on disk, its files and its changed words?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.conversation import Control, Conversation, spoken_names
from bot.conversation.records import Begun
from bot.ports.errors import NothingToGo
from bot.ports.messages import Action, Defaults, State
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
    from bot.conversation.records import Fit, Wish
    from bot.ports.messages import Ask, Attachment

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


def begin(sql: sa.Connection, wish: Wish, fit: Fit, now: float) -> Begun:
    """Put a wish on disk. Raises NoSuchVersion, and what `fit` raises."""
    locks.account(sql)
    if (before := seen_before(sql, wish.ask)) is not None:
        return before
    ask = wish.ask
    id_ = placing.place_of(sql, ask.place)
    if id_ is None and not ask.starts:
        return Begun(conversation=None, turn=None, new=False)
    ask, waiting = _with_waiting(sql, wish, now, canvas=id_ is not None)
    names = spoken_names(wish.source)
    known = _to_change(sql, id_, names) if id_ else None
    if (before := pressed_before(sql, ask, now)) is not None:
        return before
    theirs = preferences.holding(sql, ask.place, ask.person)
    holding = known.defaults.over(theirs) if known else theirs
    source, sourced = sources.source_of(sql, wish, known)
    edited = source or (known.head if known and not sourced else None)
    size = sources.size_of(sql, known.id, edited) if known and edited else None
    model, output, price = fit(holding, size)
    talking = known is not None and known.mode == "talking"
    refused = terms.refusal(sql, ask, wish.terms, price, now, free=talking and wish.plain)
    if refused is not None:
        return _refused(sql, wish, known, refused, now)
    if wish.ends_talk and not talking:
        raise NothingToGo
    if waiting:
        pictures.used(sql, ask, now, canvas=id_ is not None)
    if known is not None and talking and wish.plain:
        return _said(sql, replace(wish, ask=ask), known, now)
    if known is None:
        known = _new_conversation(sql, wish, now)
    placing.note_seen(sql, ask, now)
    revision = sql.execute(_BEGUN, {"of": known.id, "now": now}).scalar_one()
    held = reading.on_hold(sql)
    values = {
        **common(ask, wish.id, known.id, revision, now),
        "control": None,
        "message": ask.message,
        "text": wish.text,
        "attachments": rows.dump_attachments(ask.attachments),
        "source": source,
        "sourced": sourced,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "model": model,
        "answers": wish.answers,
        "pressed": ask.pressed,
        "take": _take(sql, known.id, wish.text, source) if wish.again else 1,
        "price": rows.nano(price),
        "gathering": wish.gathering,
        "brainstorms": wish.brainstorm,
        "more": _more(wish, holding),
        "state": State.HELD.value if held else State.QUEUED.value,
    }
    if wish.gathering is not None:
        values["lane"] = wish.id
    _beside(sql, wish, known, revision)
    remember(sql, known.id, [file.blob for file in ask.attachments if file.blob])
    return _with_first(sql, inserted(sql, values), revision)


def _with_waiting(sql: sa.Connection, wish: Wish, now: float, *, canvas: bool) -> tuple[Ask, bool]:
    """Give a wish the pictures that wait for it, or those that a new canvas begins with.

    Tell whether any waited.
    """
    ask = wish.ask
    takes = wish.answers is not None or not (wish.fixed or wish.again or wish.gathering)
    waiting = pictures.kept(sql, ask, now, canvas=canvas) if takes else ()
    if not (canvas or ask.attachments or waiting):
        ask = replace(ask, attachments=ask.beginning)
    return replace(ask, attachments=(*waiting, *ask.attachments)), bool(waiting)


def _beside(sql: sa.Connection, wish: Wish, known: Conversation, revision: int) -> None:
    """Write what changes with a wish: a pause ends, a question is answered."""
    here = sa.update(conversations).where(conversations.c.id == known.id)
    if wish.ends_talk:
        sql.execute(here.values(mode="drawing"))
    if not known.title:  # what it was named after is deleted, or was blocked
        sql.execute(here.values(title=placing.titled(wish.text)))
    if wish.answers is not None:
        asked = sa.update(turns).where(turns.c.id == wish.answers)
        sql.execute(asked.values(revision=revision))


def _refused(
    sql: sa.Connection, wish: Wish, known: Conversation | None, refused: Failure, now: float
) -> Begun:
    """Keep a wish that is refused before anything is sent. Its place becomes no canvas by it.

    One of several that a press draws leaves nothing, so that pressing again may draw it. Raises Refused.
    """
    if wish.gathering is not None:
        raise terms.error(refused)
    ask = wish.ask
    if known is None:
        known = _new_conversation(sql, wish, now, shown=False)
    placing.note_seen(sql, ask, now)
    values = {
        **common(ask, wish.id, known.id, bump(sql, known.id), now),
        **NOTHING,
        "message": ask.message,
        "text": wish.text,
        "state": State.REFUSED.value,
        "failure": rows.dump_failure(refused),
        "finished": now,
    }
    return inserted(sql, values)


def _to_change(sql: sa.Connection, id_: str, names: Sequence[str]) -> Conversation | None:
    locks.conversation(sql, id_)
    return reading.conversation_by_id(sql, id_, names)


def _with_first(sql: sa.Connection, begun: Begun, revision: int) -> Begun:
    """Have the wish that waits longest offer what can be done with those behind it."""
    turn = begun.turn
    if turn is None or (turn.queue or 1) == 1:
        return begun
    waits = line.first(sql, turn.lane)
    if waits is None or waits == turn.id:
        return begun
    sql.execute(sa.update(turns).where(turns.c.id == waits).values(revision=revision))
    first = reading.turn_by_id(sql, waits)
    return replace(begun, also=(first,)) if first else begun


def _more(wish: Wish, holding: Defaults) -> str:
    more: dict[str, object] = {}
    if holding.previews is not None:
        more["previews"] = holding.previews
    if wish.people:
        more["people"] = wish.people
    if wish.brainstorm:
        more["directions"] = []
    if wish.gathering is not None:
        more["hidden"] = True
    return rows.dump(more)


def _said(sql: sa.Connection, wish: Wish, known: Conversation, now: float) -> Begun:
    """Keep what is said while the thread is paused: it is drawn after “go”, as one edit."""
    placing.note_seen(sql, wish.ask, now)
    talk = Control(action=Action.TALK)
    values = control_values(wish.ask, wish.id, known.id, talk, bump(sql, known.id), now)
    files_ = wish.ask.attachments
    remember(sql, known.id, [file.blob for file in files_ if file.blob])
    said = {"text": wish.text, "message": wish.ask.message}
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
    sql: sa.Connection, wish: Wish, now: float, *, shown: bool = True
) -> Conversation:
    """Begin a conversation; `shown`: its place is a canvas from now on."""
    place = wish.ask.place
    title = placing.titled(wish.text)
    sql.execute(
        sa.insert(conversations).values(
            id=wish.conversation,
            platform=place.platform,
            workspace=place.workspace,
            title=title,
            redo="[]",
            count=0,
            mode="drawing",
            defaults=rows.dump_defaults(Defaults(model=wish.ask.model)),
            joined=wish.ask.joins,
            revision=0,
            turns=0,
            created=now,
            updated=now,
        )
    )
    if shown and place.thread is not None:  # it was free a moment ago; if not, this is run again
        placing.bound(sql, wish.conversation, place, now)
    return Conversation(
        id=wish.conversation, platform=place.platform, workspace=place.workspace, title=title
    )


def attached(sql: sa.Connection, id_: str, attachments: Sequence[Attachment]) -> None:
    """Note the blobs of files that were read after their message was taken."""
    locks.of_turn(sql, id_)
    known = reading.turn_by_id(sql, id_)
    if known is not None and known.points:  # others' pictures came with the wishes that were put in
        read = {file.id: file for file in attachments}
        attachments = [read.get(file.id, file) for file in known.attachments]
    written = rows.dump_attachments(attachments)
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(attachments=written))
    conversation = sql.execute(sa.select(turns.c.conversation).where(turns.c.id == id_)).scalar()
    if conversation is not None:
        remember(sql, conversation, [file.blob for file in attachments if file.blob])


def reword(sql: sa.Connection, id_: str, text: str) -> Begun | None:
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
        and not found.points
        # what is held was not billed, so it may be asked in other words
        and (not found.attempt or found.state is State.HELD)
    )
    if found is None or not (waits or talk):
        return None
    revision = bump(sql, found.conversation)
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(text=text, revision=revision))
    if found.attempt:
        note(sql, id_, words=found.words + 1)
    return Begun(conversation=found.conversation, turn=reading.turn_by_id(sql, id_), new=True)
