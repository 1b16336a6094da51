"""Do pictures of any size, mode and damage go together, and stay small?"""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.images import inspect, montage

pytestmark = pytest.mark.integration

RED, BLUE = (200, 0, 0), (0, 0, 200)


def picture(mode: str, size: tuple[int, int], colour: Any = 0, kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, colour).save(held, kind)
    return held.getvalue()


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=True))


def test_the_old_picture_is_on_the_left_and_the_new_one_on_the_right() -> None:
    made = montage.compare(
        ("v1", picture("RGB", (400, 300), RED)), ("v2", picture("RGB", (400, 300), BLUE))
    )
    assert inspect.sniff(made) == "image/jpeg"
    shown = read(made)
    assert near(shown.getpixel((shown.width // 4, 150)), RED)
    assert near(shown.getpixel((shown.width * 3 // 4, 150)), BLUE)


def test_sizes_that_differ_are_fitted_and_the_whole_stays_bounded() -> None:
    small, large = picture("RGB", (64, 64), RED), picture("RGB", (3000, 1000), BLUE)
    shown = read(montage.compare(("v1", small), ("v2", large)))
    assert shown.width <= 2 * 1024 + 64
    assert shown.height <= 1024 + 144
    assert near(shown.getpixel((shown.width // 4, shown.height // 2 - 20)), RED)
    tall = read(montage.compare(("v1", picture("RGB", (200, 4000))), ("v2", small)))
    assert tall.height <= 1024 + 144


@pytest.mark.parametrize(
    ("mode", "colour"), [("L", 90), ("LA", (90, 128)), ("P", 3), ("1", 1), ("RGBA", (9, 9, 9, 0))]
)
def test_every_mode_can_be_shown(mode: str, colour: Any) -> None:
    made = montage.compare(("v1", picture(mode, (80, 60), colour)), ("v2", picture("RGB", (9, 9))))
    assert read(made).width > 80


def test_what_is_transparent_is_shown_on_white() -> None:
    clear = picture("RGBA", (300, 300), (0, 0, 0, 0))
    shown = read(montage.compare(("v1", clear), ("v2", clear)))
    assert near(shown.getpixel((shown.width // 4, 150)), (255, 255, 255))


def test_a_damaged_picture_is_told() -> None:
    cut = picture("RGB", (200, 200), RED)[:-60]
    for data in (b"", b"no picture", cut):
        with pytest.raises(inspect.NotAnImage):
            montage.make_panel("v1", data)


def test_a_film_shows_each_picture_and_stays_on_the_last() -> None:
    frames = [
        montage.make_panel(
            f"v{number}", picture("RGB", (900, 300 + number), (number * 40, 0, 0)), montage.FRAME
        )
        for number in range(1, 5)
    ]
    with Image.open(io.BytesIO(montage.make_animation(frames))) as film:
        assert (film.format, film.n_frames) == ("WEBP", 4)  # type: ignore[attr-defined] # animated
        assert max(film.size) <= 600
        film.seek(3)
        film.load()
        assert film.info["duration"] > 2000


def test_a_sheet_has_a_row_for_every_five() -> None:
    cells = [montage.make_panel(f"v{number}", picture("RGB", (300, 300))) for number in range(7)]
    two, one = read(montage.make_sheet(cells)), read(montage.make_sheet(cells[:3]))
    assert two.height == pytest.approx(2 * one.height, abs=20)
    assert two.width > one.width
