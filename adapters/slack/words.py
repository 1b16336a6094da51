"""How are words written so that Slack shows them and nobody is notified, and read as people meant them?

Slack's markup takes `&`, `<` and `>` for itself: `<!channel>` and `<@U…>` in what we send would notify
people, and what people write comes with the three escaped. Lengths are counted as Slack counts them, in
UTF-16 units. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.ports import addressing

if TYPE_CHECKING:
    from collections.abc import Mapping

#: control characters but tab and newline, those that reverse a line, and halves of pairs
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_GAPS = re.compile(r"\n\s*\n\s*\n\s*")
_MARKUP = re.compile(r"<([^<>]*)>")
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)")


def length(text: str) -> int:
    """Count as Slack does: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """Give at most so much of a text; what was cut ends in "…"."""
    if length(text) <= most:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)]
    return units.decode("utf-16-le", "ignore").rstrip() + "…"


def plain(text: str, most: int) -> str:
    """Write words for where Slack reads no markup: labels, alt texts."""
    return cut(_GAPS.sub("\n\n", _UNSEEN.sub("", text)).strip(), most)


def escaped(text: str, most: int) -> str:
    """Write words for where Slack reads its markup, at most so many characters of it."""
    written = _escape(plain(text, most))
    shorter = most
    while length(written) > most:
        shorter -= max(1, (length(written) - most) // 5)
        written = _escape(plain(text, shorter))
    return written


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read(text: str, bot: str, names: Mapping[str, str]) -> str:
    """Read what a person wrote: names for mentions, the bot's own left out, entities undone."""

    def meant(found: re.Match[str]) -> str:
        inner, _, label = found[1].partition("|")
        if inner == f"@{bot}":
            return ""
        if inner.startswith("@"):
            return f"@{names.get(inner[1:]) or label or 'somebody'}"
        if inner.startswith("#"):
            return f"#{label or 'a channel'}"
        if inner.startswith("!"):
            return label or f"@{inner[1:].partition('^')[0]}"
        return label or inner

    plainly = _MARKUP.sub(meant, text)
    for written, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plainly = plainly.replace(written, sign)
    return plainly.strip()


def addressed(text: str, bot: str) -> tuple[bool, bool]:
    """Tell whether a message mentions the bot, and whether it is said to somebody else or a group."""

    def marked(found: re.Match[str]) -> str:
        inner = found[1]
        if inner.startswith("@"):
            return addressing.ME if inner.partition("|")[0] == f"@{bot}" else addressing.PERSON
        called = inner.startswith(("!subteam", "!here", "!channel", "!everyone", "!group"))
        return addressing.GROUP if called else inner

    return addressing.addressed(_MARKUP.sub(marked, text))


def mentioned(text: str) -> set[str]:
    """Give the ids of the people that a text mentions."""
    return set(_MENTIONED.findall(text))
