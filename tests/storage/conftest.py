"""The contract of the Store is the same for each database: tests here run on both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_RAISES_REVISION = re.compile(r"UPDATE conversations SET .*\brevision=")
_IS_ALONE = re.compile(
    r"FOR NO KEY UPDATE|pg_advisory_xact_lock\(|INSERT INTO conversations", re.DOTALL
)


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store on each database; on Postgres nothing changes a conversation without its lock."""
    if request.param == "sqlite":
        opened = SqlStore(tmp_path / "easel.db")
    else:
        opened = SqlStore(request.getfixturevalue("postgres_url"))
        _look_out(opened.database._engine)  # type: ignore[union-attr] # this one is on Postgres
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def stores(postgres_url: str) -> AsyncIterator[list[SqlStore]]:
    """Two stores on one database, as two processes have."""
    opened = [SqlStore(postgres_url) for _ in range(2)]
    for store in opened:
        await store.open()
    yield opened
    for store in opened:
        await store.close()


def _look_out(engine: sa.Engine) -> None:
    """Fail a transaction that would lose what another one wrote just before."""

    def note(sql: sa.Connection, _cursor: object, statement: str, *_rest: Any) -> None:
        sql.info["said"].append(statement)
        if _RAISES_REVISION.match(statement):
            alone = any(map(_IS_ALONE.search, sql.info["said"]))
            assert alone, "take storage.locks.conversation(…) first"

    sa.event.listen(engine, "begin", lambda sql: sql.info.update(said=[]))
    sa.event.listen(engine, "before_cursor_execute", note)
