"""How is a turn read, with all that belongs to it?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.actions import Action
from bot.ports.errors import Superseded
from bot.ports.messages import Person, State
from storage import rows, tables
from storage.statement import Statement
from storage.tables import batches, conversations, polls, stars, turns, versions, votes
from storage.versions import find_drift, find_versions
from storage.waiting import list_waiting, select_forkable, select_mergeable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.conversation.turn import Turn

#: the states that wait in a lane
WAITING = (State.QUEUED.value, State.HELD.value)
#: a term that lets a query use the small index of open turns
OPEN = sa.text(tables.OPEN)


def in_state(states: Sequence[str] = WAITING, of: str = turns.name) -> sa.ColumnElement[bool]:
    """Match turns in one of these states, written out: nothing is bound or expanded at an execution."""
    written = ", ".join(f"'{state}'" for state in states)
    return sa.literal_column(f"{of}.state IN ({written})", sa.Boolean)


def _count_waiting(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[int | None]:
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
    _count_waiting(_other.c.seq <= turns.c.seq).label("queue_position"),
    _count_waiting().label("in_line"),
)
_REVISION = Statement(
    sa.select(sa.func.max(turns.c.revision).label("newest")).where(
        sa.or_(turns.c.id == sa.bindparam("id"), turns.c.parent == sa.bindparam("id"))
    )
)
_BY_ID = Statement(TURN.where(turns.c.id == sa.bindparam("id"), turns.c.deleted.is_(None)))
_sibling = versions.alias("sibling")
#: between a person's id and name, and between two people; in neither of them
_UNIT, _RECORD = "\x1f", "\x1e"
#: who gave stars, of a group of them
STARRED_BY = sa.func.aggregate_strings(
    stars.c.person + sa.literal_column(f"'{_UNIT}'") + stars.c.person_name,
    sa.literal_column(f"'{_RECORD}'"),  # type: ignore[arg-type] # text would be bound late, which `Statement` does not do
)
#: a turn's images, and how many were made of the same picture
_MADE = Statement(
    sa.select(
        versions,
        sa.select(sa.func.count())
        .where(
            _sibling.c.conversation == versions.c.conversation,
            _sibling.c.parent == sa.bindparam("from_"),
        )
        .scalar_subquery()
        .label("branches"),
        sa.select(STARRED_BY)
        .where(stars.c.conversation == versions.c.conversation, stars.c.number == versions.c.number)
        .scalar_subquery()
        .label("starred_by"),
    )
    .where(versions.c.turn == sa.bindparam("turn"))
    .order_by(versions.c.number)
)
_CHILDREN = TURN.where(turns.c.parent == sa.bindparam("of")).order_by(turns.c.seq)
_POLL = sa.select(polls).where(polls.c.turn == sa.bindparam("of"))
_BATCH = sa.select(batches).where(batches.c.turn == sa.bindparam("of"))
_GALLERIES = {Action.FORK.value, Action.VOTE.value, Action.BATCH.value}
_VOTES = (
    sa.select(votes.c.version, sa.func.count().label("count"))
    .where(votes.c.poll == sa.bindparam("of"))
    .group_by(votes.c.version)
)
_ANSWERED = sa.select(turns.c.id).where(turns.c.answers == sa.bindparam("of")).limit(1)


def is_on(platforms: Sequence[str]) -> sa.ColumnElement[bool]:
    """Match turns on these platforms; "slack/T1" is one workspace alone.

    (A join may begin at the platforms' conversations, and read all of their turns.)
    """
    whole = [one for one in platforms if "/" not in one]
    named = conversations.c.platform + "/" + conversations.c.workspace
    served = sa.or_(
        conversations.c.platform.in_(whole), named.in_(set(platforms).difference(whole))
    )
    return sa.exists().where(conversations.c.id == turns.c.conversation, served)


def load_turn(sql: sa.Connection, row: Any, found: Sequence[Any] = ()) -> Turn:  # noqa: ANN401 - a row's columns are known at run time only
    """Read a row of `TURN` and what belongs to it from other tables. `found`: its versions, where they are known."""
    result: dict[str, Any] = {}
    team: dict[str, Any] = {}
    made = []
    if row.images:
        found = found or _MADE.all(sql, turn=row.id, from_=row.source)
        made = [rows.version(one) for one in found]
        if len(found) == 1:
            result["drift_from"] = find_drift(sql, found[0])
        if row.source and found:
            result["branches"] = found[0].branches
        given = {one.number: getattr(one, "starred_by", None) for one in found}
        team["stars"] = {at: read_starred_by(by) for at, by in given.items() if by}
    if row.queue_position == 1 and row.in_line > 1:
        first = list_waiting(sql, row.lane)
        if first and first[0].id == row.id:
            team["forkable"] = len(select_forkable(first))
            team["mergeable"] = len(select_mergeable(first))
    if row.question:
        result["is_answered"] = sql.execute(_ANSWERED, {"of": row.id}).first() is not None
    if is_gallery(row) or row.images > 1:
        team |= _load_team(sql, row)
    turn = rows.turn(row, made, result=result, team=team)
    newest = max((part.revision for part in turn.team.children), default=0)
    return replace(turn, revision=newest) if newest > turn.revision else turn


def read_starred_by(text: str) -> tuple[Person, ...]:
    """Read who gave stars, by name."""
    given = (one.partition(_UNIT) for one in text.split(_RECORD))
    return tuple(sorted((Person(id=id_, name=name) for id_, _, name in given), key=_by_name))


def list_stars(sql: sa.Connection, conversation: str) -> dict[str, tuple[Person, ...]]:
    """List who gave stars to the versions of a conversation, by number."""
    given = sa.select(stars.c.number, STARRED_BY).where(stars.c.conversation == conversation)
    found = sql.execute(given.group_by(stars.c.number))
    return {number: read_starred_by(by) for number, by in found}


def _by_name(person: Person) -> tuple[str, str]:
    return person.name.casefold(), person.id


def load_written(
    sql: sa.Connection,
    row: Any,  # noqa: ANN401 - as above
    found: Sequence[Any] = (),
    **more: Any,  # noqa: ANN401 - as above
) -> Turn:
    """Read a turn whose row was just written, `more` are the columns of `TURN` that it lacks."""
    if row.state in WAITING and "queue_position" not in more:
        return get_turn(sql, row.id)
    here = {"queue_position": None, "in_line": 0, **more}
    return load_turn(sql, SimpleNamespace(**row._asdict(), **here), found)


def is_gallery(row: Any) -> bool:  # noqa: ANN401 - as above
    """Is it a card that shows what others make: a brainstorm, prompts side by side, a vote, a batch?"""
    return row.brainstorm or row.action in _GALLERIES


def _load_team(sql: sa.Connection, row: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Read what can be voted on, and what was; the list of a batch."""
    if row.action == Action.BATCH.value:
        found = sql.execute(_BATCH, {"of": row.id}).one_or_none()
        children = sql.execute(_CHILDREN, {"of": row.id}).all()
        parts = tuple(load_turn(sql, one) for one in children)
        return {"batch": rows.batch(found) if found else None, "children": parts}
    counted = sql.execute(_VOTES, {"of": row.id})
    team: dict[str, Any] = {"votes": {one.version: one.count for one in counted}}
    poll = sql.execute(_POLL, {"of": row.id}).one_or_none()
    choices: Sequence[str] = ()
    if poll is not None:
        choices = rows.load_list(poll.choices)
        team |= {"ticked": rows.load_list(poll.ticked), "tied": rows.load_list(poll.tied)}
        team["winner"] = poll.winner
    if row.action == Action.VOTE.value:
        team["children"] = tuple(_load_choices(sql, row.conversation, choices))
    elif is_gallery(row):
        gathered = sql.execute(_CHILDREN, {"of": row.id}).all()
        team["children"] = tuple(load_turn(sql, one) for one in gathered)
    return team


def _load_choices(sql: sa.Connection, conversation: str, numbers: Sequence[str]) -> Iterable[Turn]:
    """Read the turns that made these pictures, each as if it had made no other."""
    known = {one.number: one for one in find_versions(sql, conversation, numbers)}
    for number in numbers:
        turn = find_turn(sql, known[number].turn) if number in known else None
        if turn is not None:
            request = replace(turn.request, output=replace(turn.request.output, n=1))
            result = replace(turn.result, versions=(known[number],))
            yield replace(turn, request=request, result=result)


def find_turn(sql: sa.Connection, id_: str) -> Turn | None:
    """Read one turn; None: there is none."""
    row = _BY_ID.first(sql, id=id_)
    return None if row is None else load_turn(sql, row)


def get_revision(sql: sa.Connection, id_: str) -> int:
    """Read when a turn, or what it gathers, last changed; 0: there is no such turn."""
    found = _REVISION.first(sql, id=id_)
    return int(found.newest or 0)


def find_turns(sql: sa.Connection, ids: Iterable[str]) -> list[Turn]:
    """Read those of these turns that there are, in this order."""
    return [turn for id_ in ids if (turn := find_turn(sql, id_)) is not None]


def get_turn(sql: sa.Connection, id_: str) -> Turn:
    """Read a turn that must be there. Raise Superseded."""
    found = find_turn(sql, id_)
    if found is None:
        raise Superseded
    return found
