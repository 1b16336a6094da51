"""How does a test wait for something? Until a condition holds, woken by each change, with one generous limit."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: seconds until a test fails that waits in vain: no deadline of anybody's, long enough for a busy machine
PATIENCE = 60.0
#: seconds between two looks at a condition of which nothing here tells (the program's own state)
_GLANCE = 0.02


class NeverCame(AssertionError):
    """What a test waited for did not come."""


class Changes:
    """Wakes whoever waits, whenever something happened."""

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
        """Return the first true value of `look`; raise NeverCame, with what there is instead."""
        end = time.monotonic() + seconds
        while not (found := look()):
            left = end - time.monotonic()
            if left <= 0:
                raise NeverCame(f"not within {seconds:g} s\n{what()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._new.wait(), min(left, _GLANCE))
        return found
