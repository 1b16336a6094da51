"""How does the scene travel inside the picture?

As compressed JSON in an ``iTXt`` chunk of the PNG, in front of the pixels. Whoever passes the image
back passes the scene back; the server itself remembers nothing.
"""

import struct
import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"easel-sketch-scene"
#: A scene with a background photo is at most about this large; what claims to be larger is not ours.
MOST_JSON: Final = 2_000_000
HEADER: Final = 8  # length and type, in front of each chunk's data


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_text(png: bytes, text: bytes) -> bytes:
    """Return the PNG with the text as an iTXt chunk behind its header."""
    after_ihdr = len(SIGNATURE) + HEADER + 13 + 4
    data = KEYWORD + b"\0\1\0" + b"\0\0" + zlib.compress(text, 9)
    return png[:after_ihdr] + _chunk(b"iTXt", data) + png[after_ihdr:]


def text_of(image: bytes) -> bytes | None:
    """Return the text that was put in, or None where there is none that can be read."""
    if not image.startswith(SIGNATURE):
        return None
    at = len(SIGNATURE)
    while at + HEADER <= len(image):
        length, kind = struct.unpack(">I4s", image[at : at + HEADER])
        data = image[at + HEADER : at + HEADER + length]
        if kind == b"iTXt" and data.startswith(KEYWORD + b"\0\1\0\0\0"):
            return _inflate(data[len(KEYWORD) + 5 :])
        if kind in {b"IDAT", b"IEND"}:
            return None
        at += HEADER + length + 4
    return None


def _inflate(data: bytes) -> bytes | None:
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(data, MOST_JSON)
    except zlib.error:
        return None
    return None if unpack.unconsumed_tail else text


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height as the header says them."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height
