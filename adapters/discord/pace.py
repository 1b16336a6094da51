"""How many requests a second leave for Discord, and which of those that wait goes first?

Beside its buckets Discord lets a bot send 50 requests a second in all; answers to interactions do not count.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp

#: requests in a time, a little below Discord's 50 a second
MOST, PERIOD = 45, 1.05
#: requests in a time that are left to what people cannot do without
SPARED = 15
#: paths of answers to interactions
_ANSWERS = ("/interactions/", "/webhooks/")

#: does a request bring what people wait for? Others let it go first
URGENT: ContextVar[bool] = ContextVar("urgent", default=True)


class Pace:
    """Lets requests leave, the urgent ones first."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def leaves(
        self, _session: object, _context: object, params: aiohttp.TraceRequestStartParams
    ) -> None:
        """Wait until a request may leave."""
        if not any(one in params.url.path for one in _ANSWERS):
            await self.take()

    async def take(self) -> None:
        """Wait for a turn."""
        if not self._waiting and self._left() > 0:
            self._sent.append(time.monotonic())
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not URGENT.get(), next(self._order), turn))
        self._later()
        await turn

    @property
    def spare(self) -> bool:
        """Is there room for what people can do without?"""
        return not self._waiting and self._left() > SPARED

    def _left(self) -> int:
        now = time.monotonic()
        while self._sent and self._sent[0] <= now - PERIOD:
            self._sent.popleft()
        return MOST - len(self._sent)

    def _later(self) -> None:
        if self._timer is None and self._waiting:
            wait = max(0.0, self._sent[0] + PERIOD - time.monotonic()) if self._sent else 0.0
            self._timer = asyncio.get_running_loop().call_later(wait, self._next)

    def _next(self) -> None:
        self._timer = None
        left = self._left()
        while left > 0 and self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():  # else who waited was cancelled
                turn.set_result(None)
                self._sent.append(time.monotonic())
                left -= 1
        self._later()
