"""What wakes a lane, and how many may be drawn at once?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType


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


class Slots(Protocol):
    """How many may be drawn at once: who enters has a slot, or the process is about to end."""

    async def __aenter__(self) -> object:
        """Wait for a slot."""
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """Return it back."""
        ...
