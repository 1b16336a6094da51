from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.selftests.discord.bots import Bot, running
from tests.servers.discord import Channel, Discord, Guild, Limits, Person, pointed_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Scene(NamedTuple):
    """A Discord with a guild, a channel and Ana in it."""

    server: Discord
    guild: Guild
    channel: Channel
    ana: Person


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
async def scene(limits: Limits) -> AsyncIterator[Scene]:
    async with Discord(limits, pace=0.01) as server:
        guild = server.guild()
        with pointed_at(server):
            yield Scene(server, guild, server.text_channel(guild), server.person("Ana", guild))


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[Bot]:
    async with running(scene.server) as one:
        yield one
