"""Does each shard belong to one process at a time, whoever joins, ends or dies, and are its lanes drained there?"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from storage.queue_shared import SharedQueue
from storage.shards import SharedShards
from tests.storage.test_queue import Drains, draining

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from tests.servers.postgres import PostgresServer


class Holder:
    """A process that holds shards, until it ends, or dies without a word."""

    def __init__(self, holding: AsyncGenerator[frozenset[int], None]) -> None:
        self.held: frozenset[int] = frozenset()
        self.changed = asyncio.Condition()
        self._holding = holding
        self.task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        async with aclosing(self._holding) as holding:
            async for held in holding:
                async with self.changed:
                    self.held = held
                    self.changed.notify_all()

    async def until(self, wanted: Callable[[frozenset[int]], bool]) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: wanted(self.held))

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.shards._HEARTBEAT", 0.1)
    monkeypatch.setattr("storage.shards._LEASE", 3.0)


@asynccontextmanager
async def shards(url: str) -> AsyncIterator[SharedShards]:
    one = SharedShards(url, asyncio.Event())
    try:
        yield one
    finally:
        await one.close()


async def test_one_holds_all_two_share_and_who_stays_has_all_again(postgres_url: str) -> None:
    async with shards(postgres_url) as here, shards(postgres_url) as there:
        one = Holder(here.hold("discord", 5))
        await one.until(lambda held: held == set(range(5)))
        other = Holder(there.hold("discord", 5))
        await other.until(lambda held: len(held) == 2)
        await one.until(lambda held: len(held) == 3)
        assert one.held | other.held == set(range(5))
        await one.end()
        await other.until(lambda held: held == set(range(5)))
        await other.end()


async def test_one_that_dies_loses_its_shards_after_its_lease(postgres_url: str) -> None:
    async with shards(postgres_url) as here, shards(postgres_url) as there:
        dying = here.hold("discord", 2)
        assert await anext(dying) == {0, 1}  # and never again: no heartbeat
        other = Holder(there.hold("discord", 2))
        await other.until(lambda held: held == {0, 1})
        await other.end()
        await dying.aclose()


async def test_one_that_is_about_to_end_holds_none(postgres_url: str) -> None:
    ending = asyncio.Event()
    one = SharedShards(postgres_url, ending)
    async with shards(postgres_url) as there:
        holder = Holder(one.hold("discord", 2))
        await holder.until(lambda held: held == {0, 1})
        ending.set()
        await holder.until(lambda held: not held)
        await holder.task
        other = Holder(there.hold("discord", 2))
        await other.until(lambda held: held == {0, 1})
        await other.end()
    await one.close()


async def test_nothing_is_held_while_the_database_is_away(
    postgres_url: str, postgres: PostgresServer
) -> None:
    async with shards(postgres_url) as here:
        one = Holder(here.hold("discord", 2))
        await one.until(lambda held: held == {0, 1})
        postgres.stop()
        await one.until(lambda held: not held)
        postgres.start()
        await one.until(lambda held: held == {0, 1})
        await one.end()


async def test_a_lane_is_drained_where_its_workspaces_shard_is_held_also_after_it_moved(
    postgres_url: str,
) -> None:
    async def workspace_of(lane: str) -> tuple[str, str]:
        return "discord", lane.partition("/")[0]

    async with AsyncExitStack() as stack:
        drains: list[Drains] = []
        holders: list[Holder] = []
        queues: list[SharedQueue] = []
        for _ in range(2):
            queue = SharedQueue(postgres_url, ["discord"], workspace_of)
            await queue.open()
            stack.push_async_callback(queue.close)
            drains.append(Drains())
            await stack.enter_async_context(draining(queue, drains[-1].drain))
            queues.append(queue)
            holders.append(Holder(queue.hold_shards("discord", 2, int)))
        for drain in drains:
            drain.gate("0/a").set()
            drain.gate("1/a").set()
            drain.gate("1/b").set()
        await asyncio.gather(*(one.until(lambda held: len(held) == 1) for one in holders))
        zero = next(at for at, one in enumerate(holders) if one.held == {0})
        for lane in ("0/a", "1/a"):
            await queues[0].wake(lane)
        await drains[zero].until(1)
        await drains[1 - zero].until(1)
        assert drains[zero].begun == ["0/a"]
        assert drains[1 - zero].begun == ["1/a"]
        await holders[1 - zero].end()
        await holders[zero].until(lambda held: held == {0, 1})
        await queues[zero].wake("1/b")
        await drains[zero].until(2)
        assert drains[zero].begun == ["0/a", "1/b"]
        await holders[zero].end()


async def test_a_lane_that_waits_in_the_queue_of_a_shard_that_is_no_more_is_woken_anew(
    postgres_url: str,
) -> None:
    async def workspace_of(_lane: str) -> tuple[str, str]:
        return "discord", "7"

    async with AsyncExitStack() as stack:
        queue = SharedQueue(postgres_url, ["discord"], workspace_of)
        await queue.open()
        stack.push_async_callback(queue.close)
        before = Holder(queue.hold_shards("discord", 3, lambda workspace: int(workspace) % 3))
        await before.until(lambda held: len(held) == 3)
        await before.end()
        await queue.wake("a")  # nobody drains yet
        now = Holder(queue.hold_shards("discord", 4, lambda workspace: int(workspace) % 4))
        await now.until(lambda held: len(held) == 4)
        drains = Drains()
        drains.gate("a").set()
        await stack.enter_async_context(draining(queue, drains.drain))
        await queue.wake("a")
        await drains.until(1)
        await now.end()
