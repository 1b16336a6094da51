"""How does Discord reach the bot, and the bot Discord?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from adapters.discord import app_commands, places, render
from adapters.discord.access import Access
from adapters.discord.attachments import Attachments
from adapters.discord.channels import Channels
from adapters.discord.connection import Connection
from adapters.discord.conversations import Conversations
from adapters.discord.handlers import Handlers
from adapters.discord.interactions import Interactions
from adapters.discord.messages import CardMessages
from adapters.discord.responses import Responses
from adapters.discord.retry import retry
from bot.ports.cards import Posted
from bot.ports.errors import CannotPost, NotReached, ServedElsewhere
from bot.ports.language import _, speak
from bot.ports.queries import FormQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.discord.client import Client
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Person, Place

#: what Discord says of guilds that chose no language
_UNCHOSEN_LOCALE = "en-US"
_log = structlog.stdlib.get_logger("easel.discord")


_ELSEWHERE = "another process is connected with this server"


class DiscordAdapter:
    """Easel on Discord."""

    name = places.PLATFORM
    previews = True
    live = False

    def __init__(self, token: str, api_url: str | None = None, shards: int | None = None) -> None:
        self._connection = Connection(token, api_url, shards)
        self._channels = Channels(self._connection)
        self._responses = Responses()
        self._access = Access(self._connection)
        self._attachments = Attachments(api_url)
        self._running: tuple[CardMessages, Conversations, Handlers] | None = None

    async def run(self, bot: Bot) -> None:
        """Stay connected until cancelled."""
        messages = CardMessages(
            bot, self._connection, self._channels, self._responses, self._access
        )
        conversations = Conversations(bot, self._connection, messages)
        interactions = Interactions(
            bot, self._connection, self._channels, self._responses, conversations
        )
        handlers = Handlers(
            bot, self._connection, self._channels, self._access, conversations, interactions
        )
        self._running = messages, conversations, handlers

        async def register_commands(client: Client) -> None:
            with speak("en"):  # the other languages are its localizations
                form = await bot.query(FormQuery(platform=self.name, workspace=""))
                commands = app_commands.build_commands(form)
            try:
                await retry(lambda: app_commands.register(client, commands))
            except Exception as error:  # messages work without
                _log.warning("commands not registered", error=repr(error))

        try:
            await self._connection.run(bot, handlers.list_all(), register_commands)
        finally:
            await handlers.inbox.close()
            await self._attachments.close()

    def is_direct(self, place: Place) -> bool:
        """Return whether it is in no guild."""
        return places.is_direct(place)

    def locale_of(self, place: Place) -> str:
        """Return a guild's language, where it chose one: all others have English."""
        guild = None if places.is_direct(place) else self._connection.guild(int(place.workspace))
        locale = guild.preferred_locale.value if guild is not None else ""
        return "" if locale == _UNCHOSEN_LOCALE else locale

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post a card, or change it where it is. Raise NotPosted."""
        if card.kind == "talk" or self._running is None:
            return at or Posted(place=place)
        messages, conversations, _handlers = self._running
        if at is None and not await self._connection.holds(place.workspace):
            # it may be the response to what asked there, and must not be there twice
            raise ServedElsewhere(_ELSEWHERE)
        if not self._connection.has_message_content and card.is_paused:
            card = replace(card, text=f"{card.text}\n{_(render.PAUSED_WITHOUT_INTENT)}")
        posted = await messages.show(place, card, at)
        conversations.note_thread(posted.place)  # that it is a canvas is known once it is on disk
        return posted

    async def check_place(self, place: Place, event: str) -> None:
        """Raise CannotPost where neither the bot nor the response to what asked can show an image now.

        Raise ServedElsewhere where another process is connected with the server.
        """
        if not await self._connection.holds(place.workspace):
            raise ServedElsewhere(_ELSEWHERE)
        if self._responses.reaches(place, event):
            return
        if problem := await self._access.check(place):
            raise CannotPost(str(place), problem=problem)

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Respond to an interaction for its person alone; False: it was none, or it is too late.

        Nobody can be told something alone in answer to a message: where its card gets nowhere, it is marked.
        """
        del person
        response = self._responses.find_by_event(event)
        if response is not None:
            try:
                return await response.send_ephemeral(render.render_private_card(card))
            except Exception as error:  # the thread's own line says enough
                _log.info("ephemeral not posted", event_id=event, error=repr(error))
                return False
        is_unpostable = card.problem is not None and card.problem.code == CannotPost.code()
        if is_unpostable and self._access.get_problem(place) and self._running is not None:
            await self._running[2].mark_refused(event)
        return False

    def read_attachment(self, place: Place, attachment: Attachment) -> AsyncIterator[bytes]:  # noqa: ARG002 - the port's
        """Read a file that somebody sent, from Discord's own servers only."""
        return self._attachments.read(attachment)

    async def remove_card(self, posted: Posted) -> None:
        """Delete a card. Raise NotPosted."""
        if self._running is None:
            raise NotReached("not connected with Discord")
        await self._running[0].delete(posted)

    async def rename_thread(self, place: Place, title: str) -> None:
        """Give a thread another name. Raise NotPosted."""
        await self._channels.rename_thread(place, title)

    async def name_place(self, place: Place) -> str:
        """Return the name of a channel that everybody of its guild sees; ""."""
        return self._access.name_public(place)
