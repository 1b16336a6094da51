"""What time is it at the local Slack? It runs with real time; a test may push it ahead."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress


class Clock:
    """Unix time, plus what a test has pushed it ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._pushed = asyncio.Event()

    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Push the clock; whoever sleeps on it wakes if their moment has come."""
        self.ahead += seconds
        self._pushed.set()
        self._pushed = asyncio.Event()

    async def sleep_until(self, moment: float) -> None:
        while (left := moment - self.now()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pushed.wait(), left)


async def first(*waits: asyncio.Task[None]) -> None:
    """Wait for whichever comes first; end the others."""
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
