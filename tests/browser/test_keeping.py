"""Can people of the page compare, export and delete, in a real browser?"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser

    from tests.browser.conftest import Tab
    from tests.servers.model import ModelServer


async def draw_three(tab: Tab) -> None:
    """Draw a picture and two edits."""
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    for number in (2, 3):
        await tab.say(f"step {number}")
        await tab.drawn(number - 1, f"v{number} ← v{number - 1}")


async def test_pictures_are_compared_exported_and_deleted(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    await draw_three(tab)
    await tab.more("compare")
    await page.locator(".line.control").get_by_role("button", name="See it").wait_for()
    picture = page.locator("#view .fine")
    alt = re.compile("^Before and after: v2 on the left, v3 on the right.")
    await expect(picture).to_have_attribute("alt", alt)
    await expect(page.locator(".version")).to_have_count(3)

    await tab.look("v3")
    async with page.expect_download() as coming:
        await tab.more("export")
    download = await coming.value
    assert download.suggested_filename == "easel-a-boat.zip"
    await download.save_as(tmp_path / "export.zip")
    assert zipfile.ZipFile(tmp_path / "export.zip").read("images/v3.png") == png(3)

    await tab.look("v2")
    await tab.more("delete")
    await expect(page.locator("#form h2")).to_have_text("Delete permanently?")
    await page.locator("#form .send").click()
    await expect(page.locator(".line.wish")).to_have_count(2)
    await expect(page.locator(".version")).to_have_count(2)
    await expect(page.locator("#version-v3")).to_have_attribute("aria-posinset", "2")
    await expect(page.locator("#notice")).to_contain_text("v2 was deleted everywhere.")
    await expect(page.get_by_role("button", name="See it", exact=True)).to_have_count(0)
    await tab.sees("v3")
    await expect(page.locator("#toolbar .now")).to_contain_text("v3 ← v1")
    await tab.say("add a flag")
    await tab.drawn(2, "v4 ← v3")


async def test_a_whole_canvas_is_deleted_and_the_page_begins_anew(tab: Tab) -> None:
    page = tab.page
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await tab.more("delete")
    await page.select_option("#form select", "canvas")
    await page.locator("#form .send").click()
    await page.wait_for_url(f"{tab.address}/")
    await expect(page.locator("#welcome")).to_be_visible()
    await expect(page.locator("#threads li")).to_have_count(0)


async def test_a_page_on_a_canvas_that_another_deletes_says_so(tab: Tab, browser: Browser) -> None:
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    page = await browser.new_page()
    other = type(tab)(page, tab.address)
    await page.goto(tab.page.url)
    await other.sees("v1")
    await other.more("delete")
    await page.select_option("#form select", "canvas")
    await page.locator("#form .send").click()
    await page.wait_for_url(f"{tab.address}/")
    await expect(tab.page.locator("#notice")).to_contain_text("This canvas was deleted")
    await page.close()


async def test_a_brand_kit_is_pinned_with_its_pictures(tab: Tab, model: ModelServer) -> None:
    page = tab.page
    await page.click("#kit")
    await page.fill("#form [name=palette]", "#0b3d91 #ffd166")
    await page.fill("#form [name=style]", "flat, bold outlines")
    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": png(7)}
    await page.set_input_files("#form [type=file]", logo)  # type: ignore[arg-type] # Playwright's own
    await page.click("#form .send")
    await expect(page.locator("#toast")).to_contain_text("#0b3d91 #ffd166, style, 1 picture")
    await page.click("#kit")
    await expect(page.locator("#form .there img")).to_have_count(1)
    await expect(page.locator("#form .there img")).to_have_js_property("complete", value=True)
    await page.click("#form [value=cancel]")
    await tab.say("a banner")
    await page.wait_for_url("**/t/*")
    await tab.drawn(0, "v1")
    assert model.requests[0].images == [png(7)]


async def test_a_canvas_goes_on_in_a_copy_by_its_link(
    tab: Tab, browser: Browser, model: ModelServer
) -> None:
    await draw_three(tab)
    page = tab.page
    await tab.more("continue")
    await expect(page.locator("#form h2")).to_have_text("Open in…")
    link = await page.input_value("#form [name=link]")
    assert "/imagine continue " in await page.input_value("#form [name=command]")
    other = await browser.new_page()
    await other.goto(link)
    await other.wait_for_url("**/t/*")
    assert other.url != page.url
    await expect(other.locator(".line .title").last).to_have_text("v3 ← copied")
    await expect(other.locator("#versions [role=option]")).to_have_count(3)
    copied = other.url
    await other.goto(link)
    await other.wait_for_url("**/t/*")
    assert other.url == copied, "opened again, it is the same copy"
    await other.goto(f"{tab.address}/continue/a dragon n:2")
    await expect(other.locator("#said")).to_have_text("That isn't a code. Copy the link again.")
    await other.close()
    assert len(model.requests) == 3
    await page.click("#form .send")
    await page.wait_for_url("**/t/*")
    await tab.sees("v3")
