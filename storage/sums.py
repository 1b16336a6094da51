"""What do the ledger's rows come to, by month? Written in the transaction that writes the ledger.

Nobody adds up a month: a limit reads a row or a few, and what was spent as many as there are people,
channels and models. Each function is part of a transaction (`storage.database`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.tables import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: what is added up
ADDED = ("images", "settled", "perhaps", "about", "unpriced")
_KEY = ("kind", "platform", "workspace", "id", "month")
_COLUMNS = (*_KEY, "name", *ADDED)
#: SQLite and Postgres read this alike
_ADD = sa.text(
    f"INSERT INTO sums ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{one}' for one in _COLUMNS)}) "  # noqa: S608 - our own names
    f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET name = excluded.name, "
    + ", ".join(f"{one} = sums.{one} + excluded.{one}" for one in ADDED)
)
_ROWS = sa.select(ledger).where(ledger.c.turn == sa.bindparam("of"))


def month_of(now: float) -> float:
    """Tell when the calendar month began, in UTC."""
    day = dt.datetime.fromtimestamp(now, dt.UTC)
    return dt.datetime(day.year, day.month, 1, tzinfo=dt.UTC).timestamp()


def day_of(now: float) -> str:
    """Tell the calendar day, in UTC: "2026-11-30"."""
    return dt.datetime.fromtimestamp(now, dt.UTC).date().isoformat()


@contextmanager
def summed(sql: sa.Connection, turn: str) -> Iterator[None]:
    """Have the sums follow what is done with a turn's rows of the ledger."""
    before = _added(sql.execute(_ROWS, {"of": turn}).all())
    yield
    after = _added(sql.execute(_ROWS, {"of": turn}).all())
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


def _added(rows: Sequence[Any]) -> dict[tuple[Any, ...], tuple[str, dict[str, int]]]:
    """Add up rows of one turn, by each of the sums that they count to; its name is the newest."""
    found: dict[tuple[Any, ...], tuple[str, dict[str, int]]] = {}
    counted: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(ADDED, 0)
    )
    for row in sorted(rows, key=lambda row: row.attempt):
        doubtful = row.state in {"reserved", "perhaps"}
        counts = {
            "images": row.images,
            "settled": row.cost or 0,
            "perhaps": (row.reserved or 0) if doubtful else 0,
            "about": int(row.about and (row.cost or 0) > 0),
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
