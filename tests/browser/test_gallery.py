"""Does the first page find every canvas again, and can it be named, starred, shared and deleted there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.servers.pictures import png

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.conftest import Tab


async def draw_canvases(tab: Tab, *prompts: str) -> None:
    """Begin a canvas with each of these prompts, and go back to the gallery."""
    for prompt in prompts:
        await tab.page.goto(tab.address)
        await tab.say(prompt)
        await tab.page.wait_for_url("**/t/*")
        await tab.drawn(0, "v1")
    await tab.page.goto(tab.address)
    await expect(tab.page.locator(".tile")).to_have_count(len(prompts))


async def test_canvases_are_found_by_title_prompt_and_person(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour", "a forest")
    await page.click(".tile a >> text=a harbour")
    await tab.call_me("Ben")
    await tab.say("put a Lighthouse on the pier")
    await tab.drawn(1, "v2 ← v1")
    await page.goto(tab.address)
    await page.fill("#search", "light pier")
    await expect(page.locator(".tile")).to_have_count(1)
    await expect(page.locator(".tile .title")).to_have_text(["a harbour"])
    await expect(page.locator(".tile .about")).to_contain_text("Somebody, Ben")
    await page.fill("#search", "fore")
    await expect(page.locator(".tile .title")).to_have_text(["a forest"])
    await page.fill("#search", "zeppelin")
    await expect(page.locator("#none")).to_have_text("No matching canvases.")
    await page.fill("#search", "")
    await page.select_option("#person", "Ben")
    await expect(page.locator(".tile .title")).to_have_text(["a harbour"])


async def test_a_canvas_is_renamed_and_found_by_its_new_name(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    await page.hover(".tile")
    await page.click(".tile summary")
    await page.get_by_role("menuitem", name="Rename").click()
    await page.fill("#form textarea", "Poster for the regatta")
    await page.click("#form .send")
    await expect(page.locator(".tile .title")).to_have_text(["Poster for the regatta"])
    await page.fill("#search", "regatta")
    await expect(page.locator(".tile")).to_have_count(1)
    await page.click(".tile a")
    await expect(page.locator("#title")).to_have_text("Poster for the regatta")
    await page.click("#rename")
    await page.fill("#form textarea", "Regatta")
    await page.click("#form .send")
    await expect(page.locator("#title")).to_have_text("Regatta")
    await tab.more("delete")
    await page.locator("#form .send").click()
    await expect(page.locator(".version")).to_have_count(0)
    await page.reload()
    await expect(page.locator("#title")).to_have_text("Regatta")


async def test_a_deleted_canvas_can_be_had_back_for_ten_seconds(tab: Tab, browser: Browser) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour", "a forest")
    tile = page.locator(".tile", has_text="a harbour")
    await tile.hover()
    await tile.locator("summary").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(tile).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(tile).to_be_visible()
    await tile.hover()
    await tile.locator("summary").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(tile).to_be_hidden()
    await page.goto(f"{tab.address}/usage")  # whoever leaves the page means it
    other = await browser.new_page()
    await other.goto(tab.address)
    await expect(other.locator(".tile")).to_have_count(1)
    await other.close()


async def test_stars_are_kept_and_filtered_by(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour", "a forest")
    await page.get_by_role("button", name="Star a harbour").click()
    await page.reload()
    await page.get_by_role("button", name="Starred").click()
    await expect(page.locator(".tile .title")).to_have_text(["a harbour"])


async def test_a_star_is_the_persons_own_and_seen_at_once_in_their_other_browser(
    tab: Tab, browser: Browser
) -> None:
    page = tab.page
    await tab.call_me("Ana")
    await draw_canvases(tab, "a harbour", "a forest")
    others = [await (await browser.new_context()).new_page() for _ in ("Ana", "Ben")]
    for other, name in zip(others, ("Ana", "Ben"), strict=True):
        await other.goto(tab.address)
        await type(tab)(other, tab.address).call_me(name)
        await expect(other.locator(".tile")).to_have_count(2)
    await page.get_by_role("button", name="Star a harbour").click()
    star = '.tile:has-text("a harbour") .star'
    await expect(others[0].locator(star)).to_have_attribute("aria-pressed", "true")
    await expect(others[1].locator(star)).to_have_attribute("aria-pressed", "false")
    await others[0].get_by_role("button", name="Starred").click()
    await expect(others[0].locator(".tile .title")).to_have_text(["a harbour"])
    await page.get_by_role("button", name="Star a harbour").click()
    await expect(others[0].locator(".tile")).to_have_count(0)
    for other in others:
        await other.context.close()


async def test_a_new_name_reaches_every_open_page_at_once(tab: Tab, browser: Browser) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    address = await page.locator(".tile a").get_attribute("href")
    other = await (await browser.new_context()).new_page()
    await other.goto(f"{tab.address}{address}")
    await expect(other.locator("#title")).to_have_text("a harbour")
    first = await (await browser.new_context()).new_page()
    await first.goto(tab.address)
    await page.request.patch(f"{tab.address}/api/threads{address[2:]}", data={"title": "Regatta"})  # type: ignore[index]
    await expect(other.locator("#title")).to_have_text("Regatta")
    await expect(first.locator(".tile .title")).to_have_text(["Regatta"])
    await expect(page.locator(".tile .title")).to_have_text(["Regatta"])
    for one in (other, first):
        await one.context.close()


async def test_what_is_new_or_deleted_elsewhere_comes_and_goes_in_the_gallery(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    begun = await page.request.post(f"{tab.address}/api/threads", data={"text": "a forest"})
    await expect(page.locator(".tile .title")).to_have_text(["a forest", "a harbour"])
    await expect(page.locator(".tile img")).to_have_count(2)
    thread = (await begun.json())["thread"]
    gone = {"action": "delete", "fields": {"what": "canvas"}}
    await page.request.post(f"{tab.address}/api/threads/{thread}/actions", data=gone)
    await expect(page.locator(".tile .title")).to_have_text(["a harbour"])


async def test_what_changed_since_one_looked_is_marked(tab: Tab, browser: Browser) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    await expect(page.locator(".unread")).to_have_count(0)
    address = await page.locator(".tile a").get_attribute("href")
    other = await (await browser.new_context()).new_page()
    await other.goto(f"{tab.address}{address}")
    await type(tab)(other, tab.address).call_me("Ben")
    await type(tab)(other, tab.address).say("add a pier")
    await expect(other.locator(".title", has_text="v2 ← v1")).to_be_visible()
    await expect(page.locator(".unread")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".unread")).to_have_count(1)
    await other.goto(tab.address)
    await expect(other.locator(".tile")).to_have_count(1)
    await expect(other.locator(".unread")).to_have_count(0)
    await other.context.close()


async def test_a_picture_to_start_from_draws_one_like_it(tab: Tab) -> None:
    page = tab.page
    await expect(page.locator("#ideas img")).to_have_count(4)
    await page.get_by_role("button", name="a cat on a boat at night").click()
    await page.wait_for_url("**/t/*")
    await tab.drawn(0, "v1")
    await expect(page.locator(".line .wish")).to_have_text("a cat on a boat at night")


async def test_older_canvases_come_as_one_scrolls(tab: Tab) -> None:
    page = tab.page
    for number in range(35):
        await page.request.post(f"{tab.address}/api/threads", data={"text": f"canvas {number}"})
    await page.reload()
    await expect(page.locator(".tile")).to_have_count(30)
    await page.mouse.wheel(0, 20_000)
    await expect(page.locator(".tile")).to_have_count(35)


async def test_a_page_that_is_not_there_is_a_page(tab: Tab) -> None:
    for path in ("/t/nothing", "/nowhere"):
        await tab.page.goto(f"{tab.address}{path}")
        await expect(tab.page.locator("h1")).to_have_text("Easel")
        colour = await tab.page.evaluate("getComputedStyle(document.querySelector('a')).color")
        assert colour != "rgb(0, 0, 238)", "its style is there"
        await tab.page.get_by_role("link", name="All canvases").click()
        await expect(tab.page.locator("#welcome")).to_be_visible()


async def test_the_finder_leads_to_a_canvas_by_keys_alone(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour", "a forest")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("harb")
    await expect(page.locator("#found li")).to_have_count(1)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/t/*")
    await expect(page.locator("#title")).to_have_text("a harbour")


async def test_usage_is_drawn_by_the_day_and_given_as_a_table(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    await page.goto(f"{tab.address}/usage")
    await expect(page.locator(".chart .bar")).to_have_count(1)
    table = await page.request.get(f"{tab.address}/usage.csv")
    lines = (await table.text()).splitlines()
    assert lines[0].startswith("by,id,name,pictures,billed_usd")
    assert [line.split(",")[0] for line in lines[1:]] == ["day", "person", "channel", "model"]
    assert lines[2].startswith("person,Somebody,Somebody,1,0.042")


async def test_thumbnails_are_small_made_once_and_gone_with_their_picture(tab: Tab) -> None:
    page = tab.page
    await draw_canvases(tab, "a harbour")
    source = await page.locator(".tile img").get_attribute("src")
    assert source is not None
    small = await page.request.get(f"{tab.address}{source}")
    assert small.headers["content-type"] == "image/webp"
    assert "immutable" in small.headers["cache-control"]
    assert len(await small.body()) < len(png(1)) * 3
    tag = small.headers["etag"]
    again = await page.request.get(f"{tab.address}{source}", headers={"if-none-match": tag})
    assert again.status == 304
    listed = await (await page.request.get(f"{tab.address}/api/threads")).json()
    image = listed["threads"][0]["image"]
    assert image["color"].startswith("#")
    odd = await page.request.get(f"{tab.address}{image['url']}?width=161")
    assert odd.status == 422
    thread = listed["threads"][0]["id"]
    gone = {"action": "delete", "fields": {"what": "canvas"}}
    await page.request.post(f"{tab.address}/api/threads/{thread}/actions", data=gone)
    after = await page.request.get(f"{tab.address}{source}")
    assert after.status == 404
