"""What picture is this, really? The bytes decide: type, pixels, complete or cut. Nothing else opens Pillow.

`check_picture` reads headers and check sums only, so that a picture that claims to be 60,000 × 60,000 costs
nothing. Large pictures are decoded in a child process: `bot.images.decode`.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from bot.images import metadata
from bot.ports import limits
from bot.ports.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFile import ImageFile

Image.MAX_IMAGE_PIXELS = None  # the limits below are stricter than Pillow's, which only warns

#: the formats that pass; Pillow is given no other, whatever it could read
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
#: those that people send too; they are converted to one of the others
_UPLOAD_FORMATS = {"HEIF": "image/heic", "AVIF": "image/avif"}
_NAMES = {media_type: name for name, media_type in {**FORMATS, **_UPLOAD_FORMATS}.items()}
#: bytes of memory a pixel, while it is decoded; of others by their mode, the smaller copy included
_BYTES_A_PIXEL = {"image/jpeg": 4, "image/webp": 16, "image/heic": 8, "image/avif": 12}
_BYTES_BY_MODE = {"1": 1, "L": 1, "P": 1, "I;16": 3}
#: pixels up to which pictures are compared pixel by pixel
_MAX_DIGESTED = 4_300_000
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


#: why bytes are no picture, to be translated
UNKNOWN_TYPE = N_("it isn't a PNG, JPEG, WebP, GIF, HEIC or AVIF image")
TOO_LARGE = N_("it's larger than {most} MB")
TOO_MUCH_MEMORY = N_("it takes too much memory to read")
INCOMPLETE = N_("it's incomplete")
DAMAGED = N_("it's damaged")


class NotAnImage(ValueError):
    """The bytes are no picture that Easel stores.

    `why` says why, to be translated, with `facts` in it; `str()` is both, in English.
    """

    def __init__(self, why: str, **facts: str) -> None:
        self.why, self.facts = why, facts
        super().__init__(why.format_map(facts))

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self.why, self.facts)


def _restore(why: str, facts: dict[str, str]) -> NotAnImage:
    """Make one again that came from another process."""
    return NotAnImage(why, **facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that has been checked."""

    data: bytes
    #: SHA-256 of the bytes
    blob: str
    media_type: str
    #: pixels
    width: int
    #: pixels
    height: int


def sniff(data: bytes) -> str | None:
    """Return the type by the first bytes; None: not a picture that Easel stores."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None


def sniff_upload(data: bytes) -> str | None:
    """Return the type of a file that somebody sent: phones have two more."""
    if data[4:8] == b"ftyp":
        brands = data[8:12], *(data[at : at + 4] for at in range(16, min(64, data[3]), 4))
        if b"avif" in brands or b"avis" in brands:
            return "image/avif"
        return "image/heic" if any(brand in _HEIC for brand in brands) else None
    return sniff(data)


def check_picture(data: bytes) -> Picture:
    """Check a picture and measure it. Block for milliseconds: call it in a thread. Raise NotAnImage."""
    media_type = sniff(data)
    if media_type is None:
        raise NotAnImage(N_("it isn't a PNG, JPEG, WebP or GIF image"))
    if len(data) > limits.MAX_IMAGE:
        raise NotAnImage(TOO_LARGE, most=str(limits.MAX_IMAGE // 1024 // 1024))
    if not _is_complete(data, media_type):
        raise NotAnImage(INCOMPLETE)
    with open_picture(data, strict=True) as image:
        estimate_memory(image, media_type)
        size = image.size
        image.verify()
    return Picture(
        data=data,
        blob=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        width=size[0],
        height=size[1],
    )


def _is_complete(data: bytes, media_type: str) -> bool:
    """Look for the end mark; bytes behind it do no harm."""
    if media_type == "image/png":
        return (
            data.rfind(b"IEND") >= 0
        )  # from behind, where it is; Pillow checks the chunks up to it
    if media_type == "image/jpeg":
        return b"\xff\xd9" in data[-65536:]
    if media_type == "image/webp":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return b"\x3b" in data[-4096:]


def digest_pixels(picture: Picture) -> str:
    """Return a digest of a picture's pixels, by which equal ones are known; of a large one, of its bytes."""
    if picture.width * picture.height > _MAX_DIGESTED:
        return picture.blob
    try:
        with open_picture(picture.data, strict=True) as image:
            return hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest() + str(image.size)
    except NotAnImage:
        return picture.blob


@contextmanager
def open_picture(data: bytes, *, strict: bool = False) -> Iterator[ImageFile]:
    """Open a picture without reading its pixels. Raise NotAnImage, also for what goes wrong inside.

    `strict`: with all its metadata, on which decoders stumble.
    """
    media_type = sniff_upload(data)
    if media_type is None:
        raise NotAnImage(UNKNOWN_TYPE)
    data = data if strict else metadata.strip_metadata(data, media_type).data
    if media_type == "image/heic":
        import pillow_heif  # noqa: PLC0415 - 20 MB that most never need

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(io.BytesIO(data), formats=(_NAMES[media_type],)) as image:
            yield image
    except NotAnImage:
        raise
    except MemoryError:
        raise NotAnImage(TOO_MUCH_MEMORY) from None
    except Exception as error:  # decoders raise what they like; hostile bytes are no fault of ours
        raise NotAnImage(DAMAGED) from error


def estimate_memory(image: ImageFile, media_type: str, side: int | None = None) -> int:
    """Return the bytes that decoding takes, for a longer side of `side` pixels. Raise NotAnImage for too many.

    `side` None: it is not decoded now, and a model's image is paid for: only its pixels are limited.
    """
    pixels, max_pixels = image.width * image.height, limits.MAX_PIXELS
    per_pixel: float = _BYTES_A_PIXEL.get(media_type, _BYTES_BY_MODE.get(image.mode, 5))
    if media_type == "image/jpeg":
        max_pixels = limits.MAX_JPEG_PIXELS
        per_pixel = per_pixel / _draft_scale(max(image.size), side) ** 2 + _coefficient_bytes(image)
    if side:
        max_pixels = min(max_pixels, int(limits.MAX_DECODING_MEMORY / per_pixel))
    if pixels > max_pixels:
        raise NotAnImage(
            N_("it has too many pixels: {count} megapixels, and the most is {most}"),
            count=_megapixels(pixels),
            most=_megapixels(max_pixels),
        )
    return int(pixels * per_pixel)


def _draft_scale(longest: int, side: int | None) -> int:
    """Return by how much smaller a JPEG is decoded for a longer side of `side`."""
    return next((by for by in (8, 4, 2) if side and longest // by >= side), 1)


def _coefficient_bytes(image: ImageFile) -> float:
    """Return the bytes a pixel that a JPEG keeps until its last scan, where it is progressive."""
    if not (image.info.get("progressive") or image.info.get("progression")):
        return 0
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    across = max((one[1] for one in layers), default=1) * max((one[2] for one in layers), default=1)
    return 2 * sum(one[1] * one[2] for one in layers) / max(1, across)


def _megapixels(pixels: int) -> str:
    return f"{pixels / 1e6:,.0f}" if pixels >= 10_000_000 else f"{pixels / 1e6:.1f}"


def estimate_memory_of(data: bytes, side: int | None = None) -> int:
    """Return the bytes that decoding takes. Raise NotAnImage for what is none, or takes too many."""
    with open_picture(data) as image:
        return estimate_memory(image, sniff_upload(data) or "", side)
