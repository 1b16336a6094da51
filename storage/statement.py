"""How is a statement run that every turn needs? Compiled once for each database, by the driver's own cursor."""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@cache
def _dialect(name: str) -> sa.Dialect:
    """Return the dialect of a database as its driver wants it; only that one is loaded."""
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - as above

        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects.postgresql import psycopg  # noqa: PLC0415 - as above

    return psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own


class Statement:
    """A statement with bind parameters. An INSERT or UPDATE that sets columns by name gets them as `columns`."""

    def __init__(self, clause: Any, columns: Sequence[str] | None = None) -> None:  # noqa: ANN401 - a SELECT, or one that writes
        self.clause = clause
        self._columns = columns
        self._compiled: dict[str, tuple[str, Mapping[str, Any]]] = {}
        returned = getattr(clause, "exported_columns", ())
        #: makes a row of values
        self.row: Any = namedtuple("Row", [one.name for one in returned]) if returned else None  # noqa: PYI024 - its names are known at run time only
        self._flags = [at for at, one in enumerate(returned) if isinstance(one.type, sa.Boolean)]

    def _execute(self, sql: sa.Connection, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cursor of either kind
        name = sql.dialect.name
        if name not in self._compiled:
            compiled = self.clause.compile(dialect=_dialect(name), column_keys=self._columns)
            self._compiled[name] = str(compiled), compiled.construct_params(_check=False)
        text, fixed = self._compiled[name]
        if name == "sqlite":
            return sql.connection.driver_connection.execute(text, {**fixed, **given})  # type: ignore[union-attr] # sqlite3's
        return sql.exec_driver_sql(text, {**fixed, **given})

    def run(self, sql: sa.Connection, **given: Any) -> int:  # noqa: ANN401 - what a column takes
        """Write; return how many rows were."""
        return int(self._execute(sql, given).rowcount)

    def all(self, sql: sa.Connection, **given: Any) -> list[Any]:  # noqa: ANN401 - as above
        """Return all rows, their columns by name."""
        found = self._execute(sql, given).fetchall()
        if not self._flags or sql.dialect.name != "sqlite":
            return [self.row(*one) for one in found]
        return [self.row(*self._with_flags(one)) for one in found]

    def first(self, sql: sa.Connection, **given: Any) -> Any:  # noqa: ANN401 - as above
        """Return the first row; None: there is none."""
        found = self.all(sql, **given)
        return found[0] if found else None

    def _with_flags(self, row: Sequence[Any]) -> list[Any]:
        """SQLite has no type of its own for what is true or false."""
        values = list(row)
        for at in self._flags:
            values[at] = None if values[at] is None else bool(values[at])
        return values
