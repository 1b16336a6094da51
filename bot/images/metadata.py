"""What does a photo reveal beside what it shows, and how is that removed?

Where it was taken, when, by whom, with which camera: EXIF, XMP, IPTC, comments, and whatever was appended to
the picture. Pixels are copied as they are, never re-encoded. Pure.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

#: where a JPEG's scan ends: a marker that is no stuffing, restart or fill
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END, _SCAN, _ADOBE, _COMMENT = 0xD9, 0xDA, 0xEE, 0xFE
#: the JPEG segments for applications, of which the first is JFIF's
_APPS = range(0xE1, 0xF0)
#: JPEG markers that nothing follows: fill bytes, restarts, another beginning
_STANDALONE = frozenset({0x00, 0x01, 0xFF, 0xD8, *range(0xD0, 0xD8)})
_ORIENTATION = 0x0112
#: chunks of a WebP, and the bits of its head that announce them
_WEBP = {b"EXIF": 0x08, b"XMP ": 0x04}
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
#: chunks of metadata, and those of an animation's further frames
_REMOVED_CHUNKS = frozenset({b"eXIf", b"tIME", b"acTL", b"fcTL", b"fdAT"})
#: bytes of a text, unpacked: Pillow takes no longer one
_MAX_TEXT = 1024 * 1024
#: a PNG's texts about people, places and times; others, like a scene, are part of the picture
_PERSONAL = re.compile(
    rb"(XML:com\.adobe\.xmp|Raw profile type |exif:|xmp:"
    rb"|(author|artist|copyright|comment|description|source|location|creation time|date)[\0:])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A picture without metadata; the same bytes where it had none."""

    data: bytes
    #: does it end as it should?
    is_complete: bool


def strip_metadata(data: bytes, media_type: str) -> Stripped:
    """Remove metadata, what decoders stumble on, and whatever is appended to the picture.

    Leniently: whoever decodes a cut picture sees whether it still is one.
    """
    if media_type == "image/jpeg":
        return _jpeg(data)
    if media_type == "image/png":
        return _png(data)
    return _webp(data) if media_type == "image/webp" else Stripped(data, is_complete=True)


def read_orientation(data: bytes, media_type: str) -> int:
    """Return EXIF's orientation; 1: upright, or not known."""
    if media_type == "image/jpeg":
        found = next((one for one in _segments(data) if one[4:10] == b"Exif\0\0"), b"")[10:]
    elif media_type == "image/png":
        found = next((one for one in _chunks(data) if one[4:8] == b"eXIf"), b"")[8:-4]
    else:
        found = next((one for one in _riff(data) if one[:4] == b"EXIF"), b"")[8:]
    found = found.removeprefix(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if found[:2] == b"II" else "big"
    at = int.from_bytes(found[4:8], order)
    count = int.from_bytes(found[at : at + 2], order)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(found)), 12):
        if int.from_bytes(found[entry : entry + 2], order) == _ORIENTATION:
            value = int.from_bytes(found[entry + 8 : entry + 10], order)
            return value if 1 <= value <= 8 else 1
    return 1


def _jpeg(data: bytes) -> Stripped:
    segments = list(_segments(data))
    whole = bool(segments) and segments[-1] == b"\xff\xd9"
    kept = [one for one in segments if _is_needed(one[1], one[4:16])]
    return Stripped(b"".join([data[:2], *kept, *([] if whole else [b"\xff\xd9"])]), whole)


def _segments(data: bytes) -> Iterator[bytes]:
    """Yield a JPEG's segments up to its end; between them may stand what is none."""
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker == _END:
            yield data[at : at + 2]
            return
        if marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            found = _NEXT_MARKER.search(data, end)
            end = found.start() if found else len(data)
        if end <= len(data):
            yield data[at:end]
        at = end


def _is_needed(marker: int, begins: bytes) -> bool:
    """Return whether a JPEG's segment is needed to show it: colours are, notes are not."""
    if marker in _APPS:
        return marker == _ADOBE or begins.startswith(b"ICC_PROFILE\0")
    return marker != _COMMENT


def _png(data: bytes) -> Stripped:
    """Keep a PNG's first frame, with its check sums as they should be."""
    kept, whole, text = [data[:8]], False, 0
    for chunk in _chunks(data):
        kind = chunk[4:8]
        if kind in _TEXTS:
            size = _unpacked_size(kind, chunk[8:-4])
            text += size
            if size > _MAX_TEXT or text > 4 * _MAX_TEXT or _PERSONAL.match(chunk, 8):
                continue
        elif kind in _REMOVED_CHUNKS or (
            kind == b"iCCP" and _unpacked_size(kind, chunk[8:-4]) > _MAX_TEXT
        ):
            continue
        kept.append(chunk[:-4] + zlib.crc32(chunk[4:-4]).to_bytes(4))
        whole = kind == b"IEND"
    if not whole:
        kept.append(b"\0\0\0\0IEND\xaeB`\x82")
    return Stripped(b"".join(kept), whole)


def _chunks(data: bytes) -> Iterator[bytes]:
    """Yield a PNG's chunks up to its end, the last one perhaps not whole."""
    at, kind = 8, b""
    while kind != b"IEND" and at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if end > len(data):
            return
        yield data[at:end]
        at = end


def _unpacked_size(kind: bytes, data: bytes) -> int:
    """Return the size of a text or a profile once it is unpacked; what cannot be is too large."""
    name, _, rest = data.partition(b"\0")
    if kind == b"iTXt":
        if rest[:1] != b"\1":
            return len(data)
        rest = rest[2:].split(b"\0", 2)[-1]
    elif kind in {b"zTXt", b"iCCP"}:
        rest = rest[1:]
    else:
        return len(data)
    try:
        return len(name) + len(zlib.decompressobj().decompress(rest, _MAX_TEXT + 1))
    except zlib.error:
        return _MAX_TEXT + 1


def _webp(data: bytes) -> Stripped:
    kept, whole = bytearray(data[:12]), False
    size = 8 + int.from_bytes(data[4:8], "little")
    for chunk in _riff(data):
        kind = chunk[:4]
        size -= len(chunk)
        if kind == b"VP8X":
            kept += chunk[:8]
            kept.append(chunk[8] & ~sum(_WEBP.values()))
            kept += chunk[9:]
        elif kind not in _WEBP:
            kept += chunk
    whole = size <= 12 + 1  # a last byte of padding is left out by some
    kept += b"\0" * (len(kept) % 2)
    kept[4:8] = (len(kept) - 8).to_bytes(4, "little")
    return Stripped(bytes(kept), whole)


def _riff(data: bytes) -> Iterator[bytes]:
    """Yield a WebP's chunks."""
    at, size = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= size:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > len(data) + 1:
            return
        yield data[at:end]
        at = end
