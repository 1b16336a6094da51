"""What does each attempt to draw cost, and is there room for more this month?

A row of the ledger is one attempt: reserved when it is claimed, settled by what the answer says. Settled is
what was billed for certain; perhaps is what may have been: what is out now, and what nobody knows. Both
count against a limit, so that it holds whatever turns out. Each function is part of a transaction
(`storage.database`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.conversation.conversation import Failure
from bot.ports.errors import Kind
from storage import rows
from storage.sums import summed
from storage.tables import ledger, sums, turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.conversation.conversation import Turn
    from bot.conversation.records import Answer, Limits
    from bot.ports.messages import Person, Place

#: of a row, in nano-dollars: what may have been billed beside what was for certain
_PERHAPS = sa.case(
    (ledger.c.state.in_(["reserved", "perhaps"]), sa.func.coalesce(ledger.c.reserved, 0)),
    else_=0,
)
#: a limit is told of when so much of it is used
_WARN = 0.8

_RESERVE = sa.insert(ledger)
_ROW = sa.and_(ledger.c.turn == sa.bindparam("of"), ledger.c.attempt == sa.bindparam("in_"))
_NOTE = sa.update(ledger).where(_ROW).values(cost=sa.bindparam("paid"), about=False)
_END = sa.update(ledger).where(_ROW).values(state=sa.bindparam("to"))
_NEWER = ledger.alias("newer")
_FOLLOWED = sa.exists().where(_NEWER.c.turn == ledger.c.turn, _NEWER.c.attempt > ledger.c.attempt)
_SETTLE = (
    sa.update(ledger)
    .where(_ROW, ledger.c.state == sa.bindparam("is_"), ~_FOLLOWED)
    .values(
        state="settled",
        cost=sa.bindparam("paid"),
        about=sa.bindparam("roughly"),
        images=sa.bindparam("made"),
    )
)
_DOUBT = (
    sa.update(ledger)
    .where(ledger.c.turn == sa.bindparam("of"), ledger.c.cost.is_not(None))
    .values(state="perhaps", reserved=_PERHAPS + ledger.c.cost, cost=None)
)
_OF_TURN = ledger.c.turn == turns.c.id
#: a turn costs what its attempts cost, as far as that is certain
_TURN = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        cost=sa.select(sa.func.sum(ledger.c.cost)).where(_OF_TURN).scalar_subquery(),
        about=sa.exists().where(_OF_TURN, ledger.c.cost.is_not(None), ledger.c.about),
    )
)


def reserve(sql: sa.Connection, turn: Turn, price: int | None, now: float, month: float) -> None:
    """Open the row of a turn's next attempt.

    It asks the same under the same keys: a gateway that knows them bills once, one that does not bills
    again. So what earlier attempts cost for certain is only perhaps from here on.
    """
    opened = {
        "turn": turn.id,
        "attempt": turn.attempt + 1,
        "platform": turn.place.platform,
        "workspace": turn.place.workspace,
        "channel": turn.place.channel,
        "person": turn.person.id,
        "person_name": turn.person.name,
        "model": turn.request.model,
        "state": "reserved",
        "reserved": price,
        "about": True,
        "images": 0,
        "created": now,
        "month": month,
    }
    with summed(sql, turn.id):
        if turn.attempt:
            sql.execute(_DOUBT, {"of": turn.id})
        sql.execute(_RESERVE, opened)


def note(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what an attempt cost so far; its next request is still to be billed."""
    paid = {"of": turn.id, "in_": turn.attempt, "paid": rows.nano(cost)}
    with summed(sql, turn.id):
        sql.execute(_NOTE, paid)


def settle(sql: sa.Connection, turn: Turn, answer: Answer, *, only: str = "reserved") -> bool:
    """Close the row of a turn's newest attempt with what the answer cost; False: it is not `only`."""
    paid = {
        "of": turn.id,
        "in_": turn.attempt,
        "is_": only,
        "paid": rows.nano(answer.cost),
        "roughly": answer.estimated,
        "made": len(answer.images),
    }
    with summed(sql, turn.id):
        done = sql.execute(_SETTLE, paid).rowcount == 1
    sql.execute(_TURN, {"of": turn.id})
    return done


def end(sql: sa.Connection, turn: str, attempt: int, failure: Failure) -> None:
    """Close an attempt's row without an answer: what was out was not billed, or nobody knows."""
    to = "perhaps" if failure.billed is None else "settled" if failure.billed else "free"
    with summed(sql, turn):
        sql.execute(_END, {"of": turn, "in_": attempt, "to": to})
    sql.execute(_TURN, {"of": turn})


def may_be_billed(sql: sa.Connection, turn: str) -> bool:
    """Tell whether any attempt of a turn was billed, or may have been."""
    costly = sa.or_(ledger.c.state.in_(["perhaps", "settled"]), ledger.c.cost > 0)
    found = sa.select(ledger.c.turn).where(ledger.c.turn == turn, costly).limit(1)
    return sql.execute(found).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A limit that holds for somebody, and how much of it is used; nano-dollars."""

    #: person, channel, workspace, or month for the whole installation
    whose: str
    limit: int
    used: int


def _limited(place: Place, person: Person, limits: Limits) -> Iterator[tuple[str, float, str]]:
    """Give each limit that holds: whose, US dollars, and the id of its sum."""
    if limits.person is not None:
        yield "person", limits.person, person.id
    if limits.channel is not None:
        yield "channel", limits.channel, place.channel
    if limits.workspace is not None:
        yield "workspace", limits.workspace, place.workspace
    if limits.month is not None:
        yield "month", limits.month, ""


def standing(
    sql: sa.Connection, place: Place, person: Person, limits: Limits
) -> Sequence[Standing]:
    """Tell how much of each limit is used that holds for a person at a place."""
    found = []
    for whose, limit, id_ in _limited(place, person, limits):
        kind = "workspace" if whose == "month" else whose
        which = [sums.c.kind == kind, sums.c.month >= limits.since]
        if whose != "month":
            here = (place.platform, place.workspace, id_)
            which += [sums.c.platform == here[0], sums.c.workspace == here[1], sums.c.id == here[2]]
        total = sa.select(sa.func.sum(sums.c.settled + sums.c.perhaps)).where(*which)
        used = sql.execute(total).scalar()
        found.append(Standing(whose=whose, limit=rows.nano(limit) or 0, used=int(used or 0)))
    return found


def over(standing: Sequence[Standing], price: int | None, limits: Limits) -> Failure | None:
    """Tell which limit a drawing of this price would break; None: none. An unknown price breaks any."""
    if standing and price is None:
        return Failure(kind=Kind.NOT_ALLOWED, code="unknown_price", billed=False, retry=False)
    for one in standing:
        if one.used >= one.limit or one.used + (price or 0) > one.limit:
            detail = _detail(one, price=price, resets=limits.resets)
            return Failure(
                kind=Kind.NOT_ALLOWED, code="over_limit", billed=False, retry=False, detail=detail
            )
    return None


def warning(standing: Sequence[Standing], price: int | None) -> Mapping[str, str]:
    """Tell which limit is nearly used, a drawing of this price included; empty: none."""
    for one in standing:
        if one.used + (price or 0) >= _WARN * one.limit:
            return _detail(one, used=one.used + (price or 0))
    return {}


def _detail(
    one: Standing, *, used: int | None = None, price: int | None = None, resets: str = ""
) -> dict[str, str]:
    """Give the facts for the sentence; money in US dollars."""
    money = {"limit": one.limit, "used": one.used if used is None else used, "price": price}
    facts = {name: str(rows.dollars(nanos)) for name, nanos in money.items() if nanos is not None}
    return {"whose": one.whose, "resets": resets, **facts}
