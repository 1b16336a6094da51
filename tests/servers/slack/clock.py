"""What time is it at the local Slack, and how does a test wait for something?

The clock runs with real time; a test may push it ahead. Waiting is for conditions, never for a while.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from tests.servers.slack.values import NeverCame

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: seconds a test waits for a condition before it fails
PATIENCE = 30.0
#: seconds between two looks at a condition that nothing here tells about (the app's own state)
GLANCE = 0.02


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


class Changes:
    """Tells waiting tests that something is new."""

    def __init__(self) -> None:
        self._new = asyncio.Event()

    def tell(self) -> None:
        self._new.set()
        self._new = asyncio.Event()

    async def until(
        self,
        look: Callable[[], T],
        *,
        seconds: float = PATIENCE,
        what: Callable[[], str] = lambda: "",
    ) -> T:
        """Give the first true value of `look`; NeverCame, with what there is instead, when too late."""
        end = time.monotonic() + seconds
        while not (found := look()):
            left = end - time.monotonic()
            if left <= 0:
                raise NeverCame(f"not within {seconds:g} s\n{what()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._new.wait(), min(left, GLANCE))
        return found


async def first(*waits: asyncio.Task[None]) -> None:
    """Wait for whichever comes first; end the others."""
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
