"""Two Easels share Discord's shards on one Postgres: is it one Easel to people, also when either dies or freezes?"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.harness import Scene, scene
from tests.crash.test_two import Easel
from tests.journeys.discord_driver import DiscordDriver
from tests.journeys.driver import drawn, says
from tests.servers import ports
from tests.servers.discord import Limits
from tests.servers.model import Gate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.discord import Discord
    from tests.servers.model import ModelServer

_SHARDS = 4
#: seconds between two IDENTIFYs, a little less than the processes wait
_GAP = 0.9


@pytest.fixture
async def guilds() -> AsyncIterator[list[Scene]]:
    """Three guilds of three shards, with a channel and a person in each."""
    limits = Limits(shards=_SHARDS, identify_gap=_GAP)
    async with scene(limits=limits) as first:
        server = first.server
        found = {_shard(first): first}
        while len(found) < 3:
            guild = server.guild(f"Studio {len(found)}")
            channel, ana = server.text_channel(guild), server.person("Ana", guild)
            one = Scene(server=server, guild=guild, channel=channel, ana=ana)
            found.setdefault(_shard(one), one)
        yield list(found.values())


def _shard(around: Scene) -> int:
    return (around.guild.id >> 22) % _SHARDS


@pytest.fixture
async def two(
    guilds: list[Scene], tmp_path: Path, model: ModelServer, postgres_url: str
) -> AsyncIterator[list[Easel]]:
    """Two that share the shards."""
    server = guilds[0].server
    (tmp_path / "images").mkdir()
    shared = {
        "database_url": postgres_url,
        "blobs_url": (tmp_path / "images").as_uri(),
        "discord_token": server.token,
        "discord_api_url": server.url,
    }
    found = [
        Easel(tmp_path / name, model.url, ports.unused(), **shared) for name in ("one", "other")
    ]
    await found[0].start()
    await _share_all(server)
    await found[1].start()
    # who gives a shard up stays connected until the other is, and a little longer
    await server.until(lambda: len(server.gateway.connected_shards) == _SHARDS * 3 / 2)
    await _share_all(server)
    yield found
    for easel in found:
        await easel.close()


async def _share_all(server: Discord) -> None:
    """Wait until each shard is connected with one process; nobody identified too soon."""
    await server.until(lambda: server.gateway.connected_shards == list(range(_SHARDS)))
    assert server.gateway.too_soon_count == 0


async def test_one_is_killed_while_it_draws_and_the_other_takes_its_shards(
    guilds: list[Scene], two: list[Easel], model: ModelServer
) -> None:
    server, one = guilds[0].server, two[0]
    drivers, gates = [DiscordDriver(around) for around in guilds], [Gate() for _ in guilds]
    model.answer(*(gate.before(model.draw) for gate in gates))
    threads = [await driver.start(f"boat {n}") for n, driver in enumerate(drivers)]
    await asyncio.gather(*(gate.entered.wait() for gate in gates))
    before = server.gateway.connected_shards
    await one.kill()
    killed = time.monotonic()
    await server.until(lambda: len(server.gateway.connected_shards) == _SHARDS / 2)
    lost = set(before) - set(server.gateway.connected_shards)
    for around, driver, thread in zip(guilds, drivers, threads, strict=True):
        await driver.say(thread, "add a cat")
        assert around.channel.threads
    await _share_all(server)
    assert time.monotonic() - killed < 15
    for gate in gates:
        gate.open.set()
    for around, driver, thread in zip(guilds, drivers, threads, strict=True):
        if _shard(around) in lost:
            await driver.seen(thread, 0, says("may have been billed"))
            await driver.press(thread, 0, "Retry")
        else:
            await driver.seen(thread, 0, drawn("v1"))
        for prompt in (0, 1):
            await driver.seen(thread, prompt, lambda seen: bool(seen.images))
        assert len(driver.cards(thread)) == 2
        assert len(around.channel.threads) == 1
    assert len({request.key for request in model.requests}) == 6


async def test_one_that_was_frozen_and_comes_back_answers_nothing_twice(
    guilds: list[Scene], two: list[Easel], model: ModelServer
) -> None:
    server = guilds[0].server
    drivers = [DiscordDriver(around) for around in guilds]
    threads = [await driver.start("a boat") for driver in drivers]
    for driver, thread in zip(drivers, threads, strict=True):
        await driver.seen(thread, 0, drawn("v1"))
    two[0].freeze()
    # both sessions of a shard are told of everything now
    await server.until(lambda: len(server.gateway.connected_shards) == _SHARDS * 3 / 2)
    for driver, thread in zip(drivers, threads, strict=True):
        await driver.say(thread, "add a cat")
        await driver.press(thread, 0, "Vary")
    two[0].thaw()
    for around, driver, thread in zip(guilds, drivers, threads, strict=True):
        for prompt in (1, 2):
            await driver.seen(thread, prompt, lambda seen: bool(seen.images))
        assert around.channel.threads
    await _share_all(server)
    for around, driver, thread in zip(guilds, drivers, threads, strict=True):
        again = await driver.start("a castle")
        await driver.seen(again, 0, drawn("v1"))
        assert len(driver.cards(thread)) == 3
        assert len(around.channel.threads) == 2
    assert len(model.requests) == 12
