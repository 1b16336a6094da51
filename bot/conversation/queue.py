"""What wakes a lane?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable


class TurnQueue(Protocol):
    """A wake-up for lanes; it may be lost or doubled."""

    async def wake(self, lane: str) -> None:
        """Have the lane drained soon; once, however often this is called meanwhile."""
        ...

    async def rest(self) -> None:
        """Begin no more drains, because this process is about to end; those that run go on."""
        ...

    def hold_shards(
        self, platform: str, count: int, shard_of: Callable[[str], int]
    ) -> AsyncGenerator[frozenset[int], None]:
        """As `Bot.hold_shards` says; the lanes of those workspaces are drained by this process."""
        ...

    def serve_workspace(self, platform: str, workspace: str) -> None:
        """Drain the lanes of this workspace of a platform and of no other one."""
        ...

    async def pace(self, key: str, seconds: float) -> None:
        """Wait until no process has used a key for so many seconds, and use it."""
        ...

    async def run(self, drain: Callable[[str], Awaitable[None]]) -> None:
        """Drain what is woken, one drain a lane at a time, until cancelled."""
        ...
