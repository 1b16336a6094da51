"""How is text written so that Discord formats and notifies nothing, and read as people meant it? Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.shared.text import remove_invisible, truncate, utf16_length
from bot.ports import addressing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import discord

#: what Discord's markdown reads anywhere in a line
_ANYWHERE = frozenset("\\*_~`|<[")
#: what it reads at the beginning of a line: headings, small print, quotes, lists
_AT_START = frozenset("#->")
#: stands behind each @, so that it is no mention
_ZERO_WIDTH_SPACE = "\u200b"
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_COMMAND = re.compile(r"<(/[^:>]+):\d+>")


def escape(text: str, limit: int) -> str:
    """Return a text for where Discord reads markdown, paragraphs kept, at most `limit` units once escaped."""
    visible = remove_invisible(text.replace("\t", " "))
    return _escape(_BLANK_LINES.sub("\n\n", visible.strip()), limit)


def escape_line(text: str, limit: int) -> str:
    """Return the same on one line."""
    return _escape(_one_line(text), limit)


def clean(text: str, limit: int) -> str:
    """Return a text for where Discord reads no markdown: a button, a field, a thread's name."""
    return truncate(_one_line(text), limit)


def _one_line(text: str) -> str:
    return " ".join(remove_invisible(text).split())


def _escape(text: str, limit: int) -> str:
    escaped: list[str] = []
    size, is_start = 0, True
    for character in text:
        piece = character
        if character == "@":
            piece = f"@{_ZERO_WIDTH_SPACE}"
        elif character in _ANYWHERE or (is_start and character in _AT_START):
            piece = f"\\{character}"
        size += utf16_length(piece)
        if size > limit - 1:
            return "".join(escaped).rstrip() + "…"
        escaped.append(piece)
        is_start = character == "\n" or (is_start and character in " >#-")
    return "".join(escaped)


def find_mentions(text: str) -> tuple[int, ...]:
    """Return the ids of the people that a text mentions, each once."""
    return tuple(dict.fromkeys(int(id_) for id_ in _USER.findall(text)))


def read_addressees(text: str, own_ids: Collection[int]) -> tuple[bool, bool]:
    """Return whether a message mentions the bot, and whether it is said to somebody else or a group."""
    marked = _USER.sub(
        lambda match: addressing.ME if int(match[1]) in own_ids else addressing.PERSON, text
    )
    marked = _ROLE.sub(
        lambda match: addressing.ME if int(match[1]) in own_ids else addressing.GROUP, marked
    )
    return addressing.parse_mentions(marked)


def read_markup(
    text: str,
    people: Mapping[int, str],
    guild: discord.Guild | None,
    *,
    roles: Mapping[int, str] | None = None,
    own_ids: Collection[int] = (),
) -> str:
    """Return what a person wrote: names for ids; the bot's own are left out."""

    def replace_user(match: re.Match[str]) -> str:
        id_ = int(match[1])
        return "" if id_ in own_ids else f"@{people.get(id_, 'somebody')}"

    def replace_role(match: re.Match[str]) -> str:
        id_ = int(match[1])
        known = guild.get_role(id_) if guild else None
        name = (roles or {}).get(id_) or (known.name if known else "a role")
        return "" if id_ in own_ids else f"@{name}"

    def replace_channel(match: re.Match[str]) -> str:
        found = guild.get_channel_or_thread(int(match[1])) if guild else None
        return f"#{found.name if found else 'a channel'}"

    text = _CHANNEL.sub(replace_channel, _ROLE.sub(replace_role, _USER.sub(replace_user, text)))
    text = _COMMAND.sub(r"\1", _EMOJI.sub(r"\1", text))
    return re.sub(r"[ \t]{2,}", " ", text).strip()
