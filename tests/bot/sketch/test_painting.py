"""Is every scene painted, and can it be told from others?"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import get_args

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.sketch.picture import render
from bot.sketch.scene import Land, Layout, Scene, Size, Style, Thing, Time, Water, Weather
from bot.sketch.things import drawings, recoloured
from tests.bot.sketch.talk import after


def painted(scene: Scene, share: float = 0.15) -> Image.Image:
    with Image.open(io.BytesIO(render(scene, share))) as opened:
        return opened.convert("RGB")


def far(one: Image.Image, other: Image.Image) -> float:
    """Return how much two pictures differ, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("style", get_args(Style)),
        ("time", get_args(Time)),
        ("weather", get_args(Weather)),
        ("land", get_args(Land)),
        ("layout", get_args(Layout)[:4]),
    ],
)
def test_each_is_painted_and_looks_different(field: str, values: tuple[str, ...]) -> None:
    scene = after("a red house and a tree by the sea, a dog")
    seen = [painted(replace(scene, **{field: value})) for value in values]  # type: ignore[arg-type]  # of that field
    assert len({one.tobytes() for one in seen}) == len(values)


def test_styles_are_told_apart_at_a_glance() -> None:
    scene = after("a red house and a tree by the sea, a dog")
    seen = {style: painted(replace(scene, style=style), 0.25) for style in get_args(Style)}
    for style, one in seen.items():
        assert all(far(one, other) > 1 for name, other in seen.items() if name != style), style


def test_each_land_is_painted_with_each_water_and_each_far_thing() -> None:
    for land in get_args(Land):
        for water in get_args(Water):
            painted(
                Scene(seed=3, land=land, water=water, far=("mountains", "hills", "cliff")), 0.03
            )


def test_every_drawing_is_painted() -> None:
    names = sorted(drawings())
    assert len(names) > 1_500
    for start in range(0, len(names), 60):
        things = tuple(
            Thing(id=i + 1, kind=name, zone="ground", x=i / 60, y=0.5, size=0.2, colour="#2f6fe0")
            for i, name in enumerate(names[start : start + 60])
        )
        painted(Scene(seed=1, things=things), 0.05)


@pytest.mark.parametrize(
    "name", ["horse", "automobile", "cat", "house", "rose", "elephant", "ghost", "penguin"]
)
def test_a_thing_takes_the_colour_that_it_is_given(name: str) -> None:
    one = Thing(id=1, kind=name, zone="ground", x=0.5, y=0.5, size=0.9)
    plain = Scene(seed=1, land="plain", things=(one,))
    blue = replace(plain, things=(replace(one, colour="#2f6fe0"),))
    assert recoloured(name, "#2f6fe0") != recoloured(name, None)
    red, _, much_blue = ImageStat.Stat(painted(blue)).mean
    before = ImageStat.Stat(painted(plain)).mean
    assert much_blue - red > before[2] - before[0] + 3


@pytest.mark.parametrize("size", get_args(Size))
def test_a_picture_has_the_size_that_was_asked_for(size: str) -> None:
    scene = replace(after("a dog"), size=size)  # type: ignore[arg-type]  # one of them
    width, _, height = size.partition("x")
    assert painted(scene, 0.5).size == (int(width) // 2, int(height) // 2)


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = after("a red house and a tree by the sea")
    assert render(scene, 0.2) == render(scene, 0.2)


def test_words_stay_inside_the_picture_whatever_they_are() -> None:
    for text in ("W" * 120, "a word " * 17, "<script>&\"'", "生日快乐"):
        painted(after(f"a dog, write “{text}”"), 0.1)
