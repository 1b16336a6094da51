"""How does a turn, or a whole conversation, go: words, images, its place in the tree?

Rows of turns stay as marks without words: an event that comes again is known, numbers are never given
anew, and money stays counted. What stands outside the store (messages, image bytes) is named in the same
transaction and removed after it, by `storage.images`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation import descriptions
from bot.conversation.records import Recorded
from bot.conversation.turn import Control, Failure
from bot.ports.actions import Action
from bot.ports.errors import Kind, NoSuchThread, NoSuchTurn
from bot.ports.messages import State
from storage import audit, ledger, locks, rows
from storage.bookmarks import delete_bookmarks
from storage.conversations import (
    raise_revision,
    retitle,
    touch_lane,
    touch_turns,
    update_conversation,
)
from storage.events import find_recorded, insert_control
from storage.images import discard
from storage.places import list_places_of
from storage.polls import drop_choices
from storage.preferences import delete_preferences
from storage.stars import delete_stars
from storage.tables import (
    batches,
    codes,
    conversations,
    files,
    places,
    polls,
    turns,
    versions,
    votes,
)
from storage.tree import move_head, reattach_turns, remove_versions
from storage.turn_loader import WAITING, find_turn, find_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.ports.messages import ActionEvent, IncomingMessage, Place

_BLOB = re.compile(r"blob:([0-9a-f]{64})")
_WIPED: dict[str, Any] = {
    "state": State.CANCELLED.value,
    "text": "",
    "attachments": "[]",
    **dict.fromkeys(("source", "failure", "reply", "answer", "offer", "question", "answers")),
    **dict.fromkeys(("parent", "warning", "unfetched", "picture", "previews", "kit", "origin")),
    **dict.fromkeys(("contributors", "points", "directions"), "[]"),
    **dict.fromkeys(("brainstorm", "hidden", "unsettled"), False),
    "rewordings": 0,
    "images": 0,
    "notified": True,
}


def delete_turn(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    turn: str,
) -> Recorded:
    """Remove a prompt with all that came of it alone; the control that says so is the turn returned.

    Its children hang on what it was made from. Raise NoSuchTurn.
    """
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    found = find_turn(sql, turn)
    if found is None or found.conversation != conversation or found.control is not None:
        raise NoSuchTurn(turn=turn)
    children = {one.id: one.person.id == found.person.id for one in found.team.children}
    own = {turn, *(one for one, is_own in children.items() if is_own)}
    others = [one for one, is_own in children.items() if not is_own]
    numbers = _list_numbers(sql, own)
    gone = _list_rows(sql, conversation, own | _list_comparisons(sql, conversation, numbers))
    revision = raise_revision(sql, conversation)
    blobs = _list_blobs(sql, gone)
    changed = [*others, *([found.team.parent] if found.team.parent else [])]
    _stand_alone(sql, others, revision)
    delete_stars(sql, conversation, numbers)
    ancestors = remove_versions(sql, conversation, numbers)
    changed += reattach_turns(sql, now, conversation, ancestors, revision)
    changed += drop_choices(sql, conversation, numbers, revision)
    changed += _remove_words(sql, conversation, gone, revision)
    head = move_head(sql, conversation, ancestors, revision)
    _wipe(sql, now, gone, revision)
    renamed, title = _retitle(sql, conversation)
    discard(sql, blobs)
    what = Control(action=Action.DELETE, version=", ".join(sorted(numbers)) or None)
    audit.record(sql, now, incoming, Action.DELETE.value, conversation, what.version or "a prompt")
    values = {"revision": revision, "source": head, "text": Action.DELETE.value}
    recorded = insert_control(sql, now, id_, incoming, conversation, what, **values)
    return Recorded(
        conversation=conversation,
        turn=recorded.turn,
        is_new=True,
        also_changed=tuple(find_turns(sql, dict.fromkeys(changed))),
        deleted=tuple(row.id for row in gone),
        renamed=renamed,
        title=title,
    )


def delete_conversation(
    sql: sa.Connection, now: float, conversation: str, event: ActionEvent | None = None
) -> Recorded:
    """Remove a whole conversation. Raise NoSuchThread. `event`: who wants it; None: its time is over."""
    locks.conversation(sql, conversation)
    alive = (conversations.c.id == conversation, conversations.c.deleted.is_(None))
    where = sa.select(conversations.c.platform, conversations.c.workspace).where(*alive)
    here = sql.execute(where).one_or_none()
    if here is None:
        raise NoSuchThread
    if event is None:
        of = {"platform": here.platform, "workspace": here.workspace, "conversation": conversation}
        audit.record_own(sql, now, f"expire/{conversation}", "expire", **of)
    else:
        audit.record(sql, now, event, Action.DELETE.value, conversation, "the canvas")
    gone = _list_rows(sql, conversation, None)
    blobs = _list_blobs(sql, gone)
    revision = raise_revision(sql, conversation)
    sql.execute(sa.delete(versions).where(versions.c.conversation == conversation))
    _wipe(sql, now, gone, revision)
    discard(sql, blobs)
    shown = list_places_of(sql, conversation)
    sql.execute(sa.delete(places).where(places.c.conversation == conversation))
    delete_preferences(sql, "thread", conversation)
    delete_bookmarks(sql, conversation)
    delete_stars(sql, conversation)
    sql.execute(sa.delete(codes).where(codes.c.conversation == conversation))
    update_conversation(sql, conversation, title="", head=None, redo="[]", deleted=now)
    ids = tuple(row.id for row in gone)
    return Recorded(conversation=conversation, turn=None, is_new=True, deleted=ids, renamed=shown)


def _list_rows(sql: sa.Connection, conversation: str, ids: set[str] | None) -> Sequence[Any]:
    """Read the turns that go; None: all of the conversation that are not gone yet."""
    wanted = sa.select(turns).where(turns.c.conversation == conversation, turns.c.deleted.is_(None))
    if ids is not None:
        wanted = wanted.where(turns.c.id.in_(ids))
    return sql.execute(wanted).all()


def _list_numbers(sql: sa.Connection, ids: Iterable[str]) -> set[str]:
    made = sa.select(versions.c.number).where(versions.c.turn.in_(list(ids)))
    return set(sql.execute(made).scalars())


def _of_comparisons(conversation: str) -> sa.Select[Any]:
    return sa.select(turns.c.id, turns.c.picture).where(
        turns.c.conversation == conversation,
        turns.c.action == Action.COMPARE.value,
        turns.c.picture.is_not(None),
    )


def _list_comparisons(sql: sa.Connection, conversation: str, numbers: set[str]) -> set[str]:
    """List the comparisons that show one of these versions."""
    found = sql.execute(_of_comparisons(conversation)).all()
    return {row.id for row in found if numbers & set(rows.load(row.picture)["number"].split("-"))}


def _remove_words(
    sql: sa.Connection, conversation: str, gone: Sequence[Any], revision: int
) -> list[str]:
    """Take the words of turns out of the descriptions of what was made further.

    Return the ids of those whose cards change.
    """
    texts = [row.text for row in gone if row.action is None]
    ids = {row.id for row in gone}
    changed = []
    made = sa.select(versions.c.turn, versions.c.number, versions.c.alt)
    for row in sql.execute(made.where(versions.c.conversation == conversation)).all():
        alt = descriptions.remove_words(row.alt, texts)
        if alt != row.alt and row.turn not in ids:
            at = (versions.c.conversation == conversation, versions.c.number == row.number)
            sql.execute(sa.update(versions).where(*at).values(alt=alt))
            changed.append(row.turn)
    for card in sql.execute(_of_comparisons(conversation)).all():
        picture = rows.load(card.picture)
        alt = descriptions.remove_words(picture["alt"], texts)
        if alt != picture["alt"]:
            written = rows.dump({**picture, "alt": alt})
            sql.execute(sa.update(turns).where(turns.c.id == card.id).values(picture=written))
            changed.append(card.id)
    touch_turns(sql, changed, revision)
    return changed


def _list_blobs(sql: sa.Connection, gone: Sequence[Any]) -> dict[str, float]:
    """List the images that these turns name, and until when each was put at the latest."""
    found: dict[str, float] = {}
    for row in gone:
        named = set(_BLOB.findall(row.answer or ""))
        for table in (versions, files):
            held = sa.select(table.c.blob).where(table.c.turn == row.id)
            named |= set(sql.execute(held).scalars())
        until = row.finished or row.created
        found |= {blob: max(until, found.get(blob, until)) for blob in named}
    return found


def _stand_alone(sql: sa.Connection, ids: Sequence[str], revision: int) -> None:
    """Give what others drew for a card that goes a card of its own."""
    if ids:
        values = {"parent": None, "hidden": False, "revision": revision}
        sql.execute(sa.update(turns).where(turns.c.id.in_(ids)).values(values))


def _wipe(sql: sa.Connection, now: float, gone: Sequence[Any], revision: int) -> None:
    """Take the words out of turns; what is being drawn is over, and may be billed."""
    unknown = Failure(kind=Kind.UNKNOWN_OUTCOME, code="cancelled", billed=None)
    for row in gone:
        is_drawing = row.state == State.DRAWING.value
        costs = ledger.end(sql, row.id, row.attempt, unknown) if is_drawing else {}
        values = {
            **_WIPED,
            **costs,
            "attempt": row.attempt + 1 if is_drawing else row.attempt,
            "finished": row.finished or now,
            "deleted": now,
            "revision": revision,
        }
        sql.execute(sa.update(turns).where(turns.c.id == row.id).values(values))
        sql.execute(sa.delete(votes).where(votes.c.poll == row.id))
        for table in (polls, batches):
            sql.execute(sa.delete(table).where(table.c.turn == row.id))
        sql.execute(sa.delete(files).where(files.c.turn == row.id))
        if row.state in WAITING:
            touch_lane(sql, row.lane, revision)


def _retitle(sql: sa.Connection, conversation: str) -> tuple[tuple[Place, ...], str]:
    """Name a conversation after its first prompt, of those that are left.

    Return where it is shown, if its name is another now, and the name.
    """
    title_of = sa.select(conversations.c.title).where(conversations.c.id == conversation)
    before = sql.execute(title_of).scalar_one()
    title = retitle(sql, conversation)
    return list_places_of(sql, conversation) if title != before else (), title
