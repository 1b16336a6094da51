"""What was spent in a month, by whom, where and with which model?

One reading transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.ports.queries import Usage, UsageRow
from storage import rows
from storage.sums import ADDED
from storage.tables import sums

if TYPE_CHECKING:
    from bot.ports.queries import UsageQuery


#: lines of one sort that are given, at most
_MOST = 200


def usage(sql: sa.Connection, query: UsageQuery, since: float, until: float) -> Usage:
    """Add up what was spent in the months that begin in a time, in all and by each."""
    where = [sums.c.month >= since, sums.c.month < until]
    if query.platform:
        where.append(sums.c.platform == query.platform)
        where.append(sums.c.workspace == query.workspace)
    in_ = [sums.c.platform, sums.c.workspace]
    total = _grouped(sql, "workspace", where, [])
    return Usage(
        total=total[0] if total else UsageRow(),
        workspaces=_grouped(sql, "workspace", where, in_),
        people=_grouped(sql, "person", where, [*in_, sums.c.id]),
        channels=_grouped(sql, "channel", where, [*in_, sums.c.id]),
        models=_grouped(sql, "model", where, [sums.c.id]),
        days=tuple(
            sorted(_grouped(sql, "day", where, [sums.c.id]), key=lambda day: day.id),
        ),
    )


def _grouped(
    sql: sa.Connection,
    kind: str,
    where: list[sa.ColumnElement[bool]],
    by: list[sa.Column[Any]],
) -> tuple[UsageRow, ...]:
    """Add up by these columns, the dearest first; the last of them is the id."""
    id_ = by[-1] if by else sa.literal("")
    platform, workspace = (sa.literal(""), sa.literal("")) if len(by) < 2 else by[:2]
    added = {name: sa.func.sum(sums.c[name]).label(name) for name in ADDED}
    found = sql.execute(
        sa.select(
            platform.label("platform"),
            workspace.label("workspace"),
            id_.label("id"),
            (sa.func.max(sums.c.name) if by else id_).label("name"),
            *added.values(),
        )
        .where(sums.c.kind == kind, *where)
        .group_by(*by)
        .order_by((added["settled"] + added["perhaps"]).desc(), id_)
        .limit(_MOST)
    )
    return tuple(_spent(row) for row in found if row.images is not None)


def _spent(row: Any) -> UsageRow:  # noqa: ANN401 - a row's columns are known at run time only
    return UsageRow(
        platform=row.platform,
        workspace=row.workspace,
        id=row.id,
        name=row.name,
        images=int(row.images),
        settled=rows.dollars(int(row.settled)) or 0.0,
        unsettled=rows.dollars(int(row.perhaps)) or 0.0,
        estimated=bool(row.about),
        unpriced=int(row.unpriced),
    )
