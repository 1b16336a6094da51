"""Does the picture carry its scene, and is what comes from outside read with care?"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.conversation.kit_rules import tell_model
from bot.ports.kit import Kit
from bot.sketch.faults import Refusal
from bot.sketch.photo import SIGNATURE, Picture, decoded, picture_from, picture_of, scene_in
from bot.sketch.picture import finished, render
from bot.sketch.scene import dump, load
from tests.bot.sketch.talk import Talk, after, kinds
from tests.servers import pictures

KEYWORD = b"easel-sketch-scene"
RICH = (
    "a lighthouse with a red roof at dusk in the rain in autumn as a watercolour, three boats",
    "add a dog wearing a blue hat, make the sky purple, write “AHOY” in red",
    "remove a boat, add a robot on a table",
)


def test_the_png_carries_its_scene_and_is_still_a_png() -> None:
    scene = after(*RICH)
    image = finished(scene)
    assert scene_in(image) == scene
    with Image.open(io.BytesIO(image)) as opened:
        opened.load()
        assert opened.size == (1024, 1024)


def test_what_was_read_back_is_written_the_same() -> None:
    once = dump(after(*RICH))
    back = load(once)
    assert back is not None
    assert dump(back) == once


def test_a_picture_that_was_saved_anew_is_a_photo() -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(finished(after("a boat")))) as opened:
        opened.convert("RGB").save(out, "JPEG")
    assert picture_from(out.getvalue(), "image").scene is None


def _tampered() -> list[tuple[str, Any]]:
    thing = {"id": 1, "kind": "dog", "zone": "ground", "x": 0.5, "y": 0.5, "size": 0.2}
    return [
        ("no seed", {"seed": None}),
        ("a seed too large", {"seed": 1 << 60}),
        ("a boolean for a number", {"zoom": True}),
        ("an endless number", {"zoom": 1e999}),
        ("a zoom out of range", {"zoom": 1000}),
        ("an unknown land", {"land": "hell"}),
        ("a land of another type", {"land": ["meadow"]}),
        ("too many features", {"far": ["hills"] * 50}),
        ("things that are none", {"things": 5}),
        ("a thing that is none", {"things": ["dog"]}),
        ("an unknown kind", {"things": [thing | {"kind": "'/><script>"}]}),
        ("a place far outside", {"things": [thing | {"x": 99}]}),
        ("a colour that is markup", {"things": [thing | {"colour": '"><image/>'}]}),
        ("what no thing has", {"things": [thing | {"wears": "wings"}]}),
        ("two of one number", {"things": [thing, thing]}),
        ("a thing on itself", {"things": [thing | {"on": 1}]}),
        ("things on each other", {"things": [thing | {"on": 2}, thing | {"id": 2, "on": 1}]}),
        ("a thing on nothing", {"things": [thing | {"on": 7}]}),
        ("more things than fit", {"things": [thing | {"id": n + 1} for n in range(61)]}),
        ("a tint that is none", {"tints": {"sky": None}}),
        ("a tint of what has none", {"tints": {"dog": "#ffffff"}}),
        ("words too long", {"words": [{"text": "x" * 200}]}),
        ("words that can't be printed", {"words": [{"text": "\u0000"}]}),
        ("words that say nothing", {"words": [{"text": " "}]}),
        ("a photo that is no JPEG", {"photo": base64.b64encode(b"<svg/>").decode()}),
        ("a photo that is no base64", {"photo": "***"}),
        ("a photo too large", {"photo": "A" * 900_001}),
        ("a focus that is none", {"focus": "dog"}),
        ("what no scene has", {"bare": ["dog"]}),
    ]


@pytest.mark.parametrize("change", [c for _, c in _tampered()], ids=[n for n, _ in _tampered()])
def test_a_scene_that_was_tampered_with_is_none(change: dict[str, Any]) -> None:
    good = orjson.loads(dump(after("a boat")))
    assert load(orjson.dumps(good)) is not None
    assert load(orjson.dumps(good | {"scene": good["scene"] | change})) is None


@pytest.mark.parametrize("text", [b"", b"{}", b"[" * 9_000, b'{"v":1,"scene":{"seed":1}}', b"\xff"])
def test_what_is_no_scene_is_none(text: bytes) -> None:
    assert load(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 1 << 54) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(orjson.loads(dump(after(*RICH)))["scene"])), JSON))
def test_whatever_stands_in_a_scene_it_is_none_or_can_be_painted(change: dict[str, Any]) -> None:
    good = orjson.loads(dump(after(*RICH)))
    scene = load(orjson.dumps(good | {"scene": good["scene"] | change}))
    if scene is not None:
        assert render(replace(scene, style="none"), 0.016).startswith(SIGNATURE)


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200))
def test_whatever_stands_in_a_png_it_is_read_without_an_error(data: bytes) -> None:
    for image in (data, SIGNATURE + data):
        assert scene_in(image) is None
    chunk = struct.pack(">I", len(data)) + b"iTXt" + KEYWORD + b"\0\1\0\0\0" + data
    scene_in(SIGNATURE + chunk)


def test_a_text_that_would_grow_beyond_bounds_is_not_read() -> None:
    bomb = zlib.compress(b"0" * 50_000_000)
    data = KEYWORD + b"\0\1\0\0\0" + bomb
    assert scene_in(SIGNATURE + struct.pack(">I", len(data)) + b"iTXt" + data) is None


# Photos


def photo(colour: str = "#cc8844", size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def with_photo(prompt: str, raw: bytes) -> list[dict[str, Any]]:
    return [
        {"type": "image_url", "image_url": {"url": pictures.data_url(raw, "image/jpeg")}},
        {"type": "text", "text": prompt},
    ]


def test_a_photo_becomes_the_background_that_is_drawn_on() -> None:
    talk = Talk()
    said = talk.say(with_photo("add a dog", photo("#ff0000")))
    scene = said.scenes[0]
    assert kinds(scene) == ["dog"]
    assert said.text.startswith("Your photo with a dog.")
    with Image.open(io.BytesIO(render(scene, 0.05))) as opened:
        red, green, blue = opened.convert("RGB").getpixel((3, 3))  # type: ignore[misc]  # a colour
    assert red > 200
    assert max(green, blue) < 60
    again = talk.say("make it a cat").scenes[0]
    assert again.photo == scene.photo
    assert kinds(again) == ["cat"]


def test_the_pictures_of_a_brand_kit_are_not_drawn_on() -> None:
    drawing = base64.b64encode(finished(after("three cats"))).decode()
    kit: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{drawing}"}},
        {"type": "text", "text": tell_model(Kit(style="flat"))},
    ]
    plain = Talk().say([*kit, {"type": "text", "text": "a dog"}]).scenes[0]
    assert (kinds(plain), plain.photo) == (["dog"], None)
    own = Talk().say([*kit, *with_photo("add a dog", photo())]).scenes[0]
    assert kinds(own) == ["dog"]
    assert own.photo, "a photo that came along is"


def test_the_hour_is_seen_on_a_photo_too() -> None:
    talk = Talk()
    talk.say(with_photo("add a dog", photo("#ffffff")))
    brightness = []
    for prompt in ("make it a cat", "make it night"):
        with Image.open(io.BytesIO(render(talk.say(prompt).scenes[0], 0.05))) as opened:
            brightness.append(opened.convert("L").getpixel((3, 3)))
    assert brightness[0] == 255
    assert brightness[1] is not None
    assert brightness[1] < 180  # type: ignore[operator]  # one channel


def test_a_photo_alone_is_shown_as_it_is() -> None:
    said = Talk().say(with_photo("", photo()))
    assert said.text.startswith("Your photo")
    assert said.scenes[0].photo


def test_a_photo_of_an_earlier_message_counts_where_nothing_was_drawn() -> None:
    talk = Talk()
    talk.say(with_photo("a dog or a cat?", photo()))
    assert talk.say("a cat").scenes[0].photo


def test_a_photo_that_comes_with_an_edit_is_put_behind_it() -> None:
    talk = Talk()
    talk.say("a boat")
    said = talk.say(with_photo("put this behind it as the background", photo()))
    assert said.scenes[0].photo
    assert kinds(said.scenes[0]) == ["sailboat"]
    assert "I used your photo." in said.text


def test_photos_are_kept_small_upright_and_on_white() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    out = io.BytesIO()
    Image.effect_noise((3000, 1500), 80).convert("RGB").save(out, "JPEG", exif=exif)
    kept = base64.b64decode(picture_from(out.getvalue(), "image").kept)
    assert len(kept) <= 420_000
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.width < opened.height <= 1100
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "WEBP")
    with Image.open(io.BytesIO(base64.b64decode(picture_from(out.getvalue(), "i").kept))) as opened:
        assert opened.getpixel((4, 4)) == (255, 255, 255)


def _claiming(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return SIGNATURE + struct.pack(">I", 13) + b"IHDR" + header + crc + b"\0\0\0\0IDAT\0\0\0\0"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.com/a.png", "unsupported_image_url"),
        ("file:///etc/passwd", "invalid_image_url"),
        ("data:image/png;base64", "invalid_image_url"),
        ("data:image/png;base64,***", "invalid_base64"),
        ("data:image/png;base64,AAAA", "invalid_image"),
        ("data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode(), "invalid_image"),
        (pictures.data_url(_claiming(60_000, 60_000)), "image_too_large"),
        ("data:image/png;base64," + "A" * 40_100_000, "image_too_large"),
    ],
)
def test_what_is_no_image_is_refused_and_the_field_named(url: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        picture_of(url, "messages[0].content[1].image_url.url")
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.param == "messages[0].content[1].image_url.url"


def test_a_damaged_photo_is_refused_when_it_is_used() -> None:
    broken = Picture(raw=pictures.jpeg(1, 300, 300)[:700], param="image", scene=None)
    with pytest.raises(Refusal) as refused:
        _ = broken.kept
    assert refused.value.message == "image is damaged and can't be read."


def test_base64_is_read_with_spaces_without_padding_and_in_both_alphabets() -> None:
    raw = b"\xfb\xff\xfe?>x"
    packed = base64.b64encode(raw).decode().rstrip("=")
    assert decoded(packed, "image") == decoded(packed.replace("+", "-"), "image") == raw
    assert decoded("\n ".join(packed), "image") == raw
