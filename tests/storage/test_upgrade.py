"""Do an older Easel and a newer one work on the same tables, and do several that start together make them once?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config

from storage import locks, migrate
from storage import postgres as _postgres
from storage.migrate import NewerDatabase
from storage.store import SqlStore
from tests.bot.test_commands import easel
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    import sqlalchemy as sa

    from tests.servers.postgres import PostgresServer

#: what the next version might add: what the one before does not know, and need not
_EXPANDS = f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{migrate.NEWEST}"


def upgrade():
    with op.batch_alter_table("turns") as table:
        table.add_column(sa.Column("mood", sa.Text, nullable=True))
        table.add_column(sa.Column("stars", sa.Integer, nullable=False, server_default="3"))
    op.create_table("moods", sa.Column("name", sa.Text, primary_key=True))
    op.create_index("ix_turns_stars", "turns", ["stars"])
"""


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "sqlite":
        return tmp_path / "easel.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


def expand(sql: sa.Connection, folder: Path) -> None:
    """Do as the next version does at its start."""
    (folder / "9999_the_next_version.py").write_text(_EXPANDS)
    own = Path(migrate.__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(own))
    config.set_main_option("version_locations", f"{own / 'versions'};{folder}")
    config.set_main_option("path_separator", ";")
    config.attributes["connection"] = sql
    command.upgrade(config, "9999")


async def test_an_older_easel_goes_on_while_the_next_version_has_expanded_the_tables(
    where: Path | str, tmp_path: Path
) -> None:
    old, next_ = SqlStore(where), SqlStore(where)
    await old.open()
    await next_.open()
    canvas = Canvas(old)
    await canvas.line(1)
    waiting = await canvas.ask("add a boat")
    await next_.database.write(expand, tmp_path)
    await canvas.draw()
    await canvas.line(1)
    conversation, turns = await canvas.whole()
    assert (conversation.head, len(turns), turns[1].id) == ("v3", 3, waiting.id)
    stars = "SELECT DISTINCT stars FROM turns"
    found = await next_.database.read(lambda sql: sql.exec_driver_sql(stars).scalars().all())
    assert list(found) == [3], "what the old one wrote is whole for the new one"
    restarted = SqlStore(where)
    with pytest.raises(NewerDatabase, match="newer Easel"):
        await restarted.open()  # it can go on, but not begin: it cannot know what else is new
    for store in (old, next_):
        await store.close()


async def test_replicas_that_start_together_make_the_tables_once_and_wait_for_a_slow_one(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.database()
    monkeypatch.setattr(_postgres, "_LIMITS", "SET lock_timeout = '50ms'")
    slow = _postgres.build_engine(url)
    stores = [SqlStore(url) for _ in range(3)]
    with slow.begin() as sql:
        locks.installation(sql)
        starting = [asyncio.create_task(store.open()) for store in stores]
        count = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while sql.exec_driver_sql(count).scalar() != len(stores):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)  # longer than any other transaction waits for a lock here
        assert not any(one.done() for one in starting)
    await asyncio.gather(*starting)
    await Canvas(stores[0]).line(1)
    for store in stores:
        await store.close()
    slow.dispose()


async def test_migrate_makes_the_tables_and_says_so(where: Path | str, tmp_path: Path) -> None:
    given = {"database_url": where if isinstance(where, str) else f"sqlite:///{where}"}
    for _ in range(2):
        code, out, err = await easel("migrate", data=tmp_path / "data", **given)
        assert (code, err) == (0, ""), out + err
        assert f"its tables are those of this Easel ({migrate.NEWEST})" in out
