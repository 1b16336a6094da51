"""How does a picture become a thumbnail, and what colour stands in its place until it is there?"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from bot.images.pixels import decode_pixels, encode

#: pixels of the longer side that are made, each with its WebP quality
WIDTHS = {160: 56, 640: 74}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A small copy of a picture."""

    data: bytes
    #: the picture's mean colour, "#8a7f6c"
    color: str


def make_thumbnail(data: bytes, width: int) -> Thumbnail:
    """Write a picture small, as WebP. Blocks: see `bot.images.decode`. Raise NotAnImage."""
    picture = decode_pixels(data, width)
    picture.thumbnail((width, width), Image.Resampling.LANCZOS)
    small = encode(picture, "WEBP", quality=WIDTHS[width], method=4)
    mean = picture.convert("RGBA").resize((1, 1), Image.Resampling.BOX).convert("RGB")
    red, green, blue = mean.tobytes()
    return Thumbnail(data=small, color=f"#{red:02x}{green:02x}{blue:02x}")
