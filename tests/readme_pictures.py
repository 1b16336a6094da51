"""How are the README's pictures made? `make pictures`: a real Easel, its built-in model, a real browser."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.commands.compose import running
from bot.commands.platforms import read_settings
from bot.server import logs
from tests.browser.chromium import launched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
#: a picture for a README is no larger than this, in bytes
MOST = 400_000
_SETTLED = "img => img.complete && img.naturalWidth > 0"


class Team:
    """People who share one canvas on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def card(self, number: int) -> Locator:
        """Give the card of the n-th prompt, 0 is the first."""
        return self.page.locator(".card:not(.control)").nth(number)

    async def say(self, name: str, text: str, **options: str) -> Locator:
        """Say something and wait until its card has all its pictures."""
        number = await self.page.locator(".card:not(.control)").count()
        await self.page.fill("#name", name)
        for option, value in options.items():
            await self.page.select_option(f"#{option}", value)
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")
        card = self.card(number)
        await self.page.locator(".card:not(.control)[data-state=posted]").nth(number).wait_for()
        await self.loaded()
        return card

    async def loaded(self) -> None:
        """Wait until every picture is there."""
        for image in await self.page.locator(".images img").all():
            await image.scroll_into_view_if_needed()
            await self.page.wait_for_function(_SETTLED, arg=await image.element_handle())

    async def shoot(self, name: str, part: Locator | None = None) -> None:
        """Write what is seen, or a part of it, as small as it stays good."""
        taken = await (part.screenshot() if part else self.page.screenshot())
        path = FOLDER / f"{name}.png"
        path.write_bytes(_small(taken))
        sys.stdout.write(
            f"{path.relative_to(FOLDER.parents[1])}  {path.stat().st_size // 1000} kB\n"
        )


def _small(taken: bytes) -> bytes:
    with Image.open(io.BytesIO(taken)) as opened:
        picture = opened.convert("RGB")
    for made in (picture, picture.quantize(256), picture.quantize(96)):
        packed = io.BytesIO()
        made.save(packed, "PNG", optimize=True)
        if packed.tell() <= MOST:
            return packed.getvalue()
    raise SystemExit("A picture is larger than a README should load; make the window smaller.")


@asynccontextmanager
async def page_of_a_new_easel() -> AsyncIterator[Page]:
    """Start an Easel with nothing configured, and open its page."""
    with tempfile.TemporaryDirectory() as data:
        settings = read_settings(data=Path(data), web_port=0)
        logs.configure("ERROR")
        async with running(settings) as one, async_playwright() as playwright:
            browser = await launched(playwright)
            if browser is None:
                raise SystemExit("There is no Chromium here: apt-get install chromium")
            page = await browser.new_page(
                viewport={"width": 1180, "height": 962}, color_scheme="light"
            )
            page.set_default_timeout(30_000)
            await page.goto(one.address)
            yield page
            await browser.close()


async def a_thread(team: Team) -> None:
    """Draw a lighthouse, edit it, branch from it, and choose between two pictures."""
    await team.say("Ana", "a lighthouse at dusk")
    await team.say("Ben", "add two boats")
    await team.say("Ana", "make it night")
    await team.say("Chris", "v2: make the sky purple")
    await team.say("Ben", "v2: as a watercolour", n="2")
    await team.shoot("page")


async def a_brainstorm(team: Team) -> None:
    """Have four directions proposed, tick them, see them side by side, and vote."""
    page = team.page
    await page.click("nav .new")
    card = await team.say("Ana", "brainstorm: a mascot for our CI")
    ticks = card.locator("[data-action=tick]")
    for number in range(await ticks.count()):
        await ticks.nth(number).click()
        await card.locator("[data-action=tick]", has_text="☑").nth(number).wait_for()
    await team.shoot("brainstorm-ideas", card)
    await page.set_viewport_size({"width": 1400, "height": 1000})
    await card.locator("[data-action=draw]").click()
    await card.locator(".images img:not(.preview)").nth(3).wait_for()
    await team.loaded()
    for name, choice, votes in (("Ana", 0, 1), ("Ben", 2, 1), ("Chris", 2, 2)):
        await page.fill("#name", name)
        button = card.locator("[data-action=vote]").nth(choice)
        await button.click()
        await expect(button).to_contain_text(f"({votes})")
    await team.shoot("brainstorm-gallery", card)


async def main() -> None:
    """Make all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with page_of_a_new_easel() as page:
        await a_thread(Team(page))
        await a_brainstorm(Team(page))


if __name__ == "__main__":
    asyncio.run(main())
