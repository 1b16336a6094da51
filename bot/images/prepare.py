"""How does a picture that somebody sent become one that a model accepts?

PNG, JPEG and WebP stay as they are, without metadata, where nothing is wrong with them. Others, and what phones
make, are converted: upright, sRGB, eight bits, the first frame, no larger than is of use. Blocks: see
`bot.images.decode`.
"""

from __future__ import annotations

from PIL import Image

from bot.images import inspect, metadata, pixels
from bot.ports import limits

#: pixels of the longer side as it is sent; larger ones are made smaller
MAX_SIDE = 2048
#: bytes above which a picture is converted, smaller
_MAX_UNCHANGED = 6 * 1024 * 1024
#: how much of a JPEG may be missing, at its bottom
_MAX_MISSING = 0.25
_ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def too_large() -> inspect.NotAnImage:
    """Say that a file is too large."""
    return inspect.NotAnImage(inspect.TOO_LARGE, most=str(limits.MAX_UPLOAD // 1024 // 1024))


def normalize(data: bytes, max_side: int = MAX_SIDE) -> inspect.Picture:
    """Check a picture that somebody sent by its pixels, and convert it where that is needed.

    `max_side`: pixels of the longer side above which it is made smaller.

    Raise NotAnImage.
    """
    if len(data) > limits.MAX_UPLOAD:
        raise too_large()
    media_type = inspect.sniff_upload(data)
    if media_type is None:
        raise inspect.NotAnImage(inspect.UNKNOWN_TYPE)
    stripped = metadata.strip_metadata(data, media_type)
    try:
        orientation = metadata.read_orientation(data, media_type)
        return _convert(stripped, media_type, orientation, max_side)
    except inspect.NotAnImage as error:
        if stripped.is_complete or error.why != inspect.DAMAGED:
            raise
        raise inspect.NotAnImage(inspect.INCOMPLETE) from error


def _convert(
    stripped: metadata.Stripped, media_type: str, orientation: int, max_side: int
) -> inspect.Picture:
    with inspect.open_picture(stripped.data) as image:
        inspect.estimate_memory(image, media_type, max_side)
        if media_type == "image/avif":
            orientation = image.getexif().get(0x0112, 1)  # HEIC is rotated by its decoder
        large = max(image.size) > max_side or len(stripped.data) > _MAX_UNCHANGED
        is_animated = media_type in {"image/gif", "image/webp"} and getattr(
            image, "is_animated", False
        )
        odd = large or is_animated or image.mode not in pixels.PLAIN or not stripped.is_complete
        if odd or orientation > 1 or media_type in {"image/gif", "image/heic", "image/avif"}:
            small = pixels.decode_opened(image, max_side)
            if not stripped.is_complete and _missing_share(small) > _MAX_MISSING:
                raise inspect.NotAnImage(inspect.INCOMPLETE)
        else:
            image.load()  # the pixels decide
            return inspect.check_picture(stripped.data)
    exact = media_type == "image/gif" or (media_type == "image/png" and not large)
    small = small.transpose(_ORIENTATIONS[orientation]) if orientation > 1 else small
    return inspect.check_picture(_encode(small, exact=exact))


def _missing_share(image: Image.Image) -> float:
    """Return how much of a cut JPEG is missing: a decoder fills it with one colour to the end."""
    rows = image.height
    last = image.getpixel((0, rows - 1))
    for row in range(rows - 1, -1, -1):
        line = image.crop((0, row, image.width, row + 1))
        if line.getcolors(1) is None or line.getpixel((0, 0)) != last:
            return 1 - (row + 1) / rows
    return 0.0  # one colour all over: there is nothing to miss


def _encode(image: Image.Image, *, exact: bool) -> bytes:
    if exact or (image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255):
        return pixels.encode(image, "PNG")
    return pixels.encode(image.convert("RGB"), "JPEG", quality=92)
