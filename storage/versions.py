"""Which images does a conversation have, and how do they hang together?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports import limits
from storage import rows
from storage.tables import conversations, turns, versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports.messages import Version
    from bot.ports.queries import VersionsQuery

#: The order in which a conversation's images were numbered, whatever the clock said: v2, v10, v10a.
NUMBERED = (
    sa.func.length(sa.func.rtrim(versions.c.number, "abcdefghijklmnopqrstuvwxyz")),
    versions.c.number,
)

_ONE = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number == sa.bindparam("number"),
)
_SEVERAL = sa.select(versions).where(
    versions.c.conversation == sa.bindparam("conversation"),
    versions.c.number.in_(sa.bindparam("numbers", expanding=True)),
)
_SIZE = (
    sa.select(turns.c.size)
    .join(versions, versions.c.turn == turns.c.id)
    .where(
        versions.c.conversation == sa.bindparam("of"), versions.c.number == sa.bindparam("number")
    )
)
_BACK = _ONE.with_only_columns(versions.c.parent, sa.literal(1).label("steps")).cte(
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


def find_versions(sql: sa.Connection, conversation: str, numbers: Sequence[str]) -> list[Version]:
    """Read the versions of these numbers, as far as there are any."""
    if not numbers:
        return []
    if len(numbers) == 1:
        found = sql.execute(_ONE, {"conversation": conversation, "number": numbers[0]})
    else:
        found = sql.execute(_SEVERAL, {"conversation": conversation, "numbers": list(numbers)})
    return [rows.version(row) for row in found]


def find_size(sql: sa.Connection, conversation: str, number: str) -> str | None:
    """Find in which size a version was drawn, "1536x1024"; None: there is no such version."""
    found: str | None = sql.execute(_SIZE, {"of": conversation, "number": number}).scalar()
    return found or None


def find_drift(sql: sa.Connection, version: Any) -> str | None:  # noqa: ANN401 - a row's columns are known at run time only
    """Find the version that a row of edits began at, where `version` is the last of them."""
    if version.depth <= limits.DRIFTING_EDITS or (version.depth - 1) % limits.DRIFTING_EDITS:
        return None
    key = {"conversation": version.conversation, "number": version.number}
    found: str | None = sql.execute(_DRIFTED_FROM, key).scalar()
    return found


def list_made(sql: sa.Connection, turn: str) -> list[str]:
    """List the numbers of a turn's images."""
    made = sa.select(versions.c.number).where(versions.c.turn == turn)
    return list(sql.execute(made.order_by(versions.c.number)).scalars())


def list_versions(sql: sa.Connection, query: VersionsQuery) -> tuple[tuple[str, str], ...]:
    """List the numbers of a conversation's images with what was asked for each, the newest first."""
    found = sql.execute(
        sa.select(versions.c.number, turns.c.text)
        .join(turns, turns.c.id == versions.c.turn)
        .join(conversations, conversations.c.id == versions.c.conversation)
        .where(
            versions.c.conversation == query.conversation,
            versions.c.created <= query.until,
            conversations.c.platform == query.platform,
            conversations.c.workspace == query.workspace,
        )
        .order_by(*(one.desc() for one in NUMBERED))
        .limit(query.limit)
    )
    return tuple((row.number, row.text) for row in found)
