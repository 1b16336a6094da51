"""How does a turn, or a whole conversation, go: words, images, its place in the tree?

Rows of turns stay as marks without words: an event that comes again is known, numbers are never given
anew, and money stays counted. Each function is one transaction (`storage.database`); what stands outside
the store (messages, image bytes) is named in it and removed after it, by `storage.remains`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation import descriptions
from bot.conversation.conversation import Control, Failure
from bot.conversation.records import Recorded
from bot.ports.actions import Action
from bot.ports.errors import Kind, NoSuchThread, NoSuchTurn
from bot.ports.messages import Place, State
from storage import locks, placing, pruning, reading, rows, spending
from storage.remains import bury
from storage.tables import conversations, files, places, turns, versions, votes
from storage.writing import bump, control_values, inserted, seen_before, step_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.ports.messages import ActionEvent, IncomingMessage

_BLOB = re.compile(r"blob:([0-9a-f]{64})")
_WIPED: dict[str, Any] = {
    "state": State.CANCELLED.value,
    "text": "",
    "attachments": "[]",
    "source": None,
    "failure": None,
    "reply": None,
    "answer": None,
    "offer": None,
    "question": None,
    "answers": None,
    "gathering": None,
    "more": "{}",
    "brainstorms": False,
    "images": 0,
    "told": True,
}


def delete(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    turn: str,
    now: float,
) -> Recorded:
    """Remove a prompt with all that came of it alone; the control that says so is the turn given.

    Its children hang on what it was made from. Raises NoSuchTurn.
    """
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    found = reading.turn_by_id(sql, turn)
    if found is None or found.conversation != conversation or found.control is not None:
        raise NoSuchTurn(turn=turn)
    theirs = {one.id for one in found.team.children if one.person.id == found.person.id}
    numbers = _numbers(sql, {turn, *theirs})
    gone = _rows(sql, conversation, {turn, *theirs} | _compared(sql, conversation, numbers))
    revision = bump(sql, conversation)
    left = _blobs(sql, gone)
    apart = [one.id for one in found.team.children if one.id not in theirs]
    also = [*apart, *([found.team.parent] if found.team.parent else [])]
    _stand_alone(sql, apart, revision)
    ancestors = pruning.cut(sql, conversation, numbers)
    also += pruning.hang_on(sql, conversation, ancestors, revision, now)
    also += pruning.leave_polls(sql, conversation, numbers, revision)
    also += _unsay(sql, conversation, gone, revision)
    head = pruning.move_head(sql, conversation, ancestors, revision)
    _wipe(sql, gone, revision, now)
    renamed, title = _retitle(sql, conversation)
    _forget(sql, conversation, left)
    named = ", ".join(sorted(numbers)) or None
    what = Control(action=Action.DELETE, version=named)
    values = control_values(incoming, id_, conversation, what, revision, now)
    begun = inserted(sql, {**values, "source": head, "text": Action.DELETE.value})
    found_again = (reading.turn_by_id(sql, one) for one in dict.fromkeys(also))
    shown = [one for one in found_again if one is not None]
    return Recorded(
        conversation=conversation,
        turn=begun.turn,
        is_new=True,
        also_changed=tuple(shown),
        deleted=tuple(row.id for row in gone),
        renamed=renamed,
        title=title,
    )


def delete_conversation(sql: sa.Connection, conversation: str, now: float) -> Recorded:
    """Remove a whole conversation. Raises NoSuchThread."""
    locks.conversation(sql, conversation)
    alive = (conversations.c.id == conversation, conversations.c.deleted.is_(None))
    if sql.execute(sa.select(conversations.c.id).where(*alive)).first() is None:
        raise NoSuchThread
    gone = _rows(sql, conversation, None)
    left = _blobs(sql, gone)
    revision = bump(sql, conversation)
    sql.execute(sa.delete(versions).where(versions.c.conversation == conversation))
    _wipe(sql, gone, revision, now)
    sql.execute(sa.delete(files).where(files.c.conversation == conversation))
    bury(sql, left)
    shown = _places(sql, conversation)
    sql.execute(sa.delete(places).where(places.c.conversation == conversation))
    sql.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation)
        .values(title="", head=None, redo="[]", deleted=now)
    )
    ids = tuple(row.id for row in gone)
    return Recorded(conversation=conversation, turn=None, is_new=True, deleted=ids, renamed=shown)


def expired(sql: sa.Connection, before: float, limit: int) -> list[str]:
    """Give conversations in which nothing was said or done since a time, the oldest first."""
    newer = sa.exists().where(turns.c.conversation == conversations.c.id, turns.c.created >= before)
    found = sql.execute(
        sa.select(conversations.c.id)
        .where(conversations.c.deleted.is_(None), conversations.c.updated < before, ~newer)
        .order_by(conversations.c.seq)
        .limit(limit)
    )
    return list(found.scalars())


def _rows(sql: sa.Connection, conversation: str, ids: set[str] | None) -> Sequence[Any]:
    """Read the turns that go; None: all of the conversation that are not gone yet."""
    wanted = sa.select(turns).where(turns.c.conversation == conversation, turns.c.deleted.is_(None))
    if ids is not None:
        wanted = wanted.where(turns.c.id.in_(ids))
    return sql.execute(wanted).all()


def _numbers(sql: sa.Connection, ids: Iterable[str]) -> set[str]:
    made = sa.select(versions.c.number).where(versions.c.turn.in_(list(ids)))
    return set(sql.execute(made).scalars())


def _compared(sql: sa.Connection, conversation: str, numbers: set[str]) -> set[str]:
    """Find the comparisons that show one of these versions."""
    found = sql.execute(
        sa.select(turns.c.id, turns.c.more).where(
            turns.c.conversation == conversation,
            rows.control_is(turns.c.control, Action.COMPARE),
        )
    )
    return {
        row.id
        for row in found
        if numbers & set(rows.load(row.more).get("picture", {}).get("number", "").split("-"))
    }


def _unsay(sql: sa.Connection, conversation: str, gone: Sequence[Any], revision: int) -> list[str]:
    """Take the words of turns out of the descriptions of what was made further; give whose cards change."""
    texts = [row.text for row in gone if row.control is None]
    ids = {row.id for row in gone}
    changed = []
    made = sa.select(versions.c.turn, versions.c.number, versions.c.alt)
    for row in sql.execute(made.where(versions.c.conversation == conversation)).all():
        alt = descriptions.remove_words(row.alt, texts)
        if alt != row.alt and row.turn not in ids:
            at = (versions.c.conversation == conversation, versions.c.number == row.number)
            sql.execute(sa.update(versions).where(*at).values(alt=alt))
            changed.append(row.turn)
    shown = sa.select(turns.c.id, turns.c.more).where(
        turns.c.conversation == conversation, rows.control_is(turns.c.control, Action.COMPARE)
    )
    for card in sql.execute(shown).all():
        more = rows.load(card.more)
        picture = more.get("picture") or {}
        alt = descriptions.remove_words(picture.get("alt", ""), texts)
        if alt != picture.get("alt", ""):
            kept = rows.dump({**more, "picture": {**picture, "alt": alt}})
            sql.execute(sa.update(turns).where(turns.c.id == card.id).values(more=kept))
            changed.append(card.id)
    for one in changed:
        sql.execute(sa.update(turns).where(turns.c.id == one).values(revision=revision))
    return changed


def _blobs(sql: sa.Connection, gone: Sequence[Any]) -> dict[str, float]:
    """Give the images that these turns name, and until when each was put at the latest."""
    found: dict[str, float] = {}
    made = sa.select(versions.c.blob).where(versions.c.turn == sa.bindparam("of"))
    for row in gone:
        named = set(_BLOB.findall(row.answer or ""))
        named |= _held(row) | set(sql.execute(made, {"of": row.id}).scalars())
        until = row.finished or row.created
        found |= {blob: max(until, found.get(blob, until)) for blob in named}
    return found


def _held(row: Any) -> set[str]:  # noqa: ANN401 - a row's columns are known at run time only
    """Give the pictures that a turn itself holds: those that people sent, and one made of others."""
    held = [*rows.load(row.attachments), rows.load(row.more).get("picture") or {}]
    return {one["blob"] for one in held if one.get("blob")}


def _stand_alone(sql: sa.Connection, ids: Sequence[str], revision: int) -> None:
    """Give turns that a card gathered a card of their own."""
    for id_ in ids:
        at = turns.c.id == id_
        more = rows.load(sql.execute(sa.select(turns.c.more).where(at)).scalar_one())
        more.pop("hidden", None)
        values = {"gathering": None, "more": rows.dump(more), "revision": revision}
        sql.execute(sa.update(turns).where(at).values(values))


def _wipe(sql: sa.Connection, gone: Sequence[Any], revision: int, now: float) -> None:
    """Take the words out of turns; what is being drawn is over, and may be billed."""
    unknown = Failure(kind=Kind.UNKNOWN_OUTCOME, code="cancelled", billed=None)
    for row in gone:
        drawing = row.state == State.DRAWING.value
        if drawing:
            spending.end(sql, row.id, row.attempt, unknown)
        sql.execute(
            sa.update(turns)
            .where(turns.c.id == row.id)
            .values(
                **_WIPED,
                attempt=row.attempt + 1 if drawing else row.attempt,
                finished=row.finished or now,
                deleted=now,
                revision=revision,
            )
        )
        sql.execute(sa.delete(votes).where(votes.c.poll == row.id))
        if row.state in reading.WAITING:
            step_up(sql, row.lane, revision)


def _places(sql: sa.Connection, conversation: str) -> tuple[Place, ...]:
    shown = sa.select(places.c.place).where(places.c.conversation == conversation)
    return tuple(Place.parse(one) for one in sql.execute(shown).scalars())


def _retitle(sql: sa.Connection, conversation: str) -> tuple[tuple[Place, ...], str]:
    """Name a conversation after its first prompt, of those that are left.

    Gives where it is shown, if its name is another now, and the name.
    """
    before = sql.execute(
        sa.select(conversations.c.title).where(conversations.c.id == conversation)
    ).scalar_one()
    title = placing.retitle(sql, conversation)
    return _places(sql, conversation) if title != before else (), title


def _forget(sql: sa.Connection, conversation: str, blobs: dict[str, float]) -> None:
    """Name for removal the images that nothing names any more: here, or in any conversation."""
    alive = sa.select(turns.c.attachments, turns.c.more).where(
        turns.c.conversation == conversation, turns.c.deleted.is_(None)
    )
    for blob in blobs:
        here = sa.or_(turns.c.attachments.contains(blob), turns.c.more.contains(blob))
        # people may write the same: what holds it is its attachment, or a picture made of others
        if not any(blob in _held(row) for row in sql.execute(alive.where(here))):
            sql.execute(
                sa.delete(files).where(files.c.blob == blob, files.c.conversation == conversation)
            )
    bury(sql, blobs)
