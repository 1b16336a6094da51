"""Are small copies there before anybody asks, made once, and only where a page shows the picture?"""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import sqlalchemy as sa
from PIL import Image

from bot.images.resize import make_thumbnails
from storage.tables import thumbnails
from tests.journeys.driver import drawn
from tests.journeys.slack import driving_slack
from tests.journeys.web import WebDriver

if TYPE_CHECKING:
    from bot.commands.compose import Running
    from tests.conftest import Start


async def rows(one: Running) -> list[tuple[str, int, str]]:
    """List the small copies: of which image, how wide, their blobs."""
    columns = (thumbnails.c.original, thumbnails.c.width, thumbnails.c.blob)
    await one.parts.ephemerals.flush()
    found = await one.stores.store.database.read(lambda sql: sql.execute(sa.select(*columns)).all())
    return [(row.original, row.width, row.blob) for row in found]


async def test_small_copies_and_the_colour_are_there_once_a_page_shows_the_picture(
    start: Start,
) -> None:
    async with start() as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        made = await rows(one)
        image = (await web.thread(thread))["versions"][0]
        assert image["color"].startswith("#")
        assert {(f"/images/{original}", width) for original, width, _ in made} == {
            (image["url"], 160),
            (image["url"], 640),
        }
        asked = [web.http.get(f"{image['url']}?width={width}") for width in (160, 640, 160)]
        for answer in await asyncio.gather(*asked):
            assert answer.headers["content-type"] == "image/webp"
        assert await rows(one) == made


async def test_what_a_crash_skipped_is_made_once_when_it_is_asked_for(start: Start) -> None:
    async with start() as one, WebDriver(one.address) as web:
        thread = await web.start("a boat")
        await web.seen(thread, 0, drawn("v1"))
        before = await rows(one)
        await one.stores.store.database.write(lambda sql: sql.execute(sa.delete(thumbnails)))
        image = (await web.thread(thread))["versions"][0]
        assert image["color"] is None
        asked = [web.http.get(f"{image['url']}?width={width}") for width in (160, 640, 160)]
        for answer in await asyncio.gather(*asked):
            assert answer.headers["content-type"] == "image/webp"
        assert sorted(await rows(one)) == sorted(before)


async def test_a_picture_that_only_slack_shows_costs_no_small_copy(start: Start) -> None:
    async with driving_slack(start) as slack:
        thread = await slack.start("a boat")
        await slack.seen(thread, 0, drawn("v1"))
        assert await rows(slack.easel) == []


def test_both_small_copies_are_of_one_shape_and_as_large_as_they_say() -> None:
    held = io.BytesIO()
    Image.effect_mandelbrot((1000, 500), (-2, -1, 1, 1), 40).convert("RGB").save(held, "PNG")
    made, color = make_thumbnails(held.getvalue())
    sizes = {width: Image.open(io.BytesIO(small)).size for width, small in made.items()}
    assert sizes == {160: (160, 80), 640: (640, 320)}
    assert len(color) == 7
