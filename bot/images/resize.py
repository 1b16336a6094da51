"""How does a picture become small enough for a platform, or a gateway, that takes only so many bytes?

First with finer compression in full size, then with fewer pixels. The original stays in the store. All of it
blocks for seconds: see `bot.images.decode`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from bot.images import decode
from bot.images.pixels import decode_pixels, encode, flatten

if TYPE_CHECKING:
    from collections.abc import Mapping

#: pixels of the longer side that is written, and of what only has to be seen
_MAX_SIDE, _SMALL_SIDE = 4096, 1600
#: pixels above which lossless WebP takes too much memory
_MAX_LOSSLESS = 4_500_000


#: pixels of a thumbnail's longer side, each with its WebP quality
THUMBNAIL_WIDTHS = {160: 62, 640: 74}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resized:
    """A picture that was made smaller."""

    data: bytes
    media_type: str
    #: pixels
    width: int
    height: int
    #: has it all its pixels?
    is_full_size: bool


def fit_webp(data: bytes, max_bytes: int) -> Resized:
    """Write a picture as WebP, as good as `max_bytes` allow. Raise NotAnImage."""
    picture = decode_pixels(data, _MAX_SIDE)
    options: list[dict[str, Any]] = [{"quality": 92}, {"quality": 80}]
    if picture.width * picture.height <= _MAX_LOSSLESS:
        options.insert(0, {"lossless": True, "quality": 40, "method": 2})  # 40 is the effort here
    written, size = _fit(picture, max_bytes, "WEBP", options, step=0.75, smallest=64)
    return Resized(
        data=written,
        media_type="image/webp",
        width=size[0],
        height=size[1],
        is_full_size=size == picture.size and max(size) < _MAX_SIDE,
    )


def fit_for_model(data: bytes, max_bytes: int) -> tuple[bytes, str]:
    """Write a picture as JPEG, or as WebP where it is transparent; return it with its type. Raise NotAnImage."""
    picture = decode_pixels(data, _MAX_SIDE)
    kind = "WEBP" if picture.mode == "RGBA" else "JPEG"
    options = [{"quality": 95}, {"quality": 88}]
    written, _ = _fit(picture, max_bytes, kind, options, step=0.8, smallest=256)
    return written, f"image/{kind.lower()}"


def _fit(
    picture: Image.Image,
    max_bytes: int,
    kind: str,
    full_size_options: list[dict[str, Any]],
    *,
    step: float,
    smallest: int,
) -> tuple[bytes, tuple[int, int]]:
    """Return the picture's bytes and its size. Below `smallest` pixels it stays as large as it is."""
    for options in full_size_options:
        written = encode(picture, kind, **options)
        if len(written) <= max_bytes:
            return written, picture.size
    while True:
        size = max(1, int(picture.width * step)), max(1, int(picture.height * step))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        written = encode(picture, kind, quality=85)
        if len(written) <= max_bytes or max(size) <= smallest:
            return written, size


def fit_all(
    images: Mapping[str, tuple[bytes, str]], max_bytes: int | None
) -> Mapping[str, tuple[bytes, str]]:
    """Return a request's pictures with at most `max_bytes` together; None: as they are.

    The same pictures give the same bytes. Call it in a thread.
    """
    if max_bytes is None or sum(len(data) for data, _ in images.values()) <= max_bytes:
        return images
    left, found = max_bytes, dict(images)
    by_size = sorted(images, key=lambda blob: len(images[blob][0]))
    for number, blob in enumerate(by_size):
        share = left // (len(by_size) - number)
        if len(images[blob][0]) > share:
            found[blob] = decode.run_sync(fit_for_model, images[blob][0], share)
        left -= len(found[blob][0])
    return found


def to_png(data: bytes) -> bytes:
    """Write a picture of another type as PNG. Raise NotAnImage."""
    return encode(decode_pixels(data, _MAX_SIDE), "PNG")


def to_small_jpeg(data: bytes) -> bytes:
    """Write a picture as a small JPEG, on white. Raise NotAnImage."""
    return encode(flatten(decode_pixels(data, _SMALL_SIDE)), "JPEG", quality=85)


def make_thumbnails(data: bytes) -> tuple[dict[int, bytes], str]:
    """Write a picture small, as WebP by the pixels of its longer side, and find its mean colour, "#8a7f6c".

    All of one decoding; quick filters and methods: nobody looks closely at these. Raise NotAnImage.
    """
    found = {}
    picture = decode_pixels(data, max(THUMBNAIL_WIDTHS), Image.Resampling.HAMMING)
    for width, quality in sorted(THUMBNAIL_WIDTHS.items(), reverse=True):
        picture.thumbnail((width, width), Image.Resampling.HAMMING)
        found[width] = encode(picture, "WEBP", quality=quality, method=1)
    mean = picture.convert("RGBA").resize((1, 1), Image.Resampling.BOX).convert("RGB")
    red, green, blue = mean.tobytes()
    return found, f"#{red:02x}{green:02x}{blue:02x}"
