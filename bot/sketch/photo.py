"""What is in an image that people passed in: a scene of ours, or a photo to draw on?

Pictures from outside are read with limits: bytes first, then pixels, before anything is decoded.
"""

import base64
import binascii
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Final

from bot.sketch import png, scene_json
from bot.sketch.errors import Refusal, wrong
from bot.sketch.scene import Scene

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

#: The largest image that is read, in bytes and in pixels.
MOST_BYTES: Final = 30_000_000
MOST_PIXELS: Final = 40_000_000
#: The copy that is kept in a scene.
KEPT_SIDE: Final = 1100
KEPT_BYTES: Final = 420_000
_DATA_URL: Final = re.compile(r"\s*data:([\w.+/-]*)[^,]{0,100}?(;\s*base64)?\s*,", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image of a request; what is made of it is made once."""

    #: Its bytes as they came.
    raw: bytes
    #: The field it came in, for error messages.
    param: str
    #: The scene in it, or None: a photo.
    scene: Scene | None

    @cached_property
    def kept(self) -> str:
        """A bounded JPEG of it in base64, to be kept in the scene. Raises Refusal."""
        try:
            paper = _flattened(self)
        except Exception:
            raise _damaged(self) from None
        packed = b""
        for quality in (84, 70, 50, 30):
            out = BytesIO()
            paper.save(out, "JPEG", quality=quality)
            packed = out.getvalue()
            if len(packed) <= KEPT_BYTES:
                break
        return base64.b64encode(packed).decode()

    @cached_property
    def sky(self) -> tuple[str, ...]:
        """Four colours of its upper part, from the top down. Raises Refusal."""
        try:
            return tuple(_upper(self))
        except Exception:
            raise _damaged(self) from None


def picture_of(url: object, param: str) -> Picture:
    """Read a data URL. Raises Refusal, naming the field, for whatever isn't one."""
    if not isinstance(url, str):
        raise wrong(param, f"{param} must be a string with a data URL.", "invalid_type")
    found = _DATA_URL.match(url[:400])
    if not found:
        if url.lstrip()[:8].lower().startswith(("http:", "https:")):
            raise wrong(
                param, f"{param} is a web address. This model fetches nothing: send the image itself "
                "as a data URL (data:image/png;base64,…).", "unsupported_image_url",
            )  # fmt: skip
        raise wrong(
            param, f"{param} must be a data URL: data:image/png;base64,…", "invalid_image_url"
        )
    return picture_from(decoded(url[found.end() :], param), param)


def decoded(text: str, param: str) -> bytes:
    """Decode base64, with white space and without padding too."""
    packed = _SPACE.sub("", text).rstrip("=").replace("-", "+").replace("_", "/")
    if len(packed) * 3 // 4 > MOST_BYTES:
        raise wrong(
            param, f"{param} is larger than {MOST_BYTES // 1_000_000} MB.", "image_too_large"
        )
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise wrong(param, f"{param} is not valid base64.", "invalid_base64") from None


def picture_from(raw: bytes, param: str) -> Picture:
    """Look for a scene in the bytes of an image."""
    if len(raw) > MOST_BYTES:
        raise wrong(
            param, f"{param} is larger than {MOST_BYTES // 1_000_000} MB.", "image_too_large"
        )
    text = png.text_of(raw)
    scene = scene_json.load(text) if text else None
    if scene is None:
        _check(raw, param)
    return Picture(raw=raw, param=param, scene=scene)


def _check(raw: bytes, param: str) -> None:
    _opened(raw, param).close()


def _opened(raw: bytes, param: str) -> "ImageFile":
    from PIL import Image  # noqa: PLC0415  (40 MB that a drawing without photos never needs)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(raw), formats=FORMATS)
    except Image.DecompressionBombError:
        raise _too_many_pixels(param) from None
    except Exception:
        raise wrong(
            param,
            f"{param} is not an image that can be read (PNG, JPEG, WebP or GIF).",
            "invalid_image",
        ) from None
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels(param)
    return image


def _too_many_pixels(param: str) -> Refusal:
    return wrong(
        param, f"{param} has more than {MOST_PIXELS // 1_000_000} megapixels.", "image_too_large"
    )


def _damaged(picture: Picture) -> Refusal:
    return wrong(picture.param, f"{picture.param} is damaged and can't be read.", "invalid_image")


def _flattened(picture: Picture) -> "Image":
    """Return the photo upright, on white where it is transparent, no larger than is kept."""
    from PIL import Image, ImageOps  # noqa: PLC0415  (as above)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _opened(picture.raw, picture.param)
        image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
        image.thumbnail((KEPT_SIDE * 2, KEPT_SIDE * 2))
        flat = ImageOps.exif_transpose(image).convert("RGBA")
        paper = Image.new("RGB", flat.size, "white")
        paper.paste(flat, mask=flat.getchannel("A"))
        paper.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return paper


def _upper(picture: Picture) -> Iterator[str]:
    from PIL import Image  # noqa: PLC0415  (as above)

    image = _opened(picture.raw, picture.param)
    image.draft("RGB", (64, 64))
    rows = image.convert("RGB").resize((1, 24), Image.Resampling.BOX).tobytes()
    for row in (1, 5, 9, 12):
        red, green, blue = rows[row * 3 : row * 3 + 3]
        yield f"#{red:02x}{green:02x}{blue:02x}"
