"""How many SQL statements does a quick turn take, from the event to the posted card?"""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.server import service
from storage import sqlite
from tests.journeys.conftest import DRIVING
from tests.journeys.driver import drawn, says
from tests.servers.changes import Changes
from tests.servers.model import fails

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Awaitable, Iterator
    from pathlib import Path
    from types import FrameType

    from bot.commands.compose import Running
    from tests.adapters.slack.easel import Start
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer

#: what a quick turn may take; on Postgres the locks come on top, that SQLite's only writer gives for free, the claim
#: for a job of the queue, and what another process may have changed is read again
_MOST = {"sqlite": 18, "postgres": 44}
_BOUNDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
#: functions that say nothing of where a statement comes from
_BESIDE = {"<lambda>", "_transaction", "_nested", "_execute", "all", "first", "run"}


class Statements:
    """Records what the database is asked, and which functions of `storage` ask."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.bounds: list[str] = []

    def note(self, statement: str) -> None:
        """Note a statement; what a trigger does is part of its statement."""
        if statement.startswith("--"):
            return
        words = " ".join(statement.split())
        into = self.bounds if words.startswith(_BOUNDS) else self.asked
        line = f"{_origin():60} {words[:110]}"
        if not into or line != into[-1]:  # a trigger's parts come under the words of its statement
            into.append(line)

    def clear(self) -> None:
        self.asked.clear()
        self.bounds.clear()

    def __str__(self) -> str:
        lines = "\n".join(f"{number:3} {line}" for number, line in enumerate(self.asked, 1))
        return f"{len(self.asked)} statements, {len(self.bounds)} BEGIN and COMMIT\n{lines}"


def _origin() -> str:
    names = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if "/storage/" in path and "/tests/" not in path:
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return " > ".join(reversed([name for name in names if name not in _BESIDE]))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Statements]:
    """What every connection of the store is asked; sweeps rest."""
    found = Statements()
    opens = sqlite.connect
    monkeypatch.setattr(service, "_SWEEP", 3600.0)

    def note(sql: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if sql.dialect.name != "sqlite":  # what SQLite is asked it traces itself
            found.note(statement)

    def traced(path: Path) -> sqlite3.Connection:
        connection = opens(path)
        connection.set_trace_callback(found.note)
        return connection

    monkeypatch.setattr(sqlite, "connect", traced)
    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


class Journey:
    """A driver, the Easel behind it, and what its database is asked."""

    def __init__(self, driver: Driver, easel: Running, statements: Statements) -> None:
        self.driver = driver
        self._easel = easel
        self._statements = statements

    async def count(self, kind: str, doing: Awaitable[Any]) -> int:
        """Do something; return how many statements it took until nothing is under way."""
        await self._rest()
        self._statements.clear()
        await doing
        await self._rest()
        sys.stderr.write(f"\n{kind} on {self.driver.name}: {self._statements}")
        return len(self._statements.asked)

    async def _rest(self) -> None:
        parts = self._easel.parts
        quiet = 0

        def rests() -> bool:
            nonlocal quiet
            busy = parts.worker._lanes or parts.publisher._pending or parts.ephemerals._background
            quiet = 0 if busy else quiet + 1
            return quiet > 10

        await Changes().until(rests)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Where the store is, as settings."""
    if request.param == "sqlite":
        return {}
    url = request.getfixturevalue("postgres_url")
    (tmp_path / "images").mkdir()
    return {"database_url": url, "blobs_url": (tmp_path / "images").as_uri()}


@pytest.fixture(params=DRIVING)
async def journey(
    request: pytest.FixtureRequest, start: Start, statements: Statements, database: dict[str, str]
) -> AsyncIterator[Journey]:
    started: list[Running] = []

    @asynccontextmanager
    async def keeping(*args: Any, **given: Any) -> AsyncIterator[Running]:
        async with start(*args, **database, **given) as one:
            started.append(one)
            yield one

    async with DRIVING[request.param](keeping) as driver:
        yield Journey(driver, started[0], statements)


async def test_a_quick_turn_takes_at_most_eighteen_statements_and_a_few_more_on_postgres(
    journey: Journey, model: ModelServer, database: dict[str, str]
) -> None:
    most = _MOST["postgres" if database else "sqlite"]
    driver = journey.driver
    threads: list[str] = []

    async def begin() -> None:
        threads.append(await driver.start("a lighthouse at dusk"))

    counts = {"a new canvas": await journey.count("a new canvas", begin())}
    await driver.seen(threads[0], 0, drawn("v1"))
    saying = driver.say(threads[0], "make it bluer")
    counts["an edit"] = await journey.count("an edit", saying)
    await driver.seen(threads[0], 1, drawn("v2 ← v1"))
    saying = driver.say(threads[0], "make it bluer still")
    counts["a second edit"] = await journey.count("a second edit", saying)
    model.answer(fails(451, "moderation_blocked"))
    saying = driver.say(threads[0], "something unspeakable")
    counts["a refused one"] = await journey.count("a refused one", saying)
    await driver.seen(threads[0], 3, says("not billed"))
    assert {kind: count for kind, count in counts.items() if count > most} == {}
