"""Does a picture that is too large for a platform become small enough, and no smaller than needed?"""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from bot.images.resize import fit_webp


def noise(width: int, height: int, mode: str = "RGB") -> bytes:
    """Make a PNG that no format makes small."""
    data = random.Random(7).randbytes(width * height * len(mode))
    held = io.BytesIO()
    Image.frombytes(mode, (width, height), data).save(held, "PNG")
    return held.getvalue()


def flat(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(held, "PNG", compress_level=0)
    return held.getvalue()


def test_webp_in_full_size_comes_first() -> None:
    data = flat(200, 100)
    found = fit_webp(data, len(data) // 2)
    assert (found.width, found.height, found.is_full_size) == (200, 100, True)
    with Image.open(io.BytesIO(found.data)) as image:
        assert (image.format, image.size) == ("WEBP", (200, 100))
        assert image.convert("RGB").getpixel((0, 0)) == (0, 128, 128)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_is_still_too_large_becomes_smaller(mode: str) -> None:
    data = noise(256, 128, mode)
    found = fit_webp(data, 4000)
    assert len(found.data) <= 4000
    assert not found.is_full_size
    assert found.width == pytest.approx(2 * found.height, abs=2)
    assert found.media_type == "image/webp"


def test_it_ends_where_nothing_helps() -> None:
    assert fit_webp(noise(90, 90), 1).data
