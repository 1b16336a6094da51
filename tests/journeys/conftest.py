"""Which platforms do the journeys run on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.run import Running
    from tests.journeys.driver import Driver


@pytest.fixture(params=["web"])
async def driver(
    request: pytest.FixtureRequest, start: Callable[..., AbstractAsyncContextManager[Running]]
) -> AsyncIterator[Driver]:
    assert request.param == "web"
    async with start() as one:
        web = WebDriver(one.address)
        yield web
        await web.close()
