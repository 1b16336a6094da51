"""How does a claimed turn end: drawn, failed, shown? And what becomes of its money?

A write that names an attempt which is over raises Superseded: the lane went to another holder, or the turn was
cancelled.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.conversation import Conversation
from bot.ports.errors import Kind
from bot.ports.messages import State
from storage import ledger, rows
from storage.attempts import lock, lock_in, update
from storage.conversations import make_title, raise_revision, retitle
from storage.statement import Statement
from storage.tables import batches, conversations, holds, turns, versions
from storage.turn_loader import get_turn, load_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.records import Answer
    from bot.conversation.turn import Failure, Turn

_AT = turns.c.id == sa.bindparam("of")
_ANSWERED = (
    *("state", "reply", "images", "answer", "signed", "offer", "question", "size", "quality"),
    *("n", "finished", "directions", "unfetched", "cost", "estimated"),
)
_OLD_HEAD = sa.select(versions.c.turn).where(
    versions.c.conversation == sa.bindparam("in_"), versions.c.number == sa.bindparam("old_head")
)
#: the turn that is drawn; the card of the head before it changes too
_DRAWN = Statement(
    sa.update(turns)
    .where(sa.or_(_AT, turns.c.id == _OLD_HEAD.scalar_subquery()))
    .values(
        {
            name: sa.case(
                (_AT, sa.bindparam(f"to_{name}", type_=turns.c[name].type)), else_=turns.c[name]
            )
            for name in _ANSWERED
        }
    )
    .values(revision=sa.bindparam("revision"))
    .returning(*turns.c)
)
_FAILED = ("state", "failure", "finished", "notified", "revision", "cost", "estimated")
_END = Statement(
    sa.update(turns)
    .where(_AT)
    .values({name: sa.bindparam(f"to_{name}") for name in _FAILED})
    .returning(*turns.c)
)
_HEAD = Statement(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values({name: sa.bindparam(f"to_{name}") for name in ("head", "redo", "count", "revision")})
)
_INSERT_VERSION = Statement(sa.insert(versions), [column.name for column in versions.c])
_STATE_OF = {
    Kind.BLOCKED: State.REFUSED,
    Kind.NOT_ALLOWED: State.REFUSED,
    Kind.BAD_REQUEST: State.REFUSED,
    Kind.TOO_LARGE: State.REFUSED,
    Kind.UNKNOWN_OUTCOME: State.INTERRUPTED,
    Kind.NO_CREDIT: State.HELD,
}


def finish(
    sql: sa.Connection, now: float, turn: Turn, answer: Answer, *, seen: bool = False
) -> Turn:
    """Keep an answer: its versions, the head, the money. `seen`: that is all that showing it takes."""
    found = lock_in(sql, turn, State.DRAWING)
    # what it edits may have been deleted meanwhile
    row, output = found[0], answer.output or turn.request.output
    revision = row.conversation_revision + 1
    known = Conversation(
        id=turn.conversation,
        platform=turn.place.platform,
        workspace=turn.place.workspace,
        title=row.conversation_title,
        head=row.head,
        redo=tuple(rows.load_list(row.redo)),
        count=row.count,
    )
    grown, numbers = known.add_versions(len(answer.images))
    if turn.team.parent is not None and row.head is not None:
        grown = replace(grown, head=known.head)
    is_moved = grown.head != known.head
    values = {"head": grown.head, "redo": rows.dump(grown.redo), "count": grown.count}
    values["revision"] = revision
    _HEAD.run(sql, of=turn.conversation, **{f"to_{name}": one for name, one in values.items()})
    made = _insert_versions(sql, now, turn, answer, row, numbers)
    entries = ledger.split_entries(found)
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
        **ledger.cost_values(ledger.settle(sql, turn, answer, entries) or entries),
    }
    written = _DRAWN.all(
        sql,
        of=turn.id,
        in_=turn.conversation,
        old_head=row.head if is_moved else None,
        revision=revision,
        **{f"to_{name}": one for name, one in drawn.items()},
    )
    if turn.team.parent is not None:
        update(sql, turn.team.parent, revision=revision)
    own = next(one for one in written if one.id == turn.id)
    return load_written(sql, own, made, head=grown.head, mode=row.mode)


def record_late_answer(sql: sa.Connection, turn: Turn, answer: Answer) -> None:
    """Settle what came after its attempt was over: it is not shown, but it was billed."""
    found = lock(sql, turn)
    entries = ledger.settle(sql, turn, answer, ledger.split_entries(found), only="unsettled")
    if entries is not None:
        shown = {"revision": raise_revision(sql, turn.conversation)}
        changed = {} if found[0].deleted is not None else shown
        update(sql, turn.id, **ledger.cost_values(entries), **changed)


def _insert_versions(
    sql: sa.Connection,
    now: float,
    turn: Turn,
    answer: Answer,
    row: Any,  # noqa: ANN401 - a row's columns are known at run time only
    numbers: Sequence[str],
) -> list[Any]:
    """Write the versions that an answer makes; return their rows."""
    made = []
    for number, image in zip(numbers, answer.images, strict=True):
        values = {
            "conversation": turn.conversation,
            "number": number,
            "turn": turn.id,
            "parent": row.source,
            "depth": (row.depth or 0) + 1,
            "root": row.root or numbers[0],
            "blob": image.blob,
            "media_type": image.media_type,
            "size": image.size,
            "width": image.width,
            "height": image.height,
            "alt": turn.request.text if row.words_gone else image.alt,
            "url": image.url,
            "created": now,
        }
        _INSERT_VERSION.run(sql, **values)
        made.append(SimpleNamespace(**values, branches=row.branches + len(numbers)))
    return made


def end_turn(
    sql: sa.Connection, now: float, id_: str, conversation: str, attempt: int, failure: Failure
) -> Any:  # noqa: ANN401 - as above
    """Write how a turn ended without an image, and what that cost; return its row."""
    state = _STATE_OF.get(failure.kind, State.FAILED)
    costs = ledger.end(sql, id_, attempt, failure)
    revision = raise_revision(sql, conversation)
    return _write_end(sql, now, id_, state, failure, **costs, revision=revision)


def _write_end(
    sql: sa.Connection, now: float, id_: str, state: State, failure: Failure, **values: object
) -> Any:  # noqa: ANN401 - as above
    values |= {"state": state.value, "failure": rows.dump_optional(failure)}
    values |= {"finished": now, "notified": False}
    return _END.first(sql, of=id_, **{f"to_{name}": one for name, one in values.items()})


def fail(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """End a turn without an image."""
    found = lock_in(sql, turn, State.DRAWING)[0]
    row = end_turn(sql, now, turn.id, turn.conversation, turn.attempt, failure)
    if failure.kind is Kind.NOT_CONFIGURED and turn.team.parent is not None:
        _end_rows(sql, now, turn.team.parent, row.revision, replace(failure, billed=False))
    # its words are its author's alone: no name is made of them
    if failure.kind is Kind.BLOCKED and found.conversation_title == make_title(turn.request.text):
        retitle(sql, turn.conversation)
    return load_written(sql, row, head=found.head, mode=found.mode)


def _end_rows(sql: sa.Connection, now: float, parent: str, revision: int, failure: Failure) -> None:
    """End the rows of a batch that wait, where the model refuses whoever asks: each would fail alike."""
    waiting = (turns.c.parent == parent, turns.c.state == State.QUEUED.value)
    batch = sa.exists().where(batches.c.turn == parent)
    values = {"state": State.FAILED.value, "failure": rows.dump_optional(failure)}
    sql.execute(
        sa.update(turns).where(*waiting, batch).values(**values, finished=now, revision=revision)
    )


def interrupt(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """End a drawing that was let go; one whose request never went out waits again."""
    lock_in(sql, turn, State.DRAWING)
    end_abandoned(sql, now, turn.id, turn.conversation, turn.attempt, failure)
    return get_turn(sql, turn.id)


def end_abandoned(
    sql: sa.Connection, now: float, id_: str, conversation: str, attempt: int, failure: Failure
) -> bool:
    """Take up a drawing that nobody goes on with; True: its request never went out, so it waits again."""
    if sql.execute(sa.select(turns.c.sent).where(turns.c.id == id_)).scalar_one():
        end_turn(sql, now, id_, conversation, attempt, failure)
        return False
    costs = ledger.end(sql, id_, attempt, replace(failure, billed=False))
    state = State.HELD if is_on_hold(sql) else State.QUEUED
    update(sql, id_, state=state.value, revision=raise_revision(sql, conversation), **costs)
    return True


def mark_not_posted(sql: sa.Connection, now: float, turn: Turn, failure: Failure) -> Turn:
    """Note that what is drawn could not be shown; its money stays as it is."""
    found = lock_in(sql, turn, State.DRAWN)
    costs = ledger.cost_values(ledger.split_entries(found))
    revision = raise_revision(sql, turn.conversation)
    _write_end(sql, now, turn.id, State.FAILED, failure, **costs, revision=revision)
    return get_turn(sql, turn.id)


def is_on_hold(sql: sa.Connection) -> bool:
    """Is the model's account on hold?"""
    return sql.execute(sa.select(holds.c.since)).first() is not None
