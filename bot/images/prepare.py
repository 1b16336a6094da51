"""How does a picture that somebody sent become one that a model takes?

PNG, JPEG, WebP, and the first frame of what moves, as they came where they are well as they are; without
what they tell beside the picture. Others, and what phones make, are written anew: upright, in sRGB, in eight
bits, no larger than is of use. Blocks: see `bot.images.decode`.
"""

from __future__ import annotations

from PIL import Image

from bot.images import inspect, metadata, pixels
from bot.ports import limits

#: pixels of the longer side as it is sent; larger ones are made smaller
_LONGEST_SIDE = 2048
#: bytes above which a picture is written anew, smaller
_HEAVY = 6 * 1024 * 1024
#: how much of a JPEG may be missing, at its bottom
_MISSING = 0.25
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def too_heavy() -> str:
    """Say how large a file may be."""
    return f"it's larger than {limits.MAX_UPLOAD // 1024 // 1024} MB"


def upright(data: bytes) -> inspect.Picture:
    """Check a picture that somebody sent by its pixels, and write it anew where that is needed.

    Raise NotAnImage.
    """
    if len(data) > limits.MAX_UPLOAD:
        raise inspect.NotAnImage(too_heavy())
    media_type = inspect.sniff_sent(data)
    if media_type is None:
        raise inspect.NotAnImage("it isn't a PNG, JPEG, WebP, GIF, HEIC or AVIF image")
    bare = metadata.stripped(data, media_type)
    try:
        return _taken(bare, media_type, metadata.orientation(data, media_type))
    except inspect.NotAnImage as error:
        if bare.whole or "damaged" not in str(error):
            raise
        raise inspect.NotAnImage("it's incomplete") from error


def _taken(bare: metadata.Bare, media_type: str, turned: int) -> inspect.Picture:
    with inspect.opened(bare.data) as image:
        inspect.memory(image, media_type, _LONGEST_SIDE)
        if media_type == "image/avif":
            turned = image.getexif().get(0x0112, 1)  # HEIC is turned by its decoder
        large = max(image.size) > _LONGEST_SIDE or len(bare.data) > _HEAVY
        moves = media_type in {"image/gif", "image/webp"} and getattr(image, "is_animated", False)
        odd = large or moves or image.mode not in pixels.PLAIN or not bare.whole
        if odd or turned > 1 or media_type in {"image/gif", "image/heic", "image/avif"}:
            small = pixels.decode_opened(image, _LONGEST_SIDE)
            if not bare.whole and _missing(small) > _MISSING:
                raise inspect.NotAnImage("it's incomplete")
        else:
            image.load()  # the pixels decide
            return inspect.look(bare.data)
    exact = media_type == "image/gif" or (media_type == "image/png" and not large)
    small = small.transpose(_TURNS[turned]) if turned > 1 else small
    return inspect.look(_written(small, exact=exact))


def _missing(image: Image.Image) -> float:
    """Return how much of a cut JPEG is not there: what a decoder fills in is one colour to the end."""
    rows = image.height
    last = image.getpixel((0, rows - 1))
    for row in range(rows - 1, -1, -1):
        line = image.crop((0, row, image.width, row + 1))
        if line.getcolors(1) is None or line.getpixel((0, 0)) != last:
            return 1 - (row + 1) / rows
    return 0.0  # one colour all over: there is nothing to miss


def _written(image: Image.Image, *, exact: bool) -> bytes:
    if exact or (image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255):
        return pixels.encode(image, "PNG")
    return pixels.encode(image.convert("RGB"), "JPEG", quality=92)
