"""Is the gallery as quick with ten thousand canvases as with ten?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from playwright.async_api import expect

from bot.ports.queries import ListQuery
from storage.tables import conversations, turns, versions
from tests.browser.test_weight import LONG_TASKS, note
from tests.journeys.driver import drawn
from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.commands.compose import Running

CANVASES = 10_000
WHO = {"platform": "web", "workspace": "local"}


def copy_canvas(sql: sa.Connection, count: int) -> None:
    """Write copies of the only canvas, each with a name and a prompt of its own."""
    of = {
        table: dict(sql.execute(sa.select(table)).one()._mapping)
        for table in (conversations, turns, versions)
    }
    canvas, turn, version = of.values()
    del canvas["seq"], turn["seq"]
    numbers = range(2, count + 1)
    names = {number: {"conversation": f"c{number}", "turn": f"t{number}"} for number in numbers}
    sql.execute(
        sa.insert(conversations),
        [{**canvas, "id": f"c{number}", "title": f"canvas {number}"} for number in numbers],
    )
    sql.execute(
        sa.insert(turns),
        [
            {
                **turn,
                "id": f"t{number}",
                "event": f"e{number}",
                "conversation": f"c{number}",
                "lane": f"c{number}",
            }
            | {"text": f"a drawing of thing{number}", "person_name": f"Person {number % 40}"}
            for number in numbers
        ],
    )
    sql.execute(sa.insert(versions), [{**version, **name} for name in names.values()])


@pytest.fixture
async def full(running: Running) -> Running:
    """An Easel with ten thousand canvases."""
    async with WebDriver(running.address) as web:
        thread = await web.start("canvas 1")
        await web.seen(thread, 0, drawn("v1"))
    await running.stores.store.database.write(copy_canvas, CANVASES)
    return running


async def list_page(running: Running, before: str | None, **more: str) -> float:
    """Return the CPU that a page of the list takes, in milliseconds: the least of five."""
    query = ListQuery(**WHO, limit=100, before=before, viewer="Ana", **more)  # type: ignore[arg-type]
    taken = []
    for _ in range(5):
        began = time.process_time()
        assert len(await running.stores.store.list_conversations(query)) in {11, 100}
        taken.append(time.process_time() - began)
    return min(taken) * 1000


async def test_ten_thousand_canvases_are_scrolled_to_the_end_and_searched(
    browser: Browser, full: Running
) -> None:
    first, last = await list_page(full, None), await list_page(full, "101")
    found = await list_page(full, None, text="thing777")
    note(
        f"a page of the list: {first:.1f} ms first, {last:.1f} ms last, a search {found:.1f} ms CPU"
    )
    assert last < 3 * first + 3
    assert found < 60
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(90_000)
    await page.add_init_script(LONG_TASKS)
    await page.goto(full.address)
    await expect(page.locator(".tile").first).to_have_attribute("aria-posinset", "1")
    await page.wait_for_function(
        """() => {
            scrollTo(0, document.documentElement.scrollHeight);
            return document.querySelector(".tile:last-child").ariaPosInSet === "10000";
        }"""
    )
    await expect(page.locator(".tile .title").last).to_have_text("canvas 1")
    assert await page.locator(".tile").count() < 120
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    middle = page.locator(".tile", has_text="canvas 5000")
    await expect(middle).to_be_attached()
    await page.evaluate("scrollTo(0, 0)")
    await expect(page.locator(".tile .title").first).to_have_text("canvas 10000")
    await page.fill("#search", "thing777")
    await expect(page.locator(".tile .title")).to_have_count(11)  # thing777, thing7770 to thing7779
    longest = await page.evaluate("window.longest")
    heap = await page.evaluate("performance.memory.usedJSHeapSize")
    note(f"10,000 canvases: longest task {longest:.0f} ms, heap {heap / 1e6:.0f} MB")
    await page.close()
    assert longest < 250, longest  # below 100 where nothing else runs
    assert heap < 100_000_000
