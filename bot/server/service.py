"""What runs beside what adapters ask? Drawing, sweeping, removing; and how it ends.

HTTP asks here whether Easel is ready, and for its metrics.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.ports import errors

if TYPE_CHECKING:
    from bot.server.parts import Parts, Stores

_log = structlog.stdlib.get_logger("easel")

#: seconds between two looks for lanes whose wake-up was lost
_SWEEP = 10.0
#: seconds for what is on its way at the end
_LAST_WORDS = 5.0


class Service:
    """Everything of Easel that runs by itself."""

    def __init__(self, stores: Stores, parts: Parts) -> None:
        self._store = stores.store
        self._queue = stores.queue
        self._ownership = stores.ownership
        self._parts = parts
        self.resume = parts.account.resume
        self._stopping = asyncio.Event()

    async def ready(self) -> None:
        """Return where more can be taken. Raise NotSaved, NotKept, or Stopping."""
        if self._stopping.is_set():
            raise errors.Stopping
        await self._store.get_held_since()
        await self._ownership.check()

    async def measure(self) -> bytes:
        """Return the metrics as they are now. Raise NotSaved."""
        begun = time.monotonic()
        waiting = await self._store.count_open_turns()
        on_hold = await self._store.get_held_since() is not None
        seconds = time.monotonic() - begun
        return self._parts.metrics.render(waiting, on_hold=on_hold, store_seconds=seconds)

    async def run(self) -> None:
        """Drain lanes until cancelled; begin with those that an earlier run left."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sweep(), name="sweep")
            tasks.create_task(self._queue.run(self._parts.worker.process_lane), name="queue")
            tasks.create_task(self._parts.retention.run(), name="clearing")
            tasks.create_task(self._parts.viewers.run(), name="viewers")

    async def stop(self, grace: float) -> None:
        """Claim nothing more; give what is being drawn `grace` seconds, then let it go."""
        self._stopping.set()
        self._parts.worker.stop_claiming()
        await self._queue.rest()
        await self._parts.worker.stop(grace)
        with suppress(TimeoutError):  # what is not shown yet is shown at the next start
            async with asyncio.timeout(_LAST_WORDS):
                await self._parts.publisher.flush()
                await self._parts.ephemerals.flush()
        await self._parts.exports.stop()
        with suppress(TimeoutError):  # what is not removed yet is removed at the next start
            await asyncio.wait_for(self._parts.retention.flush(), _LAST_WORDS)

    async def _sweep(self) -> None:
        """Look now and then for what was lost, at once at the start."""
        first = True
        while not self._stopping.is_set():
            try:
                await self._sweep_once(first=first)
                first = False
            except errors.EaselError as error:
                _log.error("sweep failed", error=str(error))
            except Exception:  # the next one may do better, whatever this is
                _log.exception("sweep failed")
            await asyncio.sleep(_SWEEP)

    async def _sweep_once(self, *, first: bool) -> None:
        """Take up what was lost: wake-ups, cards that do not say how a turn ended, a word of a hold."""
        ephemerals = self._parts.ephemerals
        for lane in await self._store.list_waiting_lanes(self._parts.platforms):
            await self._queue.wake(lane)
        for turn in await self._store.list_unnotified(self._parts.platforms):
            if self._parts.exports.resume_export(turn):
                continue
            if first:
                ephemerals.run_in_background(ephemerals.post_ephemeral(turn))
            self._parts.publisher.schedule(turn)
        ephemerals.run_in_background(self._parts.account.notify_operator())
        await self._store.delete_pictures()
