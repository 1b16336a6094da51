"""What was spent in a month, by whom, where and with which model?

One reading transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.queries import Spent, Usage
from storage import rows
from storage.spending import PERHAPS, SETTLED
from storage.tables import ledger

if TYPE_CHECKING:
    from bot.queries import UsageQuery


#: lines of one sort that are given, at most
_MOST = 200
#: an image came, and nobody knows what it cost
_UNPRICED = sa.and_(ledger.c.images > 0, ledger.c.cost.is_(None))


def usage(sql: sa.Connection, query: UsageQuery, since: float, until: float) -> Usage:
    """Add up what was spent, all in all and by workspace, person, channel and model."""
    where = [ledger.c.created >= since, ledger.c.created < until]
    if query.platform:
        where.append(ledger.c.platform == query.platform)
        where.append(ledger.c.workspace == query.workspace)
    in_ = [ledger.c.platform, ledger.c.workspace]
    total = _grouped(sql, where, [])
    return Usage(
        total=total[0] if total else Spent(),
        workspaces=_grouped(sql, where, in_),
        people=_grouped(sql, where, [*in_, ledger.c.person], sa.func.max(ledger.c.person_name)),
        channels=_grouped(sql, where, [*in_, ledger.c.channel]),
        models=_grouped(sql, where, [ledger.c.model]),
    )


def _grouped(
    sql: sa.Connection,
    where: list[sa.ColumnElement[bool]],
    by: list[sa.Column[Any]],
    name: sa.ColumnElement[str] | None = None,
) -> tuple[Spent, ...]:
    """Add up by these columns, the dearest first; the last of them is the id."""
    settled, perhaps = sa.func.sum(SETTLED), sa.func.sum(PERHAPS)
    id_ = by[-1] if by else sa.literal("")
    platform, workspace = (sa.literal(""), sa.literal("")) if len(by) < 2 else by[:2]
    roughly = sa.and_(ledger.c.about, ledger.c.cost > 0)
    found = sql.execute(
        sa.select(
            platform.label("platform"),
            workspace.label("workspace"),
            id_.label("id"),
            (id_ if name is None else name).label("name"),
            sa.func.sum(ledger.c.images).label("images"),
            settled.label("settled"),
            perhaps.label("perhaps"),
            sa.func.sum(sa.case((roughly, 1), else_=0)).label("about"),
            sa.func.sum(sa.case((_UNPRICED, 1), else_=0)).label("unpriced"),
        )
        .where(*where)
        .group_by(*by)
        .order_by((settled + perhaps).desc(), id_)
        .limit(_MOST)
    )
    return tuple(_spent(row) for row in found if row.images is not None)


def _spent(row: Any) -> Spent:  # noqa: ANN401 - a row's columns are known at run time only
    return Spent(
        platform=row.platform,
        workspace=row.workspace,
        id=row.id,
        name=row.name,
        images=int(row.images),
        settled=rows.dollars(int(row.settled)) or 0.0,
        perhaps=rows.dollars(int(row.perhaps)) or 0.0,
        about=bool(row.about),
        unpriced=int(row.unpriced),
    )
