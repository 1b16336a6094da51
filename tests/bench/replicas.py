"""What does a second Easel add on one Postgres? Each is pinned to a core; the same people use one, then two."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tests.bench.chats import WebChat
from tests.bench.process import model
from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from tests.bench.chats import Thread

_THREADS, _TURNS = 50, 4


async def _play(count: int, model_url: str, database: str) -> float:
    """Return the turns a second of so many replicas."""
    async with AsyncExitStack() as stack:
        rooms = [WebChat(database_url=database) for _ in range(count)]
        for core, room in enumerate(rooms):
            one, _ = await stack.enter_async_context(room.bot("easel", model_url))
            os.sched_setaffinity(one.pid, {core % (os.cpu_count() or 1)})
        threads = await asyncio.gather(*(rooms[n % count].thread() for n in range(_THREADS)))

        async def use(thread: Thread) -> None:
            for _ in range(_TURNS):
                await thread.turn()

        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*map(use, threads))
        return _THREADS * _TURNS / (asyncio.get_running_loop().time() - begun)


async def main() -> None:
    """Print turns a second of one and of two, and the ratio."""
    server = await asyncio.to_thread(PostgresServer)
    try:
        await asyncio.to_thread(server.start)
        async with model() as answers:
            await answers.answer(delay=0.2, size=0)
            found = [
                await _play(count, answers.url, await asyncio.to_thread(server.database))
                for count in (1, 2)
            ]
    finally:
        await asyncio.to_thread(server.close)
    one, two = found
    cores = os.cpu_count()
    print(
        f"one {one:.1f} turns/s, two {two:.1f}: {two / one:.2f} ×, with {cores} cores for all of it"
    )
