"""Are the pictures what they should be: the same each time, in the shape, quality and style asked for?"""

from __future__ import annotations

import io
import time
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.sketch import png
from bot.sketch.paint.inks import INKS
from bot.sketch.paint.picture import render, svg_of
from bot.sketch.paint.things.table import LOOKS
from bot.sketch.scene import (
    CAMERAS,
    FARS,
    LANDS,
    QUALITIES,
    SEASONS,
    SIZES,
    STYLES,
    TIMES,
    WATERS,
    WEATHERS,
    Frame,
    Quality,
    Scene,
    frame_of,
    pixels_of,
)
from bot.sketch.standing import box_of
from bot.sketch.studio import PREVIEWS, finished, preview
from bot.sketch.terrain import terrain_of
from bot.sketch.vocabulary.kinds import KINDS, kind_of
from bot.sketch.vocabulary.words import WEARABLES
from tests.bot.sketch.talk import Talk, after, only

if TYPE_CHECKING:
    from bot.sketch.vocabulary.kind import Kind

SMALL = 0.06
GLOWING = {"candle", "campfire", "sun", "moon", "star", "comet", "lightning"}
STREET = "a house, a dog, a tree, a boat and a balloon by a lake with mountains"


def picture(scene: Scene, quality: Quality = "medium", share: float = SMALL) -> Image.Image:
    with Image.open(io.BytesIO(render(scene, quality, share))) as opened:
        return opened.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures of one size, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def colourful(shown: Image.Image) -> float:
    """Return how much is in it: the spread of its brightness."""
    return ImageStat.Stat(shown.convert("L")).stddev[0]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_thing_is_seen_where_it_stands(kind: Kind) -> None:
    scene = after(f"a {kind.name} on a plain background")
    thing = only(scene, kind.name)
    left, top, right, bottom = box_of(scene, terrain_of(scene), thing)
    assert (right - left) > 20
    assert (bottom - top) > 20
    without = replace(scene, things=tuple(t for t in scene.things if t.id != thing.id))
    shares = (picture(scene, share=0.1), picture(without, share=0.1))
    where = ImageChops.difference(*shares).getbbox()
    assert where is not None
    scale = shares[0].width / frame_of(scene.size).width
    overhang = (1.5 if kind.name in GLOWING else 0.2) * (right - left) + 25
    assert where[0] >= (left - overhang) * scale
    assert where[2] <= (right + overhang) * scale + 1


def test_each_kind_has_a_look_and_each_style_an_ink() -> None:
    assert set(LOOKS) == {kind.name for kind in KINDS}
    assert set(INKS) == set(STYLES)


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.metres])
def test_a_colour_that_people_gave_is_seen(kind: str) -> None:
    scene = after(f"a {kind}")
    thing = only(scene, kind)
    red, blue = (
        picture(scene.with_thing(replace(thing, colour=colour)), "low", 0.1)
        for colour in ("#e01010", "#1030e0")
    )
    assert difference(red, blue) > 0.3


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = after(STREET)
    assert finished(scene, "low") == finished(after(STREET), "low")
    assert svg_of(scene, "high") == svg_of(after(STREET), "high")


@pytest.mark.parametrize("size", SIZES)
def test_each_size_has_its_pixels(size: str) -> None:
    scene = Talk(size=size).say(STREET).scenes[0]
    width, height = pixels_of(scene.size)
    assert png.size_of(render(scene, "low")) == (width, height) == tuple(map(int, size.split("x")))
    assert frame_of(scene.size).short == 1000


@pytest.mark.parametrize("wish", [STREET, "a lighthouse at night", "a city street at dusk"])
def test_three_qualities_differ_visibly(wish: str) -> None:
    scene = after(wish)
    low, medium, high = (picture(scene, quality, 0.25) for quality in QUALITIES)
    assert difference(low, medium) > 1.0
    assert difference(medium, high) > 0.3
    parts = [svg_of(scene, quality).count("<path") for quality in QUALITIES]
    assert parts == sorted(parts)
    assert parts[0] * 1.3 < parts[2]


def test_previews_are_of_the_same_picture_coarse_to_fine() -> None:
    scene = after(STREET)
    whole = picture(scene, "medium", 1.0)
    sizes, far = [], []
    for share in PREVIEWS:
        with Image.open(io.BytesIO(preview(scene, share))) as opened:
            sizes.append(opened.width)
            far.append(difference(opened.convert("RGB").resize(whole.size), whole))
    assert sizes == [128, 256, 512]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 6


def test_two_pictures_of_one_wish_look_different() -> None:
    one, two = Talk(n=2).say(STREET).scenes
    assert difference(picture(one), picture(two)) > 4


@pytest.mark.parametrize("style", [style for style in STYLES if style != "none"])
def test_each_style_looks_like_nothing_else(style: str) -> None:
    scene = after(STREET)
    shown = picture(replace(scene, style=style), share=0.12)
    assert colourful(shown) > 12
    others = [
        picture(replace(scene, style=other), share=0.12) for other in STYLES if other != style
    ]
    assert min(difference(shown, other) for other in others) > 1.5


def test_black_and_white_sepia_and_blueprint_keep_to_their_colours() -> None:
    scene = after(STREET)
    red, green, blue = ImageStat.Stat(picture(replace(scene, style="mono"))).mean
    assert max(red, green, blue) - min(red, green, blue) < 6
    red, green, blue = ImageStat.Stat(picture(replace(scene, style="sepia"))).mean
    assert red > green > blue
    red, green, blue = ImageStat.Stat(picture(replace(scene, style="blueprint"))).mean
    assert blue > red + 40


def test_the_hour_is_seen() -> None:
    light = {}
    for hour in TIMES:
        shown = picture(replace(after("a house"), time=hour))
        light[hour] = ImageStat.Stat(shown.convert("L")).mean[0]
    assert light["night"] < light["dusk"] < light["day"]
    assert light["night"] < 100


@pytest.mark.parametrize("weather", [weather for weather in WEATHERS if weather != "clear"])
def test_each_weather_is_seen(weather: str) -> None:
    scene = after("a house")
    for quality in QUALITIES:
        changed = picture(replace(scene, weather=weather), quality, 0.12)
        assert difference(changed, picture(scene, quality, 0.12)) > 0.15


@pytest.mark.parametrize("land", LANDS)
def test_each_land_with_each_water_is_a_picture(land: str) -> None:
    scene = after("a dog and a balloon")
    for index, water in enumerate(WATERS):
        quality = QUALITIES[index % 3]
        changed = replace(scene, land=land, water=water, far=FARS[index::4])
        assert colourful(picture(changed, quality)) > 4


def test_each_feature_camera_and_season_is_seen() -> None:
    scene = after("a tree and a dog")
    plain = picture(scene, share=0.12)
    for far in FARS:
        if far != "cliff":
            assert difference(picture(replace(scene, far=(far,)), share=0.12), plain) > 0.3, far
    sea = replace(scene, water="sea")
    cliff = replace(sea, far=("cliff",))
    assert difference(picture(cliff, share=0.12), picture(sea, share=0.12)) > 0.3
    for season in SEASONS[1:]:
        if season != "summer":
            assert difference(picture(replace(scene, season=season), share=0.12), plain) > 0.3
    assert CAMERAS[0] == "normal"
    for words in ("a close-up of a dog", "a wide shot of a dog", "a dog from above"):
        assert difference(picture(after(words)), picture(after("a dog"))) > 1


@pytest.mark.parametrize("item", sorted(set(WEARABLES.values()) - {"open collar"}))
def test_what_is_worn_is_seen(item: str) -> None:
    scene = after("a dog, a man and a robot on a plain background")
    for kind in ("dog", "man", "robot"):
        assert kind_of(kind).head
        worn = scene.with_thing(replace(only(scene, kind), wears=((item, None),)))
        red = scene.with_thing(replace(only(scene, kind), wears=((item, "#ff0000"),)))
        assert difference(picture(worn, share=0.15), picture(scene, share=0.15)) > 0
        assert difference(picture(red, share=0.15), picture(worn, share=0.15)) > 0


def test_an_opened_collar_is_seen() -> None:
    scene = after("a man on a plain background")
    opened = after("a man on a plain background", "undo the top button of his shirt")
    assert difference(picture(scene, share=0.3), picture(opened, share=0.3)) > 0


def test_words_are_written_where_they_were_wanted_and_never_as_markup() -> None:
    plain = picture(after("a boat"), share=0.2)
    wish = 'write “<b>HELLO</b> & "you"” at the bottom'
    shown = picture(after("a boat", wish), share=0.2)
    box = ImageChops.difference(plain, shown).getbbox()
    assert box is not None
    assert box[1] > shown.height * 0.6
    document = svg_of(after("a boat", wish), "low")
    assert "<b>" not in document
    long = "write “" + "word " * 40 + "” in yellow in the top left corner"
    assert difference(picture(after("a boat", long), share=0.2), plain) > 0.3


def test_reflections_lights_and_what_is_held_are_painted_at_night() -> None:
    scene = after("a woman holding an umbrella beside a house and a lighthouse at night by the sea")
    lit = svg_of(scene, "high")
    assert "#ffd98a" in lit
    assert lit.count("radialGradient") > 2
    assert svg_of(scene, "low").count("radialGradient") < lit.count("radialGradient")


def test_a_picture_is_drawn_in_half_a_second() -> None:
    scene = after("a lighthouse at dusk with three boats, a dog and mountains")

    def seconds() -> float:
        started = time.process_time()
        finished(scene, "medium")
        return time.process_time() - started

    # a busy machine's caches belong to others now and then: once in eight times is enough
    assert any(seconds() < 0.5 for _ in range(8))


def test_the_frame_of_each_size_has_a_short_side_of_a_thousand() -> None:
    assert frame_of("1024x1536") == Frame(width=1000, height=1500)
    assert set(get_args(Quality)) == set(QUALITIES)
