"""How is a turn, or a conversation, read with all that belongs to it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.messages import State
from storage import line, rows, tables
from storage.tables import conversations, holds, turns, versions, votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.conversation import Conversation, Turn
    from bot.ports.messages import Version

#: the states that wait in a lane
WAITING = (State.QUEUED.value, State.HELD.value)
#: a term that lets a query use the small index of open turns
OPEN = sa.text(tables.OPEN)


def in_state(states: Sequence[str] = WAITING, of: str = turns.name) -> sa.ColumnElement[bool]:
    """Match turns in one of these states, written out: nothing is bound or expanded at an execution."""
    written = ", ".join(f"'{state}'" for state in states)
    return sa.literal_column(f"{of}.state IN ({written})", sa.Boolean)


def _waiting(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[int | None]:
    """Count those who wait in a turn's lane; NULL: it does not wait itself."""
    of_lane = (_other.c.lane == turns.c.lane, in_state(of=_other.name), OPEN)
    count = sa.select(sa.func.count()).select_from(_other).where(*of_lane, *where)
    return sa.case((in_state(), count.scalar_subquery()))


_other = turns.alias("other")
_OF_TURN = conversations.c.id == turns.c.conversation
TURN = sa.select(
    turns,
    sa.select(conversations.c.head).where(_OF_TURN).scalar_subquery().label("head"),
    sa.select(conversations.c.mode).where(_OF_TURN).scalar_subquery().label("mode"),
    _waiting(_other.c.seq <= turns.c.seq).label("queue"),
    _waiting().label("in_line"),
)
_TURN_BY_ID = TURN.where(turns.c.id == sa.bindparam("id"), turns.c.deleted.is_(None))
_sibling = versions.alias("sibling")
#: a turn's images, and how many were made of the same picture
_MADE = (
    sa.select(
        versions,
        sa.select(sa.func.count())
        .where(
            _sibling.c.conversation == versions.c.conversation,
            _sibling.c.parent == sa.bindparam("from_"),
        )
        .scalar_subquery()
        .label("branches"),
    )
    .where(versions.c.turn == sa.bindparam("turn"))
    .order_by(versions.c.number)
)
_HELD = sa.select(holds.c.since)
_FORKS, _POLLS = '{"action":"fork"', '{"action":"vote"'
_GATHERED = TURN.where(turns.c.gathering == sa.bindparam("of")).order_by(turns.c.seq)
_VOTES = (
    sa.select(votes.c.version, sa.func.count().label("count"))
    .where(votes.c.poll == sa.bindparam("of"))
    .group_by(votes.c.version)
)
_ANSWERED = sa.select(turns.c.id).where(turns.c.answers == sa.bindparam("of")).limit(1)
_CONVERSATION = sa.select(conversations).where(
    conversations.c.id == sa.bindparam("id"), conversations.c.deleted.is_(None)
)
_VERSION = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number == sa.bindparam("number"),
)
_BACK = _VERSION.with_only_columns(versions.c.parent, sa.literal(1).label("steps")).cte(
    "back", recursive=True
)
_FURTHER = sa.select(versions.c.parent, _BACK.c.steps + 1).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number == _BACK.c.parent,
    _BACK.c.steps < limits.DRIFTING_EDITS,
)
_ALL_BACK = _BACK.union_all(_FURTHER)
#: the version that so many edits in a row began at
_DRIFTED_FROM = sa.select(_ALL_BACK.c.parent).where(_ALL_BACK.c.steps == limits.DRIFTING_EDITS)
_VERSIONS = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number.in_(sa.bindparam("numbers", expanding=True)),
)


def full_turn(sql: sa.Connection, row: Any) -> Turn:  # noqa: ANN401 - a row's columns are known at run time only
    """Read a row of `turns` and what belongs to it from other tables."""
    result: dict[str, Any] = {}
    team: dict[str, Any] = {}
    made = []
    if row.images:
        found = sql.execute(_MADE, {"turn": row.id, "from_": row.source}).all()
        made = [rows.version(one) for one in found]
        if len(found) == 1:
            result["drift_from"] = _drifted(sql, found[0])
        if row.source and found:
            result["branches"] = found[0].branches
    if row.queue == 1 and row.in_line > 1:
        first = line.prompts(sql, row.lane)
        if first and first[0].id == row.id:
            beside, alike = line.side_by_side(first), line.as_one(first)
            team |= {"forkable": len(beside), "mergeable": len(alike)}
    if row.question:
        result["is_answered"] = sql.execute(_ANSWERED, {"of": row.id}).first() is not None
    if gathers(row):
        team["children"] = _parts(sql, row)
    if gathers(row) or row.images > 1:
        counted = sql.execute(_VOTES, {"of": row.id})
        team["votes"] = {one.version: one.count for one in counted}
    turn = rows.turn(row, made, result=result, team=team)
    newest = max((part.revision for part in turn.team.children), default=0)
    return replace(turn, revision=newest) if newest > turn.revision else turn


def gathers(row: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether a turn's card shows what others make: a brainstorm, or prompts side by side."""
    return row.brainstorms or (row.control or "").startswith((_FORKS, _POLLS))


def _parts(sql: sa.Connection, row: Any) -> tuple[Turn, ...]:  # noqa: ANN401 - as above
    """Read what a card shows together: what is drawn for it, or pictures put to the vote."""
    if not (row.control or "").startswith(_POLLS):
        return tuple(full_turn(sql, one) for one in sql.execute(_GATHERED, {"of": row.id}))
    found = []
    numbers = rows.load(row.more).get("choices", ())
    known = {one.number: one for one in named_versions(sql, row.conversation, numbers)}
    for number in numbers:
        turn = turn_by_id(sql, known[number].turn) if number in known else None
        if turn is not None:
            request = replace(turn.request, output=replace(turn.request.output, n=1))
            result = replace(turn.result, versions=(known[number],))
            found.append(replace(turn, request=request, result=result))
    return tuple(found)


def _drifted(sql: sa.Connection, version: Any) -> str | None:  # noqa: ANN401 - as above
    """Name the version that a row of edits began at, where `version` is the last of them."""
    if version.depth <= limits.DRIFTING_EDITS or (version.depth - 1) % limits.DRIFTING_EDITS:
        return None
    key = {"conversation": version.conversation, "number": version.number}
    found: str | None = sql.execute(_DRIFTED_FROM, key).scalar()
    return found


def turn_by_id(sql: sa.Connection, id_: str) -> Turn | None:
    """Read one turn; None: there is none."""
    row = sql.execute(_TURN_BY_ID, {"id": id_}).one_or_none()
    return None if row is None else full_turn(sql, row)


def on_hold(sql: sa.Connection) -> bool:
    """Tell whether the model's account is on hold."""
    return sql.execute(_HELD).first() is not None


def newest_poll(sql: sa.Connection, conversation: str) -> Turn | None:
    """Find the newest card that can be voted on: two images, or a gallery."""
    can = sa.or_(
        turns.c.images > 1,
        turns.c.brainstorms,
        rows.control_is(turns.c.control, Action.FORK),
        rows.control_is(turns.c.control, Action.VOTE),
    )
    found = sql.execute(
        TURN.where(turns.c.conversation == conversation, turns.c.deleted.is_(None), can)
        .order_by(turns.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else full_turn(sql, found)


def conversation_by_id(
    sql: sa.Connection, id_: str, names: Sequence[str] = ()
) -> Conversation | None:
    """Read a conversation, with its head, what redo leads to, and the versions in `names`."""
    row = sql.execute(_CONVERSATION, {"id": id_}).one_or_none()
    if row is None:
        return None
    wanted = {*names, *([row.head] if row.head else [])}
    known = named_versions(sql, id_, sorted(wanted)) if wanted else []
    return rows.conversation(row, known)


def named_versions(sql: sa.Connection, id_: str, numbers: Sequence[str]) -> list[Version]:
    """Read the versions of these numbers, as far as there are any."""
    if len(numbers) == 1:
        found = sql.execute(_VERSION, {"conversation": id_, "number": numbers[0]})
    else:
        found = sql.execute(_VERSIONS, {"conversation": id_, "numbers": list(numbers)})
    return [rows.version(row) for row in found]
