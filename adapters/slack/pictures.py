"""Which form of a picture does Slack take? PNG, JPEG and GIF as they are; others written anew, or smaller.

Blocks for up to a second a picture: call it in a thread.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image

#: what a block may show
SHOWABLE = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
#: pixels of the longer side of a smaller one
_LONGEST_SIDE = 1600


def as_png(data: bytes) -> bytes:
    """Write a picture of another type as PNG. Raises OSError for what is none."""
    return _written(data, "PNG", None)


def smaller(data: bytes) -> bytes:
    """Write a picture as a small JPEG. Raises OSError for what is none."""
    return _written(data, "JPEG", _LONGEST_SIDE)


def _written(data: bytes, kind: str, longest: int | None) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what comes from the model's answer has been measured
        with Image.open(io.BytesIO(data)) as image:
            picture: Image.Image = image.convert("RGBA")
            if longest is not None:
                picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            if kind == "JPEG":
                white = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(white, picture).convert("RGB")
            picture.save(held, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return held.getvalue()
