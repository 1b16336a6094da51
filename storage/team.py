"""What do several people do to a thread together: talk, merge, fork, compare, take all of it home?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation import discussion
from bot.conversation.records import Recorded
from bot.conversation.turn import Control, Failure
from bot.ports.actions import Action
from bot.ports.errors import Kind, NothingToMerge
from bot.ports.messages import State
from storage import locks, rows
from storage.attachments import add_files
from storage.conversations import (
    find_conversation,
    raise_revision,
    touch_lane,
    update_conversation,
)
from storage.events import find_recorded, insert_control, insert_handled
from storage.tables import turns
from storage.turn_loader import TURN, find_turns
from storage.waiting import list_waiting, select_forkable, select_mergeable

if TYPE_CHECKING:
    from bot.conversation.records import Proposal
    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent, IncomingMessage, Version


def set_mode(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
) -> Recorded:
    """Pause the drawing, so that people talk for free, or end the pause."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    mode = "talking" if what.action is Action.PAUSE else "drawing"
    update_conversation(sql, conversation, mode=mode)
    return insert_control(sql, now, id_, incoming, conversation, what)


def record_proposal(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    proposal: Proposal,
) -> Recorded:
    """Show the wording that the talk comes to, before it is drawn."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    output = proposal.output
    values = {
        "text": proposal.text,
        "model": proposal.model,
        "size": output.size,
        "quality": output.quality,
        "n": output.n,
        "contributors": rows.dump(proposal.contributors),
    }
    go = Control(action=Action.GO)
    return insert_control(sql, now, id_, incoming, conversation, go, **values)


def record_comparison(  # noqa: PLR0913, PLR0917 - what a control is, and what it shows
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
    what: Control,
    picture: Version,
) -> Recorded:
    """Keep a picture made of others, on a card of its own."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    values = {"picture": rows.dump_optional(picture)}
    recorded = insert_control(sql, now, id_, incoming, conversation, what, **values)
    add_files(sql, id_, conversation, [picture.blob])
    return recorded


def record_export(
    sql: sa.Connection,
    now: float,
    id_: str,
    incoming: IncomingMessage | ActionEvent,
    conversation: str,
) -> Recorded:
    """Keep that an export was asked for, so that it is handed out once, also after a crash."""
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, incoming)) is not None:
        return before
    what = Control(action=Action.EXPORT)
    return insert_control(sql, now, id_, incoming, conversation, what, notified=False)


def list_talk(sql: sa.Connection, conversation: str) -> list[Turn]:
    """List what was said since the drawing was paused."""
    since = (
        sa.select(sa.func.max(turns.c.seq))
        .where(turns.c.conversation == conversation, turns.c.action == Action.PAUSE.value)
        .scalar_subquery()
    )
    found = sql.execute(
        TURN.where(
            turns.c.conversation == conversation,
            turns.c.seq > sa.func.coalesce(since, 0),
            turns.c.action == Action.TALK.value,
        ).order_by(turns.c.seq)
    )
    return [rows.turn(row) for row in found]


def merge_prompts(
    sql: sa.Connection, now: float, event: ActionEvent, conversation: str
) -> Recorded:
    """Put the prompts that wait into one edit, the first of them. Raise NothingToMerge.

    Those behind that edit another version stay as they are.
    """
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, event)) is not None:
        return before
    alike = find_turns(sql, select_mergeable(list_waiting(sql, conversation)))
    if len(alike) < 2:
        raise NothingToMerge
    first, *others = alike
    insert_handled(sql, now, event, conversation, first.id)
    said = [
        point for turn in alike for point in turn.team.points or ((turn.person, turn.request.text),)
    ]
    files = tuple(file for turn in alike for file in turn.request.attachments if not file.left)
    revision = raise_revision(sql, conversation)
    written = {
        "text": discussion.join_points(said),
        "attachments": rows.dump_attachments(files),
        "contributors": rows.dump(list(discussion.list_people(said))),
        "points": rows.dump([[person.id, person.name, text] for person, text in said]),
        "revision": revision,
    }
    sql.execute(sa.update(turns).where(turns.c.id == first.id).values(written))
    add_files(sql, first.id, conversation, [file.blob for file in files])
    into = Failure(
        kind=Kind.BAD_REQUEST,
        code="merged",
        billed=False,
        retry=False,
        detail={"into": first.person.name},
    )
    ended = {
        "state": State.CANCELLED.value,
        "failure": rows.dump_optional(into),
        "finished": now,
        "notified": False,
        "revision": revision,
    }
    merged = [turn.id for turn in others]
    sql.execute(sa.update(turns).where(turns.c.id.in_(merged)).values(ended))
    touch_lane(sql, conversation, revision)
    shown = find_turns(sql, [turn.id for turn in alike])
    also = tuple(shown[1:])
    return Recorded(conversation=conversation, turn=shown[0], is_new=True, also_changed=also)


def fork_prompts(
    sql: sa.Connection,
    now: float,
    id_: str,
    event: ActionEvent,
    conversation: str,
    most: int | None = None,
) -> Recorded:
    """Give each prompt that waits a lane of its own, so that they are drawn side by side.

    All edit the head as it stands now. `most`: of the first so many, as the button said. Raise NothingToMerge.
    """
    locks.conversation(sql, conversation)
    if (before := find_recorded(sql, event)) is not None:
        return before
    queue = find_turns(sql, select_forkable(list_waiting(sql, conversation))[:most])
    if len(queue) < 2:
        raise NothingToMerge
    known = find_conversation(sql, conversation)
    head = known.head if known else None
    insert_control(sql, now, id_, event, conversation, Control(action=Action.FORK))
    revision = raise_revision(sql, conversation)
    for turn in queue:
        source = turn.request.source if turn.request.source_is_final else head
        values = {"lane": turn.id, "parent": id_, "source": source, "source_is_final": True}
        sql.execute(
            sa.update(turns).where(turns.c.id == turn.id).values(**values, revision=revision)
        )
    touch_lane(sql, conversation, revision)
    [gallery, *forked] = find_turns(sql, [id_, *(turn.id for turn in queue)])
    also = tuple(forked)
    return Recorded(conversation=conversation, turn=gallery, is_new=True, also_changed=also)
