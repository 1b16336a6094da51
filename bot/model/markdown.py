"""Which images does a text hold, as relays write them: `![…](https://… or data:…)`, or a data URL alone?

Texts are hostile and may have megabytes, so every pattern here looks at each character a bounded number
of times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The image's end may be missing where the text was cut: its bytes then tell that it is broken.
_IMAGE = re.compile(
    r"\A\s*+(?P<alone>data:image/[^\s,]{0,100}+,[A-Za-z0-9+/=_%\s-]*+)\Z"
    r"|!\[[^\[\]]{0,1000}+\]\(\s{0,9}+<?"
    r"(?P<url>https?://(?:[^\s()<>]{1,4000}+|\([^\s()<>]{0,400}+\)){1,20}+"
    r"|data:[^\s,()<>]{0,100}+,[A-Za-z0-9+/=_%\s-]*+)"
    r"(?:>?[^()]{0,400}+\)|\s*+\Z)"
)
#: progress, and a plain link that stands alone: only a mirror of the image
_NOISE = re.compile(
    r"^[ \t]*+>.*+$|^[ \t]*+\[[^\]\n]*+\]\(https?://[^)\n]*+\)[ \t]*+$", re.MULTILINE
)
_GAPS = re.compile(r"\n(?:[ \t]*+\n)++")


def images(text: str) -> Iterator[str]:
    """Give the addresses of the images in a text, in order."""
    for match in _IMAGE.finditer(text):
        yield match["alone"] or match["url"]


def replaced(text: str, write: Callable[[str], str]) -> str:
    """Give the text with the address of each image written anew; where that is "", without the image."""

    def one(match: re.Match[str]) -> str:
        url = match["alone"] or match["url"]
        written = write(url)
        return match[0].replace(url, written, 1) if written else ""

    return _IMAGE.sub(one, text)


def words(text: str) -> str:
    """Give what a text says beside its images; one without images is given as it is."""
    if _IMAGE.search(text) is None:
        return text.strip()
    return _GAPS.sub("\n\n", _NOISE.sub("", _IMAGE.sub("", text))).strip()
