"""How is text made to fit and to show nothing hidden? Lengths are in UTF-16 units, as both platforms count. Pure."""

from __future__ import annotations

import re

#: control characters but tab and newline, what changes the direction of text, halves of surrogate pairs, private use
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\U000f0000-\U0010ffff]"
)


def utf16_length(text: str) -> int:
    """Return the length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def truncate(text: str, limit: int) -> str:
    """Return at most `limit` units of a text; what was cut ends in an ellipsis."""
    if utf16_length(text) <= limit:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return units.decode("utf-16-le", "ignore").rstrip() + "…"


def remove_invisible(text: str) -> str:
    """Return a text without the characters that people do not see, or that reorder what they see."""
    return _INVISIBLE.sub("", text)
