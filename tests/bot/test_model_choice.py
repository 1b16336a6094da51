"""Which words call for a photo, and which only speak of one?"""

from __future__ import annotations

import pytest

from bot.model.catalog.catalog import Catalog
from bot.policy.model_choice import find_strength
from bot.ports.models import PHOTO


@pytest.mark.parametrize(
    "text",
    [
        "a photo of a lighthouse at dusk",
        "Photorealistic portrait of an old fisherman",
        "photographs of three cats",
        "product shot of a blue mug on marble",
        "a headshot of a friendly robot, 85mm, bokeh",
        "ein Foto von einem Leuchtturm",
        "fotorealistisches Bild einer Katze",
        "une photographie d'un phare",
        "una fotografía de un faro",
        "uma foto de um farol",
        "灯台の写真",
    ],
)
def test_a_photo_is_called_for(text: str) -> None:
    assert find_strength(text) == PHOTO


@pytest.mark.parametrize(
    "text",
    [
        "a lighthouse at dusk",
        "a portrait of a fox, oil painting",
        "a wall with a photo frame",
        "like in this photo, but by night",
        "put my photo on a stamp",
        "a watercolor, not a photo",
        "a photo booth at a party",
        "photosynthesis explained with arrows",
        "写真立てのある机",
    ],
)
def test_a_photo_is_only_spoken_of(text: str) -> None:
    assert find_strength(text) is None


def test_only_what_the_gateway_has_is_suggested() -> None:
    catalog = Catalog("gpt-4o-image")
    assert catalog.find_strong(PHOTO) is None, "nobody knows yet"
    catalog.update_from_gateway([{"id": "gpt-4o-image"}, {"id": "nano-banana-2"}])
    found = catalog.find_strong(PHOTO)
    assert found is not None
    assert found.name == "nano-banana-2"
    assert catalog.find_strong(None) is None
