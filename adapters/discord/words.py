"""How do words of people and of the model stand on Discord, so that they format and notify nothing? Pure."""

from __future__ import annotations

import re
import unicodedata

#: what Discord's markdown reads anywhere in a line
_ANYWHERE = frozenset("\\*_~`|<[")
#: what it reads at the beginning of a line: headings, small print, quotes, lists
_AT_START = frozenset("#->")
#: turns the direction of text, so that a name could stand for another
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: stands behind each @, so that it is no mention
_NOTHING = "\u200b"
_LINES = re.compile(r"\s*\n\s*\n\s*")


def plain(text: str, most: int) -> str:
    """Escape words for a text of up to `most` characters, paragraphs kept; cut with an ellipsis."""
    return _escaped(_LINES.sub("\n\n", _visible(text).strip()), most)


def line(text: str, most: int) -> str:
    """Escape words for one line of up to `most` characters; cut with an ellipsis."""
    return _escaped(" ".join(_visible(text).split()), most)


def label(text: str, most: int) -> str:
    """Give words for a place where Discord reads no markdown: a button, a field, a thread's name."""
    return cut(" ".join(_visible(text).split()), most)


def cut(text: str, most: int) -> str:
    """Shorten to `most` characters, as Discord counts them."""
    if _units(text) <= most:
        return text
    kept, size = [], 0
    for character in text:
        size += _weight(character)
        if size > most - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def _visible(text: str) -> str:
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\t", " ")
        if character == "\n"
        or (character not in _BIDI and unicodedata.category(character) not in {"Cc", "Cs", "Co"})
    )


def _escaped(text: str, most: int) -> str:
    written: list[str] = []
    size, start = 0, True
    for character in text:
        piece = character
        if character == "@":
            piece = f"@{_NOTHING}"
        elif character in _ANYWHERE or (start and character in _AT_START):
            piece = f"\\{character}"
        size += sum(map(_weight, piece))
        if size > most - 1:
            return "".join(written).rstrip() + "…"
        written.append(piece)
        start = character == "\n" or (start and character in " >#-")
    return "".join(written)


def _units(text: str) -> int:
    return sum(map(_weight, text))


def _weight(character: str) -> int:
    """Count a character of the higher planes twice, as JavaScript does: never too long."""
    return 2 if ord(character) > 0xFFFF else 1
