"""Whose turn is it to be drawn? Workspaces take turns, then the threads of each, then who asked first.

What waits and what is being drawn stands in the table of turns, whichever process draws; so all of them share
one order, and there are never more drawings at once than allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.messages import State
from storage.statement import Statement
from storage.tables import conversations, preferences, turns
from storage.turn_loader import OPEN

if TYPE_CHECKING:
    from bot.ports.messages import Place

#: seconds after which what began to be drawn is not counted: its platform is served by nobody any more
_LONGEST = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many drawings there may be at once: in all, and for each workspace."""

    drawings: int
    workspace: int
    #: what this process can show, so that nobody waits for those it cannot: platforms, and platform/workspace;
    #: none named: everything
    platforms: tuple[str, ...] = ()


#: more than there ever are
_ANY = sa.literal_column("1000000", sa.Integer)
UNLIMITED = Capacity(drawings=1_000_000, workspace=1_000_000)

_other = conversations.alias("other")
#: how many are being drawn for each workspace
_drawing = (
    sa.select(
        conversations.c.platform, conversations.c.workspace, sa.func.count().label("drawings")
    )
    .join(turns, turns.c.conversation == conversations.c.id)
    .where(
        turns.c.state == State.DRAWING.value,
        OPEN,
        turns.c.claimed > sa.bindparam("now", type_=sa.Float) - _LONGEST,
    )
    .group_by(conversations.c.platform, conversations.c.workspace)
    .cte("drawing")
)
_all_drawings = sa.select(sa.func.coalesce(sa.func.sum(_drawing.c.drawings), 0)).scalar_subquery()
#: between bars, each with a workspace where only that one is served
_platforms = sa.bindparam("platforms", type_=sa.Text)
#: the lanes whose next turn waits for its drawing
_waiting = (
    sa.select(
        turns.c.lane,
        sa.func.min(turns.c.seq).label("seq"),
        conversations.c.platform,
        conversations.c.workspace,
        conversations.c.claimed,
    )
    .join(conversations, conversations.c.id == turns.c.conversation)
    .where(
        OPEN,
        turns.c.state != State.HELD.value,
        sa.or_(
            _platforms == "",
            _platforms.contains("|" + conversations.c.platform + "|"),
            _platforms.contains(
                "|" + conversations.c.platform + "/" + conversations.c.workspace + "|"
            ),
        ),
    )
    .group_by(turns.c.lane, conversations.c.seq)
    .having(sa.func.max(sa.case((turns.c.state == State.QUEUED.value, 0), else_=1)) == 0)
    .cte("waiting")
)
_of_workspace = sa.and_(
    _drawing.c.platform == _waiting.c.platform, _drawing.c.workspace == _waiting.c.workspace
)
#: each with its place among those of its workspace, and when its workspace was last drawn for
_placed = (
    sa.select(
        _waiting.c.lane,
        _waiting.c.seq,
        sa.func.row_number()
        .over(
            partition_by=(_waiting.c.platform, _waiting.c.workspace),
            order_by=(sa.func.coalesce(_waiting.c.claimed, 0), _waiting.c.seq),
        )
        .label("place"),
        sa.func.coalesce(_drawing.c.drawings, 0).label("drawings"),
        sa.select(sa.func.coalesce(sa.func.max(_other.c.claimed), 0))
        .where(_other.c.platform == _waiting.c.platform, _other.c.workspace == _waiting.c.workspace)
        .scalar_subquery()
        .label("served"),
        sa.select(preferences.c.drawings)
        .where(
            preferences.c.scope == "workspace",
            preferences.c.scope_id == _waiting.c.platform + "/" + _waiting.c.workspace,
        )
        .scalar_subquery()
        .label("set_there"),
    )
    .join_from(_waiting, _drawing, _of_workspace, isouter=True)
    .cte("placed")
)
_ordered = (
    sa.select(
        _placed.c.lane,
        sa.func.row_number()
        .over(order_by=(_placed.c.place, _placed.c.served, _placed.c.seq))
        .label("number"),
    )
    .where(
        _placed.c.place + _placed.c.drawings <= sa.bindparam("most_of_workspace", type_=sa.Integer),
        _placed.c.place + _placed.c.drawings <= sa.func.coalesce(_placed.c.set_there, _ANY),
    )
    .cte("ordered")
)
_next = (
    sa.select(_ordered.c.lane)
    .where(_ordered.c.number <= sa.bindparam("most", type_=sa.Integer) - _all_drawings)
    .order_by(_ordered.c.number)
)
_NEXT = Statement(_next)
#: may the lane `lane` be drawn now? A column for a query
IS_NEXT = _next.where(_ordered.c.lane == sa.bindparam("lane")).exists().label("is_next")

_begun = turns.alias("begun")
_queued = turns.alias("queued")
_ahead = turns.alias("ahead")
_place = conversations.alias("drawn_for")


def _is_open(alias: sa.FromClause) -> sa.TextClause:
    return sa.text(f"{alias.description}.{OPEN}")


#: how many drawings at once a workspace sets for itself
_set_here = (
    sa.select(preferences.c.drawings)
    .where(
        preferences.c.scope == "workspace",
        preferences.c.scope_id == sa.bindparam("of_workspace", type_=sa.Text),
    )
    .scalar_subquery()
)
_being_drawn = (
    sa.select(sa.func.count())
    .select_from(_begun)
    .where(
        _begun.c.state == State.DRAWING.value,
        _is_open(_begun),
        _begun.c.claimed > sa.bindparam("drawn_since"),
    )
)
# no join: SQLite would begin it at the workspace, and read all turns that there ever were
_drawn_here = _being_drawn.where(
    sa.exists().where(
        _place.c.id == _begun.c.conversation,
        _place.c.platform == sa.bindparam("in_platform"),
        _place.c.workspace == sa.bindparam("in_workspace"),
    )
).scalar_subquery()
#: may a new prompt be drawn at once: is there room, and does no lane wait for it?
HAS_ROOM = sa.and_(
    ~sa.exists().where(
        _queued.c.state == State.QUEUED.value,
        _is_open(_queued),
        ~sa.exists().where(
            _ahead.c.lane == _queued.c.lane,
            _is_open(_ahead),
            _ahead.c.state.not_in([sa.literal_column("'queued'"), sa.literal_column("'held'")]),
        ),
    ),
    _being_drawn.scalar_subquery() < sa.bindparam("most", type_=sa.Integer),
    _drawn_here < sa.bindparam("most_of_workspace", type_=sa.Integer),
    _drawn_here < sa.func.coalesce(_set_here, _ANY),
)


def room_terms(now: float, capacity: Capacity, place: Place) -> dict[str, object]:
    """Return what `HAS_ROOM` is asked with."""
    return {
        "drawn_since": now - _LONGEST,
        "most": capacity.drawings,
        "most_of_workspace": capacity.workspace,
        "in_platform": place.platform,
        "in_workspace": place.workspace,
        "of_workspace": f"{place.platform}/{place.workspace}",
    }


def list_next(sql: sa.Connection, now: float, capacity: Capacity) -> list[str]:
    """List the lanes that may be drawn now, whose turn it is first."""
    return [row.lane for row in _NEXT.all(sql, **terms(now, capacity))]


def terms(now: float, capacity: Capacity) -> dict[str, Any]:
    """Return the parameters of a query that says what is next."""
    return {
        "now": now,
        "platforms": "".join(f"|{one}|" for one in capacity.platforms),
        "most": capacity.drawings,
        "most_of_workspace": capacity.workspace,
    }
