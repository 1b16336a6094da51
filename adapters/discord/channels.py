"""How are messages sent to channels, and how are threads and direct messages opened, named and woken?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.http import Route

from adapters.discord import places
from adapters.discord.custom_ids import make_nonce
from adapters.discord.render import name_thread
from adapters.discord.responses import NO_MENTIONS
from adapters.discord.retry import ErrorCode
from bot.ports.errors import NotPosted

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from adapters.discord.responses import Content
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.discord")

#: bytes of a file where a guild does not say
_FILE_LIMIT = 10 * 1024 * 1024


class Channels:
    """The channels, threads and direct messages that cards stand in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: ids of direct messages, by person
        self._dms: dict[str, str] = {}

    async def send(
        self,
        place: Place,
        build: Content,
        *,
        nonce: str,
        mentions: discord.AllowedMentions = NO_MENTIONS,
        **more: Any,  # noqa: ANN401 - as the SDK has them
    ) -> str:
        """Send a message once, however often it is tried; return its id."""
        channel = int(await self.resolve(place))

        async def call(client: discord.Client) -> discord.Message:
            view, files = build()
            return await client.get_partial_messageable(channel).send(
                view=view,
                files=list(files or ()),
                nonce=make_nonce(nonce),
                allowed_mentions=mentions,
                **more,
            )

        return str((await self._connection.call(call)).id)

    async def resolve(self, place: Place) -> str:
        """Return the id of the channel to post in; an operator's direct messages are opened."""
        channel = places.channel_of(place)
        if not channel.startswith("@"):
            return channel
        if channel not in self._dms:
            person = discord.Object(int(channel[1:]))
            dm = await self._connection.call(lambda client: client.create_dm(person))
            self._dms[channel] = str(dm.id)
        return self._dms[channel]

    def get_file_limit(self, place: Place) -> int:
        """Return how many bytes a file may have."""
        guild = None if places.is_direct(place) else int(place.workspace)
        found = self._connection.guild(guild)
        return found.filesize_limit if found else _FILE_LIMIT

    async def start_thread(self, place: Place, message: str, title: str) -> Place:
        """Start a thread from a message; where there can be none, the channel is the canvas."""
        if places.is_direct(place):
            return places.make_threadless(place, int(message))
        route = Route(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            channel_id=int(place.channel),
            message_id=int(message),
        )
        body = {"name": name_thread(title)}
        try:
            await self._connection.call(lambda client: client.http.request(route, json=body))
        except discord.HTTPException as error:
            if error.code != ErrorCode.THREAD_ALREADY_CREATED:
                _log.info("no thread here", place=str(place), error=str(error))
                return places.make_threadless(place, int(message))
        return replace(place, thread=message)

    async def rename_thread(self, place: Place, title: str) -> None:
        """Give a thread another name, an archived one too. Raise NotPosted."""
        if not places.has_thread(place):
            return
        name = name_thread(title)
        try:
            await self._edit_thread(places.channel_of(place), name=name, archived=False)
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            raise NotPosted(f"{error.status} {error.code}") from error

    async def unarchive(self, channel: str) -> None:
        """Open an archived thread again."""
        await self._edit_thread(channel, archived=False)

    async def _edit_thread(self, channel: str, **changes: object) -> None:
        route = Route("PATCH", "/channels/{channel_id}", channel_id=int(channel))
        await self._connection.call(lambda client: client.http.request(route, json=changes))
