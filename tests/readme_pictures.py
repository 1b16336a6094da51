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
_SETTLED = "() => [...document.images].every((img) => img.complete && img.naturalWidth > 0)"
#: milliseconds that a still of the film is seen, at least; its width in pixels
_STILL, _FILM = 110, 900


class Team:
    """People who share one canvas on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def say(self, name: str, text: str, **options: str) -> None:
        """Say something and wait until what it makes is on the stage."""
        lines = self.page.locator(".line.wish:not(.pending)")
        number = await lines.count()
        await self.page.click("#options summary")
        await self.page.fill("#name", name)
        for option, value in options.items():
            await self.page.select_option(f"#{option}", value)
        await self.page.click("#options summary")
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")
        await self.page.locator(".line.wish[data-state=posted]").nth(number).wait_for()
        await self.loaded()

    async def loaded(self) -> None:
        """Wait until every picture that is seen is there."""
        await self.page.wait_for_timeout(300)
        await self.page.wait_for_function(_SETTLED)

    async def shoot(self, name: str, part: Locator | None = None) -> None:
        """Write what is seen, or a part of it, as small as it stays good."""
        await self.page.mouse.move(5, 500)
        taken = await (part.screenshot() if part else self.page.screenshot())
        _write(f"{name}.png", _small(taken))


def _write(name: str, data: bytes) -> None:
    path = FOLDER / name
    path.write_bytes(data)
    sys.stdout.write(f"{path.relative_to(FOLDER.parents[1])}  {len(data) // 1000} kB\n")


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
                viewport={"width": 1280, "height": 800}, color_scheme="light"
            )
            page.set_default_timeout(30_000)
            await page.goto(one.address)
            yield page
            await browser.close()


async def a_thread(team: Team) -> None:
    """Draw a lighthouse, edit it, branch from it."""
    await team.say("Ana", "a lighthouse at dusk")
    await team.say("Ben", "add two boats")
    await team.say("Ana", "make it night")
    await team.say("Chris", "v2: make the sky purple")
    await team.say("Ben", "v2: as a watercolour")
    await team.say("Ana", "v4: add birds")
    await team.shoot("page")


async def an_edit(team: Team) -> None:
    """Film an edit: the words, the drawing, the picture."""
    page = team.page
    stills: list[tuple[bytes, int]] = []

    async def still(ms: int = _STILL) -> None:
        stills.append((await page.screenshot(), ms))

    await still(1200)
    for word in ["add", "a", "moon"]:
        await page.keyboard.type(f"{word} ")
        await still(260)
    await page.keyboard.press("Enter")
    drawn = page.locator("#view > .frame[data-version=v7] .fine.loaded")
    while not await drawn.count() and len(stills) < 40:
        await still()
    await team.loaded()
    await still(2200)
    for version in ("v4", "v2"):
        await page.click(f"#version-{version}")
        await team.loaded()
        await still(1100)
    frames = []
    for taken, _ in stills:
        with Image.open(io.BytesIO(taken)) as opened:
            size = (_FILM, opened.height * _FILM // opened.width)
            frames.append(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    held = io.BytesIO()
    frames[0].save(
        held,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=[ms for _, ms in stills],
        loop=0,
        quality=70,
        method=6,
    )
    _write("edit.webp", held.getvalue())


async def a_brainstorm(team: Team) -> None:
    """Have four directions proposed, tick them, see them side by side, and vote."""
    page = team.page
    await page.click(".brand")
    await team.loaded()
    await team.shoot("home")
    await page.set_viewport_size({"width": 1180, "height": 760})
    await team.say("Ana", "brainstorm: a mascot for our CI")
    ticks = page.get_by_role("checkbox")
    for number in range(await ticks.count()):
        await ticks.nth(number).click()
        await expect(ticks.nth(number)).to_be_checked()
    await team.shoot("brainstorm-ideas")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.locator("#view [data-action=draw]").click()
    await expect(page.locator("#view figure")).to_have_count(4, timeout=30_000)
    await team.loaded()
    for name, choice, votes in (("Ana", 0, 1), ("Ben", 2, 1), ("Chris", 2, 2)):
        await page.click("#options summary")
        await page.fill("#name", name)
        await page.click("#options summary")
        button = page.locator("#view [data-action=vote]").nth(choice)
        await button.click()
        await expect(button).to_contain_text(f"({votes})")
    await team.loaded()
    await team.shoot("brainstorm-gallery")


async def main() -> None:
    """Make all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with page_of_a_new_easel() as page:
        team = Team(page)
        await a_thread(team)
        await an_edit(team)
        await a_brainstorm(team)


if __name__ == "__main__":
    asyncio.run(main())
