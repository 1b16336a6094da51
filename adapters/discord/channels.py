"""How are messages sent to channels and found there, and how are threads and direct messages opened, named and woken?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.http import Route

from adapters.discord import parse, places
from adapters.discord.custom_ids import ControlId, make_component_id, make_nonce
from adapters.discord.render import name_thread
from adapters.discord.responses import NO_MENTIONS
from adapters.discord.retry import ErrorCode
from bot.ports.errors import NotPosted

if TYPE_CHECKING:
    from adapters.discord.connection import Connection
    from adapters.discord.responses import Content
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Place

_log = structlog.stdlib.get_logger("easel.discord")

#: messages of a channel that are searched for a card, and for an image
_MAX_SEARCHED, _MAX_SEARCHED_FOR_IMAGE = 50, 25
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

    # what a channel's history holds

    async def find_card(self, place: Place, card: Card) -> discord.Message | None:
        """Return the message of a card that an earlier run posted and could not record; None: it is not there."""
        channel = int(await self.resolve(place))

        async def search(client: discord.Client) -> discord.Message | None:
            history = client.get_partial_messageable(channel).history(limit=_MAX_SEARCHED)
            async for message in history:
                if message.author.id == self._connection.bot_id and _shows(message, card):
                    return message
            return None

        try:
            return await self._connection.call(search)
        except (discord.Forbidden, discord.NotFound):
            return None  # posting tells what is the matter

    async def find_newest_image(
        self, channel: int, before: discord.Message | None = None
    ) -> tuple[Attachment, ...]:
        """Return the newest image of a thread, to be left out where it is gone; none where there is none."""

        async def search(client: discord.Client) -> tuple[Attachment, ...]:
            partial = client.get_partial_messageable(channel)
            async for earlier in partial.history(limit=_MAX_SEARCHED_FOR_IMAGE, before=before):
                if images := parse.list_images(earlier):
                    return make_optional(images)
            return ()

        try:
            return await self._connection.call(search)
        except Exception as error:  # the canvas starts without one
            _log.info("thread not searched", channel=channel, error=repr(error))
            return ()

    async def fetch_images(self, channel: int, message: int) -> tuple[Attachment, ...]:
        """Return the images of a message; none where it is gone, or the bot may not read it."""
        try:
            found = await self._connection.call(
                lambda client: client.get_partial_messageable(channel).fetch_message(message)
            )
        except (discord.HTTPException, NotPosted):
            return ()
        return parse.list_images(found)


def _shows(message: discord.Message, card: Card) -> bool:
    """Return whether a message shows a card: by its number, a control, or the interaction it answers."""
    asked = message.interaction_metadata
    if asked is not None and card.event == str(asked.id):
        return True
    controls = map(ControlId.parse, parse.list_custom_ids(message))
    if any(one is not None and one.turn == card.id for one in controls):
        return True
    return any(one.id == make_component_id(card.id) for one in parse.walk(message.components))


def make_optional(images: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the last one, to be left out where it is gone."""
    return tuple(replace(one, optional=True) for one in images[-1:])
