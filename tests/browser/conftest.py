"""A real Chromium for the page: the system's, else Playwright's own; without one these tests are skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.browser.chromium import launched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.commands.compose import Running
    from tests.conftest import Start


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

    async def call_me(self, name: str) -> None:
        """Say who speaks."""
        await self.page.click("#options summary")
        await self.page.fill("#name", name)
        await self.page.click("#options summary")

    async def choose(self, **options: str) -> None:
        """Choose size, quality or number for the next message."""
        await self.page.click("#options summary")
        for name, value in options.items():
            await self.page.select_option(f"#{name}", value)
        await self.page.click("#options summary")

    async def line(self, prompt: int, title: str) -> Locator:
        """Wait until the n-th prompt's line in the conversation says what was made."""
        line = self.page.locator(".line.wish:not(.pending)").nth(prompt)
        await line.locator(".title", has_text=title).wait_for(state="attached")
        await expect(line).to_have_attribute("data-state", "posted")
        return line

    async def sees(self, version: str) -> Locator:
        """Wait until a version is on the stage."""
        frame = self.page.locator(f"#view > .frame[data-version={version}]")
        await frame.locator(".fine.loaded").wait_for()
        return frame

    async def drawn(self, prompt: int, title: str) -> Locator:
        """Wait for the n-th prompt to be drawn under this title, and for its picture on the stage."""
        line = await self.line(prompt, title)
        await self.sees(title.partition(" ")[0])
        return line

    async def look(self, version: str) -> None:
        """Look at a version, by the tree."""
        await self.page.click(f"#version-{version}")
        await self.sees(version)

    async def more(self, action: str) -> None:
        """Choose from the menu of what is seldom wanted."""
        await self.page.click("[data-tool=more]")
        await self.page.click(f"#toolbar .menu [data-action={action}]")

    async def head(self, version: str) -> None:
        """Wait until everybody's next edit is of this version."""
        marked = self.page.locator("#versions [aria-current]")
        await expect(marked).to_have_attribute("data-version", version)


Opening = "Callable[..., Any]"


@pytest.fixture
async def running(
    start: Start,
) -> AsyncIterator[Running]:
    async with start() as one:
        yield one


@pytest.fixture
async def tab(browser: Browser, running: Running) -> AsyncIterator[Tab]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(15_000)
    tab = Tab(page, running.address)
    await page.goto(running.address)
    yield tab
    assert tab.wrong == []
    await page.close()
