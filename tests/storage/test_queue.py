"""The contract of the TurnQueue port."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from storage.queue_local import LocalQueue
from storage.queue_shared import SharedQueue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.conversation.queue import TurnQueue


@pytest.fixture(params=["local", "shared"])
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[TurnQueue]:
    if request.param == "local":
        yield LocalQueue(most=4)
        return
    shared = SharedQueue(request.getfixturevalue("postgres_url"), ["web"], always_web, most=4)
    await shared.open()
    yield shared
    await shared.close()


async def always_web(_lane: str) -> tuple[str, str] | None:
    return "web", ""


@asynccontextmanager
async def draining(
    queue: TurnQueue, drain: Callable[[str], Awaitable[None]]
) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run(drain))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Drains:
    """Notes which lanes are being drained; each drain waits to be let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.now: dict[str, int] = {}
        self.most = 0
        self.changed = asyncio.Condition()
        self.gates: dict[str, asyncio.Event] = {}

    async def drain(self, lane: str) -> None:
        async with self.changed:
            self.begun.append(lane)
            self.now[lane] = self.now.get(lane, 0) + 1
            assert self.now[lane] == 1, "one drain a lane at a time"
            self.most = max(self.most, sum(self.now.values()))
            self.changed.notify_all()
        await self.gate(lane).wait()
        async with self.changed:
            self.now[lane] -= 1
            self.changed.notify_all()

    def gate(self, lane: str) -> asyncio.Event:
        return self.gates.setdefault(lane, asyncio.Event())

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: len(self.begun) >= count)


async def test_a_lane_that_was_woken_is_drained(queue: TurnQueue) -> None:
    drains = Drains()
    drains.gate("a").set()
    async with draining(queue, drains.drain):
        await queue.wake("a")
        await drains.until(1)
    assert drains.begun == ["a"]


async def test_waking_before_run_is_not_lost(queue: TurnQueue) -> None:
    drains = Drains()
    drains.gate("a").set()
    await queue.wake("a")
    async with draining(queue, drains.drain):
        await drains.until(1)


async def test_however_often_it_is_woken_meanwhile_it_is_drained_once_more(
    queue: TurnQueue,
) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        await queue.wake("a")
        await drains.until(1)
        for _ in range(5):
            await queue.wake("a")
        drains.gate("a").set()
        await drains.until(2)
        await queue.wake("b")
        drains.gate("b").set()
        await drains.until(3)
    assert drains.begun == ["a", "a", "b"]


async def test_lanes_are_drained_side_by_side_within_the_limit(queue: TurnQueue) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        for lane in "abcdef":
            await queue.wake(lane)
        await drains.until(4)
        assert drains.begun == list("abcd")
        for lane in "abcdef":
            drains.gate(lane).set()
        await drains.until(6)
    assert drains.most == 4


async def test_a_drain_that_fails_takes_no_other_with_it(queue: TurnQueue) -> None:
    done = asyncio.Event()

    async def drain(lane: str) -> None:
        if lane == "bad":
            raise RuntimeError("on purpose")
        done.set()

    async with draining(queue, drain):
        await queue.wake("bad")
        await queue.wake("good")
        await asyncio.wait_for(done.wait(), 5)
        done.clear()
        await queue.wake("good")
        await asyncio.wait_for(done.wait(), 5)


async def test_nothing_is_remembered_of_lanes_that_are_done(queue: TurnQueue) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        for number in range(200):
            drains.gate(str(number)).set()
            await queue.wake(str(number))
        await drains.until(200)
        drains.gate("last").set()
        await queue.wake("last")
        await drains.until(201)
    assert isinstance(queue, LocalQueue | SharedQueue)
    assert not queue._woken
    assert not queue._draining


async def test_at_rest_what_runs_goes_on_and_nothing_more_begins(queue: TurnQueue) -> None:
    drains = Drains()
    async with draining(queue, drains.drain):
        await queue.wake("a")
        await drains.until(1)
        await queue.rest()
        await queue.wake("b")
        await queue.wake("a")
        drains.gate("a").set()
        async with asyncio.timeout(20), drains.changed:
            await drains.changed.wait_for(lambda: not drains.now["a"])
        await asyncio.sleep(0.05)  # the time in which another drain would have begun
    assert drains.begun == ["a"]


async def test_a_key_is_used_again_after_its_seconds(queue: TurnQueue) -> None:
    begun = time.monotonic()
    for _ in range(3):
        await queue.pace("identify", 0.5)
        await queue.pace("another", 0.0)
    assert time.monotonic() - begun >= 0.99
