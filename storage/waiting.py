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
    sa.select(turns)
    .with_only_columns(
        *(
            turns.c[name]
            for name in ("id", "action", "text", "person_name", "source", "source_is_final")
        ),
        *(turns.c[name] for name in ("variation", "n", "answers", "attempt", "parent")),
        *(turns.c[name] for name in ("attachments", "brainstorm")),
    )
    .where(
        turns.c.lane == sa.bindparam("lane"),
        turns.c.state == State.QUEUED.value,
        sa.text(tables.OPEN),
    )
    .order_by(turns.c.seq)
    .limit(_MOST)
)


def list_waiting(sql: sa.Connection, lane: str) -> Sequence[Any]:
    """List the prompts that wait in a lane before the first control."""
    found = []
    for row in sql.execute(_QUEUED, {"lane": lane}):
        if row.action is not None or row.brainstorm or row.parent is not None:
            break
        found.append(row)
    return found


def find_first(sql: sa.Connection, lane: str) -> str | None:
    """Find the prompt that waits longest in a lane; None: none does."""
    return next((row.id for row in list_waiting(sql, lane)), None)


def select_forkable(waiting: Sequence[Any]) -> list[str]:
    """Select those that could be drawn side by side."""
    found = []
    pictures = 0
    for row in waiting:
        pictures += row.n
        if pictures > limits.MAX_SIDE_BY_SIDE:
            break
        found.append(row.id)
    return found


def select_mergeable(waiting: Sequence[Any]) -> list[str]:
    """Select those that could be one edit: the first ones, as far as they edit the same picture.

    A question's answer, another variation and what was tried before stand for themselves. What would
    not fit into one edit stays in line.
    """
    found: list[str] = []
    length = files = 0
    for row in waiting:
        alone = row.variation > 1 or row.answers is not None or row.attempt > 0
        first = waiting[0]
        length += len(row.text) + len(row.person_name) + 3
        files += sum(not one["left"] for one in rows.load(row.attachments))
        if (
            alone
            or (row.source, row.source_is_final) != (first.source, first.source_is_final)
            or length > limits.MAX_PROMPT
            or files > limits.MAX_ATTACHMENTS
        ):
            break
        found.append(row.id)
    return found
