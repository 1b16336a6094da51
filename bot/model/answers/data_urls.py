"""How is an image written into JSON, and read out of it again? Data URLs, also those that are not quite right."""

from __future__ import annotations

import binascii
import re

import pybase64

from bot.ports import errors

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_URLSAFE = bytes.maketrans(b"-_", b"+/")
#: how the base64 of a picture begins (PNG, JPEG, WebP, GIF), where its head has been left out
BARE = ("iVBORw0KGgo", "/9j/", "UklGR", "R0lGOD")


def encode_data_url(data: bytes, media_type: str) -> bytes:
    """Write an image as a JSON string that holds a data URL: encoded once, copied once."""
    return b'"data:%s;base64,%s"' % (media_type.encode(), pybase64.b64encode(data))


def normalize_url(url: str) -> str:
    """Return an image's address trimmed, and a bare payload as a data URL."""
    if url[:1].isspace() or url[-1:].isspace():
        url = url.strip()
    if url.startswith(BARE):
        return f"data:;base64,{url}"
    head = url[:5]
    return f"data:{url[5:]}" if head != "data:" and head.lower() == "data:" else url


def decode_data_url(url: str) -> bytes:
    """Read a data URL's bytes: white space, padding, alphabet and doubled heads do not matter.

    Raise BadImage.
    """
    payload = url[url.rfind(",") + 1 :]
    try:
        return pybase64.b64decode(payload, validate=True)
    except ValueError:
        raw = payload.encode("ascii", "ignore")
        raw = raw.replace(b"%2B", b"+").replace(b"%2F", b"/").replace(b"%3D", b"")
        raw = _NOT_BASE64.sub(b"", raw.translate(_URLSAFE))
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error as error:
        raise errors.BadImage(f"broken base64: {error}") from error
