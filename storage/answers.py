"""How does a claimed turn end: drawn, failed, shown? And what becomes of its money?

Each function is one transaction (`storage.database`). A write that names an attempt which is over
raises Superseded: the lane went to another holder, or the turn was cancelled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.errors import Kind, Superseded
from bot.ports.messages import State
from storage import locks, reading, rows, spending
from storage.placing import bind, retitle
from storage.tables import conversations, posts, turns, versions
from storage.writing import bump, touch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Conversation, Failure, Turn
    from bot.conversation.records import Answer
    from bot.ports.cards import Posted

_NOW = sa.select(turns.c.source, turns.c.attempt, turns.c.state, turns.c.deleted).where(
    turns.c.id == sa.bindparam("of")
)


_DRAWN = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        state=sa.bindparam("is_"),
        reply=sa.bindparam("words"),
        images=sa.bindparam("made"),
        answer=sa.bindparam("kept"),
        signed=sa.bindparam("by_model"),
        offer=sa.bindparam("offered"),
        question=sa.bindparam("asked"),
        size=sa.bindparam("in_size"),
        quality=sa.bindparam("in_quality"),
        n=sa.bindparam("in_n"),
        finished=sa.bindparam("now"),
        revision=sa.bindparam("to"),
    )
)


_SENDING = sa.update(turns).where(turns.c.id == sa.bindparam("of")).values(sent=True)


_KEEP = sa.insert(versions)
_CLAIMED = sa.select(turns.c.claimed).where(turns.c.id == sa.bindparam("of")).scalar_subquery()
#: was anything deleted while this was drawn? Then its description may hold words that are gone
_UNSAID = (
    sa.select(turns.c.id)
    .where(turns.c.conversation == sa.bindparam("in_"), turns.c.deleted >= _CLAIMED)
    .limit(1)
)


_POSTED = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(state=State.POSTED.value, revision=sa.bindparam("to"))
)


_HEAD = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(head=sa.bindparam("at"), redo="[]", count=sa.bindparam("so_many"))
)


def _locked(sql: sa.Connection, turn: Turn) -> Any:  # noqa: ANN401 - a row's columns are known at run time only
    """Give the turn's row as it is now, and for this transaction."""
    locks.conversation(sql, turn.conversation)
    return sql.execute(_NOW, {"of": turn.id}).one_or_none()


def _checked(row: Any, turn: Turn, state: State) -> None:  # noqa: ANN401 - as above
    """Raise Superseded if the turn's attempt is over, or in another state."""
    if row is None or (row.attempt, row.state) != (turn.attempt, state.value):
        raise Superseded(f"turn {turn.id} attempt {turn.attempt}")


def _must_be(sql: sa.Connection, turn: Turn, state: State) -> Turn:
    """Give the turn with its source as it is now: what it edits may have been deleted meanwhile."""
    row = _locked(sql, turn)
    _checked(row, turn, state)
    if row.source == turn.request.source:
        return turn
    return replace(turn, request=replace(turn.request, source=row.source))


def trying(sql: sa.Connection, turn: Turn, tries: int, *, sent: bool) -> Turn:
    """Note that the request goes out again; not `sent`: what was out was not taken, so nothing is."""
    _must_be(sql, turn, State.DRAWING)
    revision = bump(sql, turn.conversation)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == turn.id)
        .values(tries=tries, sent=sent, revision=revision)
    )
    return current(sql, turn.id)


def sending(sql: sa.Connection, turn: Turn) -> None:
    """Note that a turn's request goes out: from here on it may be billed."""
    _must_be(sql, turn, State.DRAWING)
    sql.execute(_SENDING, {"of": turn.id})


def finish(sql: sa.Connection, turn: Turn, answer: Answer, now: float, *, seen: bool) -> Turn:
    """Keep an answer: its versions, the head, the money. `seen`: that is all that showing it takes."""
    turn = _must_be(sql, turn, State.DRAWING)
    known = reading.conversation_by_id(
        sql, turn.conversation, [turn.request.source] if turn.request.source else []
    )
    if known is None:
        raise Superseded
    revision = bump(sql, turn.conversation)
    grown, numbers = known.add_versions(len(answer.images))
    output = answer.output or turn.request.output
    drawn = {
        "is_": (State.POSTED if seen else State.DRAWN).value,
        "made": len(numbers),
        "words": answer.reply,
        "kept": rows.dump(answer.messages),
        "by_model": answer.is_signed,
        "offered": rows.dump_output(answer.offer) if answer.offer else None,
        "asked": rows.dump_question(answer.question),
        "in_size": output.size,
        "in_quality": output.quality,
        "in_n": output.n,
        "now": now,
        "to": revision,
    }
    sql.execute(_DRAWN, {"of": turn.id, **drawn})
    if numbers:
        _keep(sql, turn, answer, known, numbers, now)
        stays = turn.team.parent is not None and known.head is not None
        head = known.head if stays else grown.head
        sql.execute(_HEAD, {"of": known.id, "at": head, "so_many": grown.count})
        if known.head and not stays:
            touch(sql, known.id, revision, [known.head])
    if turn.team.parent is not None:
        sql.execute(
            sa.update(turns).where(turns.c.id == turn.team.parent).values(revision=revision)
        )
    if turn.result.unfetched is not None or any(image.url for image in answer.images):
        note(sql, turn.id, came=None)
    if turn.request.is_brainstorm:
        note(sql, turn.id, directions=list(answer.directions))
    spending.settle(sql, turn, answer)
    return current(sql, turn.id)


def late(sql: sa.Connection, turn: Turn, answer: Answer) -> None:
    """Settle what came after its attempt was over: it is not shown, but it was billed."""
    locks.conversation(sql, turn.conversation)
    known = reading.turn_by_id(sql, turn.id) is not None
    if spending.settle(sql, turn, answer, only="perhaps") and known:
        revision = bump(sql, turn.conversation)
        sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(revision=revision))


def spent(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what the requests of a turn cost so far, before the next goes out."""
    _must_be(sql, turn, State.DRAWING)
    spending.note(sql, turn, cost)


def came(sql: sa.Connection, turn: Turn, answer: str) -> None:
    """Keep an answer whose pictures are still to be fetched."""
    _must_be(sql, turn, State.DRAWING)
    note(sql, turn.id, came=answer)


def _keep(
    sql: sa.Connection,
    turn: Turn,
    answer: Answer,
    known: Conversation,
    numbers: Sequence[str],
    now: float,
) -> None:
    depth, root = 1, numbers[0]
    if turn.request.source:
        parent = sql.execute(
            sa.select(versions.c.depth, versions.c.root).where(
                versions.c.conversation == known.id, versions.c.number == turn.request.source
            )
        ).one()
        depth, root = parent.depth + 1, parent.root
    unsaid = sql.execute(_UNSAID, {"in_": known.id, "of": turn.id}).first() is not None
    kept = [
        {
            "conversation": known.id,
            "number": number,
            "turn": turn.id,
            "parent": turn.request.source,
            "depth": depth,
            "root": root,
            "blob": image.blob,
            "media_type": image.media_type,
            "size": image.size,
            "width": image.width,
            "height": image.height,
            "alt": turn.request.text if unsaid else image.alt,
            "url": image.url,
            "created": now,
        }
        for number, image in zip(numbers, answer.images, strict=True)
    ]
    sql.execute(_KEEP, kept)


_STATE_OF = {
    Kind.BLOCKED: State.REFUSED,
    Kind.NOT_ALLOWED: State.REFUSED,
    Kind.BAD_REQUEST: State.REFUSED,
    Kind.TOO_LARGE: State.REFUSED,
    Kind.UNKNOWN_OUTCOME: State.INTERRUPTED,
    Kind.NO_CREDIT: State.HELD,
}


def ended(
    sql: sa.Connection, id_: str, conversation: str, attempt: int, failure: Failure, now: float
) -> None:
    """Write how a turn ended without an image, and what that cost."""
    state = _STATE_OF.get(failure.kind, State.FAILED)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(
            state=state.value,
            failure=rows.dump_failure(failure),
            finished=now,
            told=False,
            revision=bump(sql, conversation),
        )
    )
    spending.end(sql, id_, attempt, failure)


def fail(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> Turn:
    """End a turn without an image."""
    _must_be(sql, turn, State.DRAWING)
    ended(sql, turn.id, turn.conversation, turn.attempt, failure, now)
    if failure.kind is Kind.BLOCKED:  # its words are its author's alone: no name is made of them
        retitle(sql, turn.conversation)
    return current(sql, turn.id)


def interrupt(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> Turn:
    """End a drawing that was let go; one whose request never went out waits again."""
    _must_be(sql, turn, State.DRAWING)
    left(sql, turn.id, turn.conversation, turn.attempt, failure, now)
    return current(sql, turn.id)


def left(
    sql: sa.Connection, id_: str, conversation: str, attempt: int, failure: Failure, now: float
) -> bool:
    """Take up a drawing that nobody goes on with; True: its request never went out, so it waits again."""
    if sql.execute(sa.select(turns.c.sent).where(turns.c.id == id_)).scalar_one():
        ended(sql, id_, conversation, attempt, failure, now)
        return False
    spending.end(sql, id_, attempt, replace(failure, billed=False))
    state = State.HELD if reading.on_hold(sql) else State.QUEUED
    revision = bump(sql, conversation)
    sql.execute(
        sa.update(turns).where(turns.c.id == id_).values(state=state.value, revision=revision)
    )
    return True


def unposted(sql: sa.Connection, turn: Turn, failure: Failure, now: float) -> Turn:
    """Note that what is drawn could not be shown; its money stays as it is."""
    _must_be(sql, turn, State.DRAWN)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == turn.id)
        .values(
            state=State.FAILED.value,
            failure=rows.dump_failure(failure),
            finished=now,
            told=False,
            revision=bump(sql, turn.conversation),
        )
    )
    return current(sql, turn.id)


def note(sql: sa.Connection, id_: str, **more: object) -> None:
    """Write what few turns have into the column `turns.more`."""
    known = rows.load(sql.execute(sa.select(turns.c.more).where(turns.c.id == id_)).scalar_one())
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(more=rows.dump({**known, **more})))


def stands(sql: sa.Connection, card: str, at: Posted) -> None:
    """Note where a card stands."""
    sql.execute(sa.delete(posts).where(posts.c.card == card))
    rows_ = [
        {"card": card, "ordinal": number, "place": str(at.place), "message": message}
        for number, message in enumerate(at.messages)
    ]
    if rows_:
        sql.execute(sa.insert(posts), rows_)


def posted(sql: sa.Connection, turn: Turn, at: Posted, now: float) -> Turn:
    """Note where a card stands; what is drawn and visible is posted.

    One that was deleted meanwhile only leaves its messages to be removed.
    """
    row = _locked(sql, turn)
    if at.messages:
        stands(sql, turn.id, at)
    if row is not None and row.deleted is not None:
        return turn
    if at.place.thread is not None and at.place != turn.place:
        bind(sql, turn.conversation, at.place, now)
    if turn.state is not State.DRAWN:
        return turn
    _checked(row, turn, State.DRAWN)
    sql.execute(_POSTED, {"of": turn.id, "to": bump(sql, turn.conversation)})
    return current(sql, turn.id)


def told(sql: sa.Connection, turn: Turn) -> None:
    """Note that people can see how a turn ended, if that is still how it is."""
    as_it_is = (turns.c.state == turn.state.value, turns.c.attempt == turn.attempt)
    sql.execute(sa.update(turns).where(turns.c.id == turn.id, *as_it_is).values(told=True))


def current(sql: sa.Connection, id_: str) -> Turn:
    """Read a turn that must be there. Raises Superseded."""
    found = reading.turn_by_id(sql, id_)
    if found is None:
        raise Superseded
    return found
