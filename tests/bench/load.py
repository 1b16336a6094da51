"""How much do several replicas do together, and is anything lost, doubled or out of order? `make load`.

People on the page, in Slack workspaces or in Discord guilds each edit a thread of their own, through any of the replicas,
which share a Postgres and a folder of images; the model answers after a given time. Everything runs on this machine, for some
minutes at most: `make load LOAD="--on slack --workspaces 3 --people 30 --kill"`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.bench.load_people import platform
from tests.crash.process import Process
from tests.servers import ports
from tests.servers.http import serving
from tests.servers.model import ModelServer
from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from tests.bench.load_people import Platform, Speaker

#: seconds for all of it
_LIMIT = 600.0
#: prompts that are asked for at most
_MOST = 2000
_OVER = {"posted", "refused", "interrupted", "failed", "cancelled"}


@dataclass(kw_only=True)
class Run:
    """What is asked for, and what was seen."""

    on: str
    workspaces: int
    replicas: int
    people: int
    prompts: int
    latency: float
    kill: bool
    #: when each prompt was accepted, by its words
    asked: dict[str, float] = field(default_factory=dict)
    #: the prompts of each person, in order
    said: list[list[str]] = field(default_factory=list)


def main() -> None:
    """Read what to do, do it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=["web", "slack", "discord"], default="web")
    for name, default in (("workspaces", 3), ("replicas", 2), ("people", 20), ("prompts", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--latency", type=float, default=0.5, help="seconds of each answer")
    parser.add_argument("--kill", action="store_true", help="kill a replica in the middle")
    run = Run(**vars(parser.parse_args()))
    if run.people * run.prompts > _MOST:
        parser.error(f"at most {_MOST} prompts")
    asyncio.run(asyncio.wait_for(_main(run), _LIMIT))


async def _main(run: Run) -> None:
    model, postgres = ModelServer(), PostgresServer()
    model.delay = run.latency
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "images").mkdir()
        postgres.start()
        try:
            async with (
                serving(model.app) as address,
                platform(run.on, run.workspaces, run.replicas) as place,
            ):
                shared = {
                    **place.settings,
                    "database_url": postgres.database(),
                    "blobs_url": (folder / "images").as_uri(),
                }
                replicas = [
                    Process(folder / str(n), f"{address}/v1", ports.unused(), **shared)
                    for n in range(run.replicas)
                ]
                try:
                    await _measure(run, model, replicas, place)
                finally:
                    await asyncio.gather(*(one.close() for one in replicas))
        finally:
            postgres.close()


async def _measure(run: Run, model: ModelServer, replicas: list[Process], place: Platform) -> None:
    database = replicas[0].environment["EASEL_DATABASE_URL"]
    await asyncio.gather(*(one.start() for one in replicas))
    listening = replicas[: 1 if run.kill and run.on == "web" else None]
    speakers = await place.speakers(listening, run.people)
    began = time.monotonic()
    speaking = asyncio.gather(*(_speak(run, one, f"person {n}") for n, one in enumerate(speakers)))
    if run.kill:
        await model.received(run.people * run.prompts // 3)
        await replicas.pop().kill()
    await speaking
    turns = await _wait(run, database)
    seconds = time.monotonic() - began
    cpu = list(map(_cpu, replicas))
    _print(run, model, turns, seconds, cpu)


async def _speak(run: Run, speaker: Speaker, who: str) -> None:
    """Say all prompts of one person, one after another, without waiting for pictures."""
    words = [f"{who} asks for number {n}." for n in range(run.prompts)]
    run.said.append(words)
    run.asked[words[0]] = time.monotonic()
    thread = await speaker.start(words[0])
    for one in words[1:]:
        run.asked[one] = time.monotonic()
        await speaker.say(thread, one)


async def _wait(run: Run, database: str) -> list[tuple[str, str]]:
    """Wait until all turns are over; give the words and the state of each."""
    while True:
        with psycopg.connect(database) as sql:
            found = sql.execute("SELECT text, state FROM turns WHERE action IS NULL").fetchall()
        if len(found) >= run.people * run.prompts and all(one in _OVER for _, one in found):
            return found
        await asyncio.sleep(0.2)  # the database tells nobody


def _cpu(one: Process) -> float:
    """Return the seconds of CPU that a replica has used."""
    fields = Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _print(
    run: Run, model: ModelServer, turns: list[tuple[str, str]], seconds: float, cpu: list[float]
) -> None:
    count = run.people * run.prompts
    keys = Counter(one.key for one in model.requests)
    came = [one.prompt for one in model.requests]
    drawn = Counter(text for text, _ in turns)
    lost = sum(one not in drawn for words in run.said for one in words)
    doubled = sum(times - 1 for times in (*keys.values(), *drawn.values()))
    disordered = sum(
        [one for one in came if one in words] != [one for one in words if one in came]
        for words in run.said
    )
    waits = sorted(one.arrived - run.asked[one.prompt] for one in model.requests)
    states = Counter(state for _, state in turns)
    print(
        f"{count} prompts of {run.people} people ({run.on}, {run.workspaces} workspaces) on {run.replicas} replicas, "
        f"{run.latency} s each"
    )
    print(f"  {seconds:.1f} s, {count / seconds:.1f} turns/s; {dict(states)}")
    quantiles = statistics.quantiles(waits, n=20)
    print(f"  in the queue: {quantiles[9]:.1f} s half, {quantiles[18]:.1f} s for 19 of 20")
    print(f"  lost {lost}, doubled {doubled}, threads out of order {disordered}")
    print("  CPU seconds by replica: " + ", ".join(f"{one:.1f}" for one in cpu))
    assert (lost, doubled, disordered) == (0, 0, 0)


if __name__ == "__main__":
    main()
