"""How far is Easel from the least that a bot can do? Both are played in one run, platform by platform.

`python -m tests.bench beside` writes the tables of docs/performance.md; `EASEL_BENCH_PLATFORMS=slack,web` plays some
of them and writes nothing.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench import report
from tests.bench.chats import chat
from tests.bench.process import model

if TYPE_CHECKING:
    from tests.bench.chats import Chat, Thread
    from tests.bench.process import ModelProcess, Process

PLATFORMS = ("slack", "discord", "web")
KINDS = ("floor", "easel")


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What people do."""

    title: str
    threads: int
    #: turns a thread
    turns: int
    #: seconds that the model takes
    delay: float
    #: bytes of the model's picture; 0: it answers in words
    size: int


WORKLOADS = (
    Workload(title="words, one after another", threads=1, turns=60, delay=0, size=0),
    Workload(title="1.5 MB pictures, one after another", threads=1, turns=30, delay=0, size=1_500_000),
    Workload(title="words, 50 threads × 4", threads=50, turns=4, delay=0.2, size=0),
    Workload(title="1.5 MB pictures, 50 threads × 4", threads=50, turns=4, delay=0.2, size=1_500_000),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a workload took of one bot."""

    #: turns a second
    pace: float
    #: milliseconds of CPU a turn
    cpu: float
    #: milliseconds until the first sign, median
    sign: float


@dataclass(kw_only=True)
class Played:
    """One bot on one platform."""

    #: seconds from the command to connected
    start: float
    #: MB, connected and at rest
    memory: float
    #: MB after everything
    memory_after: float = 0.0
    results: dict[str, Result] = field(default_factory=dict)


async def play(one: Process, room: Chat, answers: ModelProcess, what: Workload) -> Result:
    """Have people do what a workload says."""
    await answers.answer(delay=what.delay, size=what.size)
    threads = await asyncio.gather(*(room.thread() for _ in range(what.threads)))

    async def use(thread: Thread) -> list[float]:
        return [await thread.turn() for _ in range(what.turns)]

    await asyncio.gather(*(thread.turn() for thread in threads))
    before, begun = one.cpu(), time.perf_counter()
    signs = await asyncio.gather(*(use(thread) for thread in threads))
    took = time.perf_counter() - begun
    count = what.threads * what.turns
    return Result(
        pace=count / took,
        cpu=1000 * (one.cpu() - before) / count,
        sign=1000 * statistics.median(sign for found in signs for sign in found),
    )


async def play_all(name: str) -> dict[str, Played]:
    """Play the floor and Easel on a platform."""
    found: dict[str, Played] = {}
    async with model() as answers, chat(name) as room:
        for kind in KINDS:
            async with room.bot(kind, answers.url) as (one, start):
                played = found[kind] = Played(start=start, memory=one.memory())
                for what in WORKLOADS:
                    result = played.results[what.title] = await play(one, room, answers, what)
                    print(
                        f"{room.title:8} {kind:6} {what.title:36} {result.pace:6.1f} turns/s "
                        f"{result.cpu:6.1f} ms CPU a turn, first sign {result.sign:6.1f} ms",
                        flush=True,
                    )
                played.memory_after = one.memory()
    return found


def fsync() -> float:
    """Return the milliseconds of writing a page to disk, median."""
    taken = []
    with tempfile.TemporaryFile() as file:
        for _ in range(50):
            begun = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


async def main() -> None:
    """Play, print, and keep the figures where all platforms were played."""
    names = os.environ.get("EASEL_BENCH_PLATFORMS", ",".join(PLATFORMS)).split(",")
    found = {name: await play_all(name) for name in names}
    written = report.tables(found, fsync())
    print(written)
    if set(names) == set(PLATFORMS):
        report.keep(written)
