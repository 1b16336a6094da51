"""How does what people say get on disk: a wish, a control, a cancel, a retry, a change of words?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import Control, Conversation, spoken_names
from bot.errors import NoSuchTurn, NoSuchVersion, NothingToCancel, NothingToRetry
from bot.ports import Begun
from bot.values import State
from storage import rows
from storage.tables import conversations, holds, ledger, places, posts, presses, turns, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation import Turn
    from bot.ports import Fit, Wish
    from bot.values import Ask, Place, Press

_BY_EVENT = rows.TURN.where(turns.c.event == sa.bindparam("event"))
_AT_PLACE = sa.select(places.c.conversation).where(places.c.place == sa.bindparam("place"))
_HELD = sa.select(holds.c.since)
_BUMP = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(revision=conversations.c.revision + 1)
    .returning(conversations.c.revision)
)
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
_INSERT = sa.insert(turns)
_BY_ID = rows.TURN.where(turns.c.id == sa.bindparam("id"))
_BUSY = sa.select(turns.c.seq).where(
    turns.c.lane == sa.bindparam("lane"),
    turns.c.state.in_([State.QUEUED.value, State.DRAWING.value, State.DRAWN.value]),
    rows.OPEN,
)
_POST = sa.select(posts.c.card).where(
    posts.c.place == sa.bindparam("place"), posts.c.message == sa.bindparam("message")
)


def event_key(said: Ask | Press) -> str:
    """Make an event unique over platforms and workspaces."""
    return f"{said.place.platform}/{said.place.workspace}/{said.event}"


def bump(sql: sa.Connection, conversation: str) -> int:
    """Raise the conversation's revision; give the new one."""
    return int(sql.execute(_BUMP, {"of": conversation}).scalar_one())


def place_of(sql: sa.Connection, place: Place) -> str | None:
    """Find the conversation shown at a place."""
    if place.thread is None:
        return None
    found: str | None = sql.execute(_AT_PLACE, {"place": str(place)}).scalar_one_or_none()
    return found


def seen_before(sql: sa.Connection, said: Ask | Press) -> Begun | None:
    """Find what an earlier delivery of the same event became."""
    row = sql.execute(_BY_EVENT, {"event": event_key(said)}).one_or_none()
    if row is None:
        return None
    return Begun(conversation=row.conversation, turn=rows.full_turn(sql, row), new=False)


def begin(sql: sa.Connection, wish: Wish, fit: Fit, now: float) -> Begun:
    """Put a wish on disk. Raises NoSuchVersion, and what `fit` raises."""
    if (before := seen_before(sql, wish.ask)) is not None:
        return before
    ask = wish.ask
    id_ = place_of(sql, ask.place)
    if id_ is None and not ask.starts:
        return Begun(conversation=None, turn=None, new=False)
    names = spoken_names(wish.source)
    known = rows.conversation_by_id(sql, id_, names) if id_ else None
    model, output, price = fit(known)
    source, sourced = _source(sql, wish, known)
    if known is None:
        known = _new_conversation(sql, wish, now)
    revision = sql.execute(_BEGUN, {"of": known.id, "now": now}).scalar_one()
    held = sql.execute(_HELD).first() is not None
    values = {
        **_common(ask, wish.id, known.id, revision, now),
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
        "take": _take(sql, known.id, wish.text, source) if wish.again else 1,
        "price": rows.nano(price),
        "state": State.HELD.value if held else State.QUEUED.value,
    }
    return _inserted(sql, values)


def _take(sql: sa.Connection, conversation: str, text: str, source: str | None) -> int:
    newest = sa.select(sa.func.max(turns.c.take)).where(
        turns.c.conversation == conversation,
        turns.c.text == text,
        turns.c.source.is_not_distinct_from(source),
    )
    return (sql.execute(newest).scalar() or 0) + 1


def _inserted(sql: sa.Connection, values: dict[str, object]) -> Begun:
    sql.execute(_INSERT, values)
    row = sql.execute(_BY_ID, {"id": values["id"]}).one()
    return Begun(conversation=row.conversation, turn=rows.full_turn(sql, row), new=True)


def _common(
    said: Ask | Press, id_: str, conversation: str, revision: int, now: float
) -> dict[str, object]:
    return {
        "id": id_,
        "conversation": conversation,
        "lane": conversation,
        "event": event_key(said),
        "place": str(said.place),
        "person": said.person.id,
        "person_name": said.person.name,
        "attempt": 0,
        "tries": 0,
        "about": False,
        "images": 0,
        "revision": revision,
        "created": now,
    }


def _new_conversation(sql: sa.Connection, wish: Wish, now: float) -> Conversation:
    place = wish.ask.place
    title = " ".join(wish.text.split())[:80]
    sql.execute(
        sa.insert(conversations).values(
            id=wish.conversation,
            platform=place.platform,
            workspace=place.workspace,
            title=title,
            redo="[]",
            count=0,
            mode="drawing",
            settings="{}",
            revision=0,
            turns=0,
            created=now,
            updated=now,
        )
    )
    if place.thread is not None:
        bind(sql, wish.conversation, place, now)
    return Conversation(
        id=wish.conversation, platform=place.platform, workspace=place.workspace, title=title
    )


def bind(sql: sa.Connection, conversation: str, place: Place, now: float) -> None:
    """Note that a conversation is shown at a place; the first to say so wins."""
    if place_of(sql, place) is None:
        sql.execute(
            sa.insert(places).values(
                place=str(place), conversation=conversation, platform=place.platform, updated=now
            )
        )


def _source(sql: sa.Connection, wish: Wish, known: Conversation | None) -> tuple[str | None, bool]:
    """Find the version a wish edits, and whether that is final."""
    if wish.fixed:
        return wish.source, True
    if known is None:
        if wish.source is not None:
            raise NoSuchVersion(version=wish.source)
        return None, False
    if wish.source is not None:
        return known.named(wish.source, wish.letter), True
    if wish.ask.reply_to is not None:
        answered = _answered(sql, wish.ask.place, wish.ask.reply_to, wish.letter)
        if answered is not None:
            return answered, True
    if wish.letter is not None and known.head is not None and known.head[-1] in "ab":
        return known.head[:-1] + wish.letter, True
    return None, False


def _answered(sql: sa.Connection, place: Place, message: str, letter: str | None) -> str | None:
    card = sql.execute(_POST, {"place": str(place), "message": message}).scalar()
    if card is None:
        return None
    made = sql.execute(
        sa.select(versions.c.number).where(versions.c.turn == card).order_by(versions.c.number)
    ).scalars()
    numbers: list[str] = list(made)
    if not numbers:
        return None
    return next((number for number in numbers if letter and number.endswith(letter)), numbers[0])


def control(sql: sa.Connection, id_: str, said: Ask | Press, what: Control, now: float) -> Begun:
    """Move the head now when the lane is idle, else queue. Raises what `Conversation.moved` raises."""
    if (before := seen_before(sql, said)) is not None:
        return before
    found = place_of(sql, said.place)
    known = load_for(sql, found, what) if found else None
    if known is None:
        return Begun(conversation=None, turn=None, new=False)
    busy = sql.execute(_BUSY, {"lane": known.id}).first() is not None
    moved = known if busy else known.moved(what)
    revision = bump(sql, known.id)
    if not busy:
        move(sql, known, moved, revision)
    values = {
        **_common(said, id_, known.id, revision, now),
        "control": rows.dump_control(what),
        "message": getattr(said, "message", None),
        "text": getattr(said, "text", "") or what.action.value,
        "attachments": "[]",
        "source": None if busy else moved.head,
        "sourced": not busy,
        "size": "",
        "quality": "",
        "n": 0,
        "model": "",
        "take": 1,
        "price": None,
        "state": State.QUEUED.value if busy else State.POSTED.value,
    }
    return _inserted(sql, values)


def load_for(sql: sa.Connection, id_: str, what: Control) -> Conversation | None:
    """Read a conversation with the versions that a control may speak of."""
    row = sql.execute(
        sa.select(conversations.c.head, conversations.c.redo).where(conversations.c.id == id_)
    ).one_or_none()
    if row is None:
        return None
    redo = rows.load(row.redo)[-1:]
    return rows.conversation_by_id(sql, id_, spoken_names(what.version, row.head, *redo))


def move(sql: sa.Connection, before: Conversation, after: Conversation, revision: int) -> None:
    """Write a moved head; the cards of both heads change with it."""
    sql.execute(
        sa.update(conversations)
        .where(conversations.c.id == before.id)
        .values(head=after.head, redo=rows.dump(after.redo))
    )
    touch(sql, before.id, revision, [one for one in (before.head, after.head) if one])


def touch(sql: sa.Connection, conversation: str, revision: int, numbers: Sequence[str]) -> None:
    """Note that the cards holding these versions look different now."""
    holders = sa.select(versions.c.turn).where(
        versions.c.conversation == conversation, versions.c.number.in_(numbers)
    )
    sql.execute(sa.update(turns).where(turns.c.id.in_(holders)).values(revision=revision))


def _of(sql: sa.Connection, id_: str, conversation: str) -> Turn:
    found = rows.turn_by_id(sql, id_)
    if found is None or found.conversation != conversation:
        raise NoSuchTurn(turn=id_)
    return found


def first_time(sql: sa.Connection, press: Press, now: float) -> bool:
    """Remember the event of a press that makes no turn; False: it had been seen before."""
    key = event_key(press)
    if sql.execute(sa.select(presses.c.event).where(presses.c.event == key)).first():
        return False
    sql.execute(sa.insert(presses).values(event=key, created=now))
    return True


def cancel(sql: sa.Connection, press: Press, id_: str, conversation: str, now: float) -> Begun:
    """End a turn that waits or is being drawn. Raises NothingToCancel, NoSuchTurn."""
    found = _of(sql, id_, conversation)
    if not first_time(sql, press, now):
        return Begun(conversation=conversation, turn=found, new=False)
    if found.state not in {State.QUEUED, State.HELD, State.DRAWING}:
        raise NothingToCancel
    revision = bump(sql, conversation)
    drawing = found.state is State.DRAWING
    if drawing:
        sql.execute(
            sa.update(ledger)
            .where(ledger.c.turn == id_, ledger.c.attempt == found.attempt)
            .values(state="perhaps")
        )
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(
            state=State.CANCELLED.value,
            attempt=found.attempt + 1 if drawing else found.attempt,
            failure=None,
            finished=now,
            revision=revision,
        )
    )
    step_up(sql, found.lane, revision)
    return Begun(conversation=conversation, turn=_of(sql, id_, conversation), new=True)


def step_up(sql: sa.Connection, lane: str, revision: int) -> None:
    """Note that those who wait in a lane have another place now."""
    sql.execute(
        sa.update(turns)
        .where(turns.c.lane == lane, turns.c.state.in_(rows.WAITING), rows.OPEN)
        .values(revision=revision)
    )


def retry(sql: sa.Connection, press: Press, id_: str, conversation: str, now: float) -> Begun:
    """Queue a turn again, or show again what is drawn. Raises NothingToRetry, NoSuchTurn."""
    found = _of(sql, id_, conversation)
    if not first_time(sql, press, now):
        return Begun(conversation=conversation, turn=found, new=False)
    if not found.can_retry:
        raise NothingToRetry
    held = sql.execute(_HELD).first() is not None
    state = State.HELD if held else State.QUEUED
    if found.versions or found.reply:
        state = State.DRAWN
    revision = bump(sql, conversation)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == id_)
        .values(state=state.value, failure=None, tries=0, revision=revision)
    )
    step_up(sql, found.lane, revision)
    return Begun(conversation=conversation, turn=_of(sql, id_, conversation), new=True)


def reword(sql: sa.Connection, id_: str, text: str) -> Begun | None:
    """Give a waiting turn its new text; None: it waits no more."""
    found = rows.turn_by_id(sql, id_)
    if found is None or found.state not in {State.QUEUED, State.HELD} or found.attempt:
        return None
    revision = bump(sql, found.conversation)
    sql.execute(sa.update(turns).where(turns.c.id == id_).values(text=text, revision=revision))
    return Begun(conversation=found.conversation, turn=rows.turn_by_id(sql, id_), new=True)
