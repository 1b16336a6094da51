"""Does the page do what people expect, in a real browser?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.servers.model import Gate, ModelServer, completion, fails, partial, says, stream
from tests.servers.model import blocks as content_blocks
from tests.servers.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Route
    from starlette.responses import Response

    from bot.commands.compose import Running
    from tests.conftest import Start
    from tests.servers.model import Received


async def test_ideas_for_the_next_edit_go_into_the_box_and_are_not_offered_again(tab: Tab) -> None:
    page = tab.page
    await tab.say("a lighthouse at dusk")
    await tab.drawn(0, "v1")
    ideas = page.locator("#suggestions button")
    await expect(ideas).to_have_count(3)
    await page.get_by_role("button", name="make it night").click()
    await expect(page.locator("#text")).to_have_value("make it night")
    await page.keyboard.press("Enter")
    await tab.drawn(1, "v2 ← v1")
    await expect(ideas).to_have_count(3)
    await expect(page.get_by_role("button", name="make it night")).to_have_count(0)


async def test_a_newcomer_draws_edits_goes_back_and_branches(tab: Tab, model: ModelServer) -> None:
    page = tab.page
    await tab.call_me("Ana")
    await tab.say("a lighthouse at dusk")
    await page.wait_for_url("**/t/*")
    await tab.drawn(0, "v1")
    await expect(page.locator("#text")).to_be_focused()
    for number in range(2, 7):
        await page.keyboard.type(f"step {number}")
        await page.keyboard.press("Enter")
        await tab.drawn(number - 1, f"v{number} ← v{number - 1}")
    await tab.head("v6")
    await page.click("#toolbar [data-action=undo]")
    await tab.head("v5")
    await tab.sees("v5")
    await tab.look("v2")
    await tab.head("v5")
    await page.get_by_role("button", name="Edit from here").click()
    await tab.head("v2")
    await tab.say("a branch")
    await tab.drawn(6, "v7 ← v2")
    assert model.requests[6].images == [png(2)]
    people = await page.locator(".line.wish .who b").all_text_contents()
    assert set(people) == {"Ana"}


async def test_editing_an_old_version_says_so_before_it_is_sent_and_looking_moves_nothing(
    tab: Tab, model: ModelServer
) -> None:
    page = tab.page
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await tab.say("paint it red")
    await tab.drawn(1, "v2 ← v1")
    await expect(page.locator("#editing")).to_contain_text("Editing v2")
    await tab.look("v1")
    await expect(page.locator("#editing")).to_contain_text("Editing v1")
    await tab.head("v2")
    await page.click("#editing button")
    await tab.sees("v2")
    await tab.look("v1")
    await tab.say("add a flag")
    await tab.drawn(2, "v3 ← v1")
    await expect(page.locator("#editing")).to_contain_text("Editing v3")
    assert model.requests[2].images == [png(1)]


async def test_two_images_are_side_by_side_and_one_is_chosen(tab: Tab) -> None:
    page = tab.page
    await tab.choose(n="2")
    await tab.say("a cat")
    await tab.line(0, "v1a, v1b")
    figures = page.locator("#view figure")
    await expect(figures).to_have_count(2)
    first, second = [await figures.nth(n).bounding_box() for n in (0, 1)]
    assert first
    assert second
    assert first["y"] == second["y"]
    await expect(figures.nth(1).get_by_role("button", name="Vote v1b")).to_be_visible()
    await figures.nth(1).get_by_role("button", name="Use this: v1b").click()
    await tab.head("v1b")
    await tab.sees("v1b")


async def test_blocked_and_unpaid_are_told_in_plain_words_and_go_on(
    tab: Tab, model: ModelServer
) -> None:
    await tab.say("a castle")
    await tab.drawn(0, "v1")
    model.answer(fails(451))
    await tab.say("unspeakable")
    blocked = tab.page.locator(".line[data-state=refused]")
    await expect(blocked).to_contain_text("not billed")
    await blocked.locator("button", has_text="Edit prompt").click()
    dialog = tab.page.locator("#form")
    await expect(dialog.locator("textarea")).to_have_value("unspeakable")
    await dialog.locator("textarea").fill("a moat")
    await dialog.locator(".send").click()
    await tab.drawn(2, "v2 ← v1")
    model.answer(fails(402))
    await tab.say("and a dragon")
    held = tab.page.locator(".line[data-state=held]")
    await expect(held).to_contain_text("no credit")
    await held.locator("button", has_text="Resume").click()
    await tab.drawn(3, "v3 ← v2")


async def test_a_preview_is_seen_and_replaced_by_the_picture(tab: Tab, model: ModelServer) -> None:
    gate = Gate()

    async def reply(received: Received) -> Response:
        await gate.open.wait()
        return await model.draw(received)

    async def previews(_received: Received) -> Response:
        return stream(partial(0, png(70)), slow, _final(png(71)))

    slow = b": alive\n\n"
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    model.answer(gate.before(reply))
    await tab.say("paint it red")
    await gate.entered.wait()
    await expect(tab.page.locator(".line[data-state=drawing]")).to_contain_text("drawing")
    await expect(tab.page.locator("#status")).to_contain_text("Drawing…")
    await expect(tab.page.locator("#status .seconds")).to_contain_text(" s")
    await expect(tab.page.locator("#view .frame.busy")).to_be_visible()
    gate.open.set()
    await tab.drawn(1, "v2 ← v1")
    model.answer(previews)
    await tab.say("and blue")
    await tab.drawn(2, "v3 ← v2")
    await expect(tab.page.locator("img.preview")).to_have_count(0)


def _final(picture: bytes) -> object:
    choice = completion(content_blocks("Here.", picture))["choices"][0]
    return {"choices": [{"index": 0, "delta": choice["message"], "finish_reason": "stop"}]}


async def test_two_tabs_on_one_thread_see_the_same_live(
    tab: Tab, browser: Browser, running: Running
) -> None:
    await tab.say("a park")
    await tab.drawn(0, "v1")
    other = await browser.new_page()
    await other.goto(tab.page.url)
    await expect(other.locator(".line")).to_have_count(1)
    await tab.say("add a bench")
    await expect(other.locator(".title", has_text="v2 ← v1")).to_be_visible()
    await other.fill("#text", "add a dog")
    await other.press("#text", "Enter")
    await tab.drawn(2, "v3 ← v2")
    await other.close()
    assert running.address in tab.page.url


async def test_the_queue_is_on_show_and_what_waits_can_be_cancelled(
    tab: Tab, model: ModelServer
) -> None:
    await tab.say("a park")
    await tab.drawn(0, "v1")
    gate = Gate()
    model.answer(gate.before(model.draw))
    await tab.say("add a bench")
    await gate.entered.wait()
    await tab.say("add a dog")
    await tab.say("add a cat")
    waiting = tab.page.locator(".line[data-state=queued]")
    await expect(waiting).to_have_count(2)
    await expect(waiting.nth(1)).to_contain_text("1 before this one")
    await waiting.nth(0).locator("button", has_text="Cancel").click()
    await expect(waiting).to_have_count(1)
    await expect(waiting.nth(0)).to_contain_text("Next in line")
    gate.open.set()
    await tab.drawn(3, "v3 ← v2")


async def test_what_people_write_is_shown_as_text(tab: Tab) -> None:
    await tab.call_me("<i>Eve</i>")
    await tab.say("<img src=x onerror=document.title='hacked'>")
    await tab.drawn(0, "v1")
    await expect(tab.page.locator(".line .wish")).to_contain_text("<img src=x")
    await expect(tab.page.locator(".line .who b")).to_have_text("<i>Eve</i>")
    assert "hacked" not in (await tab.page.title()).split(" – ")[1]
    assert await tab.page.locator(".line .said img").count() == 0


async def test_a_picture_is_sent_along(tab: Tab, model: ModelServer, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    await asyncio.to_thread(photo.write_bytes, png(44))
    await tab.page.set_input_files("#attach", photo)
    await expect(tab.page.locator("#files img")).to_have_count(1)
    await tab.say("make it night")
    line = await tab.drawn(0, "v1")
    await expect(line.locator(".files img")).to_have_count(1)
    assert model.requests[0].images == [png(44)]


async def test_a_prompt_that_cannot_be_keeps_its_words_and_says_why(tab: Tab) -> None:
    await tab.say("a boat size:huge")
    await expect(tab.page.locator("#notice")).to_contain_text("1024x1024")
    await expect(tab.page.locator("#text")).to_have_value("a boat size:huge")


async def test_a_question_with_options_is_answered_by_a_button(
    tab: Tab, model: ModelServer
) -> None:
    arguments = '{"question": "A dog or a cat?", "options": ["a dog", "a cat"]}'
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "ask_people", "arguments": arguments},
    }
    model.answer(says(completion(None, message={"tool_calls": [call]}, finish="tool_calls")))
    await tab.say("a pet")
    card = tab.page.locator(".line").nth(0)
    await expect(card).to_contain_text("A dog or a cat?")
    await card.locator("button", has_text="a cat").click()
    await tab.drawn(1, "v1")
    assert "a cat" in model.requests[1].body["messages"][-1]["content"]
    await expect(card.locator("button[data-action=answer]")).to_have_count(0)


async def test_the_list_shows_threads_with_their_pictures(tab: Tab) -> None:
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await tab.page.click(".brand")
    await expect(tab.page.locator("#threads li")).to_have_count(1)
    await expect(tab.page.locator("#threads img")).to_have_count(1)
    await tab.page.click("#threads a")
    await tab.drawn(0, "v1")


async def test_a_page_that_lost_its_connection_says_so_and_catches_up(
    tab: Tab, model: ModelServer, browser: Browser
) -> None:
    await tab.say("a park")
    await tab.drawn(0, "v1")
    await tab.page.context.set_offline(offline=True)
    tab.wrong.clear()
    other = await browser.new_page()
    await other.goto(tab.page.url)
    await other.fill("#text", "add a dog")
    await other.press("#text", "Enter")
    await expect(other.locator(".title", has_text="v2 ← v1")).to_be_visible()
    await tab.page.context.set_offline(offline=False)
    await tab.drawn(1, "v2 ← v1")
    tab.wrong.clear()
    await other.close()
    assert len(model.requests) == 2


async def test_a_browser_gives_the_token_once_and_goes_where_it_wanted_to(
    start: Start, browser: Browser
) -> None:
    async with start(web_token="right-and-long-enough") as one:
        page = await browser.new_page()
        await page.goto(f"{one.address}/usage")
        for given in ("wrong", "right-and-long-enough"):
            await expect(page.locator("input[type=password]")).to_be_focused()
            await page.keyboard.type(given)
            await page.keyboard.press("Enter")
            await page.wait_for_load_state()
        await expect(page.locator("h1")).to_contain_text("Usage in")
        assert page.url == f"{one.address}/usage"
        await page.close()


async def test_what_is_said_before_the_page_has_its_thread_goes_into_that_thread(tab: Tab) -> None:
    page, slow = tab.page, asyncio.Event()

    async def slowly(route: Route) -> None:
        await slow.wait()
        await route.continue_()

    await page.route("**/api/threads", slowly)
    await tab.say("a park")
    await tab.say("add a dog")
    slow.set()
    await page.wait_for_url("**/t/*")
    await tab.drawn(1, "v2 ← v1")
    await page.click(".brand")
    await expect(page.locator("#threads li")).to_have_count(1)


async def test_a_page_that_is_refused_its_stream_asks_again(tab: Tab, model: ModelServer) -> None:
    page, asked = tab.page, 0

    async def refused_once(route: Route) -> None:
        nonlocal asked
        asked += 1
        await (route.fulfill(status=503, json={}) if asked == 1 else route.continue_())

    await page.route("**/events?*", refused_once)
    await tab.say("a park")
    await tab.drawn(0, "v1")
    await expect(page.locator("#notice")).to_be_empty()
    assert asked > 1


async def test_eight_open_canvases_are_all_alive(browser: Browser, running: Running) -> None:
    """A browser has six connections to a host; a stream for each tab would leave none for the seventh."""
    context = await browser.new_context()
    tabs = []
    for number in range(8):
        page = await context.new_page()
        page.set_default_timeout(15_000)
        await page.goto(running.address)
        tab = Tab(page, running.address)
        await tab.say(f"canvas {number}")
        await page.wait_for_url("**/t/*")
        await tab.drawn(0, "v1")
        tabs.append(tab)
    for number, tab in enumerate(tabs):
        await tab.say(f"redder {number}")
    for tab in tabs:
        await tab.drawn(1, "v2 ← v1")
    await tabs[0].page.close()  # it followed for all
    for tab in tabs[1:]:
        await tab.say("bluer")
        await tab.drawn(2, "v3 ← v2")
        assert tab.wrong == []
    await context.close()


async def test_a_page_that_comes_back_from_memory_begins_a_canvas_of_its_own(tab: Tab) -> None:
    page = tab.page

    async def begun(route: Route) -> None:
        await route.fulfill(status=202, json={"thread": "an-old-one", "turn": "t"})

    await page.route("**/api/threads", begun, times=1)
    # the page stays, as one in memory does
    await page.route("**/t/an-old-one", lambda route: route.fulfill(status=204))
    await tab.say("a park")
    await expect(page.locator("#text")).to_have_value("")
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await tab.say("a house")
    await page.wait_for_url("**/t/*")
    await tab.drawn(0, "v1")
    await expect(page.locator(".line .wish")).to_contain_text("a house")


async def test_a_message_that_failed_is_kept_while_one_types_on(
    tab: Tab, model: ModelServer
) -> None:
    page, failed = tab.page, asyncio.Event()
    await tab.say("a park")
    await tab.drawn(0, "v1")

    async def fails_late(route: Route) -> None:
        await failed.wait()
        await route.abort()

    await page.route("**/messages", fails_late, times=1)
    await tab.say("add a dog")
    await page.fill("#text", "and then")
    failed.set()
    await expect(page.locator("#unsent")).to_contain_text("add a dog")
    await expect(page.locator("#text")).to_have_value("and then")
    await page.click("#unsent button:has-text('Send again')")
    await tab.drawn(1, "v2 ← v1")
    assert model.requests[1].prompt == "add a dog"
    await expect(page.locator("#unsent li")).to_have_count(0)


async def test_delete_this_is_asked_about_first(tab: Tab) -> None:
    page = tab.page
    await tab.say("a park")
    await tab.drawn(0, "v1")
    await tab.say("delete this")
    await expect(page.locator("#form")).to_be_visible()
    await page.click("#form button[value=cancel]")
    await expect(page.locator(".line .title")).to_have_count(1)
    await tab.say("Delete v1.")
    await page.click("#form button[value=submit]")
    await expect(page.locator(".line .title")).to_have_count(0)


async def test_below_a_path_of_another_site_nothing_leads_out_of_it(
    start: Start, browser: Browser, unused_port: int
) -> None:
    address = f"http://127.0.0.1:{unused_port}/easel"
    async with start(web_url=address, web_port=unused_port):
        page = await browser.new_page()
        tab = Tab(page, address)
        await page.goto(address)
        await tab.say("a lighthouse at dusk")
        await page.wait_for_url(f"{address}/t/*")
        await tab.drawn(0, "v1")
        await tab.say("add two boats")
        await tab.drawn(1, "v2 ← v1")
        async with page.expect_download() as download:
            await tab.more("export")
        assert (await (await download.value).path()).stat().st_size > 1000
        await page.click("a.brand")
        await expect(page.locator(".tile img")).to_have_count(1)
        await page.click("a[href$='/usage']")
        await expect(page.get_by_role("heading", name="Usage")).to_be_visible()
        assert tab.wrong == []
        await page.close()
