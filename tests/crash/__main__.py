"""Does a company keep working whenever a process dies or freezes? By hand: `python -m tests.crash FIRST_SEED COUNT`.

Each seed has its own moments and lengths. It stops at the first run in which something is not true; its folder stays.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.company import Company, company
from tests.crash.company_checks import check
from tests.servers.http import serving
from tests.servers.model import ModelServer
from tests.servers.postgres import PostgresServer

#: seconds for one run
_LIMIT = 150.0


async def _disturb(one: Company, dice: random.Random) -> str:
    """Kill one, freeze the other and take a workspace away, at any moments; return what was done."""
    steps = [dice.uniform(0, 2.5) for _ in range(3)]
    frozen, dead = dice.uniform(0.2, 9), dice.choice([0.0, 0.0, dice.uniform(0, 5)])
    killed, other = dice.sample(one.easels, 2)
    overlaps = dice.random() < 0.3

    async def kill() -> None:
        await asyncio.sleep(steps[0])
        await killed.kill()
        await asyncio.sleep(dead)
        await killed.start()

    async def freeze() -> None:
        await asyncio.sleep(steps[1])
        other.freeze()
        await asyncio.sleep(frozen)
        other.thaw()

    async def revoke() -> None:
        await asyncio.sleep(steps[2])
        await one.revoke("bolt")

    if overlaps:
        await asyncio.gather(kill(), freeze(), revoke())
    else:
        revoking = asyncio.create_task(revoke())
        for step in dice.sample([kill, freeze], 2):
            await step()
        await revoking
    return f"{steps=} {frozen=:.1f} {dead=:.1f} {overlaps=} first={killed is one.easels[0]}"


async def _main(first: int, count: int) -> None:
    postgres = PostgresServer()
    postgres.start()
    try:
        for seed in range(first, first + count):
            dice, model = random.Random(seed), ModelServer()
            folder, began = Path(tempfile.mkdtemp(prefix=f"company-{seed}-")), time.monotonic()
            async with (
                asyncio.timeout(_LIMIT),
                serving(model.app) as address,
                company(folder, model, f"{address}/v1", postgres.database()) as one,
            ):
                model.delay = dice.uniform(0.05, 1.0)
                await asyncio.gather(*(team.draw() for team in one.teams))
                done = await _disturb(one, dice)
                sys.stdout.write(f"{seed}: {done} {folder} ")
                sys.stdout.flush()
                await one.connected()
                await one.finish()
                await asyncio.gather(*(team.agree() for team in one.living))
                await one.finish()
                check(one)
            sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
            shutil.rmtree(folder)
    finally:
        postgres.close()


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:])))
