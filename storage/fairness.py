"""Whose turn is it to be drawn? Workspaces take turns, then the threads of each, then who asked first.

What waits and what is being drawn stands in the table of turns, whichever process draws; so all of them share
one order, and there are never more drawings at once than allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.ports.messages import State
from storage.tables import conversations, turns
from storage.turn_loader import OPEN

#: seconds after which what began to be drawn is not counted: its platform is served by nobody any more
_LONGEST = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many drawings there may be at once: in all, and for each workspace."""

    drawings: int
    workspace: int
    #: what this process can show, so that nobody waits for those it cannot
    platforms: tuple[str, ...]


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
        turns.c.claimed > sa.bindparam("now") - _LONGEST,
    )
    .group_by(conversations.c.platform, conversations.c.workspace)
    .cte("drawing")
)
_all_drawings = sa.select(sa.func.coalesce(sa.func.sum(_drawing.c.drawings), 0)).scalar_subquery()
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
        conversations.c.platform.in_(sa.bindparam("platforms", expanding=True)),
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
    .where(_placed.c.place + _placed.c.drawings <= sa.bindparam("most_of_workspace"))
    .cte("ordered")
)
_NEXT = (
    sa.select(_ordered.c.lane)
    .where(_ordered.c.number <= sa.bindparam("most") - _all_drawings)
    .order_by(_ordered.c.number)
)
_IS_NEXT = _NEXT.where(_ordered.c.lane == sa.bindparam("lane"))


def list_next(sql: sa.Connection, now: float, capacity: Capacity) -> list[str]:
    """List the lanes that may be drawn now, whose turn it is first."""
    return list(sql.execute(_NEXT, _terms(now, capacity)).scalars())


def is_next(sql: sa.Connection, now: float, capacity: Capacity, lane: str) -> bool:
    """Return whether a lane may be drawn now."""
    return sql.execute(_IS_NEXT, {**_terms(now, capacity), "lane": lane}).first() is not None


def _terms(now: float, capacity: Capacity) -> dict[str, Any]:
    return {
        "now": now,
        "platforms": capacity.platforms,
        "most": capacity.drawings,
        "most_of_workspace": capacity.workspace,
    }
