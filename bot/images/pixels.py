"""How are pixels normalized: eight bits, sRGB, the first frame, no larger than is asked for?

All of it blocks (decoding takes up to a second): see `bot.images.decode`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from bot.images import inspect
from bot.ports.language import N_

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

#: bytes of pixels that are changed at a time, so that a large picture is in memory once
_STRIP = 4 * 1024 * 1024
_SIXTEEN_BITS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
#: what can be shown as it is
PLAIN = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    """Write a picture in one of Pillow's formats."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def flatten(image: Image.Image) -> Image.Image:
    """Put a picture on white."""
    if image.mode == "RGB":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def decode_pixels(
    data: bytes, side: int, resampling: Image.Resampling = Image.Resampling.LANCZOS
) -> Image.Image:
    """Decode a picture as RGB or RGBA with a longer side of `side` pixels at most. Raise NotAnImage."""
    with inspect.open_picture(data) as image:
        inspect.estimate_memory(image, inspect.sniff_upload(data) or "", side)
        return decode_opened(image, side, resampling)


def decode_opened(
    image: ImageFile, side: int, resampling: Image.Resampling = Image.Resampling.LANCZOS
) -> Image.Image:
    """Decode what is open, as `decode_pixels` does, and close it: its pixels may be many."""
    if image.mode == "F":
        raise inspect.NotAnImage(N_("its colors can't be displayed"))
    image.seek(0)
    image.draft("RGB", (side, side))  # a JPEG is decoded no larger than is needed
    profile = image.info.get("icc_profile")
    image.load()
    vars(image).pop("_decoder", None)  # a WebP's keeps two more pictures
    image.fp = None  # and there are its pixels once more
    small = _shrink(image, side)
    image.close()
    small = _to_srgb(small, profile)
    small.thumbnail((side, side), resampling)
    small.info.clear()
    return small


def _shrink(image: Image.Image, side: int) -> Image.Image:
    """Reduce by a whole factor, strip by strip, to eight bits."""
    by = max(1, max(image.size) // side)
    rows = max(1, _STRIP // (image.width * 4) // by) * by
    if by == 1 and rows >= image.height:
        return _to_eight_bits(image)
    out: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(image.height, top + rows)))
        strip = _to_eight_bits(strip)
        strip = strip.reduce(by) if by > 1 else strip
        if out is None:
            out = Image.new(strip.mode, (strip.width, -(-image.height // by)))
        out.paste(strip, (0, top // by))
    assert out is not None  # noqa: S101 - a picture has a row
    return out


def _to_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BITS:
        high = slice(0, None, 2) if image.mode.endswith("B") else slice(1, None, 2)
        return Image.frombytes("L", image.size, image.tobytes()[high])
    if image.mode == "I":
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"P", "PA", "1"} or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("RGBA") if image.mode in {"LA", "La", "RGBa"} else image.copy()


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to RGB or RGBA in sRGB; a profile that does not fit is ignored."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in {"L", "RGB", "RGBA", "CMYK"}:
        from PIL import ImageCms  # noqa: PLC0415 - a library of its own, for photos with a profile alone

        try:
            found = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            found = None
        if found is not None:
            return found
    return image.convert(mode)
