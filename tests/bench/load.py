"""How much do several replicas do together, and is anything lost, doubled or out of order? `make load`.

People on the page each edit threads of their own, through any of the replicas, which share a Postgres and a folder of
images; the model answers after a given time. Everything runs on this machine, for some minutes at most.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash.process import Process
from tests.servers import ports
from tests.servers.http import serving
from tests.servers.model import ModelServer
from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from tests.journeys.web import WebDriver

#: seconds for all of it
_LIMIT = 600.0
#: prompts that are asked for at most
_MOST = 2000
_OVER = {"posted", "refused", "interrupted", "failed", "cancelled"}


@dataclass(kw_only=True)
class Run:
    """What is asked for, and what was seen."""

    replicas: int
    people: int
    prompts: int
    latency: float
    kill: bool
    #: when each prompt was accepted, by its words
    asked: dict[str, float] = field(default_factory=dict)
    #: the prompts of each thread, in order
    said: dict[str, list[str]] = field(default_factory=dict)


def main() -> None:
    """Read what to do, do it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("replicas", 2), ("people", 20), ("prompts", 5)):
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
            async with serving(model.app) as address:
                shared = {
                    "database_url": postgres.database(),
                    "blobs_url": (folder / "images").as_uri(),
                }
                replicas = [
                    Process(folder / str(n), f"{address}/v1", ports.unused(), **shared)
                    for n in range(run.replicas)
                ]
                try:
                    await _measure(run, model, replicas)
                finally:
                    await asyncio.gather(*(one.close() for one in replicas))
        finally:
            postgres.close()


async def _measure(run: Run, model: ModelServer, replicas: list[Process]) -> None:
    await asyncio.gather(*(one.start() for one in replicas))
    began = time.monotonic()
    drivers = itertools.cycle([one.web for one in replicas[: 1 if run.kill else None]])
    people = [_speak(run, next(drivers), f"person {n}") for n in range(run.people)]
    speaking = asyncio.gather(*people)
    if run.kill:
        await model.received(run.people * run.prompts // 3)
        await replicas.pop().kill()
    await speaking
    states = await _wait(run, replicas[0].web)
    seconds = time.monotonic() - began
    cpu = [await _cpu(one) for one in replicas]
    _print(run, model, states, seconds, cpu)


async def _speak(run: Run, web: WebDriver, who: str) -> None:
    """Say all prompts of one person, one after another, without waiting for pictures."""
    words = [f"{who} asks for number {n}" for n in range(run.prompts)]
    thread = await web.start(words[0], person=who)
    run.asked[words[0]] = time.monotonic()
    for one in words[1:]:
        await web.say(thread, one, person=who)
        run.asked[one] = time.monotonic()
    run.said[thread] = words


async def _wait(run: Run, web: WebDriver) -> dict[str, list[dict[str, str]]]:
    """Follow each thread until all of its turns are over; give them."""

    async def follow(thread: str) -> list[dict[str, str]]:
        async for _ in web.events(thread):
            turns: list[dict[str, str]] = (await web.thread(thread))["turns"]
            if len(turns) >= run.prompts and all(one["state"] in _OVER for one in turns):
                return turns
        raise AssertionError("the stream ended")

    found = await asyncio.gather(*map(follow, run.said))
    return dict(zip(run.said, found, strict=True))


async def _cpu(one: Process) -> float:
    text = (await one.web.http.get("/metrics")).text
    found = re.search(r"^process_cpu_seconds_total (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _print(
    run: Run,
    model: ModelServer,
    threads: dict[str, list[dict[str, str]]],
    seconds: float,
    cpu: list[float],
) -> None:
    count = run.people * run.prompts
    keys = Counter(one.key for one in model.requests)
    came = [one.prompt for one in model.requests]
    lost = sum(
        len(set(words) - {turn["text"] for turn in threads[thread]})
        for thread, words in run.said.items()
    )
    doubled = sum(times - 1 for times in keys.values()) + sum(
        len(turns) - run.prompts for turns in threads.values()
    )
    disordered = sum(
        [one for one in came if one in words] != [one for one in words if one in came]
        for words in run.said.values()
    )
    waits = sorted(one.arrived - run.asked[one.prompt] for one in model.requests)
    states = Counter(turn["state"] for turns in threads.values() for turn in turns)
    print(
        f"{count} prompts of {run.people} people on {run.replicas} replicas, {run.latency} s each"
    )
    print(f"  {seconds:.1f} s, {count / seconds:.1f} turns/s; {dict(states)}")
    quantiles = statistics.quantiles(waits, n=20)
    print(f"  in the queue: {quantiles[9]:.1f} s half, {quantiles[18]:.1f} s for 19 of 20")
    print(f"  lost {lost}, doubled {doubled}, threads out of order {disordered}")
    print("  CPU seconds by replica: " + ", ".join(f"{one:.1f}" for one in cpu))
    assert (lost, doubled, disordered) == (0, 0, 0)


if __name__ == "__main__":
    main()
