"""Do many busy threads keep within Discord's limit for the whole bot?"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from adapters.discord import rate_limits
from tests.adapters.discord.harness import easel, scene
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn

if TYPE_CHECKING:
    import pytest

    from tests.adapters.discord.harness import Start
    from tests.servers.model import ModelServer

#: threads, and people who each ask once in every one
THREADS, PEOPLE = 10, 4


async def test_ten_busy_threads_meet_no_429_and_are_drawn_soon(
    start: Start, model: ModelServer
) -> None:
    async with scene(pace=1.0) as around, easel(around.server, start, drawings=40):
        driver = DiscordDriver(around)
        threads = [await driver.start(f"boat {number}") for number in range(THREADS)]
        for thread in threads:
            await driver.seen(thread, 0, drawn("v1"))
        await asyncio.sleep(6)  # every bucket is full again
        model.delay = 0.5
        begun, met = time.monotonic(), len(around.server.calls)
        await asyncio.gather(
            *(
                driver.say(thread, f"edit {person}", person=f"P{person}")
                for person in range(PEOPLE)
                for thread in threads
            )
        )
        for thread in threads:
            await driver.seen(thread, PEOPLE, drawn(f"v{PEOPLE + 1} ← v{PEOPLE}"))
        took = time.monotonic() - begun
        calls = around.server.calls[met:]
    assert [call for call in calls if call.status == 429] == []
    assert took < 20.0, "two periods of a thread's own bucket, and no third"


async def test_what_people_wait_for_leaves_before_what_they_can_do_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limits, "MAX_REQUESTS", 2)
    monkeypatch.setattr(rate_limits, "PERIOD", 0.05)
    one, left = rate_limits.GlobalRateLimit(), []

    async def leave(name: str, *, urgent: bool) -> None:
        rate_limits.URGENT.set(urgent)
        await one.acquire()
        left.append(name)

    await asyncio.gather(
        *(leave(f"progress {number}", urgent=False) for number in range(4)),
        *(leave(f"picture {number}", urgent=True) for number in range(4)),
    )
    assert left[:2] == ["progress 0", "progress 1"], "nothing else was there yet"
    assert left[2:6] == [f"picture {number}" for number in range(4)]
    assert not one.has_spare
