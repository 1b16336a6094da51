"""What does each attempt to draw cost?

A row of the ledger is one attempt: reserved when it is claimed, settled by what the answer says. Settled is
what was billed for certain; unsettled is what may have been: what is out now, and what nobody knows. The sums by
month follow by a trigger (`storage.migrations`), so that nobody adds up a month.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import rows
from storage.statement import Statement
from storage.tables import ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.records import Answer
    from bot.conversation.turn import Failure, Turn
    from bot.ports.messages import Person, Place

#: of a row, in nano-dollars: what may have been billed beside what was for certain
_UNSETTLED = sa.case(
    (
        sa.or_(ledger.c.state == "reserved", ledger.c.state == "unsettled"),
        sa.func.coalesce(ledger.c.reserved, 0),
    ),
    else_=0,
)
_RESERVE = Statement(sa.insert(ledger), [column.name for column in ledger.c])
_ROW = sa.and_(ledger.c.turn == sa.bindparam("of"), ledger.c.attempt == sa.bindparam("in_"))
_CHANGED = ("state", "cost", "estimated", "images")
_CHANGE = Statement(
    sa.update(ledger).where(_ROW).values({name: sa.bindparam(f"to_{name}") for name in _CHANGED})
)
_DOUBT = Statement(
    sa.update(ledger)
    .where(ledger.c.turn == sa.bindparam("of"), ledger.c.cost.is_not(None))
    .values(state="unsettled", reserved=_UNSETTLED + ledger.c.cost, cost=None)
)
_ROWS = Statement(
    sa.select(ledger).where(ledger.c.turn == sa.bindparam("of")).order_by(ledger.c.attempt)
)


def sum_since(sql: sa.Connection, place: Place, person: Person, since: float) -> int:
    """Add up what somebody spent in a workspace since a time, settled or not, in nano-dollars."""
    spent = sa.func.coalesce(ledger.c.cost, 0) + _UNSETTLED
    total = sa.select(sa.func.sum(spent)).where(
        ledger.c.person == person.id,
        ledger.c.created >= since,
        ledger.c.platform == place.platform,
        ledger.c.workspace == place.workspace,
    )
    return int(sql.execute(total).scalar() or 0)


def start_of_month(now: float) -> float:
    """Find when the calendar month began, in UTC."""
    day = dt.datetime.fromtimestamp(now, dt.UTC)
    return dt.datetime(day.year, day.month, 1, tzinfo=dt.UTC).timestamp()


def list_entries(sql: sa.Connection, turn: str) -> list[Any]:
    """List the rows of a turn, one an attempt, in their order."""
    return _ROWS.all(sql, of=turn)


def split_entries(found: Sequence[Any]) -> list[Any]:
    """Take the rows of a turn out of those that `COLUMNS` were joined to."""
    made = [[getattr(row, f"ledger_{column.name}") for column in ledger.c] for row in found]
    return [_ROWS.row(*values) for values in made if values[0] is not None]


#: for a query of turns that reads their rows along
COLUMNS = [column.label(f"ledger_{column.name}") for column in ledger.c]


def reserve(sql: sa.Connection, now: float, turn: Turn, price: int | None, month: float) -> None:
    """Open the row of a turn's newest attempt, which begins.

    It asks the same under the same keys: a gateway that knows them bills once, one that does not bills
    again. So what earlier attempts cost for certain is unsettled from here on.
    """
    if turn.attempt > 1:
        _DOUBT.run(sql, of=turn.id)
    opened = {
        "turn": turn.id,
        "attempt": turn.attempt,
        "platform": turn.place.platform,
        "workspace": turn.place.workspace,
        "channel": turn.place.channel,
        "person": turn.person.id,
        "person_name": turn.person.name,
        "model": turn.request.model,
        "state": "reserved",
        "reserved": price,
        "cost": None,
        "estimated": True,
        "images": 0,
        "created": now,
        "month": month,
    }
    _RESERVE.run(sql, **opened)


def note(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what an attempt cost so far; its next request is still to be billed."""
    entries = list_entries(sql, turn.id)
    _change(sql, entries, turn.attempt, cost=rows.nanos(cost), estimated=False)


def settle(
    sql: sa.Connection, turn: Turn, answer: Answer, entries: list[Any], *, only: str = "reserved"
) -> list[Any] | None:
    """Close the row of a turn's newest attempt with what the answer cost; None: it is not `only`.

    `entries`: the turn's rows; return them as they are now.
    """
    if not entries or (entries[-1].attempt, entries[-1].state) != (turn.attempt, only):
        return None
    paid = {"cost": rows.nanos(answer.cost), "estimated": answer.estimated}
    images = len(answer.images)
    return _change(sql, entries, turn.attempt, state="settled", images=images, **paid)


def end(sql: sa.Connection, turn: str, attempt: int, failure: Failure) -> dict[str, object]:
    """Close an attempt's row without an answer: what was out was not billed, or nobody knows.

    Return the turn's columns that follow.
    """
    to = "unsettled" if failure.billed is None else "settled" if failure.billed else "free"
    return cost_values(_change(sql, list_entries(sql, turn), attempt, state=to))


def cost_values(entries: Sequence[Any]) -> dict[str, object]:
    """Return a turn's columns: it costs what its attempts cost, as far as that is certain."""
    known = [row for row in entries if row.cost is not None]
    return {
        "cost": sum(row.cost for row in known) if known else None,
        "estimated": any(row.estimated for row in known),
    }


def _change(sql: sa.Connection, entries: list[Any], attempt: int, **values: object) -> list[Any]:
    """Change the row of an attempt, if there is one; return all as they are now."""
    after = [row._replace(**values) if row.attempt == attempt else row for row in entries]
    for row in after:
        if row.attempt == attempt:
            to = {f"to_{name}": getattr(row, name) for name in _CHANGED}
            _CHANGE.run(sql, of=row.turn, in_=attempt, **to)
    return after


def may_be_billed(sql: sa.Connection, turn: str) -> bool:
    """Check whether any attempt of a turn was billed, or may have been."""
    costly = sa.or_(ledger.c.state.in_(["unsettled", "settled"]), ledger.c.cost > 0)
    found = sa.select(ledger.c.turn).where(ledger.c.turn == turn, costly).limit(1)
    return sql.execute(found).first() is not None
