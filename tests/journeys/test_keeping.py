"""Can people compare pictures, and take back what they asked for, on every platform?"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from PIL import Image

from tests.journeys.driver import drawn, says
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer


async def test_a_deleted_picture_is_gone_and_what_was_made_from_it_goes_on(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "with a hideous gnome", person="Ben")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, "at night")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    await driver.press(thread, 1, "Delete…", person="Ben", fields={"what": "turn"})
    seen = await driver.seen(thread, 1, drawn("v3 ← v1"))
    assert seen.images == (png(3),)
    await driver.say(thread, "add a star")
    await driver.seen(thread, 2, drawn("v4 ← v3"))
    assert "gnome" not in str(model.requests[3].body)
    assert model.requests[3].images == [png(3)]


async def test_an_edit_is_shown_beside_what_it_was_made_from(
    driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "at night")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    await driver.say(thread, "before and after")
    seen = await driver.shown(
        thread, lambda seen: says("Before and after.")(seen) and bool(seen.images)
    )
    both = Image.open(io.BytesIO(seen.images[0])).convert("RGB")
    for data, across in ((png(1), 0.25), (png(2), 0.75)):
        wanted = Image.open(io.BytesIO(data)).convert("RGB").getpixel((1, 1))
        found = both.getpixel((int(both.width * across), 30))
        assert all(abs(a - b) < 16 for a, b in zip(found, wanted, strict=True))  # type: ignore[arg-type] # RGB
    assert len(model.requests) == 2


async def test_everything_can_be_exported(driver: Driver) -> None:
    thread = await driver.start("a boat")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "at night", person="Ben")
    await driver.seen(thread, 1, drawn("v2 ← v1"))
    archive = zipfile.ZipFile(io.BytesIO(await driver.exported(thread)))
    assert archive.testzip() is None
    assert [archive.read(f"images/v{number}.png") for number in (1, 2)] == [png(1), png(2)]
    assert "**Ben**" in archive.read("log.md").decode()
