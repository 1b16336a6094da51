"""Pictures as phones, editors and hostile people make them; all of it is made here."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **more)
    return held.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def wave(width: int, height: int) -> Image.Image:
    """A picture whose every row and column differs, quickly made."""
    tile = Image.merge(
        "RGB",
        [
            Image.linear_gradient("L"),
            Image.radial_gradient("L"),
            Image.linear_gradient("L").rotate(90),
        ],
    )
    return tile.resize((width, height))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, added: bytes) -> bytes:
    """Put a chunk behind a PNG's header."""
    return png[:33] + added + png[33:]


def empty_png(width: int, height: int, colour: int = 6) -> bytes:
    """A PNG whose pixels are all there, all the same, and packed as small as can be."""
    row = b"\0" + bytes(width * {0: 1, 2: 3, 3: 1, 6: 4}[colour])
    pack = zlib.compressobj(9)
    pixels = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def grey16(width: int, height: int) -> bytes:
    """A PNG of sixteen bits, black on the left to white on the right."""
    row = b"\0" + b"".join(struct.pack(">H", x * 65535 // (width - 1)) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    pixels = zlib.compress(row * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@cache
def wide_colours() -> bytes:
    """An ICC profile whose red and green are swapped, so that whoever ignores it is found out."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(data).replace(b"rXYZ", b"~~~~").replace(b"gXYZ", b"rXYZ").replace(b"~~~~", b"gXYZ")


def moving(kind: str, size: int = 64, frames: int = 3) -> bytes:
    """A film whose first picture is red."""
    colours = ["red", "green", "blue", "white"]
    pictures = [Image.new("RGB", (size, size), colours[number % 4]) for number in range(frames)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:])
