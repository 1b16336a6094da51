"""How do people read what Discord writes as ids: people, roles, channels, emoji, commands?"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import structlog

from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import discord

    from adapters.discord.connection import Connection

_log = structlog.stdlib.get_logger("easel.discord")

#: people who are asked for, a text, and how long in all, in seconds; people who are remembered
_MOST_ASKED, _PATIENCE, _REMEMBERED = 5, 0.8, 2000

MENTION = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_COMMAND = re.compile(r"<(/[^:>]+):\d+>")


def mentioned(text: str) -> tuple[int, ...]:
    """Give the ids of the people that words name, each once."""
    return tuple(dict.fromkeys(int(id_) for id_ in MENTION.findall(text)))


def readable(
    text: str,
    people: Mapping[int, str],
    guild: discord.Guild | None,
    *,
    roles: Mapping[int, str] | None = None,
    ours: Collection[int] = (),
) -> str:
    """Write names in the place of ids; `ours` are the bot's own, which are left out."""

    def person(match: re.Match[str]) -> str:
        id_ = int(match[1])
        return "" if id_ in ours else f"@{people.get(id_, 'somebody')}"

    def role(match: re.Match[str]) -> str:
        id_ = int(match[1])
        known = guild.get_role(id_) if guild else None
        name = (roles or {}).get(id_) or (known.name if known else "a role")
        return "" if id_ in ours else f"@{name}"

    def channel(match: re.Match[str]) -> str:
        found = guild.get_channel_or_thread(int(match[1])) if guild else None
        return f"#{found.name if found else 'a channel'}"

    text = _CHANNEL.sub(channel, ROLE.sub(role, MENTION.sub(person, text)))
    text = _COMMAND.sub(r"\1", _EMOJI.sub(r"\1", text))
    return re.sub(r"[ \t]{2,}", " ", text).strip()


class Names:
    """Knows people by their ids; a command and a form do not say who they name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: LRU[int, str] = LRU(_REMEMBERED)

    async def readable(self, interaction: discord.Interaction[Any], text: str) -> str:
        """Write names in the place of ids."""
        if "<" not in text:
            return text
        user, me = interaction.user, self._connection.me
        people = {user.id: user.display_name}
        asked = [id_ for id_ in mentioned(text) if id_ not in {user.id, me}]
        try:
            async with asyncio.timeout(_PATIENCE):
                for id_ in asked[:_MOST_ASKED]:
                    people[id_] = await self._name(id_)
        except Exception as error:  # "somebody" says enough
            _log.info("names not read", event_id=interaction.id, error=repr(error))
        return readable(text, people, interaction.guild, ours={me})

    async def _name(self, id_: int) -> str:
        if id_ not in self._known:
            client = await self._connection.client()
            self._known[id_] = (await client.fetch_user(id_)).display_name
        return self._known[id_]
