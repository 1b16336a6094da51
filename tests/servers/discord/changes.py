"""How does a test wait for something to become true?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: seconds after which a condition is looked at again although nothing changed here: it may depend on
#: the program under test, which does not tell
GLANCE = 0.01


class Changes:
    """Wakes whoever waits, whenever something happened on this Discord."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        self._event.set()

    async def until(
        self, condition: Callable[[], T], within: float, describe: Callable[[], str]
    ) -> T:
        """Wait until `condition` gives something true, and give it; fail with a description."""
        loop = asyncio.get_running_loop()
        over = loop.time() + within
        while not (found := condition()):
            if loop.time() > over:
                raise AssertionError(f"still not so after {within} s\n{describe()}")
            self._event.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._event.wait(), GLANCE)
        return found
