"""How do pictures become small enough for a gateway that refused them? As JPEG, or WebP where one is transparent.

What people sent and what the model drew stays as it is in the store; only the request's copy is smaller.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from bot.images import decode
from bot.images.pixels import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

#: how the full size is tried, and what smaller sizes are written with
_QUALITIES, _QUALITY = (95, 88), 85
#: what the sides are multiplied with, again and again
_STEP = 0.8
#: pixels of the longer side below which it is given as it is
_SMALLEST = 256
#: pixels of the longer side of the largest
_LARGEST = 4096


def smaller(
    images: Mapping[str, tuple[bytes, str]], most: int | None
) -> Mapping[str, tuple[bytes, str]]:
    """Return pictures that have at most `most` bytes together; None: as they are. Blocks: call it in a thread.

    The same pictures give the same bytes.
    """
    if most is None or sum(len(data) for data, _ in images.values()) <= most:
        return images
    left, found = most, dict(images)
    by_size = sorted(images, key=lambda blob: len(images[blob][0]))
    for number, blob in enumerate(by_size):
        data, _ = images[blob]
        share = left // (len(by_size) - number)
        if len(data) > share:
            found[blob] = decode.wait(_fitted, data, share)
        left -= len(found[blob][0])
    return found


def _fitted(data: bytes, most: int) -> tuple[bytes, str]:
    picture = plain(data, _LARGEST)
    clear = picture.mode == "RGBA"
    kind = ("WEBP", "image/webp") if clear else ("JPEG", "image/jpeg")
    for quality in _QUALITIES:
        written = _written(picture, kind[0], quality)
        if len(written) <= most:
            return written, kind[1]
    while True:
        size = (max(1, int(picture.width * _STEP)), max(1, int(picture.height * _STEP)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        written = _written(picture, kind[0], _QUALITY)
        if len(written) <= most or max(picture.size) <= _SMALLEST:
            return written, kind[1]


def _written(picture: Image.Image, kind: str, quality: int) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, quality=quality)
    return held.getvalue()
