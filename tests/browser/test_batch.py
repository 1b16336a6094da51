"""Does a list of prompts become a gallery on the page, in a real browser?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.servers.model import fails

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Tab
    from tests.servers.model import ModelServer

TABLE = "prompt,size\n" + "\n".join(
    [
        *(f"a fox in the {number}. snow," for number in range(1, 11)),
        "a forbidden fox,",
        "a cat,portrait",
    ]
)


async def test_a_list_is_dropped_priced_drawn_and_looked_through(
    tab: Tab, model: ModelServer, tmp_path: Path
) -> None:
    page = tab.page
    model.when("forbidden", fails(451))
    await page.click("#batch")
    await page.fill("#form textarea", "a fox size:huge")
    await page.click("#form .send")
    await expect(page.locator("#toast")).to_contain_text("Line 1: ")
    await expect(page.locator("#form textarea")).to_have_value("a fox size:huge")
    await page.fill("#form textarea", "")
    (tmp_path / "foxes.csv").write_text(TABLE)
    await page.set_input_files("#form [type=file]", tmp_path / "foxes.csv")
    await page.click("#form .send")
    status = page.locator("#status")
    await expect(status).to_contain_text("Batch of 12 pictures for about $0.50.")
    assert not model.requests
    await status.get_by_role("button", name="Start").click()
    await expect(status).to_contain_text("11 of 12 drawn · 1 blocked.")
    await expect(page.locator("#view figure")).to_have_count(10)
    await expect(page.locator("#view figcaption").nth(9)).to_contain_text("a fox in the 10. snow")
    await status.get_by_role("button", name="Next").click()
    await expect(page.locator("#view figcaption")).to_have_count(0)
    await status.get_by_role("button", name="Previous").click()
    await page.locator("#view figure").nth(1).get_by_role("button", name="Edit v").click()
    await expect(page.locator("#title")).to_have_text("a fox in the 2. snow")
    await tab.drawn(0, "v1")
    await tab.say("at night")
    await tab.drawn(1, "v2 ← v1")
    assert len(model.requests) == 13
    assert not tab.wrong
