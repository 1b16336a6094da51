"""What does each attempt to draw cost?

A row of the ledger is one attempt: reserved when it is claimed, settled by what the answer says. Settled is
what was billed for certain; unsettled is what may have been: what is out now, and what nobody knows. The sums by
month follow in the same transaction, so that nobody adds up a month.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage import rows
from storage.tables import ledger, turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.conversation.records import Answer
    from bot.conversation.turn import Failure, Turn

#: of a row, in nano-dollars: what may have been billed beside what was for certain
_UNSETTLED = sa.case(
    (ledger.c.state.in_(["reserved", "unsettled"]), sa.func.coalesce(ledger.c.reserved, 0)),
    else_=0,
)
_RESERVE = sa.insert(ledger)
_ROW = sa.and_(ledger.c.turn == sa.bindparam("of"), ledger.c.attempt == sa.bindparam("in_"))
_NOTE = sa.update(ledger).where(_ROW).values(cost=sa.bindparam("paid"), estimated=False)
_END = sa.update(ledger).where(_ROW).values(state=sa.bindparam("to"))
_NEWER = ledger.alias("newer")
_FOLLOWED = sa.exists().where(_NEWER.c.turn == ledger.c.turn, _NEWER.c.attempt > ledger.c.attempt)
_SETTLE = (
    sa.update(ledger)
    .where(_ROW, ledger.c.state == sa.bindparam("is_"), ~_FOLLOWED)
    .values(
        state="settled",
        cost=sa.bindparam("paid"),
        estimated=sa.bindparam("roughly"),
        images=sa.bindparam("made"),
    )
)
_DOUBT = (
    sa.update(ledger)
    .where(ledger.c.turn == sa.bindparam("of"), ledger.c.cost.is_not(None))
    .values(state="unsettled", reserved=_UNSETTLED + ledger.c.cost, cost=None)
)
_OF_TURN = ledger.c.turn == turns.c.id
#: a turn costs what its attempts cost, as far as that is certain
_TURN = (
    sa.update(turns)
    .where(turns.c.id == sa.bindparam("of"))
    .values(
        cost=sa.select(sa.func.sum(ledger.c.cost)).where(_OF_TURN).scalar_subquery(),
        estimated=sa.exists().where(_OF_TURN, ledger.c.cost.is_not(None), ledger.c.estimated),
    )
)
_ROWS = sa.select(ledger).where(ledger.c.turn == sa.bindparam("of"))

#: what is added up
ADDED = ("images", "settled", "unsettled", "estimated", "unpriced")
_KEY = ("kind", "platform", "workspace", "id", "month")
_COLUMNS = (*_KEY, "name", *ADDED)
#: SQLite and Postgres read this alike
_ADD = sa.text(
    f"INSERT INTO sums ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{one}' for one in _COLUMNS)}) "  # noqa: S608 - our own names
    f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET name = excluded.name, "
    + ", ".join(f"{one} = sums.{one} + excluded.{one}" for one in ADDED)
)


def start_of_month(now: float) -> float:
    """Find when the calendar month began, in UTC."""
    day = dt.datetime.fromtimestamp(now, dt.UTC)
    return dt.datetime(day.year, day.month, 1, tzinfo=dt.UTC).timestamp()


def day_of(now: float) -> str:
    """Name the calendar day, in UTC: "2026-11-30"."""
    return dt.datetime.fromtimestamp(now, dt.UTC).date().isoformat()


def reserve(sql: sa.Connection, now: float, turn: Turn, price: int | None, month: float) -> None:
    """Open the row of a turn's next attempt.

    It asks the same under the same keys: a gateway that knows them bills once, one that does not bills
    again. So what earlier attempts cost for certain is unsettled from here on.
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
        "estimated": True,
        "images": 0,
        "created": now,
        "month": month,
    }
    with _summed(sql, turn.id):
        if turn.attempt:
            sql.execute(_DOUBT, {"of": turn.id})
        sql.execute(_RESERVE, opened)


def note(sql: sa.Connection, turn: Turn, cost: float) -> None:
    """Note what an attempt cost so far; its next request is still to be billed."""
    with _summed(sql, turn.id):
        sql.execute(_NOTE, {"of": turn.id, "in_": turn.attempt, "paid": rows.nanos(cost)})


def settle(sql: sa.Connection, turn: Turn, answer: Answer, *, only: str = "reserved") -> bool:
    """Close the row of a turn's newest attempt with what the answer cost; False: it is not `only`."""
    paid = {
        "of": turn.id,
        "in_": turn.attempt,
        "is_": only,
        "paid": rows.nanos(answer.cost),
        "roughly": answer.estimated,
        "made": len(answer.images),
    }
    with _summed(sql, turn.id):
        done = sql.execute(_SETTLE, paid).rowcount == 1
    sql.execute(_TURN, {"of": turn.id})
    return done


def end(sql: sa.Connection, turn: str, attempt: int, failure: Failure) -> None:
    """Close an attempt's row without an answer: what was out was not billed, or nobody knows."""
    to = "unsettled" if failure.billed is None else "settled" if failure.billed else "free"
    with _summed(sql, turn):
        sql.execute(_END, {"of": turn, "in_": attempt, "to": to})
    sql.execute(_TURN, {"of": turn})


def may_be_billed(sql: sa.Connection, turn: str) -> bool:
    """Check whether any attempt of a turn was billed, or may have been."""
    costly = sa.or_(ledger.c.state.in_(["unsettled", "settled"]), ledger.c.cost > 0)
    found = sa.select(ledger.c.turn).where(ledger.c.turn == turn, costly).limit(1)
    return sql.execute(found).first() is not None


@contextmanager
def _summed(sql: sa.Connection, turn: str) -> Iterator[None]:
    """Have the sums follow what is done with a turn's rows of the ledger."""
    before = _add_up(sql.execute(_ROWS, {"of": turn}).all())
    yield
    after = _add_up(sql.execute(_ROWS, {"of": turn}).all())
    changed = []
    # always in this order, the workspace first, so that two transactions wait in line and not in a circle
    for key in sorted(after, key=lambda key: (key[0] != "workspace", key)):
        name, counts = after[key]
        were = before.get(key, ("", dict.fromkeys(ADDED, 0)))[1]
        more = {one: counts[one] - were[one] for one in ADDED}
        if key not in before or any(more.values()):
            changed.append({**dict(zip(_KEY, key, strict=True)), "name": name, **more})
    if changed:
        sql.execute(_ADD, changed)


def _add_up(entries: Sequence[Any]) -> dict[tuple[Any, ...], tuple[str, dict[str, int]]]:
    """Add up rows of one turn, by each of the sums that they count to; its name is the newest."""
    found: dict[tuple[Any, ...], tuple[str, dict[str, int]]] = {}
    counted: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(ADDED, 0)
    )
    for row in sorted(entries, key=lambda row: row.attempt):
        doubtful = row.state in {"reserved", "unsettled"}
        counts = {
            "images": row.images,
            "settled": row.cost or 0,
            "unsettled": (row.reserved or 0) if doubtful else 0,
            "estimated": int(row.estimated and (row.cost or 0) > 0),
            "unpriced": int(row.images > 0 and row.cost is None),
        }
        for kind, id_, name in (
            ("workspace", row.workspace, row.workspace),
            ("person", row.person, row.person_name),
            ("channel", row.channel, row.channel),
            ("model", row.model, row.model),
            ("day", day := day_of(row.created), day),
        ):
            key = (kind, row.platform, row.workspace, id_, row.month)
            for one, count in counts.items():
                counted[key][one] += count
            found[key] = (name, counted[key])
    return found
