"""What do several people do to a thread together: talk, merge, fork, set defaults?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import discussion as words
from bot.conversation.conversation import Control, Failure
from bot.conversation.records import SCOPES, Recorded
from bot.ports.actions import Action
from bot.ports.errors import Kind, NothingToMerge
from bot.ports.messages import State
from storage import line, locks, preferences, reading, rows
from storage.answers import note
from storage.controls import first_time
from storage.tables import conversations, turns
from storage.writing import bump, control_values, inserted, seen_before, step_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Turn
    from bot.conversation.records import Proposal
    from bot.ports.messages import ActionEvent, Defaults, IncomingMessage


def _act(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    now: float,
) -> Recorded:
    """Write a control that is done."""
    revision = bump(sql, conversation)
    return inserted(sql, control_values(incoming, id_, conversation, what, revision, now))


def set_mode(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    now: float,
) -> Recorded:
    """Pause the drawing, so that people talk for free, or end the pause."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    mode = "talking" if what.action is Action.PAUSE else "drawing"
    sql.execute(
        sa.update(conversations).where(conversations.c.id == conversation).values(mode=mode)
    )
    return _act(sql, id_, incoming, conversation, what, now)


def propose(
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    proposal: Proposal,
    now: float,
) -> Recorded:
    """Show the wording that the talk comes to, before it is drawn."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    revision = bump(sql, conversation)
    what = Control(action=Action.GO)
    output = proposal.output
    values = {
        **control_values(incoming, id_, conversation, what, revision, now),
        "text": proposal.text,
        "model": proposal.model,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "more": rows.dump({"people": proposal.contributors}),
    }
    return inserted(sql, values)


def talk(sql: sa.Connection, conversation: str) -> list[Turn]:
    """Give what was said since the drawing was paused."""
    is_ = rows.control_is
    since = (
        sa.select(sa.func.max(turns.c.seq))
        .where(turns.c.conversation == conversation, is_(turns.c.control, Action.PAUSE))
        .scalar_subquery()
    )
    found = sql.execute(
        reading.TURN.where(
            turns.c.conversation == conversation,
            turns.c.seq > sa.func.coalesce(since, 0),
            is_(turns.c.control, Action.TALK),
        ).order_by(turns.c.seq)
    )
    return [rows.turn(row) for row in found]


def set_defaults(  # noqa: PLR0913 - what a control is, and what it sets
    sql: sa.Connection,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    wanted: Defaults,
    *,
    now: float,
) -> Recorded:
    """Set what holds from now on: in the thread, for the person, in a channel or workspace."""
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, incoming)) is not None:
        return before
    scope = SCOPES.get(what.fields.get("whose", "thread"), "thread")
    if scope != "thread":
        preferences.prefer(sql, incoming.place, incoming.person, scope, wanted)
    else:
        where = [conversations.c.id == conversation]
        known = sql.execute(sa.select(conversations.c.defaults).where(*where)).scalar()
        written = rows.dump_defaults(wanted.over(rows.defaults(known)))
        sql.execute(sa.update(conversations).where(*where).values(defaults=written))
    return _act(sql, id_, incoming, conversation, what, now)


def _turns(sql: sa.Connection, ids: Sequence[str]) -> list[Turn]:
    return [turn for id_ in ids if (turn := reading.turn_by_id(sql, id_)) is not None]


def merge(sql: sa.Connection, event: ActionEvent, conversation: str, now: float) -> Recorded:
    """Put the prompts that wait into one edit, the first of them. Raises NothingToMerge.

    Those behind that edit another version stay as they are.
    """
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, event)) is not None:
        return before
    alike = _turns(sql, line.as_one(line.prompts(sql, conversation)))
    if len(alike) < 2:
        raise NothingToMerge
    first, *others = alike
    first_time(sql, event, conversation, first.id, now)
    said = [
        point for turn in alike for point in turn.team.points or ((turn.person, turn.request.text),)
    ]
    files = tuple(file for turn in alike for file in turn.request.attachments if not file.left)
    revision = bump(sql, conversation)
    written = {"text": words.join_points(said), "attachments": rows.dump_attachments(files)}
    sql.execute(sa.update(turns).where(turns.c.id == first.id).values(**written, revision=revision))
    points = [[person.id, person.name, text] for person, text in said]
    note(sql, first.id, people=list(words.list_people(said)), points=points)
    into = Failure(
        kind=Kind.BAD_REQUEST,
        code="merged",
        billed=False,
        retry=False,
        detail={"into": first.person.name},
    )
    ended = {
        "state": State.CANCELLED.value,
        "failure": rows.dump_failure(into),
        "finished": now,
        "told": False,
    }
    sql.execute(
        sa.update(turns)
        .where(turns.c.id.in_([turn.id for turn in others]))
        .values(**ended, revision=revision)
    )
    step_up(sql, conversation, revision)
    shown = _turns(sql, [turn.id for turn in alike])
    return Recorded(
        conversation=conversation, turn=shown[0], is_new=True, also_changed=tuple(shown[1:])
    )


def fork(
    sql: sa.Connection,
    id_: str,
    event: ActionEvent,
    conversation: str,
    now: float,
    most: int | None = None,
) -> Recorded:
    """Give each prompt that waits a lane of its own, so that they are drawn side by side.

    All edit the head as it stands now. `most`: of the first so many, as the button said. Raises NothingToMerge.
    """
    locks.conversation(sql, conversation)
    if (before := seen_before(sql, event)) is not None:
        return before
    queue = _turns(sql, line.side_by_side(line.prompts(sql, conversation))[:most])
    if len(queue) < 2:
        raise NothingToMerge
    known = reading.conversation_by_id(sql, conversation)
    head = known.head if known else None
    _act(sql, id_, event, conversation, Control(action=Action.FORK), now)
    revision = bump(sql, conversation)
    for turn in queue:
        sql.execute(
            sa.update(turns)
            .where(turns.c.id == turn.id)
            .values(
                lane=turn.id,
                gathering=id_,
                source=turn.request.source if turn.request.source_is_final else head,
                sourced=True,
                revision=revision,
            )
        )
    step_up(sql, conversation, revision)
    [gallery, *forked] = _turns(sql, [id_, *(turn.id for turn in queue)])
    return Recorded(
        conversation=conversation, turn=gallery, is_new=True, also_changed=tuple(forked)
    )


def edits_back(sql: sa.Connection, conversation: str, version: str, most: int) -> list[Turn]:
    """Give the turns of the newest `most` edits that lead to a version, oldest first."""
    found: list[Turn] = []
    number: str | None = version
    while number is not None and len(found) < most:
        known = reading.named_versions(sql, conversation, [number])
        turn = reading.turn_by_id(sql, known[0].turn) if known else None
        if turn is None or turn.request.source is None:
            break
        found.insert(0, turn)
        number = known[0].parent
    return found
