"""What wakes a lane?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class TurnQueue(Protocol):
    """A wake-up for lanes; it may be lost or doubled."""

    async def wake(self, lane: str) -> None:
        """Have the lane drained soon; once, however often this is called meanwhile."""
        ...

    async def rest(self) -> None:
        """Begin no more drains, because this process is about to end; those that run go on."""
        ...

    async def run(self, drain: Callable[[str], Awaitable[None]]) -> None:
        """Drain what is woken, one drain a lane at a time, until cancelled."""
        ...
