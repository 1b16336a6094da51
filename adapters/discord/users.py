"""What are people called whom a command or a form mentions? Neither brings their names along."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from adapters.discord.text import find_mentions, read_markup
from bot.ports.lru import LRU

if TYPE_CHECKING:
    import discord

    from adapters.discord.connection import Connection

_log = structlog.stdlib.get_logger("easel.discord")

#: people of one text who are asked for, and seconds for all of them
_MAX_LOOKUPS, _TIMEOUT = 5, 0.8
#: people who are remembered
_MAX_USERS = 2000


class Users:
    """People's names by id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: LRU[int, str] = LRU(_MAX_USERS)

    async def read_markup(self, interaction: discord.Interaction[Any], text: str) -> str:
        """Return a text with names for ids; "somebody" where a name is not known in time."""
        if "<" not in text:
            return text
        user, bot_id = interaction.user, self._connection.bot_id
        people = {user.id: user.display_name}
        others = [id_ for id_ in find_mentions(text) if id_ not in {user.id, bot_id}]
        try:
            async with asyncio.timeout(_TIMEOUT):
                for id_ in others[:_MAX_LOOKUPS]:
                    people[id_] = await self._fetch_name(id_)
        except Exception as error:  # "somebody" says enough
            _log.info("names not read", event_id=interaction.id, error=repr(error))
        return read_markup(text, people, interaction.guild, own_ids={bot_id})

    async def _fetch_name(self, id_: int) -> str:
        if id_ not in self._names:
            client = await self._connection.client()
            self._names[id_] = (await client.fetch_user(id_)).display_name
        return self._names[id_]
