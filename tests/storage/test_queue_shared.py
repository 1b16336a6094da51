"""What only a queue that several processes share can do wrong."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from bot.conversation.records import Claim
from bot.ports.errors import Superseded
from storage import locks, queue_shared
from storage.queue_shared import SharedQueue
from storage.store import SqlStore
from tests.storage.canvas import Canvas
from tests.storage.test_queue import Drains, always_web, draining

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.servers.postgres import PostgresServer


@pytest.fixture
async def queue(postgres_url: str) -> AsyncIterator[SharedQueue]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(opened(postgres_url, "web"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_shared, "_HEARTBEAT", 0.1)


@asynccontextmanager
async def opened(
    url: str,
    platform: str,
    workspace_of: Callable[[str], Awaitable[tuple[str, str] | None]] = always_web,
) -> AsyncIterator[SharedQueue]:
    queue = SharedQueue(url, [platform], workspace_of)
    await queue.open()
    try:
        yield queue
    finally:
        await queue.close()


async def test_two_processes_never_drain_one_lane_at_once(
    queue: SharedQueue, postgres_url: str
) -> None:
    drains = Drains()  # asserts it
    async with (
        opened(postgres_url, "web") as other,
        draining(queue, drains.drain),
        draining(other, drains.drain),
    ):
        for number in range(20):
            await (queue, other)[number % 2].wake("a")
            await (queue, other)[number % 2].wake(f"lane {number}")
            drains.gate(f"lane {number}").set()
        await drains.until(21)
        drains.gate("a").set()
        await drains.until(22)
    # once more for all wake-ups of the process that drained it, once for all of the other
    assert drains.begun.count("a") in {2, 3}
    assert len(set(drains.begun)) == 21


async def test_a_lane_is_drained_by_a_process_that_serves_its_platform(
    queue: SharedQueue, postgres_url: str
) -> None:
    async def workspace_of(lane: str) -> tuple[str, str]:
        return lane.partition("/")[0], ""

    here, there = Drains(), Drains()
    async with (
        opened(postgres_url, "web", workspace_of) as web,
        opened(postgres_url, "slack", workspace_of) as slack,
        draining(web, here.drain),
        draining(slack, there.drain),
    ):
        for lane in ("web/1", "slack/1", "web/2", "slack/2"):
            here.gate(lane).set()
            there.gate(lane).set()
            await web.wake(lane)
        await here.until(2)
        await there.until(2)
    assert sorted(here.begun) == ["web/1", "web/2"]
    assert sorted(there.begun) == ["slack/1", "slack/2"]


async def test_a_lane_with_nothing_to_do_is_not_woken(postgres_url: str) -> None:
    async def workspace_of(_lane: str) -> None:
        return None

    async with opened(postgres_url, "web", workspace_of) as queue:
        await queue.wake("a")
    with psycopg.connect(postgres_url) as sql:
        assert sql.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


async def test_the_lanes_of_a_process_that_died_are_drained_by_another(
    queue: SharedQueue, postgres_url: str, quick: None
) -> None:
    with psycopg.connect(postgres_url) as sql:
        sql.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - '1 hour'::interval)"
        )
        sql.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
            "SELECT 'web', 'drain', 'a', '{\"lane\": \"a\"}', 'doing', id FROM procrastinate_workers"
        )
    drains = Drains()
    drains.gate("a").set()
    async with draining(queue, drains.drain):
        await drains.until(1)


async def test_a_job_that_was_lost_on_its_way_to_us_does_not_block_its_lane(
    queue: SharedQueue, postgres_url: str, quick: None
) -> None:
    """The connection broke when the database had given us the job and we had not heard of it."""
    drains = Drains()
    drains.gate("a").set()
    drains.gate("b").set()
    async with draining(queue, drains.drain):
        await queue.wake("a")
        await drains.until(1)
        with psycopg.connect(postgres_url) as sql:
            sql.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
                "SELECT 'web', 'drain', 'b', '{\"lane\": \"b\"}', 'doing', max(id) FROM procrastinate_workers"
            )
        await drains.until(2)


async def test_who_lost_a_lane_while_frozen_can_claim_nothing_in_it(
    queue: SharedQueue, postgres_url: str
) -> None:
    store = SqlStore(postgres_url)
    await store.open()
    canvas = Canvas(store)
    turns = [await canvas.ask(f"prompt {number}") for number in range(2)]
    ended = asyncio.Event()
    found: list[object] = []

    async def drain(lane: str) -> None:
        found.append(await store.claim(lane))
        with psycopg.connect(postgres_url) as sql:  # as another process does that thinks us dead
            sql.execute("DELETE FROM procrastinate_jobs")
        try:
            await store.claim(lane)
        except Superseded as error:
            found.append(error)
            raise
        finally:
            ended.set()

    async with draining(queue, drain):
        await queue.wake(turns[0].lane)
        await asyncio.wait_for(ended.wait(), 5)
        assert isinstance(found[0], Claim)
        assert isinstance(found[1], Superseded)
        assert locks.job.get() is None
        again = asyncio.Event()

        async def go_on(_lane: str) -> None:
            again.set()

        queue._drain = go_on  # the queue itself lives: what it is given now it drains
        await queue.wake(turns[0].lane)
        await asyncio.wait_for(again.wait(), 5)
    await store.close()


async def test_the_queue_lives_through_a_server_that_restarts(
    queue: SharedQueue, postgres: PostgresServer, quick: None
) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        await queue.wake("long")
        await drains.until(1)
        postgres.stop()
        await queue.wake("lost")  # says so in the log, and no more
        postgres.start()
        assert drains.now["long"] == 1, "what runs goes on"
        drains.gate("next").set()
        async with asyncio.timeout(30):
            while "next" not in drains.begun:
                await queue.wake("next")  # as a sweep does, now and then
                await asyncio.sleep(0.1)
        drains.gate("long").set()
    assert set(drains.begun) == {"long", "next"}


async def test_it_ends_also_while_the_server_is_away(
    queue: SharedQueue, postgres: PostgresServer
) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        await queue.wake("long")
        await drains.until(1)
        postgres.stop()
    postgres.start()


def test_procrastinate_s_tables_are_those_that_were_made() -> None:
    """A newer Procrastinate with new tables needs a migration here before it is used."""
    newest = max(file.name for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    assert newest == queue_shared.NEWEST
