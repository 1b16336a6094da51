"""How do all rows of one database get into another, and are they the same there?

Whatever the two databases are: each table of the metadata in turn, read in one transaction, which sees one moment,
and written in one, so that all of it is there or nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.turn import Failure
from bot.ports.errors import EaselError, Kind
from bot.ports.messages import State
from storage import sqlite
from storage.results import end_turn
from storage.tables import metadata, turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: what is copied; a row comes after those that it refers to
TABLES = [table for table in metadata.sorted_tables if not table.info.get("stays")]
#: rows that are read and written at a time
_BATCH = 500
_WAITING = (State.QUEUED.value, State.HELD.value, State.DRAWING.value)

#: how many rows a table has, and the sum of their hashes
Content = tuple[int, int]


class NotCopied(EaselError):
    """The rows were not copied; the text is a sentence that says what to do."""


@contextmanager
def _open_engine(where: Path | str) -> Iterator[sa.Engine]:
    """Open a database for one transaction that sees one moment."""
    if isinstance(where, Path):
        engine = sa.create_engine("sqlite://", creator=lambda: sqlite.connect(where))
        sa.event.listen(engine, "begin", lambda sql: sql.exec_driver_sql("BEGIN"))
    else:
        from storage import postgres  # noqa: PLC0415 - 0.1 s that SQLite does not pay

        engine = postgres.build_engine(postgres.normalize_url(where))
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        yield engine
    finally:
        engine.dispose()


async def copy_rows(source: Path | str, target: Path | str) -> dict[str, int]:
    """Copy all rows into an empty database, and compare what is there then; return how many each table has.

    Both have the newest tables. A target that holds the very rows already is well. Raise NotCopied.
    """
    return await asyncio.to_thread(_copy_rows, source, target)


def _copy_rows(source: Path | str, target: Path | str) -> dict[str, int]:
    with (
        _open_engine(source) as of,
        _open_engine(target) as to,
        of.connect() as here,
        to.begin() as there,
    ):
        if _is_empty(there):
            wanted = {str(table.name): _copy(here, there, table) for table in TABLES}
            _raise_sequences(there)
        else:
            wanted = {str(table.name): _digest(_read(here, table)) for table in TABLES}
        for table in TABLES:
            if _digest(_read(there, table)) != wanted[table.name]:
                raise NotCopied(
                    f"The database to write to has other rows in its table {table.name}. "
                    "Name an empty database."
                )
    return {name: count for name, (count, _) in wanted.items()}


def require_empty(sql: sa.Connection) -> None:
    """Raise NotCopied where any row is there."""
    if not _is_empty(sql):
        raise NotCopied("This database holds conversations already. Name an empty one.")


def interrupt_waiting(sql: sa.Connection, now: float) -> int:
    """End the prompts that waited when a backup was made; return how many.

    They may have been drawn, and paid for, since; people are told, with Retry.
    """
    failure = Failure(kind=Kind.UNKNOWN_OUTCOME, code="interrupted", billed=None)
    which = (turns.c.state.in_(_WAITING), turns.c.action.is_(None), turns.c.deleted.is_(None))
    found = sql.execute(sa.select(turns.c.id, turns.c.conversation, turns.c.attempt).where(*which))
    waiting = found.all()
    for row in waiting:
        end_turn(sql, now, row.id, row.conversation, row.attempt, failure)
    return len(waiting)


def _is_empty(sql: sa.Connection) -> bool:
    return all(sql.execute(sa.select(table).limit(1)).first() is None for table in TABLES)


def _read(sql: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    rows = sql.execute(sa.select(table), execution_options={"yield_per": _BATCH})
    for row in rows.mappings():
        yield dict(row)


def _copy(here: sa.Connection, there: sa.Connection, table: sa.Table) -> Content:
    count, digest, batch = 0, 0, []
    there.execute(sa.delete(table))  # of a table that a trigger fills
    for row in _read(here, table):
        batch.append(row)
        if len(batch) == _BATCH:
            count, digest = _add(count, digest, batch)
            there.execute(sa.insert(table), batch)
            batch = []
    if batch:
        count, digest = _add(count, digest, batch)
        there.execute(sa.insert(table), batch)
    return count, digest


def _digest(rows: Iterable[dict[str, Any]]) -> Content:
    return _add(0, 0, rows)


def _add(count: int, digest: int, rows: Iterable[dict[str, Any]]) -> Content:
    """Add rows to a table's content; the order in which they come does not matter."""
    for row in rows:
        said = repr(sorted(row.items())).replace("\\x00", "")  # which Postgres does not hold
        count += 1
        digest += int.from_bytes(hashlib.sha256(said.encode()).digest())
    return count, digest


def _raise_sequences(sql: sa.Connection) -> None:
    """Have the next row's number follow those that were copied; SQLite does so by itself."""
    for table in TABLES if sql.dialect.name == "postgresql" else ():
        column = table.autoincrement_column
        if column is not None:
            of = sa.func.pg_get_serial_sequence(table.name, column.name)
            sql.execute(sa.select(sa.func.setval(of, sa.func.max(column))))
