"""What does a drawing continue? The path from the root to its source, and the talk along it.

Bounded: at most `_DEEPEST` versions back and `_TALK` text answers, however long the thread is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Lineage, Step
from bot.ports.messages import Person
from storage import rows
from storage.statement import Statement
from storage.tables import TALK, turns, versions
from storage.turn_loader import find_turn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.turn import Turn
    from bot.ports.messages import Version

_DEEPEST = 48
_TALK = 20

_CHAIN = (
    sa.select(
        versions.c.number,
        versions.c.parent,
        versions.c.turn,
        versions.c.depth,
        versions.c.root,
        sa.literal(1).label("back"),
    )
    .where(
        versions.c.conversation == sa.bindparam("conversation"),
        versions.c.number == sa.bindparam("source"),
    )
    .cte("chain", recursive=True)
)
_PARENT = sa.select(
    versions.c.number,
    versions.c.parent,
    versions.c.turn,
    versions.c.depth,
    versions.c.root,
    (_CHAIN.c.back + 1).label("back"),
).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number == _CHAIN.c.parent,
    _CHAIN.c.back < _DEEPEST,
)
_WALK = _CHAIN.union_all(_PARENT)
_SPOKEN = (
    turns.c.person,
    turns.c.person_name,
    turns.c.text,
    turns.c.reply,
    turns.c.signed,
    turns.c.seq,
)
_NULL = sa.null()
#: the path from the root, the newest last
_PATH = sa.select(
    _WALK.c.number,
    _WALK.c.parent,
    _WALK.c.depth,
    _WALK.c.root,
    _WALK.c.back,
    _NULL.label("source"),
    sa.case((_WALK.c.back == 1, turns.c.answer)).label("answer"),
    sa.case((_WALK.c.depth == 1, turns.c.kit)).label("kit"),
    *_SPOKEN,
).join(turns, turns.c.id == _WALK.c.turn)
#: the newest talk
_NOTES = (
    sa.select(turns.c.source, *_SPOKEN)
    .where(
        turns.c.conversation == sa.bindparam("conversation"),
        turns.c.seq < sa.bindparam("before"),
        sa.text(TALK),
    )
    .order_by(turns.c.seq.desc())
    .limit(_TALK)
)
_note = _NOTES.subquery("note")
_BOTH = Statement(
    _PATH.union_all(
        sa.select(
            *(_NULL.label(name) for name in ("number", "parent", "depth", "root", "back")),
            _note.c.source,
            _NULL.label("answer"),
            _NULL.label("kit"),
            *(_note.c[column.name] for column in _SPOKEN),
        )
    )
)
_ROOT = (
    sa.select(turns.c.text, turns.c.kit)
    .join(versions, versions.c.turn == turns.c.id)
    .where(
        versions.c.conversation == sa.bindparam("conversation"),
        versions.c.number == sa.bindparam("root"),
    )
)
_ANSWER = sa.select(turns.c.answer).where(turns.c.id == sa.bindparam("id"))


def load_lineage(sql: sa.Connection, turn: Turn, source: Version | None) -> Lineage:
    """Read what `turn` continues. `source`: the version it edits; None: from nothing."""
    of = turn.conversation
    found = _BOTH.all(
        sql, conversation=of, before=turn.seq, source=source.number if source else None
    )
    notes = sorted((row for row in found if row.number is None), key=lambda row: row.seq)
    asked, asking = _question(sql, turn)
    if asked is not None:  # the question is asked again word for word, not told as talk
        notes = [note for note in notes if note.seq != asked.seq]
    if source is None:
        talk = [_step(row) for row in notes if row.source is None]
        return Lineage(steps=tuple(talk), question_turn=asked, question_messages=asking)
    path = (row for row in found if row.number is not None)
    chain: list[Any] = sorted(path, key=lambda row: -row.back)
    steps: list[Step] = []
    for row in chain:
        steps += (_step(note) for note in notes if note.source == row.parent and note.seq < row.seq)
        steps.append(_step(row, row.number))
    steps += (_step(note) for note in notes if note.source == source.number)
    left_out = chain[0].depth - 1
    root = None
    if left_out:
        root = sql.execute(_ROOT, {"conversation": of, "root": chain[0].root}).one_or_none()
    return Lineage(
        steps=tuple(steps),
        omitted=left_out,
        root_prompt=root.text if root else None,
        kit=rows.kit(root.kit if root else chain[0].kit),
        messages=_messages(chain[-1].answer),
        source=source,
        question_turn=asked,
        question_messages=asking,
    )


def _question(sql: sa.Connection, turn: Turn) -> tuple[Turn | None, tuple[dict[str, object], ...]]:
    if turn.request.answers is None:
        return None, ()
    asked = find_turn(sql, turn.request.answers)
    answer = sql.execute(_ANSWER, {"id": turn.request.answers}).scalar()
    return asked, _messages(answer)


def _messages(answer: str | None) -> tuple[dict[str, object], ...]:
    found: Iterable[dict[str, object]] = rows.load(answer) if answer else ()
    return tuple(found)


def _step(row: Any, version: str | None = None) -> Step:  # noqa: ANN401 - a row's columns are known at run time only
    return Step(
        person=Person(id=row.person, name=row.person_name),
        text=row.text,
        reply=row.reply,
        version=version,
        is_signed=row.signed,
    )
