"""Small real pictures, each of its own colour, so that a test can tell them apart."""

from __future__ import annotations

import base64
import io
import zlib
from functools import cache

from PIL import Image


@cache
def png(number: int = 0, width: int = 64, height: int = 64) -> bytes:
    """Make a PNG; another number gives other bytes."""
    return _saved("PNG", number, width, height)


@cache
def jpeg(number: int = 0, width: int = 64, height: int = 64) -> bytes:
    """Make a JPEG; another number gives other bytes."""
    return _saved("JPEG", number, width, height)


def _saved(kind: str, number: int, width: int, height: int) -> bytes:
    colour = (number * 37 % 256, number * 59 % 256, number // 256 % 256)
    held = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(held, kind)
    return held.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Make a small PNG that claims to be of this size."""
    huge = bytearray(png(1))
    huge[16:24] = width.to_bytes(4) + height.to_bytes(4)
    huge[29:33] = zlib.crc32(bytes(huge[12:29])).to_bytes(4)
    return bytes(huge)


def data_url(data: bytes, media_type: str = "image/png") -> str:
    """Write a data URL as the specification shows it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
