"""Are there never more at once than allowed, whoever else draws?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from storage.slots import SharedSlots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.servers.postgres import PostgresServer


@pytest.fixture
async def two(postgres_url: str) -> AsyncIterator[list[SharedSlots]]:
    """Give the slots of two processes, three in all."""
    found = [SharedSlots(postgres_url, 3, asyncio.Event()) for _ in range(2)]
    yield found
    for one in found:
        await one.close()


class Room:
    """Who is in, and how many were at most; each stays until told."""

    def __init__(self) -> None:
        self.inside = self.most = self.done = 0
        self.changed = asyncio.Condition()
        self.leave = asyncio.Semaphore(0)

    async def visit(self, slots: SharedSlots) -> None:
        async with slots:
            await self._note(1)
            await self.leave.acquire()
            await self._note(-1)

    async def _note(self, step: int) -> None:
        async with self.changed:
            self.inside += step
            self.done += step < 0
            self.most = max(self.most, self.inside)
            self.changed.notify_all()

    async def until(self, inside: int, done: int) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: (self.inside, self.done) == (inside, done))


async def test_no_more_are_in_than_allowed_in_both_together_and_all_come_in_at_last(
    two: list[SharedSlots],
) -> None:
    room = Room()
    visits = [asyncio.create_task(room.visit(two[n % 2])) for n in range(8)]
    for done in range(6):
        await room.until(3, done)
        room.leave.release()
    await room.until(2, 6)
    for _ in "12":
        room.leave.release()
    await asyncio.gather(*visits)
    assert room.most == 3


async def test_who_waits_and_gives_up_takes_nothing_with_it(two: list[SharedSlots]) -> None:
    room = Room()
    inside = [asyncio.create_task(room.visit(two[0])) for _ in range(3)]
    await room.until(3, 0)
    waiting = asyncio.create_task(room.visit(two[1]))
    await asyncio.sleep(0.05)  # it has asked
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    for _ in inside:
        room.leave.release()
    await asyncio.gather(*inside)
    again = [asyncio.create_task(room.visit(two[1])) for _ in range(3)]
    await room.until(3, 3)
    for _ in again:
        room.leave.release()
    await asyncio.gather(*again)


async def test_what_a_process_that_ends_holds_is_free(two: list[SharedSlots]) -> None:
    room = Room()
    dying = [asyncio.create_task(room.visit(two[0])) for _ in range(3)]
    await room.until(3, 0)
    await two[0].close()  # as its connection does when it dies
    other = Room()
    late = asyncio.create_task(other.visit(two[1]))
    await other.until(1, 0)
    for task in (*dying, late):
        task.cancel()
    await asyncio.gather(*dying, late, return_exceptions=True)


async def test_what_a_process_holds_whose_heart_is_still_is_free_after_its_lease(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.slots._LEASE", 1.0)
    monkeypatch.setattr("storage.slots._HEARTBEAT", 60.0)
    frozen = SharedSlots(postgres_url, 1, asyncio.Event())
    async with frozen:
        monkeypatch.setattr("storage.slots._HEARTBEAT", 0.2)
        alive, third = (SharedSlots(postgres_url, 1, asyncio.Event()) for _ in range(2))
        await asyncio.wait_for(alive.__aenter__(), 5)
        waiting = asyncio.create_task(third.__aenter__())
        await asyncio.sleep(2)  # twice as long as a lease: the heart of the one that holds it beats
        assert not waiting.done()
    # what the frozen one gives back was not its own any more
    await asyncio.sleep(0.5)  # longer than it takes to look
    assert not waiting.done()
    await alive.__aexit__(None, None, None)
    await asyncio.wait_for(waiting, 5)
    await third.__aexit__(None, None, None)
    for one in (frozen, alive, third):
        await one.close()


async def test_nobody_waits_in_a_process_that_is_about_to_end(postgres_url: str) -> None:
    give_up = asyncio.Event()
    full, ending = (SharedSlots(postgres_url, 1, event) for event in (asyncio.Event(), give_up))
    async with full:
        waiting = asyncio.create_task(ending.__aenter__())
        await asyncio.sleep(0.05)  # it has asked
        assert not waiting.done()
        give_up.set()
        await asyncio.wait_for(waiting, 1)
        await ending.__aexit__(None, None, None)
    await full.close()
    await ending.close()


async def test_a_server_that_restarts_is_waited_for(
    two: list[SharedSlots], postgres: PostgresServer
) -> None:
    async with two[0]:
        postgres.stop()
        entering = asyncio.create_task(two[1].__aenter__())
        await asyncio.sleep(0.05)  # it has found nobody
        assert not entering.done()
        postgres.start()
        await asyncio.wait_for(entering, 20)
        await two[1].__aexit__(None, None, None)
    async with two[0]:
        pass
