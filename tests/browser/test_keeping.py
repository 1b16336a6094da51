"""Can people of the page compare, export and delete, in a real browser?"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Locator

    from tests.browser.conftest import Tab


async def line(tab: Tab) -> list[Locator]:
    """Draw a picture and two edits; give their cards."""
    await tab.say("a boat")
    cards = [await tab.card(0, "v1")]
    for number in (2, 3):
        await tab.say(f"step {number}")
        cards.append(await tab.card(number - 1, f"v{number} ← v{number - 1}"))
    return cards


async def test_pictures_are_compared_exported_and_deleted(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    cards = await line(tab)
    await cards[2].locator("[data-action=compare]").click()
    alt = await page.locator(".card.control img").get_attribute("alt")
    assert alt is not None
    assert alt.startswith("Before and after: v2 on the left, v3 on the right.")
    await expect(page.locator("#versions li")).to_have_count(3)

    await cards[2].locator("summary").click()
    async with page.expect_download() as coming:
        await cards[2].locator("[data-action=export]").click()
    download = await coming.value
    assert download.suggested_filename == "easel-a-boat.zip"
    await download.save_as(tmp_path / "export.zip")
    assert zipfile.ZipFile(tmp_path / "export.zip").read("images/v3.png") == png(3)

    await cards[1].locator("summary").click()
    await cards[1].locator("[data-action=delete]").click()
    await expect(page.locator("#form h2")).to_have_text("Delete for ever?")
    await page.locator("#form .send").click()
    await expect(page.locator(".card:not(.control)")).to_have_count(2)
    await expect(page.locator("#versions li")).to_have_count(2)
    await expect(page.locator("#versions li").last).to_contain_text("v3 ← v1")
    await expect(page.locator("#notice")).to_contain_text("v2 is deleted, everywhere.")
    await expect(page.locator(".card.control img")).to_have_count(0)
    await tab.say("add a flag")
    await tab.card(2, "v4 ← v3")


async def test_a_whole_canvas_is_deleted_and_the_page_begins_anew(tab: Tab) -> None:
    page = tab.page
    await tab.say("a boat")
    card = await tab.card(0, "v1")
    await card.locator("summary").click()
    await card.locator("[data-action=delete]").click()
    await page.select_option("#form select", "canvas")
    await page.locator("#form .send").click()
    await page.wait_for_url(f"{tab.address}/")
    await expect(page.locator("#threads li")).to_have_count(0)


async def test_a_page_on_a_canvas_that_another_deletes_says_so(tab: Tab, browser: Browser) -> None:
    await tab.say("a boat")
    await tab.card(0, "v1")
    other = await browser.new_page()
    await other.goto(tab.page.url)
    await other.locator(".card summary").click()
    await other.locator("[data-action=delete]").click()
    await other.select_option("#form select", "canvas")
    await other.locator("#form .send").click()
    await other.wait_for_url(f"{tab.address}/")
    await expect(tab.page.locator("#notice")).to_contain_text("This canvas was deleted")
    await other.close()
