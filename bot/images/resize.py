"""How does a picture become small enough for a platform that takes only so many bytes?

First as WebP in full size, then with fewer pixels, or of a type that it shows; the original stays in the store.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from bot.images.pixels import plain

#: pixels of the longer side that is written
_LONGEST_SIDE = 4096
#: pixels above which writing them without loss takes too much memory
_MOST_LOSSLESS = 4_500_000
#: pixels of the longer side of what only has to be seen
_SMALL_SIDE = 1600
_LOSSLESS = 100
#: how the full size is tried, the finest first
_QUALITIES = (_LOSSLESS, 92, 80)
#: of the smaller sizes
_QUALITY = 85
#: what the sides are multiplied with, again and again
_STEP = 0.75
#: pixels of the longer side below which it is given as it is
_SMALLEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Smaller:
    """A picture that was made smaller."""

    data: bytes
    media_type: str
    #: pixels
    width: int
    height: int
    #: has it all its pixels?
    whole: bool


def fitting(data: bytes, most: int) -> Smaller:
    """Write a picture in at most `most` bytes. Blocks for seconds: see `bot.images.decode`. Raise NotAnImage."""
    picture = plain(data, _LONGEST_SIDE)
    size = picture.size
    for quality in _QUALITIES:
        if quality == _LOSSLESS and size[0] * size[1] > _MOST_LOSSLESS:
            continue
        written = _written(picture, quality)
        if len(written) <= most:
            return _smaller(written, picture, whole=max(size) < _LONGEST_SIDE)
    while True:
        picture = picture.resize(
            (max(1, int(picture.width * _STEP)), max(1, int(picture.height * _STEP))),
            Image.Resampling.LANCZOS,
        )
        written = _written(picture, _QUALITY)
        if len(written) <= most or max(picture.size) <= _SMALLEST:
            return _smaller(written, picture, whole=picture.size == size)


def as_png(data: bytes) -> bytes:
    """Write a picture of another type as PNG. Blocks. Raise NotAnImage."""
    held = io.BytesIO()
    plain(data, _LONGEST_SIDE).save(held, "PNG")
    return held.getvalue()


def as_jpeg(data: bytes) -> bytes:
    """Write a picture as a small JPEG, on white. Blocks. Raise NotAnImage."""
    picture, held = plain(data, _SMALL_SIDE).convert("RGBA"), io.BytesIO()
    white = Image.new("RGBA", picture.size, "white")
    Image.alpha_composite(white, picture).convert("RGB").save(held, "JPEG", quality=85)
    return held.getvalue()


def _written(picture: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    if quality == _LOSSLESS:
        picture.save(held, "WEBP", lossless=True, quality=40, method=2)  # 40 is the effort here
    else:
        picture.save(held, "WEBP", quality=quality)
    return held.getvalue()


def _smaller(data: bytes, picture: Image.Image, *, whole: bool) -> Smaller:
    return Smaller(
        data=data, media_type="image/webp", width=picture.width, height=picture.height, whole=whole
    )
