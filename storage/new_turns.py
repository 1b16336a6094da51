"""How is a prompt written as a turn, and claimed at once where nothing waits before it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from bot.conversation.records import Claim, Lineage, Recorded
from bot.ports.kit import Kit
from bot.ports.messages import Defaults, State
from storage import columns, ledger, rows
from storage.attachments import add_files
from storage.conversations import make_title, touch_turns
from storage.events import turn_values
from storage.lanes import claimed_values
from storage.lineage import load_lineage
from storage.places import insert_place
from storage.preferences import write_preferences
from storage.statement import Statement
from storage.tables import conversations, turns
from storage.turn_loader import find_turn, load_written
from storage.versions import find_versions
from storage.waiting import find_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.records import NewPrompt
    from bot.ports.messages import Output
    from storage.context import Context
    from storage.spending import LimitUsage

_DEFAULTS = columns.defaults_of(turns)
_INSERT = Statement(
    sa.insert(turns).returning(*turns.c), [one.name for one in turns.c if one.name != "seq"]
)
_CREATE = Statement(
    sa.insert(conversations).returning(conversations.c.revision),
    [one.name for one in conversations.c if one.name != "seq"],
)
_TAKEN = Statement(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("of"))
    .values(
        revision=conversations.c.revision + 1,
        turns=conversations.c.turns + 1,
        **{
            name: sa.bindparam(f"to_{name}", type_=conversations.c[name].type)
            for name in ("updated", "seen", "mode", "title", "claimed")
        },
    )
    .returning(conversations.c.revision)
)


class Chosen(NamedTuple):
    """What a prompt comes to: what it edits, and how it is drawn."""

    source: str | None
    is_final: bool
    #: the version that it edits as things are
    edited: str | None
    model: str
    output: Output
    #: US dollars; None: not known
    price: float | None


def _find_replaced(asked: str | None, chosen: Chosen) -> str | None:
    """Return the model that was asked for an edit, where another has to make it."""
    return asked if chosen.edited and asked and asked != chosen.model else None


def _chosen_values(chosen: Chosen) -> dict[str, object]:
    return {
        "source": chosen.source,
        "source_is_final": chosen.is_final,
        "size": chosen.output.size,
        "quality": chosen.output.quality,
        "n": chosen.output.n,
        "model": chosen.model,
    }


def write_prompt(  # noqa: PLR0913, PLR0917 - what a turn is made of
    sql: sa.Connection,
    now: float,
    prompt: NewPrompt,
    at: Context,
    chosen: Chosen,
    usage: Sequence[LimitUsage],
    month: float | None,
) -> Recorded:
    """Write a turn. `month`: when the month began, where it may be claimed at once; None: it may not."""
    known, message, price = at.conversation, prompt.message, rows.nanos(chosen.price)
    is_first = prompt.parent is not None or not at.row.is_busy
    is_claimed = month is not None and is_first and at.row.has_room and not at.row.is_on_hold
    revision = _raise(sql, now, prompt, at, claimed=now if is_claimed else None)
    id_ = known.id if known else prompt.conversation
    variation = (
        _count_variations(sql, id_, prompt.text, chosen.source) if prompt.is_variation else 0
    )
    kit = find_kit(at.defaults.kit, is_edit=chosen.edited is not None)
    values = {
        **turn_values(now, prompt.id, message, id_, revision),
        **_prompt_values(prompt),
        "lane": prompt.id if prompt.parent is not None else id_,
        **_chosen_values(chosen),
        "instead_of": _find_replaced(message.model or at.defaults.model, chosen),
        "price": price,
        "variation": variation + 1,
        "previews": at.defaults.previews,
        "mentions": at.defaults.mentions,
        "kit": rows.dump_kit(kit) if kit else None,
        "state": (State.HELD if at.row.is_on_hold else State.QUEUED).value,
    }
    if is_claimed:
        values |= claimed_values(now, chosen.edited, usage, price)
    row = _INSERT.first(sql, **{**_DEFAULTS, **values})
    if prompt.answers is not None:
        touch_turns(sql, [prompt.answers], revision)
    blobs = [file.blob for file in message.attachments]
    add_files(sql, prompt.id, id_, [*blobs, *(one.blob for one in (kit.images if kit else ()))])
    here: dict[str, Any] = {"head": None, "mode": "drawing"}
    if known is not None:
        here = {"head": known.head, "mode": "drawing" if prompt.ends_pause else known.mode}
    if not is_claimed and is_first:
        here |= {"queue_position": 1, "in_line": 1}
    turn = load_written(sql, row, **here)
    recorded = Recorded(conversation=id_, turn=turn, is_new=True)
    if not is_claimed:
        return _with_first(sql, recorded, revision)
    ledger.reserve(sql, now, turn, price, month or 0.0)
    lineage = Lineage()
    if known is not None:
        source = known.versions.get(chosen.edited or "")
        if chosen.edited and source is None:
            [source] = find_versions(sql, known.id, [chosen.edited])
        lineage = load_lineage(sql, turn, source)
    return replace(recorded, claim=Claim(turn=turn, lineage=lineage, has_waiting=False))


def find_kit(kit: Kit, *, is_edit: bool) -> Kit | None:
    """Return what a turn keeps of the brand kit that holds: all of it, or of an edit that it is off."""
    if kit.is_on is False:
        return Kit(is_on=False)
    return kit if kit.has_content and not is_edit else None


def _raise(
    sql: sa.Connection, now: float, prompt: NewPrompt, at: Context, claimed: float | None
) -> int:
    """Begin a conversation, or write what changes in one with a prompt: a pause ends. Return its revision."""
    known, message = at.conversation, prompt.message
    if known is None:
        return begin_conversation(sql, now, prompt, turns=1, revision=1, claimed=claimed)
    heard = (at.row.seen, message.message_id if message.place.thread is not None else None)
    return int(
        _TAKEN.first(
            sql,
            of=known.id,
            to_updated=now,
            to_claimed=claimed or at.row.claimed,
            to_seen=max(heard, key=lambda one: (len(one or ""), one or "")),
            to_mode="drawing" if prompt.ends_pause else known.mode,
            # what it was named after may be deleted, or was blocked
            to_title=known.title or make_title(prompt.text),
        ).revision
    )


def begin_conversation(
    sql: sa.Connection, now: float, prompt: NewPrompt, **counts: float | None
) -> int:
    """Begin a conversation with a prompt; return its revision."""
    message = prompt.message
    place = message.place
    defaults = columns.defaults_of(conversations)
    values: dict[str, object] = {
        **defaults,
        **counts,
        "id": prompt.conversation,
        "platform": place.platform,
        "workspace": place.workspace,
        "title": make_title(prompt.text),
        "joined": message.joins_thread,
        "seen": message.message_id if place.thread is not None else None,
        "head": None,
        "deleted": None,
        "created": now,
        "updated": now,
    }
    revision: int = _CREATE.first(sql, **values).revision
    if (
        message.model is not None or message.kit is not None
    ):  # a thread keeps what it was begun with
        wanted = Defaults(model=message.model, kit=Kit(is_on=message.kit))
        write_preferences(sql, "thread", prompt.conversation, wanted)
    if counts and place.thread is not None:  # it was free a moment ago; if not, this is run again
        insert_place(sql, prompt.conversation, place)
    return revision


def _prompt_values(prompt: NewPrompt) -> dict[str, object]:
    """Return the columns that only the prompt itself decides."""
    return {
        "message": prompt.message.message_id,
        "text": prompt.text,
        "attachments": rows.dump_attachments(prompt.message.attachments),
        "answers": prompt.answers,
        "trace": prompt.trace,
        "action_key": prompt.message.action_key,
        "parent": prompt.parent,
        "hidden": prompt.parent is not None,
        "brainstorm": prompt.is_brainstorm,
        "contributors": rows.dump(prompt.contributors),
    }


def _with_first(sql: sa.Connection, recorded: Recorded, revision: int) -> Recorded:
    """Have the prompt that waits longest offer what can be done with those behind it."""
    turn = recorded.turn
    if turn is None or (turn.queue_position or 1) == 1:
        return recorded
    waits = find_first(sql, turn.lane)
    if waits is None or waits == turn.id:
        return recorded
    touch_turns(sql, [waits], revision)
    first = find_turn(sql, waits)
    return replace(recorded, also_changed=(first,)) if first else recorded


def _count_variations(sql: sa.Connection, conversation: str, text: str, source: str | None) -> int:
    newest = sa.select(sa.func.max(turns.c.variation)).where(
        turns.c.conversation == conversation,
        turns.c.text == text,
        turns.c.source.is_not_distinct_from(source),
    )
    return sql.execute(newest).scalar() or 0
