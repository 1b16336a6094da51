"""A real Chromium for the page: the system's, else Playwright's own; without one these tests are skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.chromium import launched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.commands.run import Running


expect.set_options(timeout=15_000)  # milliseconds; Playwright's 5 s are short on a busy machine


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await launched(playwright)
        if opened is None:
            pytest.skip("no Chromium here: apt-get install chromium")
        yield opened
        await opened.close()


class Tab:
    """A page that fails the test when anything is wrong on it, or loaded from elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._requested)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.wrong.append(f"asked elsewhere: {request.url}")

    async def say(self, text: str) -> None:
        """Type a message and send it."""
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")

    async def card(self, prompt: int, title: str) -> Any:
        """Wait for the n-th prompt's card to be finished under this title."""
        card = self.page.locator(".card:not(.control):not(.talk)").nth(prompt)
        await card.locator(".title", has_text=title).wait_for()
        await card.locator(".images img:not(.preview)").first.wait_for()
        return card


Opening = "Callable[..., Any]"


@pytest.fixture
async def running(
    start: Callable[..., AbstractAsyncContextManager[Running]],
) -> AsyncIterator[Running]:
    async with start() as one:
        yield one


@pytest.fixture
async def tab(browser: Browser, running: Running) -> AsyncIterator[Tab]:
    page = await browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(15_000)
    tab = Tab(page, running.address)
    await page.goto(running.address)
    yield tab
    assert tab.wrong == []
    await page.close()
