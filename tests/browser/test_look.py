"""Is the page beautiful to everybody: at each width, in light and dark, by keyboard, to axe? The run keeps pictures."""

from __future__ import annotations

import asyncio
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.servers.model import Gate, ModelServer, blocks, completion, fails, says, text
from tests.servers.pictures import png

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser, Page

    from bot.commands.compose import Running

ROOT = Path(__file__).parents[2]
#: where the run leaves what it saw
PICTURES = ROOT / "build" / "pictures"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SIZES = {390: 844, 768: 1024, 1440: 900, 1920: 1080}
#: of what others wrote: the file, and its hash as its package has it
VENDORED = {
    AXE: "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    ROOT
    / "adapters/web/static/vendor/panzoom.js": "3fb2efbf08b085fc0e7b0ba7f2900142f76a762d62b6e8e37ccb7af0f5d2fe78",
}

_BOX = """() => {
    const { left, top, right, bottom, width, height } = document.querySelector("#view > .frame").getBoundingClientRect();
    const view = document.querySelector("#view").getBoundingClientRect();
    return { left, top, right, bottom, share: (width * height) / (innerWidth * innerHeight), fills: Math.max(width / view.width, height / view.height) };
}"""
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def axe() -> str:
    return AXE.read_text()


async def judge(tab: Tab, axe: str, name: str) -> None:
    """Keep a picture of what is seen, and have axe look for anything that shuts somebody out."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await tab.page.wait_for_timeout(250)  # what fades in has no end that is told
    await tab.page.screenshot(path=PICTURES / f"{name}.png")
    await tab.page.evaluate(axe)
    found: Any = await tab.page.evaluate("axe.run({ resultTypes: ['violations'] })")
    said = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']][:3]}"
        for one in found["violations"]
    ]
    assert said == [], name


async def on_each_screen(
    tab: Tab, axe: str, name: str, check: Callable[[Page], Awaitable[None]] | None = None
) -> None:
    """Judge what is seen at each width in light and, as colours know no width, at the last one in dark.

    `check` is called on each before.
    """
    for width, height in SIZES.items():
        await tab.page.set_viewport_size({"width": width, "height": height})
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes if width == max(SIZES) else schemes[:1]:
            await tab.page.emulate_media(color_scheme=scheme)
            if check is not None:
                await check(tab.page)
            assert not await tab.page.evaluate(_WIDER)
            await judge(tab, axe, f"{name}-{width}-{scheme}")


@pytest.mark.timeout(300)  # twenty-five screens
async def test_the_picture_is_large_and_wholly_seen_on_arrival(
    tab: Tab, axe: str, model: ModelServer
) -> None:
    page = tab.page

    async def arrive(page: Page) -> None:
        await page.goto(page.url)
        await tab.sees("v2")
        box: Any = await page.evaluate(_BOX)
        view = page.viewport_size
        assert view is not None
        assert box["left"] >= 0
        assert box["top"] >= 0
        assert box["right"] <= view["width"]
        assert box["bottom"] <= view["height"]
        assert box["fills"] > 0.99
        assert box["share"] >= (0.40 if view["width"] > 400 else 0.38), box

    await on_each_screen(tab, axe, "home-empty")
    await tab.say("a lighthouse at dusk")
    await tab.drawn(0, "v1")
    await tab.say("add two boats")
    await tab.drawn(1, "v2 ← v1")
    await on_each_screen(tab, axe, "canvas", arrive)
    model.answer(fails(451))
    await tab.say("unspeakable")
    await expect(page.locator("#status.refused")).to_be_visible()
    await on_each_screen(tab, axe, "refused")
    await page.goto(tab.address)
    await expect(page.locator(".tile")).to_have_count(1)
    await on_each_screen(tab, axe, "home")
    await page.goto(f"{tab.address}/usage")
    await on_each_screen(tab, axe, "usage")


@pytest.mark.parametrize("size", [(1024, 1024), (1024, 1536), (1536, 1024)], ids=str)
async def test_a_picture_of_any_shape_has_two_fifths_of_a_laptops_screen(
    tab: Tab, axe: str, model: ModelServer, size: tuple[int, int]
) -> None:
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, "PNG")
    model.answer(says(completion(blocks("Here.", held.getvalue()))))
    await tab.say("a lighthouse at dusk")
    await tab.drawn(0, "v1")
    box: Any = await tab.page.evaluate(_BOX)
    assert box["left"] >= 0
    assert box["top"] >= 0
    assert box["bottom"] <= 900
    assert box["share"] >= 0.40, box
    await expect(tab.page.locator("#toolbar [data-tool=more]")).to_be_in_viewport(ratio=1)
    await judge(tab, axe, f"shape-{size[0]}x{size[1]}")


async def test_each_state_of_the_stage_shuts_nobody_out(
    tab: Tab, axe: str, model: ModelServer
) -> None:
    page = tab.page
    model.answer(text("1. A fox\n2. A robot\n3. A lighthouse\n4. A paper boat"))
    await tab.say("brainstorm: a mascot for our CI")
    await expect(page.get_by_role("checkbox")).to_have_count(4)
    await page.get_by_role("checkbox").first.click()
    await expect(page.locator("#view").get_by_role("button", name="Draw 1")).to_be_visible()
    await judge(tab, axe, "state-directions")
    await page.get_by_role("checkbox").nth(1).click()
    await page.locator("#view").get_by_role("button", name="Draw 2").click()
    await expect(page.locator("#view figure")).to_have_count(2)
    await judge(tab, axe, "state-choice")
    await page.get_by_role("button", name="Use this: v2").click()
    await tab.sees("v2")
    gate = Gate()
    model.answer(gate.before(model.draw))
    await tab.say("add a bow")
    await gate.entered.wait()
    await expect(page.locator("#status.drawing")).to_be_visible()
    await judge(tab, axe, "state-drawing")
    gate.open.set()
    await tab.drawn(1, "v3 ← v2")
    await tab.look("v1")
    await expect(page.locator("#status")).to_contain_text("You’re viewing v1")
    await judge(tab, axe, "state-looking")
    await opened(page.locator("[data-tool=compare-here]").click, tab, axe, "state-compare")
    await page.keyboard.press("Escape")
    await opened(page.locator("[data-tool=mark]").click, tab, axe, "state-mark")
    await page.keyboard.press("Escape")
    await opened(page.locator("[data-tool=more]").click, tab, axe, "state-more")
    await page.keyboard.press("Escape")
    await opened(page.locator("#options summary").click, tab, axe, "state-options")
    await page.keyboard.press("Escape")
    await opened(page.locator("#help").click, tab, axe, "state-keys")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#found li")).to_have_count(1)
    await judge(tab, axe, "state-finder")
    await page.keyboard.press("Escape")
    await tab.more("delete")
    await expect(page.locator("#form")).to_be_visible()
    await judge(tab, axe, "state-form")


async def opened(opens: Callable[[], Awaitable[None]], tab: Tab, axe: str, name: str) -> None:
    """Open something, and judge it."""
    await opens()
    await judge(tab, axe, name)


async def test_at_twice_the_size_of_text_all_is_there(tab: Tab, axe: str) -> None:
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await tab.page.set_viewport_size({"width": 720, "height": 450})
    await expect(tab.page.locator("#text")).to_be_in_viewport()
    await expect(tab.page.locator("#toolbar [data-action=undo]")).to_be_in_viewport()
    assert not await tab.page.evaluate(_WIDER)
    await judge(tab, axe, "zoomed")


async def test_the_colours_are_chosen_and_kept(tab: Tab) -> None:
    page = tab.page
    colour = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(colour)
    await page.click("#theme")
    await page.click("#theme")
    assert await page.evaluate(colour) != light
    await page.reload()
    assert await page.evaluate(colour) != light


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file.name)
def test_what_others_wrote_is_as_they_wrote_it(file: Path) -> None:
    assert hashlib.sha256(file.read_bytes()).hexdigest() == VENDORED[file]


async def test_the_picture_is_enlarged_by_wheel_and_keys_and_fits_again(tab: Tab) -> None:
    page = tab.page
    await tab.say("a boat")
    frame = await tab.drawn(0, "v1")
    scale = "new DOMMatrix(getComputedStyle(document.querySelector('#view > .frame')).transform).a"
    await page.locator("#view").hover()
    await page.mouse.wheel(0, -300)
    await page.wait_for_function(f"() => {scale} > 1.1")
    await page.locator("#lines").focus()
    await page.keyboard.press("0")
    await page.wait_for_function(f"() => {scale} === 1")
    await page.keyboard.press("+")
    await page.wait_for_function(f"() => {scale} > 1.2")
    await page.keyboard.press("-")
    await page.keyboard.press("-")
    await page.wait_for_function(f"() => {scale} <= 1.001")
    assert frame is not None


async def test_the_picture_is_enlarged_and_made_smaller_by_two_fingers(
    browser: Browser, running: Running
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = await context.new_page()
    tab = Tab(page, running.address)
    await page.goto(running.address)
    await tab.say("a boat")
    await page.wait_for_url("**/t/*")
    await tab.sees("v1")
    scale = "new DOMMatrix(getComputedStyle(document.querySelector('#view > .frame')).transform).a"
    session = await context.new_cdp_session(page)
    box = await page.locator("#view > .frame").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def pinch(apart: int, until: int) -> None:
        """Put two fingers down so many pixels from the middle, and draw them apart or together."""
        step = 10 if until > apart else -10
        for kind, far in (
            ("touchStart", apart),
            *(("touchMove", at) for at in range(apart, until, step)),
        ):
            points = [{"x": x + far, "y": y, "id": 0}, {"x": x - far, "y": y, "id": 1}]
            await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    await pinch(30, 130)
    await page.wait_for_function(f"() => {scale} > 1.5")
    assert await page.evaluate("visualViewport.scale") == 1, "the picture, not the page"
    await tab.sees("v1")
    await pinch(150, 10)
    await page.wait_for_function(f"() => {scale} <= 1.001")
    assert tab.wrong == []
    await context.close()


async def test_two_versions_are_compared_with_a_slider_and_side_by_side(tab: Tab) -> None:
    page = tab.page
    for number, words in enumerate(("a boat", "red", "blue")):
        await tab.say(words)
        await tab.drawn(number, f"v{number + 1}")
    await page.locator("#lines").focus()
    await page.keyboard.press("c")
    edge = page.get_by_role("slider")
    await expect(edge).to_be_focused()
    await page.keyboard.press("End")
    await expect(edge).to_have_value("100")
    await page.get_by_label("Left", exact=True).select_option("v1")
    await expect(page.locator(".both .left figcaption")).to_have_text("v1")
    await expect(page.locator(".both .right figcaption")).to_have_text("v3")
    await page.locator(".both").click()
    await page.keyboard.press("s")
    await expect(page.locator("#view.beside")).to_be_visible()
    left, right = [await page.locator(f".both .{one}").bounding_box() for one in ("left", "right")]
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"] + 1
    await page.keyboard.press("Escape")
    await tab.sees("v3")


async def test_a_mark_goes_along_as_a_copy_and_the_original_stays_the_source(
    tab: Tab, model: ModelServer
) -> None:
    page = tab.page
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await page.click("[data-tool=mark]")
    box = await page.locator(".paper").bounding_box()
    assert box
    await page.mouse.move(box["x"] + 100, box["y"] + 100)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 300, box["y"] + 120, steps=5)
    await page.mouse.move(box["x"] + 200, box["y"] + 300, steps=5)
    await page.mouse.up()
    await page.get_by_role("button", name="Use these marks").click()
    await expect(page.locator("#files img")).to_have_count(1)
    await expect(page.locator("#text")).to_be_focused()
    await tab.say("make this bigger")
    await tab.drawn(1, "v2 ← v1")
    request = model.requests[1]
    assert "do not draw the marks" in request.prompt
    assert request.images[0] == png(1)
    assert len(request.images) == 2
    await tab.say("and a flag")
    await tab.drawn(2, "v3 ← v2")
    assert "marks" not in model.requests[2].prompt


async def test_a_mark_is_set_by_keys_alone(tab: Tab, model: ModelServer) -> None:
    page = tab.page
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await page.locator("#lines").focus()
    await page.keyboard.press("m")
    await expect(page.locator(".paper")).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "Enter"):
        await page.keyboard.press(key)
    await page.get_by_role("button", name="Use these marks").click()
    await tab.say("a sail here")
    await tab.drawn(1, "v2 ← v1")
    assert len(model.requests[1].images) == 2


async def test_the_tree_is_walked_by_keys_and_a_swipe_turns_the_page(tab: Tab) -> None:
    page = tab.page
    for number, words in enumerate(("a boat", "red", "v1: blue")):
        await tab.say(words)
        await tab.drawn(number, f"v{number + 1}")
    await page.locator("#versions").focus()
    for key, version in (("ArrowUp", "v2"), ("Home", "v1"), ("End", "v3"), ("ArrowLeft", "v1")):
        await page.keyboard.press(key)
        await tab.sees(version)
    await tab.head("v3")
    await page.keyboard.press("Tab")
    await page.evaluate(
        """() => {
            const view = document.querySelector("#view");
            const at = (type, clientX) => view.dispatchEvent(new PointerEvent(type, { clientX, clientY: 300, pointerType: "touch", isPrimary: true, bubbles: true }));
            at("pointerdown", 600);
            at("pointerup", 400);
        }"""
    )
    await tab.sees("v2")


async def test_a_draft_outlives_a_reload(tab: Tab) -> None:
    page = tab.page
    await page.fill("#text", "half a thou")
    await page.reload()
    await expect(page.locator("#text")).to_have_value("half a thou")
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await page.goto(tab.address)
    await expect(page.locator("#text")).to_have_value("")


async def test_the_price_is_told_before_anything_is_sent(tab: Tab) -> None:
    page = tab.page
    await expect(page.locator("#price")).to_have_text("about $0.042")
    await tab.choose(n="2")
    await expect(page.locator("#price")).to_have_text("about $0.084")
    await tab.choose(n="", quality="high", size="2048x2048")
    await expect(page.locator("#price")).to_have_text("about $0.67")
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await expect(page.locator("#price")).to_have_text("about $0.042")


async def test_a_version_is_dragged_out_of_the_tree_as_a_reference(
    tab: Tab, model: ModelServer
) -> None:
    page = tab.page
    await tab.say("a boat")
    await tab.drawn(0, "v1")
    await tab.say("red")
    await tab.drawn(1, "v2 ← v1")
    await page.drag_and_drop("#version-v1", "#text")
    await expect(page.locator("#files img")).to_have_count(1)
    await page.get_by_role("button", name="Remove v1.png").click()
    await expect(page.locator("#files img")).to_have_count(0)
    await page.drag_and_drop("#version-v1", "#text")
    await tab.say("like this one again")
    await tab.drawn(2, "v3 ← v2")
    assert model.requests[2].images == [png(2), png(1)]


async def test_what_is_sent_is_seen_before_it_is_taken(tab: Tab) -> None:
    page, slow = tab.page, asyncio.Event()
    await tab.say("a boat")
    await tab.drawn(0, "v1")

    async def slowly(route: Any) -> None:
        await slow.wait()
        await route.continue_()

    await page.route("**/messages", slowly)
    await tab.say("red")
    await expect(page.locator(".line.pending")).to_contain_text("red")
    slow.set()
    await tab.drawn(1, "v2 ← v1")
    await expect(page.locator(".line.pending")).to_have_count(0)


async def test_where_a_languages_words_have_no_room_the_signs_stand_alone(
    browser: Browser, running: Running
) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="de-DE")
    tab = Tab(page, running.address)
    await page.goto(running.address)
    await tab.say("a lighthouse at dusk")
    await tab.drawn(0, "v1")
    await tab.say("add two boats")
    await tab.drawn(1, "v2 ← v1")
    for tool in ("undo", "more"):
        await expect(page.locator(f"#toolbar [data-tool={tool}]")).to_be_in_viewport(ratio=1)
    bar = page.locator("#toolbar")
    assert await bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    assert tab.wrong == []
    await page.close()
