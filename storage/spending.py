"""What was spent this month, and is there room for more?

Settled is what was billed for certain; perhaps is what may have been; both count, so that a limit holds
whatever turns out. Each function is part of a transaction (`storage.database`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation import Failure
from bot.queries import Spent, Usage
from bot.values import Kind
from storage import rows
from storage.tables import ledger, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation import Turn
    from bot.queries import UsageQuery
    from bot.records import Limits

#: what a row of the ledger stands for, in nano-dollars, while nobody knows better
_AMOUNT = sa.case(
    (ledger.c.state == "settled", sa.func.coalesce(ledger.c.cost, 0)),
    (ledger.c.state == "free", 0),
    else_=sa.func.coalesce(ledger.c.reserved, 0),
)
#: a limit is told of when so much of it is used
_WARN = 0.8


def _scopes(turn: Turn, limits: Limits) -> Iterator[tuple[str, float, list[Any]]]:
    """Give each limit that holds for a turn: its name in words, US dollars, and whose rows count."""
    in_workspace = [
        ledger.c.platform == turn.place.platform,
        ledger.c.workspace == turn.place.workspace,
    ]
    if limits.person is not None:
        yield "your", limits.person, [*in_workspace, ledger.c.person == turn.person.id]
    if limits.channel is not None:
        yield (
            "this channel's",
            limits.channel,
            [*in_workspace, ledger.c.channel == turn.place.channel],
        )
    if limits.workspace is not None:
        yield "this workspace's", limits.workspace, in_workspace
    if limits.month is not None:
        yield "everybody's", limits.month, []


def _spent(sql: sa.Connection, whose: list[Any], since: float) -> float:
    total = sa.select(sa.func.sum(_AMOUNT)).where(ledger.c.created >= since, *whose)
    return rows.dollars(int(sql.execute(total).scalar() or 0)) or 0.0


def over(sql: sa.Connection, turn: Turn, price: int | None, limits: Limits) -> Failure | None:
    """Tell which limit a turn would break; None: none."""
    cost = rows.dollars(price) or 0.0
    for name, limit, whose in _scopes(turn, limits):
        spent = _spent(sql, whose, limits.since)
        if spent + cost > limit + 1e-9:
            detail = {"whose": name, "limit": f"{limit:.2f}", "resets": limits.resets}
            return Failure(
                kind=Kind.NOT_ALLOWED, code="over_limit", billed=False, retry=False, detail=detail
            )
    return None


def warning(sql: sa.Connection, turn: Turn, limits: Limits) -> str:
    """Say which limit is nearly used, with this turn's money reserved; "": none."""
    for name, limit, whose in _scopes(turn, limits):
        spent = _spent(sql, whose, limits.since)
        if limit > 0 and spent >= _WARN * limit:
            return f"{spent / limit:.0%} of {name} ${limit:.2f} for this month is used"
    return ""


def usage(sql: sa.Connection, query: UsageQuery) -> Usage:
    """Add up what was spent since a time, all in all and by person and channel."""
    where = [ledger.c.created >= query.since]
    if query.platform:
        where.append(ledger.c.platform == query.platform)
    if query.workspace:
        where.append(ledger.c.workspace == query.workspace)
    names = dict(
        sql.execute(
            sa.select(turns.c.person, sa.func.max(turns.c.person_name))
            .join(ledger, ledger.c.turn == turns.c.id)
            .where(*where)
            .group_by(turns.c.person)
        ).tuples()
    )
    by_person = _grouped(sql, where, ledger.c.person)
    return Usage(
        total=_grouped(sql, where, sa.literal(""))[0:1] or (Spent(name=""),),
        people=tuple(
            Spent(
                name=names.get(one.name, one.name),
                images=one.images,
                settled=one.settled,
                perhaps=one.perhaps,
            )
            for one in by_person
        ),
        channels=_grouped(sql, where, ledger.c.channel),
    )


def _grouped(sql: sa.Connection, where: list[Any], by: Any) -> tuple[Spent, ...]:  # noqa: ANN401 - a column or a literal
    settled = sa.func.sum(
        sa.case((ledger.c.state == "settled", sa.func.coalesce(ledger.c.cost, 0)), else_=0)
    )
    perhaps = sa.func.sum(_AMOUNT) - settled
    found = sql.execute(
        sa.select(by.label("name"), sa.func.sum(ledger.c.images), settled, perhaps)
        .where(*where)
        .group_by(by)
        .order_by(settled.desc())
    )
    return tuple(
        Spent(
            name=name,
            images=images or 0,
            settled=rows.dollars(int(paid)) or 0.0,
            perhaps=rows.dollars(int(open_)) or 0.0,
        )
        for name, images, paid, open_ in found
        if images is not None
    )
