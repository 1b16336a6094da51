"""Is the right model suggested, and used only once somebody says so, on every platform?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.driver import drawn, says
from tests.servers.images_api import ImagesServer
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.journeys.driver import Driver
    from tests.servers.model import ModelServer


@pytest.fixture
def images(model: ModelServer) -> ImagesServer:
    """The gateway's other API: new pictures only, no edits."""
    images = ImagesServer()
    model.app.router.routes.extend(one for one in images.routes if "edits" not in one.path)
    return images


async def test_a_photo_is_offered_its_model_which_draws_it_once_pressed_and_edits_go_on(
    images: ImagesServer, driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a photo of a lighthouse at dusk")
    first = await driver.seen(thread, 0, drawn("v1"))
    assert "Try this as a photo" in first.buttons
    assert images.asked == [], "nothing is switched silently"
    await driver.press(thread, 0, "Try this as a photo")
    seen = await driver.seen(thread, 1, drawn("v2"))
    [asked] = images.asked
    assert (asked.kind, asked.fields["model"]) == ("generations", "nano-banana-pro")
    assert asked.fields["prompt"] == "a photo of a lighthouse at dusk"
    assert "nano-banana-pro" in seen.text
    assert "Try this as a photo" not in seen.buttons
    await driver.say(thread, "make the sky purple")
    await driver.seen(thread, 2, drawn("v3 ← v2"))
    assert model.requests[-1].body["model"] == "gpt-4o-image"
    assert model.requests[-1].images == [png(1)]


async def test_an_edit_that_a_model_cannot_make_is_made_by_another_that_is_named(
    images: ImagesServer, driver: Driver, model: ModelServer
) -> None:
    thread = await driver.start("a lighthouse", model="gpt-image-2")
    await driver.seen(thread, 0, drawn("v1"))
    await driver.say(thread, "make it blue model:gpt-image-2")
    said = "gpt-image-2 can't edit pictures here. It was not billed. Press Retry, and gpt-4o-image"
    await driver.seen(thread, 1, says(said))
    await driver.press(thread, 1, "Retry")
    seen = await driver.seen(thread, 2, drawn("v2 ← v1"))
    assert "edited by gpt-4o-image, because gpt-image-2 can't edit" in seen.text
    assert model.requests[-1].images == [png(1)]
    await driver.say(thread, "add a boat model:gpt-image-2")
    seen = await driver.seen(thread, 3, drawn("v3 ← v2"))
    assert "because gpt-image-2 can't edit" in seen.text, "it is known by now"
    assert [one.kind for one in images.asked] == ["generations"]
