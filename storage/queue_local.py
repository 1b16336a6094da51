"""Which lane is drained next, in one process? The TurnQueue of a single machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

_log = structlog.stdlib.get_logger("easel.queue")


class LocalQueue:
    """Wakes lanes in the order they were woken; `most` are drained at once."""

    def __init__(self, most: int = 64) -> None:
        self._slots = asyncio.Semaphore(most)
        self._woken: dict[str, None] = {}  # an ordered set
        self._draining: set[str] = set()
        self._news = asyncio.Event()
        self._resting = False
        #: when a key may be used again, on the loop's clock
        self._paces: dict[str, float] = {}

    async def wake(self, lane: str) -> None:
        """Have the lane drained soon; once more, if it is being drained now."""
        self._woken[lane] = None
        self._news.set()

    async def rest(self) -> None:
        """Begin no more drains; those that run go on."""
        self._resting = True

    async def hold_shards(
        self,
        platform: str,  # noqa: ARG002 - as in the port
        count: int,
        shard_of: Callable[[str], int],  # noqa: ARG002 - as above
    ) -> AsyncGenerator[frozenset[int], None]:
        """Yield all shards: there is no other process."""
        yield frozenset(range(count))

    def serve_workspace(self, platform: str, workspace: str) -> None:
        """Do nothing: there is no other process."""

    async def pace(self, key: str, seconds: float) -> None:
        """Wait until a key was not used for so many seconds, and use it."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._paces.get(key, now))
        self._paces[key] = at + seconds
        await asyncio.sleep(at - now)

    async def run(self, drain: Callable[[str], Awaitable[None]]) -> None:
        """Drain what is woken, one drain a lane at a time, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._news.wait()
                self._news.clear()
                if self._resting:
                    continue
                for lane in [lane for lane in self._woken if lane not in self._draining]:
                    await self._slots.acquire()
                    self._woken.pop(lane, None)
                    self._draining.add(lane)
                    tasks.create_task(self._drain(drain, lane))

    async def _drain(self, drain: Callable[[str], Awaitable[None]], lane: str) -> None:
        try:
            await drain(lane)
        except Exception:
            # the store still has the lane's turns; the next wake-up takes them up again
            _log.exception("drain failed", lane=lane)
        finally:
            self._draining.discard(lane)
            self._slots.release()
            if lane in self._woken:
                self._news.set()
