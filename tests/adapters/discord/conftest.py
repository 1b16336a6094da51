"""What do tests of the Discord adapter share? An Easel on a local Discord, with a person in its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.discord.harness import Scene, easel, quick, scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.commands.compose import Running
    from tests.adapters.discord.harness import Start


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture
async def around() -> AsyncIterator[Scene]:
    async with scene() as one:
        yield one


@pytest.fixture
async def running(around: Scene, start: Start) -> AsyncIterator[Running]:
    async with easel(around.server, start) as one:
        yield one
