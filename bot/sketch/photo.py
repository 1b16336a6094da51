"""What is in an image that people passed in: a scene of ours, or a photo to draw on?

The scene travels as compressed JSON in an ``iTXt`` chunk of the PNG, in front of the pixels: whoever passes the
image back passes the scene back, and the server remembers nothing. Pictures from outside are read with limits:
bytes first, then pixels, before anything is decoded.
"""

import base64
import binascii
import re
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Final

from bot.sketch.faults import wrong
from bot.sketch.scene import Scene, load

if TYPE_CHECKING:
    from PIL.Image import Image

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_OURS: Final = b"easel-sketch-scene\0\1\0\0\0"
#: A scene with a background photo is at most about this large; what claims to be larger is not ours.
MOST_JSON: Final = 2_000_000
MOST_BYTES: Final = 30_000_000  #: The largest image that is read, in bytes and in pixels.
MOST_PIXELS: Final = 40_000_000
KEPT_SIDE: Final = 1100  #: The copy that is kept in a scene: its longer side in pixels, its bytes.
KEPT_BYTES: Final = 420_000
_DATA_URL: Final = re.compile(r"\s*data:[\w.+/-]*[^,]{0,100}?(?:;\s*base64)?\s*,", re.IGNORECASE)


def with_scene(png: bytes, scene: bytes) -> bytes:
    """Return the PNG with the scene's JSON behind its header."""
    data = b"iTXt" + _OURS + zlib.compress(scene, 9)
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    after_header = len(SIGNATURE) + 25
    return png[:after_header] + chunk + png[after_header:]


def scene_in(image: bytes) -> Scene | None:
    """Return the scene that was put into a PNG, or None where there is none that can be read."""
    at = len(SIGNATURE)
    while image.startswith(SIGNATURE) and at + 8 <= len(image):
        length, kind = struct.unpack(">I4s", image[at : at + 8])
        data = image[at + 8 : at + 8 + length]
        if kind in {b"IDAT", b"IEND"}:
            break
        if kind == b"iTXt" and data.startswith(_OURS):
            unpack = zlib.decompressobj()
            try:
                text = unpack.decompress(data[len(_OURS) :], MOST_JSON)
            except zlib.error:
                return None
            return None if unpack.unconsumed_tail else load(text)
        at += 12 + length
    return None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image of a request; what is made of it is made once."""

    raw: bytes  #: Its bytes as they came.
    param: str  #: The field it came in, for error messages.
    scene: Scene | None  #: The scene in it, or None: a photo.

    @cached_property
    def kept(self) -> str:
        """A bounded JPEG of it in base64, upright and on white. Raises Refusal."""
        from PIL import Image, ImageOps  # noqa: PLC0415  (40 MB that a drawing without photos never needs)

        try:
            image = _opened(self.raw, self.param)
            image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            image.thumbnail((KEPT_SIDE, KEPT_SIDE))
            flat = ImageOps.exif_transpose(image).convert("RGBA")
            paper = Image.new("RGB", flat.size, "white")
            paper.paste(flat, mask=flat.getchannel("A"))
        except Exception:
            message = f"{self.param} is damaged and can't be read."
            raise wrong(self.param, message, "invalid_image") from None
        out = BytesIO()
        for quality in (84, 70, 50, 30):
            out = BytesIO()
            paper.save(out, "JPEG", quality=quality)
            if out.tell() <= KEPT_BYTES:
                break
        return base64.b64encode(out.getvalue()).decode()


def picture_of(url: str, param: str) -> Picture:
    """Read a data URL. Raises Refusal, naming the field, for whatever isn't one."""
    found = _DATA_URL.match(url[:400])
    if found:
        return picture_from(decoded(url[found.end() :], param), param)
    if url.lstrip()[:8].lower().startswith(("http:", "https:")):
        message = f"{param} is a web address. This model fetches nothing: send the image itself as a data URL (data:image/png;base64,…)."
        raise wrong(param, message, "unsupported_image_url")
    message = f"{param} must be a data URL: data:image/png;base64,…"
    raise wrong(param, message, "invalid_image_url")


def decoded(text: str, param: str) -> bytes:
    """Decode base64, with white space and without padding too."""
    packed = re.sub(r"\s+", "", text).rstrip("=").replace("-", "+").replace("_", "/")
    _check_size(len(packed) * 3 // 4, param)
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise wrong(param, f"{param} is not valid base64.", "invalid_base64") from None


def picture_from(raw: bytes, param: str) -> Picture:
    """Look for a scene in the bytes of an image. Raises Refusal where it is no image."""
    _check_size(len(raw), param)
    scene = scene_in(raw)
    if scene is None:
        _opened(raw, param).close()
    return Picture(raw=raw, param=param, scene=scene)


def _check_size(size: int, param: str) -> None:
    if size > MOST_BYTES:
        raise wrong(param, f"{param} is larger than {MOST_BYTES // 10**6} MB.", "image_too_large")


def _opened(raw: bytes, param: str) -> "Image":
    from PIL import Image  # noqa: PLC0415  (as above)

    Image.MAX_IMAGE_PIXELS = None  # this process checks the pixels itself, below
    try:
        image = Image.open(BytesIO(raw), formats=("PNG", "JPEG", "WEBP", "GIF"))
    except Exception:
        message = f"{param} is not an image that can be read (PNG, JPEG, WebP or GIF)."
        raise wrong(param, message, "invalid_image") from None
    if image.width * image.height > MOST_PIXELS:
        message = f"{param} has more than {MOST_PIXELS // 1_000_000} megapixels."
        raise wrong(param, message, "image_too_large")
    return image
