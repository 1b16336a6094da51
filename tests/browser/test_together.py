"""Does a team find its way on the page: ideas, votes, talk, prompts that wait, settings, a small screen?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.servers.model import Gate, ModelServer, text

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.conftest import Tab

IDEAS = "1. A fox\n2. A robot\n3. A lighthouse\n4. A paper boat"


async def test_ideas_are_ticked_drawn_and_voted_on_in_two_tabs(
    tab: Tab, model: ModelServer, browser: Browser
) -> None:
    page = tab.page
    model.answer(text(IDEAS))
    await tab.call_me("Ana")
    await tab.say("brainstorm: a mascot for our CI")
    ticks = page.get_by_role("checkbox")
    await expect(ticks).to_have_count(4)
    await ticks.nth(0).focus()
    await page.keyboard.press("Space")
    await expect(ticks.nth(0)).to_be_checked()
    await expect(ticks.nth(0)).to_be_focused()
    await ticks.filter(has_text="A robot").click()
    draw = page.locator("#view").get_by_role("button", name="Draw 2")
    await expect(draw).to_contain_text("$0.08")
    await draw.click()
    figures = page.locator("#view figure")
    await expect(figures).to_have_count(2)
    await expect(figures.nth(1).locator("figcaption")).to_have_text(
        re.compile(r"^B · v\d · A robot$")
    )
    caption = await figures.nth(1).locator("figcaption").inner_text()
    winner = caption.split(" · ")[1]  # whichever was drawn second
    other = await browser.new_page(storage_state=None)
    await other.goto(page.url)
    await other.click("#options summary")
    await other.fill("#name", "Ben")
    await other.get_by_role("button", name="Vote B").click()
    await expect(page.get_by_role("button", name="Vote B (1)")).to_be_visible()
    await page.get_by_role("button", name="Vote A").click()
    await page.locator("#status").get_by_role("button", name="Close the vote").click()
    await expect(other.locator(".line").first).to_contain_text("It's a tie")
    await other.locator("#view").get_by_role("button", name="Take B").click()
    await expect(page.locator(".line").first).to_contain_text("won with 1 of 2 votes")
    await tab.head(winner)
    await expect(page.locator("#text")).to_have_attribute(
        "placeholder", f"Say what to change in {winner}…"
    )
    await other.close()


async def test_a_pause_is_talk_then_one_edit_in_wording_that_can_be_changed(
    tab: Tab, model: ModelServer
) -> None:
    page = tab.page
    await tab.say("a park")
    await tab.drawn(0, "v1")
    await tab.more("pause")
    await expect(page.locator("body")).to_have_class(re.compile("talking"))
    await tab.call_me("Ben")
    await tab.say("a red roof")
    await expect(page.locator(".line.talk")).to_contain_text("Ben a red roof")
    await tab.say("// lunch?")
    await expect(page.locator("#notice")).to_contain_text("are ignored")
    await page.reload()
    await expect(page.locator(".line.talk")).to_have_count(1)
    await tab.more("go")
    dialog = page.locator("#form")
    await expect(dialog.get_by_role("textbox")).to_have_value("a red roof")
    await expect(dialog).to_contain_text("$0.042")
    await dialog.get_by_role("textbox").fill("a bright red roof")
    await dialog.locator(".send").click()
    await tab.drawn(1, "v2 ← v1")
    assert model.requests[1].prompt == "a bright red roof"


async def test_prompts_that_wait_can_be_merged_and_settings_are_a_form(
    tab: Tab, model: ModelServer
) -> None:
    page = tab.page
    await tab.say("a park")
    await tab.drawn(0, "v1")
    gate = Gate()
    model.answer(gate.before(model.draw))
    await tab.say("add a bench")
    await gate.entered.wait()
    await tab.say("add a dog")
    await tab.say("add a cat")
    await expect(page.locator("#lines")).to_contain_text("2 prompts are waiting.")
    await page.locator("#lines").get_by_role("button", name="Merge 2 into one edit").click()
    await expect(page.locator(".line[data-state=cancelled]")).to_contain_text("part of")
    gate.open.set()
    await tab.drawn(2, "v3 ← v2")
    assert model.requests[2].prompt == "- add a dog\n- add a cat"
    await tab.more("settings")
    await page.select_option("#form [name=size]", "1536x1024")
    await page.locator("#form .send").click()
    await expect(page.locator("#notice")).to_contain_text("In this thread from now on: 1536×1024.")


async def test_a_forms_price_follows_what_is_chosen(tab: Tab, model: ModelServer) -> None:
    page = tab.page
    model.answer(text("Which one?"))
    await tab.say("a park")
    await page.locator(".line").get_by_text("Which one?").wait_for()
    thread = page.url.rsplit("/", 1)[1]
    form: Any = await page.evaluate(
        """async (thread) => {
            const { ask } = await import("/static/form.js");
            const { act } = await import("/static/api.js");
            const { form } = await act(thread, { action: "edit_prompt" });
            ask(form);
            return form;
        }""",
        thread,
    )
    assert form["price"] == 0.042
    price = page.locator("#form .price")
    await expect(price).to_contain_text("$0.042")
    await page.select_option("#form [name=quality]", "high")
    await page.select_option("#form [name=size]", "2048x2048")
    await expect(price).to_contain_text("$0.67")
    await page.select_option("#form [name=n]", "2")
    await expect(price).to_contain_text("$1.34")


async def test_a_small_screen_has_everything_and_nothing_beside_it(tab: Tab) -> None:
    page = tab.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.reload()
    await tab.choose(n="2")
    await tab.say("a" * 200)
    await tab.line(0, "v1a, v1b")
    await expect(page.locator("#n")).to_have_value("")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    assert not await page.evaluate("document.querySelector('main').scrollWidth > innerWidth")
    for number in range(2, 5):
        await tab.say(f"edit {number}")
        await tab.drawn(number - 1, f"v{number} ←")
    await page.reload()
    await tab.sees("v4")
    await expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    await page.click("[data-tool=more]")
    await expect(page.get_by_role("menuitem", name="Pause to talk")).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Conversation").click()
    await expect(page.locator(".line.wish")).to_have_count(4)
    await expect(page.locator(".line.wish").last).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.locator(".line.wish").last).to_be_hidden()
