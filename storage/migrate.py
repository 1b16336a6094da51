"""Are the tables those that this program knows? If not, Alembic brings them up to date."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.ports.errors import EaselError
from storage import locks

#: the newest migration; a test compares it with the folder
NEWEST = "0001"
_FOLDER = Path(__file__).parent / "migrations"


class NewerDatabase(EaselError):
    """The database was written by a newer Easel; this one must not touch it."""


def to_newest(sql: sa.Connection) -> None:
    """Bring the tables up to date within the running transaction. Raises NewerDatabase.

    Of several processes that start together one does it; the others wait, however long that takes.
    """
    if sql.dialect.name == "postgresql":
        sql.exec_driver_sql("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
    locks.installation(sql)
    found = None
    if sa.inspect(sql).has_table("alembic_version"):
        found = sql.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found == NEWEST:
        return
    if found is not None and not any(_FOLDER.glob(f"versions/{found}_*.py")):
        raise NewerDatabase(
            f"The database is of a newer Easel (its version is {found}, this program knows "
            f"{NEWEST}). Start that newer Easel, or use another EASEL_DATA or EASEL_DATABASE_URL."
        )
    _upgrade(sql)


def _upgrade(sql: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - 0.2 s that only the first start pays
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = sql
    command.upgrade(config, "head")
