"""How is text written so that Slack shows it and notifies nobody, and read as people meant it?

Slack's markup takes `&`, `<` and `>` for itself: `<!channel>` and `<@U…>` in what we send would notify people, and
what people write arrives with the three escaped. Lengths are counted as Slack counts them, in UTF-16 units. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.shared.text import remove_invisible, truncate, utf16_length
from bot.ports import addressing

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLANK_LINES = re.compile(r"\n\s*\n\s*\n\s*")
_MARKUP = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
_GROUPS = ("!subteam", "!here", "!channel", "!everyone", "!group")


def clean(text: str, limit: int) -> str:
    """Return a text for where Slack reads no markup: labels, alt texts."""
    return truncate(_BLANK_LINES.sub("\n\n", remove_invisible(text)).strip(), limit)


def escape(text: str, limit: int) -> str:
    """Return a text for where Slack reads its markup, at most `limit` units once escaped."""
    escaped = _escape(clean(text, limit))
    shorter = limit
    while (excess := utf16_length(escaped) - limit) > 0:
        shorter -= max(1, excess // 5)
        escaped = _escape(clean(text, shorter))
    return escaped


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read_markup(text: str, bot: str, names: Mapping[str, str]) -> str:
    """Return what a person wrote: names for mentions, the bot's own left out, entities unescaped."""

    def replace(match: re.Match[str]) -> str:
        inner, _, label = match[1].partition("|")
        if inner == f"@{bot}":
            return ""
        if inner.startswith("@"):
            return f"@{names.get(inner[1:]) or label or 'somebody'}"
        if inner.startswith("#"):
            return f"#{label or 'a channel'}"
        if inner.startswith("!"):
            return label or f"@{inner[1:].partition('^')[0]}"
        return label or inner

    plain = _MARKUP.sub(replace, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def read_addressees(text: str, bot: str) -> tuple[bool, bool]:
    """Return whether a message mentions the bot, and whether it is said to somebody else or a group."""

    def mark(match: re.Match[str]) -> str:
        inner = match[1]
        if inner.startswith("@"):
            return addressing.ME if inner.partition("|")[0] == f"@{bot}" else addressing.PERSON
        return addressing.GROUP if inner.startswith(_GROUPS) else inner

    return addressing.parse_mentions(_MARKUP.sub(mark, text))


def find_mentions(text: str) -> set[str]:
    """Return the ids of the people that a text mentions."""
    return set(_MENTION.findall(text))
