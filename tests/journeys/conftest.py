"""Which platforms do the journeys run on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.discord_driver import driving_discord
from tests.journeys.slack import driving_slack
from tests.journeys.web import driving_web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from tests.adapters.slack.easel import Start
    from tests.journeys.driver import Driver

DRIVING: Mapping[str, Callable[[Start], AbstractAsyncContextManager[Driver]]] = {
    "web": driving_web,
    "slack": driving_slack,
    "discord": driving_discord,
}


@pytest.fixture(params=DRIVING)
async def driver(request: pytest.FixtureRequest, start: Start) -> AsyncIterator[Driver]:
    async with DRIVING[request.param](start) as one:
        yield one
