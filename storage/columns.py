"""How is a column of a table written in a word?"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

#: a whole number as large as a sum of nano-dollars
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
#: of tables whose rows mean nothing in another database: they are in no backup, and do not move
STAYS = {"stays": True}


def key(*names: str) -> list[sa.Column[Any]]:
    """Make the texts of a primary key."""
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def text(name: str, default: str | None = None, **more: Any) -> sa.Column[Any]:  # noqa: ANN401 - SQLAlchemy's own
    """Make a text that is always there."""
    return sa.Column(name, sa.Text, nullable=False, default=default, **more)


def texts(*names: str) -> list[sa.Column[Any]]:
    """Make texts that are always there."""
    return [text(name) for name in names]


def optional(*names: str, kind: Any = sa.Text, **more: Any) -> list[sa.Column[Any]]:  # noqa: ANN401 - as above
    """Make columns that may be NULL: what they hold is not there."""
    return [sa.Column(name, kind, nullable=True, **more) for name in names]


def integers(*names: str, default: int | None = None) -> list[sa.Column[Any]]:
    """Make numbers that are always there."""
    return [sa.Column(name, sa.Integer, nullable=False, default=default) for name in names]


def big(*names: str) -> list[sa.Column[Any]]:
    """Make large numbers that are always there."""
    return [sa.Column(name, BIG, nullable=False) for name in names]


def times(*names: str) -> list[sa.Column[Any]]:
    """Make times that are always there."""
    return [sa.Column(name, sa.Float, nullable=False) for name in names]


def flag(name: str, *, default: bool = False) -> sa.Column[Any]:
    """Make what is true or false."""
    return sa.Column(name, sa.Boolean, nullable=False, default=default)


def partial(name: str, where: str, *columns: str) -> sa.Index:
    """Make an index of the rows for which these words hold."""
    # to name `postgresql_where` here would load that dialect for SQLite too (`complete_partial`)
    return sa.Index(name, *columns, sqlite_where=sa.text(where), info={"where": where})


def complete_partial(tables: sa.MetaData) -> None:
    """Have Postgres make the partial indexes as SQLite does."""
    for index in (one for table in tables.tables.values() for one in table.indexes):
        if (where := index.info.get("where")) is not None:
            index.dialect_options["postgresql"]["where"] = sa.text(where)


def defaults_of(table: sa.Table) -> dict[str, Any]:
    """Return what the columns of a table hold where a row says nothing."""
    return {
        one.name: one.default.arg if isinstance(one.default, sa.ColumnDefault) else None
        for one in table.c
        if not one.primary_key
    }
