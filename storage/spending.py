"""How much was spent this month, by whom, and is there room for more?

Settled and unsettled both count against a limit, so that it holds whatever turns out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.turn import Failure
from bot.ports.audit import KnownChannel
from bot.ports.errors import Kind
from bot.ports.language import N_
from bot.ports.queries import Usage, UsageRow
from storage import rows
from storage.ledger import sum_since
from storage.tables import sums
from storage.tables.money import ADDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.conversation.terms import Limits
    from bot.ports.audit import ChannelsQuery
    from bot.ports.messages import Person, Place
    from bot.ports.queries import UsageQuery

#: a limit is told of when so much of it is used
_WARN = 0.8
#: lines of one sort that are given, at most
_MOST, _MOST_CHANNELS = 200, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUsage:
    """A limit that holds for somebody, and how much of it is used; nano-dollars."""

    #: person, channel, workspace, or month for the whole installation
    whose: str
    limit: int
    used: int


def _list_limits(
    place: Place, person: Person, limits: Limits
) -> Iterator[tuple[str, float | None, str]]:
    """List the limits: whose, US dollars, and the id of its sum."""
    yield "person_day", limits.person_day, person.id
    yield "person", limits.person, person.id
    yield "channel", limits.channel, place.channel
    yield "workspace", limits.workspace, place.workspace
    yield "month", limits.month, ""


def list_usage(
    sql: sa.Connection, place: Place, person: Person, limits: Limits
) -> Sequence[LimitUsage]:
    """List how much of each limit is used that holds for a person at a place."""
    found = []
    for whose, limit, id_ in _list_limits(place, person, limits):
        if limit is None:
            continue
        if whose == "person_day":
            today = sum_since(sql, place, person, limits.day)
            found.append(LimitUsage(whose=whose, limit=rows.nanos(limit) or 0, used=today))
            continue
        kind = "workspace" if whose == "month" else whose
        which = [sums.c.kind == kind, sums.c.month >= limits.since]
        if whose != "month":
            which += [sums.c.platform == place.platform, sums.c.workspace == place.workspace]
            which += [sums.c.id == id_]
        total = sa.select(sa.func.sum(sums.c.settled + sums.c.unsettled)).where(*which)
        used = sql.execute(total).scalar()
        found.append(LimitUsage(whose=whose, limit=rows.nanos(limit) or 0, used=int(used or 0)))
    return found


def find_exceeded(usage: Sequence[LimitUsage], price: int | None, limits: Limits) -> Failure | None:
    """Find which limit a drawing of this price would break; None: none. An unknown price breaks any."""
    code, detail = "unknown_price", {}
    if price is not None:
        broken = (one for one in usage if one.used >= one.limit or one.used + price > one.limit)
        over = next(broken, None)
        if over is None:
            return None
        resets = N_("midnight (UTC)") if over.whose == "person_day" else limits.resets
        code, detail = "over_limit", _detail(over, price=price, resets=resets)
    elif not usage:
        return None
    return Failure(kind=Kind.NOT_ALLOWED, code=code, billed=False, retry=False, detail=detail)


def find_warning(usage: Sequence[LimitUsage], price: int | None) -> Mapping[str, str]:
    """Find which limit is nearly used, a drawing of this price included; empty: none."""
    for one in usage:
        if one.used + (price or 0) >= _WARN * one.limit:
            return _detail(one, used=one.used + (price or 0))
    return {}


def _detail(
    one: LimitUsage, *, used: int | None = None, price: int | None = None, resets: str = ""
) -> dict[str, str]:
    """Make the facts for the sentence; money in US dollars."""
    money = {"limit": one.limit, "used": one.used if used is None else used, "price": price}
    facts = {name: str(rows.dollars(nanos)) for name, nanos in money.items() if nanos is not None}
    return {"whose": one.whose, "resets": resets, **facts}


def get_usage(sql: sa.Connection, query: UsageQuery, since: float, until: float) -> Usage:
    """Add up what was spent in the months that begin in a time, in all and by each."""
    where = [sums.c.month >= since, sums.c.month < until]
    if query.platform:
        where.append(sums.c.platform == query.platform)
        where.append(sums.c.workspace == query.workspace)
    in_ = [sums.c.platform, sums.c.workspace]
    total = _grouped(sql, "workspace", where, [])
    days = _grouped(sql, "day", where, [sums.c.id])
    return Usage(
        total=total[0] if total else UsageRow(),
        workspaces=_grouped(sql, "workspace", where, in_),
        people=_grouped(sql, "person", where, [*in_, sums.c.id]),
        channels=_grouped(sql, "channel", where, [*in_, sums.c.id]),
        models=_grouped(sql, "model", where, [sums.c.id]),
        days=tuple(sorted(days, key=lambda day: day.id)),
    )


def list_channels(sql: sa.Connection, query: ChannelsQuery) -> tuple[KnownChannel, ...]:
    """List the channels in which something was drawn; `platform` "": of all workspaces."""
    columns = (sums.c.platform, sums.c.workspace, sums.c.id)
    wanted = sa.select(*columns).where(sums.c.kind == "channel").distinct().order_by(*columns)
    if query.platform:
        here = (sums.c.platform == query.platform, sums.c.workspace == query.workspace)
        wanted = wanted.where(*here)
    found = sql.execute(wanted.limit(_MOST_CHANNELS)).all()
    return tuple(
        KnownChannel(platform=row.platform, workspace=row.workspace, channel=row.id)
        for row in found
    )


def _grouped(
    sql: sa.Connection,
    kind: str,
    where: list[sa.ColumnElement[bool]],
    by: list[sa.Column[Any]],
) -> tuple[UsageRow, ...]:
    """Add up by these columns, the most expensive first; the last of them is the id."""
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
        .order_by((added["settled"] + added["unsettled"]).desc(), id_)
        .limit(_MOST)
    )
    return tuple(_usage_row(row) for row in found if row.images is not None)


def _usage_row(row: Any) -> UsageRow:  # noqa: ANN401 - a row's columns are known at run time only
    return UsageRow(
        platform=row.platform,
        workspace=row.workspace,
        id=row.id,
        name=row.name,
        images=int(row.images),
        settled=rows.dollars(int(row.settled)) or 0.0,
        unsettled=rows.dollars(int(row.unsettled)) or 0.0,
        estimated=bool(row.estimated),
        unpriced=int(row.unpriced),
    )
