"""What do several people do to a thread together: talk, merge, fork, vote, tick, set defaults?

Each function is one transaction (`storage.database`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot import talk as words
from bot.conversation import Control, Failure
from bot.errors import NoSuchTurn, NoSuchVersion, NothingToMerge
from bot.records import Begun
from bot.values import Action, Kind, State
from storage import reading, rows
from storage.answers import note
from storage.controls import first_time
from storage.tables import conversations, people, turns, votes
from storage.wishes import bump, control_values, inserted, seen_before, step_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation import Turn
    from bot.values import Ask, Defaults, Press


def _act(
    sql: sa.Connection, id_: str, said: Ask | Press, conversation: str, what: Control, now: float
) -> Begun:
    """Write a control that is done."""
    revision = bump(sql, conversation)
    return inserted(sql, control_values(said, id_, conversation, what, revision, now))


def set_mode(
    sql: sa.Connection, id_: str, said: Ask | Press, conversation: str, what: Control, now: float
) -> Begun:
    """Pause the drawing, so that people talk for free, or end the pause."""
    if (before := seen_before(sql, said)) is not None:
        return before
    mode = "talking" if what.action is Action.PAUSE else "drawing"
    sql.execute(
        sa.update(conversations).where(conversations.c.id == conversation).values(mode=mode)
    )
    return _act(sql, id_, said, conversation, what, now)


def propose(
    sql: sa.Connection, id_: str, said: Ask | Press, conversation: str, text: str, now: float
) -> Begun:
    """Show the wording that the talk comes to, before it is drawn."""
    if (before := seen_before(sql, said)) is not None:
        return before
    revision = bump(sql, conversation)
    what = Control(action=Action.GO)
    values = control_values(said, id_, conversation, what, revision, now)
    return inserted(sql, {**values, "text": text})


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
    said: Ask | Press,
    conversation: str,
    what: Control,
    wanted: Defaults,
    *,
    now: float,
) -> Begun:
    """Set what holds from now on, in the thread or for the person."""
    if (before := seen_before(sql, said)) is not None:
        return before
    if what.fields.get("whose") == "mine":
        place = said.place
        key = {"platform": place.platform, "workspace": place.workspace, "person": said.person.id}
        where = [people.c[name] == value for name, value in key.items()]
        known = sql.execute(sa.select(people.c.defaults).where(*where)).scalar()
        written = rows.dump_defaults(wanted.over(rows.defaults(known)))
        sql.execute(sa.delete(people).where(*where))
        sql.execute(sa.insert(people).values(**key, defaults=written))
    else:
        where = [conversations.c.id == conversation]
        known = sql.execute(sa.select(conversations.c.defaults).where(*where)).scalar()
        written = rows.dump_defaults(wanted.over(rows.defaults(known)))
        sql.execute(sa.update(conversations).where(*where).values(defaults=written))
    return _act(sql, id_, said, conversation, what, now)


def _waiting(sql: sa.Connection, lane: str) -> list[Turn]:
    found = sql.execute(
        reading.TURN.where(
            turns.c.lane == lane,
            turns.c.state == State.QUEUED.value,
            turns.c.control.is_(None),
            turns.c.attempt == 0,
            reading.OPEN,
        ).order_by(turns.c.seq)
    )
    return [turn for row in found if not (turn := rows.turn(row)).brainstorms]


def merge(sql: sa.Connection, press: Press, conversation: str, now: float) -> Sequence[Turn]:
    """Put the wishes that wait into one edit, the first of them; give all, the merged one first.

    Those that edit another version than the first stay as they are. Raises NothingToMerge.
    """
    if not first_time(sql, press, now):
        return []
    queue = _waiting(sql, conversation)
    same = [
        turn for turn in queue if (turn.source, turn.sourced) == (queue[0].source, queue[0].sourced)
    ]
    if len(same) < 2:
        raise NothingToMerge
    first, *others = same
    said = [(turn.person, turn.text) for turn in same]
    files = tuple(file for turn in same for file in turn.attachments)[:4]
    revision = bump(sql, conversation)
    sql.execute(
        sa.update(turns)
        .where(turns.c.id == first.id)
        .values(
            text=words.wording(said), attachments=rows.dump_attachments(files), revision=revision
        )
    )
    note(sql, first.id, people=list(words.people(said)))
    for turn in others:
        into = Failure(
            kind=Kind.BAD_REQUEST,
            code="merged",
            billed=False,
            retry=False,
            detail={"into": first.person.name},
        )
        sql.execute(
            sa.update(turns)
            .where(turns.c.id == turn.id)
            .values(
                state=State.CANCELLED.value,
                failure=rows.dump_failure(into),
                finished=now,
                revision=revision,
            )
        )
    step_up(sql, conversation, revision)
    return [one for turn in same if (one := reading.turn_by_id(sql, turn.id)) is not None]


def fork(
    sql: sa.Connection, id_: str, press: Press, conversation: str, now: float
) -> tuple[Begun, Sequence[Turn]]:
    """Give each wish that waits a lane of its own, so that they are drawn side by side.

    All edit the head as it stands now. Raises NothingToMerge.
    """
    if (before := seen_before(sql, press)) is not None:
        return before, []
    queue = _waiting(sql, conversation)
    if len(queue) < 2:
        raise NothingToMerge
    known = reading.conversation_by_id(sql, conversation)
    head = known.head if known else None
    begun = _act(sql, id_, press, conversation, Control(action=Action.FORK), now)
    revision = bump(sql, conversation)
    for turn in queue:
        sql.execute(
            sa.update(turns)
            .where(turns.c.id == turn.id)
            .values(
                lane=turn.id,
                gathering=id_,
                source=turn.source if turn.sourced else head,
                sourced=True,
                revision=revision,
            )
        )
    found = [one for turn in queue if (one := reading.turn_by_id(sql, turn.id)) is not None]
    gallery = reading.turn_by_id(sql, id_)
    return replace(begun, turn=gallery), found


def vote(sql: sa.Connection, press: Press, poll: str, version: str) -> Begun:
    """Vote for a version of a poll; the newest vote of a person counts. Raises NoSuchVersion."""
    turn = _poll(sql, poll)
    choices = {one.number for part in (turn, *turn.gathered) for one in part.versions}
    if version not in choices or turn.won is not None:
        raise NoSuchVersion(version=version)
    mine = (votes.c.poll == poll, votes.c.person == press.person.id)
    sql.execute(sa.delete(votes).where(*mine))
    sql.execute(sa.insert(votes).values(poll=poll, person=press.person.id, version=version))
    return _changed(sql, turn)


def close(sql: sa.Connection, poll: str, winner: str) -> Begun:
    """End a vote: the winner is the head, the rest is kept."""
    turn = _poll(sql, poll)
    note(sql, poll, won=winner)
    sql.execute(
        sa.update(conversations)
        .where(conversations.c.id == turn.conversation)
        .values(head=winner, redo="[]")
    )
    return _changed(sql, turn)


def tick(sql: sa.Connection, press: Press, poll: str, number: int, now: float) -> Begun:
    """Tick an idea, or take the tick away."""
    turn = _poll(sql, poll)
    if not first_time(sql, press, now):
        return Begun(conversation=turn.conversation, turn=turn, new=False)
    ticked = set(turn.ticked) ^ ({number} & set(range(1, len(turn.directions) + 1)))
    note(sql, poll, ticked=sorted(ticked))
    return _changed(sql, turn)


def _poll(sql: sa.Connection, id_: str) -> Turn:
    found = reading.turn_by_id(sql, id_)
    if found is None:
        raise NoSuchTurn(turn=id_)
    return found


def _changed(sql: sa.Connection, turn: Turn) -> Begun:
    revision = bump(sql, turn.conversation)
    sql.execute(sa.update(turns).where(turns.c.id == turn.id).values(revision=revision))
    return Begun(conversation=turn.conversation, turn=reading.turn_by_id(sql, turn.id), new=True)


def edits_back(sql: sa.Connection, conversation: str, version: str, most: int) -> list[Turn]:
    """Give the turns of the newest `most` edits that lead to a version, oldest first."""
    found: list[Turn] = []
    number: str | None = version
    while number is not None and len(found) < most:
        known = reading.named_versions(sql, conversation, [number])
        turn = reading.turn_by_id(sql, known[0].turn) if known else None
        if turn is None or turn.source is None:
            break
        found.insert(0, turn)
        number = known[0].parent
    return found


def asked_since(sql: sa.Connection, press: Ask | Press, since: float) -> int:
    """Count what a person asked for since a time."""
    count = sa.select(sa.func.count()).where(
        turns.c.person == press.person.id,
        turns.c.created >= since,
        turns.c.control.is_(None),
        turns.c.event.startswith(f"{press.place.platform}/{press.place.workspace}/"),
    )
    return int(sql.execute(count).scalar_one())


def newest_poll(sql: sa.Connection, conversation: str) -> Turn | None:
    """Find the newest card that can be voted on: two images, or a gallery."""
    can = sa.or_(
        turns.c.images > 1,
        turns.c.more.contains('"directions"'),
        rows.control_is(turns.c.control, Action.FORK),
    )
    found = sql.execute(
        reading.TURN.where(turns.c.conversation == conversation, can)
        .order_by(turns.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else reading.full_turn(sql, found)
