"""What picture is this, really? The bytes decide: type, pixels, whole or cut.

Only headers and check sums are read, never the pixels, so that a picture that claims to be 60,000 ×
60,000 costs nothing.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image

#: the formats that pass; Pillow is given no other, whatever it could read
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
#: pixels: four times the API's largest picture is 17 million
MOST_PIXELS = 50_000_000
#: bytes of one image
MOST_BYTES = 32 * 1024 * 1024


class NotAnImage(ValueError):
    """The bytes are no picture that Easel keeps; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that has been looked at."""

    data: bytes
    #: SHA-256 of the bytes
    blob: str
    media_type: str
    #: pixels
    width: int
    #: pixels
    height: int


def sniff(data: bytes) -> str | None:
    """Tell the type by the first bytes; None: not a picture that Easel keeps."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None


def look(data: bytes) -> Picture:
    """Check a picture and measure it. Blocks for milliseconds: call it in a thread. Raises NotAnImage."""
    media_type = sniff(data)
    if media_type is None:
        raise NotAnImage("it is no PNG, JPEG, WebP or GIF")
    if len(data) > MOST_BYTES:
        raise NotAnImage(f"it is larger than {MOST_BYTES // 1024 // 1024} MB")
    if not _whole(data, media_type):
        raise NotAnImage("it ends too early")
    width, height = _measured(data)
    if width * height > MOST_PIXELS:
        raise NotAnImage(f"it claims {width} × {height} pixels")
    return Picture(
        data=data,
        blob=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        width=width,
        height=height,
    )


def _whole(data: bytes, media_type: str) -> bool:
    """Look for the end mark; bytes behind it do no harm."""
    if media_type == "image/png":
        return b"IEND" in data  # Pillow checks the chunks up to it
    if media_type == "image/jpeg":
        return b"\xff\xd9" in data[-65536:]
    if media_type == "image/webp":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return b"\x3b" in data[-4096:]


def _measured(data: bytes) -> tuple[int, int]:
    """Read width and height in pixels from the header, and the check sums."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own pixel warning; ours is stricter
            with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as image:
                size = image.size
                image.verify()
    except Image.DecompressionBombError as error:
        raise NotAnImage("it claims far too many pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise NotAnImage(f"it cannot be read: {str(error)[:200]}") from error
    return size
