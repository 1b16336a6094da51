"""Which shards of a platform does this process hold, of all processes on a Postgres database?

Each process holds its part: as many as there are, divided by those that live. One that dies or freezes loses
its shards within seconds; one that joins is given some of the others'.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from storage.leases import Leases

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_log = structlog.stdlib.get_logger("easel.shards")

#: seconds that a shard is leased for, and between two renewals: another process has it 8 seconds after a death
_LEASE, _HEARTBEAT = 6.0, 1.5
#: seconds between two looks whether a key is free
_LOOK = 0.25
#: processes that share shards, at most
_MAX_PROCESSES = 1000


class SharedShards:
    """The shards of one process. Once `give_up` is set it holds none: the process is about to end."""

    def __init__(self, url: str, give_up: asyncio.Event) -> None:
        self._leases = Leases(url)
        self._give_up = give_up

    async def hold(self, platform: str, count: int) -> AsyncGenerator[frozenset[int], None]:
        """Yield the numbers that are this process's, from 0, at each heartbeat. Released when closed."""
        name, members = f"{platform} shards of {count}", f"{platform} processes"
        held: frozenset[int] = frozenset()
        renewed = -math.inf
        try:
            while not self._give_up.is_set():
                found = await self._beat(name, members, count)
                if found is not None:
                    renewed = time.monotonic()
                elif time.monotonic() - renewed > _LEASE:
                    found = set()  # the database is away: another process may have taken them
                if found is not None and found != held:
                    held = frozenset(found)
                    _log.info("shards", platform=platform, held=sorted(held), count=count)
                yield held
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._give_up.wait(), _HEARTBEAT)
            yield frozenset()
        finally:
            await asyncio.shield(self._leave(name, members, count))

    async def _beat(self, name: str, members: str, count: int) -> set[int] | None:
        """Renew what is held, take or release what is missing or too many; None: the database is away."""
        if not await self._leases.renew(members, _LEASE):
            await self._leases.take(members, _MAX_PROCESSES, _LEASE)
        held = await self._leases.renew(name, _LEASE)
        living = await self._leases.count(members)
        if held is None or not living:
            return None
        part = math.ceil(count / living)
        if len(held) < part:
            held |= await self._leases.take(name, count, _LEASE, part - len(held)) or set()
        if surplus := sorted(held)[part:]:
            await self._leases.release(name, *surplus)
        return {number - 1 for number in held.difference(surplus)}

    async def _leave(self, name: str, members: str, count: int) -> None:
        await self._leases.release(name, *range(1, count + 1))
        await self._leases.release(members, *range(1, _MAX_PROCESSES + 1))

    async def pace(self, key: str, seconds: float) -> None:
        """Wait until no process has used a key for so many seconds, and use it."""
        while not await self._leases.take(key, 1, seconds):  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(_LOOK)

    async def close(self) -> None:
        """Give the connection back."""
        await self._leases.close()
