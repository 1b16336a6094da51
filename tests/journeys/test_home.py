"""Do people find what is theirs, and what their channel likes best?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.driver import drawn, says

if TYPE_CHECKING:
    from tests.journeys.driver import Driver


async def test_a_star_puts_a_picture_into_the_gallery_of_its_channel(driver: Driver) -> None:
    thread = await driver.start("a lighthouse at dusk")
    await driver.seen(thread, 0, drawn("v1"))
    assert "Nobody" in await driver.asked(thread, "gallery", person="Ben")
    await driver.use(thread, "Star")
    await driver.seen(thread, 0, says("★ Ana"))
    shown = await driver.asked(thread, "gallery", person="Ben")
    assert "v1 · a lighthouse at dusk" in shown
    assert "★ Ana" in shown
    await driver.use(thread, "Star")
    await driver.seen(thread, 0, lambda seen: "★" not in seen.text)
    assert "lighthouse" not in await driver.asked(thread, "gallery", person="Ben")


async def test_a_home_shows_its_persons_canvases_and_spending(driver: Driver) -> None:
    thread = await driver.start("a red bicycle")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "in winter", person="Ben")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    for person in ("Ana", "Ben"):
        shown = await driver.asked(thread, "home", person=person)
        assert "a red bicycle" in shown
        assert "v2 · 2 prompts" in shown
        assert "for 1 picture" in shown
    assert "no canvases here yet" in await driver.asked(thread, "home", person="Cem")
