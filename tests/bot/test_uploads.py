"""What becomes of the pictures that phones, editors and hostile people send?"""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image

from bot.images import decode, inspect, prepare
from tests.servers import hostile
from tests.servers.hostile import opened, saved, wave
from tests.servers.pictures import claiming, png

pytestmark = pytest.mark.integration


async def taken(data: bytes) -> tuple[inspect.Picture, Image.Image]:
    picture = await decode.run(prepare.normalize, data)
    image = opened(picture.data)
    image.load()
    assert inspect.FORMATS[image.format or ""] == picture.media_type
    assert getattr(image, "n_frames", 1) == 1
    return picture, image.convert("RGB")


def at(image: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    found = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("width", [300, 3000])
async def test_sixteen_bits_of_grey_keep_their_tones(width: int) -> None:
    _, image = await taken(hostile.grey16(width, 40))
    for x, tone in ((0, 0), (0.25, 64), (0.5, 128), (1, 255)):
        assert near(at(image, x, 0.5), (tone, tone, tone)), x


@pytest.mark.parametrize("change", ["turned", "large", "nothing"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_colours_of_a_wide_profile_are_right_whatever_is_done(kind: str, change: str) -> None:
    image = Image.new("RGB", (2600, 600) if change == "large" else (60, 40), (200, 30, 30))
    exif = image.getexif()
    exif[0x0112] = 6 if change == "turned" else 1
    profile = hostile.wide_colours()
    picture, found = await taken(saved(image, kind, exif=exif, icc_profile=profile))
    if change == "nothing":
        assert opened(picture.data).info["icc_profile"] == profile, "kept with its pixels"
    else:
        red, green, _ = at(found, 0.5, 0.5)
        assert green > red, "as the profile means it"
        assert "icc_profile" not in opened(picture.data).info


async def test_a_profile_that_fits_no_picture_is_left_out() -> None:
    for profile in (b"no profile", hostile.wide_colours()):
        _, found = await taken(saved(Image.new("L", (2600, 20), 90), "JPEG", icc_profile=profile))
        assert near(at(found, 0.5, 0.5), (90, 90, 90))


@pytest.mark.parametrize(("width", "height"), [(8160, 6144), (9248, 6936)])
async def test_a_phone_s_large_photo_is_taken(width: int, height: int) -> None:
    picture, image = await taken(saved(wave(width, height), "JPEG", quality=60))
    assert max(picture.width, picture.height) == 2048
    assert near(at(image, 0.5, 0.99), at(wave(200, 150), 0.5, 0.99), 20)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (claiming(10_000, 6000), "60 megapixels, and the most is 40"),
        (
            hostile.empty_png(1, 1).replace(b"x", b"x") and claiming(60_000, 60_000),
            "too many pixels",
        ),
        (
            saved(Image.new("RGB", (5000, 4000)), "WEBP", lossless=True),
            "20 megapixels, and the most is 13",
        ),
        (saved(Image.new("F", (20, 20), 1e9), "TIFF"), "isn't a PNG, JPEG, WebP, GIF, HEIC or"),
        (claiming(6000, 6000), "damaged|too early"),
        (png(1)[:33] + png(1)[-12:], "damaged|too early"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged|too early"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "damaged|too early"),
    ],
)
async def test_what_is_refused_is_told_why_in_words_for_people(data: bytes, why: str) -> None:
    with pytest.raises(inspect.NotAnImage, match=why) as caught:
        await taken(data)
    assert "<" not in str(caught.value)
    assert "_" not in str(caught.value)


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\xff\xff" * 9,
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x63\0\0\0\0\0\0",
    ],
)
@pytest.mark.parametrize("size", [(60, 40), (2600, 40)])
async def test_a_photo_whose_exif_is_broken_is_taken_without_it(
    exif: bytes, size: tuple[int, int]
) -> None:
    jpeg = saved(wave(*size), "JPEG")
    whole = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    picture, _ = await taken(whole)
    assert picture.width > picture.height
    assert b"Exif" not in picture.data


async def test_a_jpeg_with_a_film_behind_it_is_the_photo() -> None:
    photo = saved(wave(600, 400), "JPEG")
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 2000
    picture, _ = await taken(photo + film)
    assert picture.data == photo


async def test_the_two_pictures_of_a_stereo_camera_are_the_first() -> None:
    pair = saved(
        wave(90, 60), "MPO", save_all=True, append_images=[Image.new("RGB", (90, 60), "red")]
    )
    picture, image = await taken(pair)
    assert (picture.media_type, image.size) == ("image/jpeg", (90, 60))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("lost", [2, 40, 0.05])
async def test_a_jpeg_without_its_very_end_is_taken(lost: float, *, progressive: bool) -> None:
    whole = saved(wave(800, 600), "JPEG", progressive=progressive, quality=90)
    cut = whole[: -int(lost if lost > 1 else lost * len(whole))]
    picture, image = await taken(cut)
    assert (picture.width, picture.height) == (800, 600)
    assert near(at(image, 0.3, 0.3), at(wave(800, 600), 0.3, 0.3), 20)
    assert picture.data.endswith(b"\xff\xd9")


async def test_a_jpeg_of_which_half_is_missing_is_told() -> None:
    whole = saved(wave(800, 600), "JPEG", quality=90)
    with pytest.raises(inspect.NotAnImage, match="incomplete"):
        await taken(whole[: len(whole) // 2])


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
async def test_a_png_with_a_packed_book_in_it_is_taken_without_the_book(kind: bytes) -> None:
    book = zlib.compress(b"all work and no play " * 80_000)
    between = {b"zTXt": b"\0", b"iTXt": b"\1\0\0\0", b"iCCP": b"\0"}[kind]
    data = hostile.with_chunk(png(1), hostile.chunk(kind, b"book\0" + between + book))
    picture, _ = await taken(data)
    assert picture.data == png(1)


async def test_a_png_whose_check_sums_are_wrong_is_judged_by_its_pixels() -> None:
    data = png(1)
    for at_ in (data.index(b"IHDR") + 17, len(data) - 13):  # of the header, of the pixels
        wrong = bytearray(data)
        wrong[at_] ^= 0xFF
        picture, _ = await taken(bytes(wrong))
        assert picture.data == data


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF"])
async def test_what_moves_goes_out_as_its_first_picture(kind: str) -> None:
    picture, image = await taken(hostile.moving(kind))
    assert near(at(image, 0.5, 0.5), (255, 0, 0), 4)
    for sign in (b"acTL", b"fdAT", b"ANIM", b"GIF8"):
        assert sign not in picture.data


@pytest.mark.parametrize(("kind", "turned"), [("HEIF", 1), ("AVIF", 1), ("AVIF", 6)])
async def test_photos_of_phones_are_taken_upright(kind: str, turned: int) -> None:
    image = Image.new("RGB", (96, 64), "red")
    image.paste("blue", (0, 0, 48, 64))
    exif = image.getexif()
    exif[0x0112] = turned
    picture, found = await taken(saved(image, kind, exif=exif, quality=80))
    assert picture.media_type == "image/jpeg"
    assert found.size == ((96, 64) if turned == 1 else (64, 96))
    assert near(at(found, 0.2, 0.2), (0, 0, 255), 40), (
        "what was on the left is on the left, or on top"
    )


async def test_other_kinds_of_pixels_are_shown_as_they_are_meant() -> None:
    ink = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    picture, image = await taken(saved(ink, "JPEG"))
    assert opened(picture.data).mode == "RGB"
    assert at(image, 0.5, 0.5)[0] > 150 > at(image, 0.5, 0.5)[1]
    pallet = Image.new("P", (3000, 30), 1)
    pallet.putpalette([255, 0, 0, 0, 255, 0])
    picture, _ = await taken(saved(pallet, "PNG", transparency=1))
    assert picture.media_type == "image/png"
    assert opened(picture.data).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index] # RGBA
    lines = Image.new("1", (3000, 30), 1)
    _, image = await taken(saved(lines, "PNG"))
    assert near(at(image, 0.5, 0.5), (255, 255, 255), 3)


async def test_an_opaque_png_with_an_alpha_channel_becomes_a_light_jpeg() -> None:
    picture, _ = await taken(saved(wave(2600, 2600).convert("RGBA"), "PNG"))
    assert picture.media_type == "image/jpeg"
