"""Which tokens of workspaces are there? They come encrypted, and nothing here can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import secrets

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement


def _is(platform: str, name: str) -> ColumnElement[bool]:
    return sa.and_(secrets.c.platform == platform, secrets.c.name == name)


def save_secret(sql: sa.Connection, now: float, platform: str, name: str, value: str) -> None:
    """Write a secret in place of the one before."""
    row = {"platform": platform, "name": name, "value": value, "updated": now}
    if sql.execute(sa.update(secrets).where(_is(platform, name)).values(row)).rowcount == 0:
        sql.execute(sa.insert(secrets).values(row))


def find_secret(sql: sa.Connection, platform: str, name: str) -> str | None:
    """Read a secret; None: there is none."""
    return sql.execute(sa.select(secrets.c.value).where(_is(platform, name))).scalar()


def list_secrets(sql: sa.Connection) -> list[tuple[str, str]]:
    """List the platforms and names of all secrets."""
    found = sql.execute(sa.select(secrets.c.platform, secrets.c.name).order_by(secrets.c.updated))
    return [(row.platform, row.name) for row in found]


def delete_secret(sql: sa.Connection, platform: str, name: str) -> None:
    """Delete a secret, if there is one."""
    sql.execute(sa.delete(secrets).where(_is(platform, name)))


def replace_secret(sql: sa.Connection, platform: str, name: str, old: str, new: str) -> None:
    """Write a secret, unless it changed since it was read as `old`."""
    unchanged = sa.and_(_is(platform, name), secrets.c.value == old)
    sql.execute(sa.update(secrets).where(unchanged).values(value=new))
