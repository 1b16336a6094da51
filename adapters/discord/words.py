"""How do words of people and of the model stand on Discord, so that they format and notify nothing? Pure."""

from __future__ import annotations

import re

from adapters.shared.text import remove_invisible, truncate, utf16_length

#: what Discord's markdown reads anywhere in a line
_ANYWHERE = frozenset("\\*_~`|<[")
#: what it reads at the beginning of a line: headings, small print, quotes, lists
_AT_START = frozenset("#->")
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
    return truncate(" ".join(_visible(text).split()), most)


def _visible(text: str) -> str:
    return remove_invisible(text.replace("\t", " "))


def _escaped(text: str, most: int) -> str:
    written: list[str] = []
    size, start = 0, True
    for character in text:
        piece = character
        if character == "@":
            piece = f"@{_NOTHING}"
        elif character in _ANYWHERE or (start and character in _AT_START):
            piece = f"\\{character}"
        size += utf16_length(piece)
        if size > most - 1:
            return "".join(written).rstrip() + "…"
        written.append(piece)
        start = character == "\n" or (start and character in " >#-")
    return "".join(written)
