from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.conversation.terms import Limits
from bot.ports.errors import NotSaved
from bot.ports.messages import Place
from bot.ports.queries import VersionsQuery
from storage import (
    attempts,
    context,
    events,
    fairness,
    lanes,
    migrate,
    places,
    spending,
    turn_loader,
    versions,
)
from storage.lineage import _NOTES, _PATH
from storage.migrate import NewerDatabase
from storage.sqlite import Sqlite
from storage.store import SqlStore
from storage.tables import metadata
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store on SQLite: what is tested here is the file."""
    opened = SqlStore(tmp_path / "easel.db")
    await opened.open()
    yield opened
    await opened.close()


async def test_the_migrations_make_the_tables_that_the_program_knows(store: SqlStore) -> None:
    def differences(sql: sa.Connection) -> Sequence[object]:
        options = {"compare_type": True, "include_object": _ours}
        found: Sequence[object] = compare_metadata(
            MigrationContext.configure(sql, opts=options), metadata
        )
        return found

    assert await store.database.write(differences) == []


def _ours(_object: object, name: str | None, *_rest: object) -> bool:
    return not (name or "").startswith(("sqlite_", "turns_text"))


def test_the_newest_migration_is_the_one_in_the_folder() -> None:
    files = sorted((Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))
    assert files[-1].name.startswith(f"{migrate.NEWEST}_")


async def test_a_database_of_a_newer_easel_is_refused_with_a_sentence(tmp_path: Path) -> None:
    store = SqlStore(tmp_path / "easel.db")
    await store.open()
    await store.close()
    with sqlite3.connect(tmp_path / "easel.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    newer = SqlStore(tmp_path / "easel.db")
    with pytest.raises(NewerDatabase, match=r"newer Easel.*EASEL_DATA"):
        await newer.open()
    await newer.close()


async def test_a_second_start_runs_no_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = SqlStore(tmp_path / "easel.db")
    await first.open()
    await first.close()
    monkeypatch.setattr(migrate, "_upgrade", None)
    second = SqlStore(tmp_path / "easel.db")
    await second.open()
    await second.close()


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "easel.db").write_bytes(b"this is a letter to my aunt" * 100)
    store = SqlStore(tmp_path / "easel.db")
    with pytest.raises(NotSaved, match="not a database"):
        await store.open()
    await store.close()


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = SqlStore(tmp_path / "nowhere" / "easel.db")
    with pytest.raises(NotSaved, match="unable to open"):
        await store.open()


async def test_a_full_disk_is_told_nothing_is_lost_and_it_goes_on(store: SqlStore) -> None:
    """SQLite's own page limit plays the full disk: the same error, at the same places."""
    canvas = Canvas(store)
    await canvas.line(2)
    pages = await store.database.write(_limit_pages)
    with pytest.raises(NotSaved, match="full"):
        await _fill(canvas)
    before = len((await canvas.whole())[1])
    await store.database.write(lambda sql: sql.exec_driver_sql("PRAGMA max_page_count=100000"))
    await canvas.ask("there is room again")
    assert len((await canvas.whole())[1]) == before + 1
    assert pages


async def _fill(canvas: Canvas) -> None:
    for number in range(200):
        await canvas.ask(f"prompt {number} " + "x" * 4000)


def _limit_pages(sql: sa.Connection) -> int:
    count = int(sql.exec_driver_sql("PRAGMA page_count").scalar_one()) + 2
    sql.exec_driver_sql(f"PRAGMA max_page_count={count}")
    return count


async def test_writers_that_share_a_flush_all_learn_that_the_disk_is_full(store: SqlStore) -> None:
    canvas = Canvas(store)
    await canvas.line(1)
    await store.database.write(_limit_pages)
    found = await asyncio.gather(
        *(canvas.ask("x" * 4000, event=f"e{n}") for n in range(20)), return_exceptions=True
    )
    refused = [one for one in found if isinstance(one, NotSaved)]
    assert refused
    kept = len((await canvas.whole())[1]) - 1
    assert kept == len(found) - len(refused), "who was told so is on disk, who was not is not"


async def test_a_database_that_another_process_holds_is_told_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite._TIMEOUT", 0.2)
    store = SqlStore(tmp_path / "easel.db")
    await store.open()
    other = sqlite3.connect(tmp_path / "easel.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotSaved, match="locked"):
        await Canvas(store).ask("a boat")
    other.execute("ROLLBACK")
    other.close()
    assert (await Canvas(store).ask("a boat")).request.text == "a boat"
    await store.close()


async def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    store = SqlStore(tmp_path / "easel.db")
    await store.open()
    canvas = Canvas(store)
    await canvas.line(1)
    other = sqlite3.connect(tmp_path / "easel.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert (await canvas.head()) == "v1"
    other.execute("ROLLBACK")
    other.close()
    await store.close()


async def test_a_cancelled_caller_leaves_a_whole_transaction(store: SqlStore) -> None:
    canvas = Canvas(store)
    await canvas.line(1)
    task = asyncio.create_task(canvas.ask("a boat", event="e1"))
    await asyncio.sleep(0)  # it has handed its work over
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    begun = await canvas.begin("a boat", event="e1")
    assert begun.turn is not None
    assert begun.turn.request.text == "a boat"


#: what is no table of ours: the rows of a recursive query so far, and a query of no table
_NONE = {
    "SCAN chain",
    "SCAN back",
    "SCAN CONSTANT ROW",
    "SCAN one",
    *("SCAN waiting", "SCAN placed", "SCAN drawing"),
    "SCAN holds USING COVERING INDEX sqlite_autoindex_holds_1",
}
_TERMS: dict[str, Any] = {
    "since": 0.0,
    **fairness.room_terms(
        0.0, fairness.UNLIMITED, Place(platform="web", workspace="local", channel="page")
    ),
}
#: what the query of a place is asked with
_NAMES = ("event", "person_id", "at", "around", "since", "place", "person", "channel", "workspace")


async def test_what_is_asked_for_each_turn_is_found_by_an_index(tmp_path: Path) -> None:
    """At 100,000 threads a scan would show; here SQLite says how it would look."""
    store = SqlStore(tmp_path / "easel.db")
    await store.open()
    statements: dict[str, tuple[Any, dict[str, object]]] = {
        "next": (lanes._NEXT.clause, {"lane": "x", **fairness.terms(0.0, fairness.UNLIMITED)}),
        "turn": (turn_loader._BY_ID.clause, {"id": "x"}),
        "context": (context._CONTEXT.clause, {**dict.fromkeys(_NAMES, "x"), **_TERMS}),
        "ending": (attempts._ENDING.clause, {"of": "x"}),
        "drift": (versions._DRIFTED_FROM, {"conversation": "x", "number": "v1"}),
        "known": (events._KNOWN, {"event": "x"}),
        "event": (events._BY_EVENT, {"event": "x"}),
        "place": (places._AT_PLACE, {"place": "x"}),
        "post": (places._CARD_AT, {"place": "x", "message": "y"}),
        "size": (versions._SIZE, {"of": "x", "number": "v1"}),
        "path": (_PATH, {"conversation": "x", "source": "v1"}),
        "talk": (_NOTES, {"conversation": "x", "before": 1}),
    }

    def plans(sql: sa.Connection) -> dict[str, str]:
        return {
            name: _plans(sql, lambda: sql.execute(statement, values).all())[0]  # noqa: B023 - run at once
            for name, (statement, values) in statements.items()
        }

    found = await store.database.read(plans)
    await store.close()
    for name, plan in found.items():
        scans = [
            one
            for one in plan.splitlines()
            if one.startswith("SCAN ")
            and one not in _NONE
            and "ix_turns_open" not in one
            and "(subquery" not in one
        ]
        assert not scans, f"{name}: {plan}"
    assert "ix_turns_open" in found["next"]
    assert "ix_turns_open" in found["turn"]
    assert "ix_turns_talk" in found["talk"]


def _plans(sql: sa.Connection, run: Callable[[], object]) -> list[str]:
    """Tell how SQLite looks for what `run` asks, a text a statement."""
    ran: list[tuple[str, Any]] = []

    def note(_sql: Any, _cursor: Any, text: str, given: Any, *_rest: Any) -> None:
        ran.append((text, given))

    sa.event.listen(sql, "before_cursor_execute", note)
    run()
    sa.event.remove(sql, "before_cursor_execute", note)
    explained = (sql.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given) for text, given in ran)
    return ["\n".join(row[3] for row in plan) for plan in explained]


async def test_what_counts_against_a_limit_is_found_by_an_index(store: SqlStore) -> None:
    limits = Limits(person=1, channel=1, workspace=1, month=1)
    place = Place(platform="web", workspace="local", channel="page")

    def plans(sql: sa.Connection) -> list[str]:
        return _plans(sql, lambda: spending.list_usage(sql, place, ANA, limits))

    found = await store.database.read(plans)
    own = "sqlite_autoindex_sums_1 (kind=? AND platform=? AND workspace=? AND id=? AND month>?)"
    month = "ix_sums_kind_month_platform_workspace (kind=? AND month>?)"
    assert found == [f"SEARCH sums USING INDEX {one}" for one in (own, own, own, month)]


def test_a_database_is_made_of_one_writer_and_a_few_readers(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "easel.db")
    assert len(database._readers) == 2


def _spoil(path: Path) -> None:
    """Write over all pages behind the first few, as a broken disk does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * (size - 4096 * 3))


async def _looked_through(store: SqlStore) -> None:
    await store.open()
    await store.check()


async def test_a_damaged_file_is_a_sentence_whatever_is_asked_of_it(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    store = SqlStore(path)
    await store.open()
    await Canvas(store).line(3)
    await store.check()
    await store.close()
    _spoil(path)
    damaged = SqlStore(path)
    said = "is damaged .* put a backup in its place"
    with pytest.raises(NotSaved, match=said):
        await _looked_through(damaged)
    await damaged.close()
    path.write_bytes(b"this was a database" * 1000)
    with pytest.raises(NotSaved, match=said):
        await SqlStore(path).open()


async def test_a_clock_that_goes_back_a_day_changes_no_order(tmp_path: Path) -> None:
    now = [1e9]
    store = SqlStore(tmp_path / "easel.db", clock=lambda: now[0])
    await store.open()
    canvas = Canvas(store)
    for number in range(1, 12):
        await canvas.ask(f"prompt {number}")
        await canvas.draw(images=2 if number == 3 else 1)
        now[0] -= 86400.0
    known, turns = await canvas.whole()
    numbers = ["v1", "v2", "v3a", "v3b", *(f"v{number}" for number in range(4, 12))]
    assert list(known.versions) == numbers
    assert [turn.request.text for turn in turns] == [f"prompt {number}" for number in range(1, 12)]
    assert known.head == "v11"
    query = VersionsQuery(
        platform="web", workspace="local", conversation=known.id, until=2e9, limit=20
    )
    made = await store.list_versions(query)
    assert [number for number, _ in made] == numbers[::-1]
    await store.close()
