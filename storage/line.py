"""Which prompts wait in a lane, and which of them could be drawn side by side, or as one edit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports import limits
from bot.ports.messages import State
from storage import rows, tables
from storage.tables import turns

if TYPE_CHECKING:
    from collections.abc import Sequence

#: prompts that are looked at
_MOST = 40

_QUEUED = (
    sa.select(
        turns.c.id,
        turns.c.control,
        turns.c.text,
        turns.c.person_name,
        turns.c.source,
        turns.c.sourced,
        turns.c.take,
        turns.c.n,
        turns.c.answers,
        turns.c.attempt,
        turns.c.gathering,
        turns.c.attachments,
        turns.c.brainstorms,
    )
    .where(
        turns.c.lane == sa.bindparam("lane"),
        turns.c.state == State.QUEUED.value,
        sa.text(tables.OPEN),
    )
    .order_by(turns.c.seq)
    .limit(_MOST)
)


def side_by_side(waiting: Sequence[Any]) -> list[str]:
    """Give those of `prompts` that could be drawn side by side."""
    found = []
    pictures = 0
    for row in waiting:
        pictures += row.n
        if pictures > limits.MAX_SIDE_BY_SIDE:
            break
        found.append(row.id)
    return found


def as_one(waiting: Sequence[Any]) -> list[str]:
    """Give those of `prompts` that could be one edit: the first ones, as far as they edit the same picture.

    A question's answer, another variation and what was tried before stand for themselves. What would
    not fit into one edit stays in line.
    """
    found: list[str] = []
    first: Any = None
    length = files = 0
    for row in waiting:
        alone = row.take > 1 or row.answers is not None or row.attempt > 0
        first = first or row
        length += len(row.text) + len(row.person_name) + 3
        files += sum(not one["left"] for one in rows.load(row.attachments))
        if (
            alone
            or (row.source, row.sourced) != (first.source, first.sourced)
            or length > limits.MAX_PROMPT
            or files > limits.MAX_ATTACHMENTS
        ):
            break
        found.append(row.id)
    return found


def prompts(sql: sa.Connection, lane: str) -> Sequence[Any]:
    """Give the prompts that wait in a lane before the first control."""
    found = []
    for row in sql.execute(_QUEUED, {"lane": lane}):
        if row.control is not None or row.brainstorms or row.gathering is not None:
            break
        found.append(row)
    return found


def first(sql: sa.Connection, lane: str) -> str | None:
    """Give the prompt that waits longest in a lane; None: none does."""
    return next((row.id for row in prompts(sql, lane)), None)
