"""How does a picture become small enough for a platform that takes only so many bytes?

First as WebP in full size, then with fewer pixels; the original stays in the store.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from bot.images import FORMATS

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
    """Write a picture in at most `most` bytes. Blocks for seconds: call it in a thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the pixel limit has been checked when it was kept
        with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
            picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    size = picture.size
    for quality in _QUALITIES:
        written = _written(picture, quality)
        if len(written) <= most:
            return _smaller(written, picture, whole=True)
    while True:
        picture = picture.resize(
            (max(1, int(picture.width * _STEP)), max(1, int(picture.height * _STEP))),
            Image.Resampling.LANCZOS,
        )
        written = _written(picture, _QUALITY)
        if len(written) <= most or max(picture.size) <= _SMALLEST:
            return _smaller(written, picture, whole=picture.size == size)


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
