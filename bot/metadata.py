"""What does a photo tell beside what it shows, and how is that taken out?

Where it was taken, when, by whom, with which camera: EXIF, XMP, IPTC, comments, and whatever was hung on
behind the picture. Pixels are copied as they are, never encoded anew. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: where a JPEG's scan ends: a marker that is no stuffing, restart or fill
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END, _SCAN, _ADOBE, _COMMENT = 0xD9, 0xDA, 0xEE, 0xFE
#: the JPEG segments for applications, of which the first is JFIF's
_APPS = range(0xE1, 0xF0)
#: chunks of a WebP, and the bits of its head that announce them
_WEBP = {b"EXIF": 0x08, b"XMP ": 0x04}
#: a PNG's texts that name people, places and times; others, like a scene, are part of the picture
_TELLING = re.compile(
    rb"(XML:com\.adobe\.xmp|Raw profile type |exif:|xmp:"
    rb"|(author|artist|copyright|comment|description|source|location|creation time|date)[\0:])",
    re.IGNORECASE,
)


def stripped(data: bytes, media_type: str) -> bytes:
    """Give a picture's bytes without what they tell beside it; the same bytes where that is nothing.

    Raises ValueError where they are put together in a way that cannot be followed.
    """
    if media_type == "image/jpeg":
        return b"".join(_jpeg(data))
    if media_type == "image/png":
        return b"".join(_png(data))
    return _webp(data) if media_type == "image/webp" else data


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    while True:
        head = data[at : at + 4]
        if len(head) < 2 or head[0] != 0xFF:
            raise ValueError("a JPEG that does not end, or with something between its segments")
        marker = head[1]
        if marker == _END:
            yield head[:2]
            return
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(head[2:])
        if marker == _SCAN:
            found = _NEXT.search(data, end)
            end = found.start() if found else len(data)
        if _shows(marker, data[at + 4 : at + 16]):
            yield data[at:end]
        at = end


def _shows(marker: int, begins: bytes) -> bool:
    """Tell whether a JPEG's segment is needed to show it: colours are, what was noted is not."""
    if marker in _APPS:
        return marker == _ADOBE or begins.startswith(b"ICC_PROFILE\0")
    return marker != _COMMENT


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if end > len(data) or len(kind) < 4:
            raise ValueError("a PNG that does not end")
        text = kind in {b"tEXt", b"zTXt", b"iTXt"}
        if not (kind in {b"eXIf", b"tIME"} or (text and _TELLING.match(data, at + 8, end))):
            yield data[at:end]
        at = end


def _webp(data: bytes) -> bytes:
    kept = bytearray(data[:12])
    at, whole = 12, 8 + int.from_bytes(data[4:8], "little")
    while at < whole:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        kind = data[at : at + 4]
        if end > len(data) + 1 or len(kind) < 4:
            raise ValueError("a WebP that does not end")
        if kind == b"VP8X":
            kept += data[at : at + 8]
            kept.append(data[at + 8] & ~sum(_WEBP.values()))
            kept += data[at + 9 : end]
        elif kind not in _WEBP:
            kept += data[at:end]
        at = end
    kept[4:8] = (len(kept) - 8).to_bytes(4, "little")
    return bytes(kept)
