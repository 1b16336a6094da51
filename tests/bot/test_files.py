from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bot.images import inspect, prepare
from bot.images.upload import Uploads
from bot.ports import limits
from bot.ports.errors import FileUnreadable
from bot.ports.messages import Attachment
from storage.blobs import ObjectBlobs
from tests.bot.test_history import turn
from tests.servers.pictures import claiming, jpeg, png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.ports.messages import Place
    from storage.store import SqlStore

pytestmark = pytest.mark.integration


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **more)
    return held.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("data", [png(1), jpeg(1), saved(Image.new("RGB", (30, 20)), "WEBP")])
def test_a_picture_that_is_well_as_it_is_stays_byte_for_byte(data: bytes) -> None:
    assert prepare.normalize(data).data == data


def test_a_picture_is_turned_as_the_camera_was_held() -> None:
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned by 90° to the right
    turned = opened(prepare.normalize(saved(image, "JPEG", exif=exif, quality=95)).data)
    assert turned.size == (20, 40)
    top = turned.convert("RGB").getpixel((10, 5))
    assert isinstance(top, tuple)
    assert top[2] > 200, "what was on the left is on top"
    assert turned.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_where_and_by_whom_a_photo_was_taken_is_told_to_nobody(kind: str) -> None:
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = image.getexif()
    exif[0x013B] = "ana-the-photographer"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 1.0)
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "ana-the-photographer")
    texts.add_text("a-scene", "kept: it is part of the picture")
    more: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": b"by ana-the-photographer"},
        "PNG": {"pnginfo": texts},
    }
    whole = saved(image, kind, exif=exif, **more.get(kind, {}))
    bare = prepare.normalize(whole + b"a film by ana-the-photographer").data
    assert b"ana-the-photographer" in whole
    assert b"ana-the-photographer" not in bare
    assert not opened(bare).getexif()
    assert opened(bare).tobytes() == opened(whole).tobytes(), "no pixel was written anew"
    assert (b"a-scene" in bare) == (kind == "PNG")


def test_a_photo_that_is_written_anew_tells_nothing_either() -> None:
    exif = Image.Exif()
    exif[0x013B] = "ana-the-photographer"
    image = Image.new("RGB", (3000, 20))
    data = prepare.normalize(
        saved(image, "JPEG", exif=exif, comment=b"by ana-the-photographer")
    ).data
    assert b"ana-the-photographer" not in data


def test_of_a_moving_gif_the_first_frame_is_taken() -> None:
    frames = [Image.new("P", (16, 16), colour) for colour in (1, 2, 3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = prepare.normalize(data)
    assert picture.media_type == "image/png"
    assert getattr(opened(picture.data), "n_frames", 1) == 1


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    photo = prepare.normalize(saved(Image.new("RGB", (4000, 1000), "green"), "JPEG"))
    assert (photo.width, photo.height) == (2048, 512)


def test_what_is_see_through_stays_so() -> None:
    picture = prepare.normalize(saved(Image.new("RGBA", (3000, 3000), (255, 0, 0, 90)), "PNG"))
    assert opened(picture.data).mode == "RGBA"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "isn't a PNG"),
        (b"hello", "isn't a PNG"),
        (b"%PDF-1.7", "isn't a PNG"),
        (saved(Image.new("RGB", (9, 9)), "BMP"), "isn't a PNG"),
        (saved(Image.new("RGB", (9, 9)), "TIFF"), "isn't a PNG"),
        (png(1)[:40], "incomplete"),
        (jpeg(1)[:300], "incomplete"),
        (claiming(60_000, 60_000), "too many pixels"),
        (b"RIFF\xff\xff\xff\x00WEBPVP8 ", "incomplete"),
    ],
)
def test_what_is_no_picture_is_told_why(data: bytes, why: str) -> None:
    with pytest.raises(inspect.NotAnImage, match=why):
        prepare.normalize(data)


def test_a_file_that_is_too_heavy_is_told_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_UPLOAD", 100)
    with pytest.raises(inspect.NotAnImage, match="larger"):
        prepare.normalize(png(1))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"]),
)
def test_any_bytes_are_a_picture_or_are_told(data: bytes, start: bytes) -> None:
    try:
        prepare.normalize(start + data)
    except inspect.NotAnImage as error:
        assert str(error)  # noqa: PT017 - either way is well; only the reason is looked at


class Platform:
    """The adapter's side of a file: pieces, or what goes wrong."""

    name = "web"
    previews = False
    live = False

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.given = 0

    async def read_attachment(self, _place: Place, _attachment: Attachment) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.given += 1
            yield piece
        if self.error:
            raise self.error


def taking(platform: Platform, store: SqlStore, folder: Path) -> Uploads:
    return Uploads(ObjectBlobs.in_folder(folder / "images"), store, {"web": platform})  # type: ignore[dict-item] # only `read_attachment` is asked of it


FILE = Attachment(id="F1", name="photo.png", media_type="image/png", url="https://x")


async def test_a_file_is_read_from_the_platform_kept_and_remembered(
    store: SqlStore, tmp_path: Path
) -> None:
    data = png(3)
    taken = taking(Platform(data[:50], data[50:]), store, tmp_path)
    [file] = await taken.load(turn(attachments=(FILE,)))
    assert file.blob
    assert file.data is None
    assert await ObjectBlobs.in_folder(tmp_path / "images").get(file.blob) == data


async def test_a_file_that_grows_beyond_its_cap_is_not_read_to_the_end(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_UPLOAD", 1000)
    platform = Platform(*[b"x" * 400] * 50)
    with pytest.raises(FileUnreadable, match=r"photo\.png.*larger"):
        await taking(platform, store, tmp_path).load(turn(attachments=(FILE,)))
    assert platform.given == 3


@pytest.mark.parametrize(
    "platform",
    [Platform(b"<html>sign in</html>"), Platform(error=ConnectionError("gone")), Platform()],
)
async def test_a_file_that_cannot_be_had_is_told_by_name(
    store: SqlStore, tmp_path: Path, platform: Platform
) -> None:
    with pytest.raises(FileUnreadable) as caught:
        await taking(platform, store, tmp_path).load(turn(attachments=(FILE,)))
    assert "photo.png" in caught.value.facts["problem"]
    assert caught.value.billed is False


async def test_no_more_files_are_taken_than_a_message_may_have(
    store: SqlStore, tmp_path: Path
) -> None:
    data = png(3)
    many = tuple(
        Attachment(id=f"F{n}", name="x", media_type="image/png", data=data) for n in range(9)
    )
    kept = await taking(Platform(), store, tmp_path).store_attachments(many)
    assert len(kept) == limits.MAX_ATTACHMENTS


@pytest.mark.parametrize(
    "platform",
    [
        Platform(b"<html>sign in</html>"),
        Platform(error=ConnectionError("gone")),
        Platform(error=FileNotFoundError("gone")),
        Platform(png(1)[:40]),
    ],
)
async def test_what_may_be_left_out_fails_no_prompt(
    store: SqlStore, tmp_path: Path, platform: Platform
) -> None:
    file = replace(FILE, optional=True)
    assert await taking(platform, store, tmp_path).load(turn(attachments=(file,))) == ()
