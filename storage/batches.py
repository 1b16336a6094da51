"""What becomes of a list of pictures: put down, started once, cancelled, looked through?

Its rows are turns like any other, each in a lane of its own, hidden behind the card of the list: so order, money,
retries and crashes need nothing new.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.records import Recorded
from bot.conversation.turn import Control
from bot.ports.actions import Action
from bot.ports.errors import NoSuchTurn, NothingToCancel
from bot.ports.messages import State
from storage import columns, ledger, locks, rows
from storage.admission import find_refusal, tighten, to_error
from storage.attachments import add_files
from storage.context import read_context
from storage.conversations import raise_revision
from storage.events import find_recorded, insert_control, insert_handled
from storage.new_turns import begin_conversation, find_kit
from storage.places import mark_seen
from storage.preferences import merge_preferences
from storage.results import is_on_hold
from storage.spending import list_usage
from storage.tables import batches, conversations, turns
from storage.turn_loader import WAITING, find_turn, get_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.records import NewPrompt
    from bot.conversation.terms import Admission
    from bot.conversation.turn import Batch, BatchRow, Turn
    from bot.ports.kit import Kit
    from bot.ports.messages import ActionEvent, Defaults

_DEFAULTS = columns.defaults_of(turns)


def record_batch(
    sql: sa.Connection,
    now: float,
    prompt: NewPrompt,
    complete: Callable[[Defaults], Sequence[BatchRow]],
) -> Recorded:
    """Put a list on disk; `prompt.text` is its name. Nothing of it is drawn yet. Raise what `complete` raises."""
    message = prompt.message
    locks.at_place(sql, message.place)
    if (before := find_recorded(sql, message)) is not None:
        return before
    at = read_context(sql, now, message)
    if at.conversation is None and not message.may_start:
        return Recorded(conversation=None, turn=None, is_new=False)
    listed = complete(at.defaults)
    if at.conversation is None:
        begin_conversation(sql, now, prompt, turns=0, revision=1)
    id_ = at.conversation.id if at.conversation else prompt.conversation
    mark_seen(sql, id_, message)
    prices = [rows.nanos(one.price) for one in listed]
    values = {"rows": rows.dump_rows(listed), "prices": rows.dump(prices)}
    sql.execute(sa.insert(batches).values(turn=prompt.id, conversation=id_, **values))
    what = Control(action=Action.BATCH)
    return insert_control(sql, now, prompt.id, message, id_, what, text=prompt.text)


def start_batch(
    sql: sa.Connection, now: float, event: ActionEvent, turn: str, admission: Admission
) -> Recorded:
    """Make turns of a list's rows, once, if all of them together are allowed. Raise what `to_error` makes."""
    locks.account(sql)
    if admission.limits.has_any:
        locks.ledger(sql)
    locks.of_turn(sql, turn)
    if (before := find_recorded(sql, event)) is not None:
        return before
    found, batch = _get(sql, turn)
    if batch.state != "ready":
        return Recorded(conversation=found.conversation, turn=found, is_new=False, is_quiet=True)
    known = [price for price in batch.prices if price is not None]
    total = sum(known) if len(known) == len(batch.prices) else None
    held = merge_preferences(sql, event.place, event.person)
    admission = tighten(admission, held)
    usage = list_usage(sql, found.place, event.person, admission.limits)
    refusal = admission.refusal_at(held) or find_refusal(
        sql, now, event, admission, usage, total, len(batch.rows)
    )
    if refusal is not None:
        raise to_error(refusal)
    insert_handled(sql, now, event, found.conversation, turn)
    count = conversations.c.turns + len(batch.rows)
    at = conversations.c.id == found.conversation
    sql.execute(sa.update(conversations).where(at).values(turns=count, updated=now))
    revision = _write(sql, found, state="started", rows="[]")
    kit = find_kit(read_context(sql, now, event).defaults.kit, is_edit=False)
    listed = _list_turns(sql, now, found, batch, revision, kit)
    sql.execute(sa.insert(turns), listed)
    pinned = [image.blob for image in kit.images] if kit else []
    for one in listed if pinned else ():
        add_files(sql, str(one["id"]), found.conversation, pinned)
    return _changed(sql, found, with_children=True)


def _list_turns(
    sql: sa.Connection, now: float, card: Turn, batch: Batch, revision: int, kit: Kit | None
) -> list[dict[str, object]]:
    """List the rows' turns. Their ids follow from the list's, so that none can be there twice."""
    state = State.HELD if is_on_hold(sql) else State.QUEUED
    event = f"{card.place.platform}/{card.place.workspace}/{card.id}/row"
    found = []
    for number, row in enumerate(batch.rows, start=1):
        id_ = hashlib.sha256(f"{card.id}/{number}".encode()).hexdigest()[:16]
        own = {
            "id": id_,
            "lane": id_,
            "event": f"{event}/{number}",
            "text": row.text,
            "source_is_final": True,
            "size": row.output.size,
            "quality": row.output.quality,
            "n": row.output.n,
            "model": row.model,
            "price": rows.nanos(row.price),
            "kit": rows.dump_kit(kit) if kit else None,
            "parent": card.id,
            "hidden": True,
            "state": state.value,
        }
        found.append({**_DEFAULTS, **_of_card(now, card, revision), **own})
    return found


def _of_card(now: float, card: Turn, revision: int) -> dict[str, object]:
    return {
        "conversation": card.conversation,
        "place": str(card.place),
        "person": card.person.id,
        "person_name": card.person.name,
        "revision": revision,
        "created": now,
    }


def cancel_batch(sql: sa.Connection, now: float, event: ActionEvent, turn: str) -> Recorded:
    """End what is not begun of a list; what is being drawn goes on. Raise NothingToCancel."""
    locks.of_turn(sql, turn)
    if (before := find_recorded(sql, event)) is not None:
        return before
    found, batch = _get(sql, turn)
    waiting = [part.id for part in found.team.children if part.state.value in WAITING]
    if not waiting and batch.state != "ready":
        raise NothingToCancel
    insert_handled(sql, now, event, found.conversation, turn)
    state = "cancelled" if batch.state == "ready" else batch.state
    revision = _write(sql, found, state=state, rows="[]")
    ended = {"state": State.CANCELLED.value, "failure": None, "finished": now, "revision": revision}
    for id_ in waiting:  # one that was tried before may have been billed then
        unsettled = ledger.may_be_billed(sql, id_)
        sql.execute(sa.update(turns).where(turns.c.id == id_).values(**ended, unsettled=unsettled))
    return _changed(sql, found)


def turn_page(sql: sa.Connection, now: float, event: ActionEvent, turn: str, page: int) -> Recorded:
    """Have a list's card show another page."""
    locks.of_turn(sql, turn)
    if (before := find_recorded(sql, event)) is not None:
        return before
    found, _batch = _get(sql, turn)
    insert_handled(sql, now, event, found.conversation, turn)
    _write(sql, found, page=page)
    return _changed(sql, found)


def _get(sql: sa.Connection, id_: str) -> tuple[Turn, Batch]:
    found = find_turn(sql, id_)
    if found is None or found.team.batch is None:
        raise NoSuchTurn(turn=id_)
    return found, found.team.batch


def _write(sql: sa.Connection, card: Turn, **values: object) -> int:
    """Write what became of a list, and have its card shown anew, also after a crash; return the revision."""
    sql.execute(sa.update(batches).where(batches.c.turn == card.id).values(values))
    revision = raise_revision(sql, card.conversation)
    shown = {"revision": revision, "notified": False}
    sql.execute(sa.update(turns).where(turns.c.id == card.id).values(shown))
    return revision


def _changed(sql: sa.Connection, card: Turn, *, with_children: bool = False) -> Recorded:
    shown = get_turn(sql, card.id)
    also = shown.team.children if with_children else ()
    return Recorded(
        conversation=card.conversation, turn=shown, is_new=True, also_changed=also, is_quiet=True
    )
