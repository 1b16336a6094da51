"""What happens when Discord tells of a session, a thread, a message, an interaction?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from adapters.discord import parse, places, render
from adapters.discord.channels import make_optional
from adapters.discord.inbox import Inbox
from bot.ports.actions import COMMANDS
from bot.ports.cards import Button
from bot.ports.errors import EaselError, NotAllowed
from bot.ports.language import _, current_language, match_language, speak
from bot.ports.lru import LRU
from bot.ports.queries import PlacesQuery

if TYPE_CHECKING:
    import discord
    from discord import ui

    from adapters.discord.access import Access
    from adapters.discord.channels import Channels
    from adapters.discord.client import Handler
    from adapters.discord.connection import Connection
    from adapters.discord.conversations import Conversations
    from adapters.discord.interactions import Interactions
    from bot.ports.adapter import Bot
    from bot.ports.messages import Attachment, Place

_log = structlog.stdlib.get_logger("easel.discord")

#: places whose history is read for what was missed
_MAX_PLACES = 200
#: canvases where it was said that plain replies cannot be read; asking messages whose channel is remembered
_MAX_EXPLAINED = _MAX_ASKING = 2000
#: marks a message that nothing comes of, where why cannot be said to its author alone
_REFUSED = "🚫"


class Handlers:
    """Handles the events of the SDK's client; a message becomes a call of the bot."""

    def __init__(
        self,
        bot: Bot,
        connection: Connection,
        channels: Channels,
        access: Access,
        conversations: Conversations,
        interactions: Interactions,
    ) -> None:
        self._bot = bot
        self._connection = connection
        self._channels = channels
        self._access = access
        self._conversations = conversations
        self._interactions = interactions
        self.inbox = Inbox(connection, self._handle_message)
        #: canvases where it was said that plain replies cannot be read
        self._explained: LRU[str, None] = LRU(_MAX_EXPLAINED)
        #: channels of asking messages
        self._asked_in: LRU[str, int] = LRU(_MAX_ASKING)

    def list_all(self) -> list[Handler]:
        """Return the handlers, named after their events as the SDK has it."""
        return [getattr(self, name) for name in dir(self) if name.startswith("on_")]

    # sessions and threads

    async def on_shard_connect(self, shard: int) -> None:
        """Find out where something may have been missed before a shard's new session."""
        self._access.clear()
        self.inbox.pause()
        known: tuple[Any, ...] = ()
        try:
            query = PlacesQuery(platform=places.PLATFORM, workspace="", limit=_MAX_PLACES)
            known = await self._bot.query(query)
        except EaselError as error:
            _log.warning("known places not read", error=str(error))
        finally:
            self.inbox.resume(self._conversations.find_backlogs(known, shard))

    async def on_shard_ready(self, shard: int) -> None:
        """Read what was missed: the shard's guilds are known."""
        self._connection.note_ready(shard)
        self.inbox.read_backlogs()

    async def on_socket_event_type(self, event: str) -> None:
        """Note that there was an event."""
        self._access.note_event(event)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say who joined, in the channel for such things."""
        if guild.system_channel is not None:
            place = places.make_place(guild.id, guild.system_channel.id)
            await self._bot.introduce(place)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Note what became of a thread."""
        self._access.note_thread(payload.thread_id, dict(payload.data["thread_metadata"]))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Note that a thread is gone."""
        self._access.note_thread(payload.thread_id, None)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the bot is not in a guild any more."""
        await self._bot.forget_workspace(places.PLATFORM, str(guild.id))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Handle a command, a button, a list or a form in its person's language, whenever it was posted."""
        with speak(match_language(interaction.locale.value) or current_language()):
            await self._interactions.handle(interaction)

    # messages

    async def on_message(self, message: discord.Message) -> None:
        """Handle a message in its turn."""
        if not message.author.bot and message.webhook_id is None:
            self.inbox.put(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Tell the bot that an asking message has changed."""
        place = self._conversations.find_prompt_place(
            payload.channel_id, payload.message_id, payload.guild_id
        )
        change = parse.parse_edit(payload, self._connection.bot_id, place) if place else None
        if change is not None:
            await self._bot.handle_change(change)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Tell the bot that an asking message is gone."""
        await self._handle_deletion(payload, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Tell the bot that several are gone."""
        for message in sorted(payload.message_ids):
            await self._handle_deletion(payload, message)

    async def _handle_deletion(
        self,
        payload: discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent,
        message: int,
    ) -> None:
        place = self._conversations.find_prompt_place(payload.channel_id, message, payload.guild_id)
        if place is not None:
            await self._bot.handle_change(parse.make_deletion(message, place))

    async def _handle_message(self, message: discord.Message) -> None:
        bot_id = self._connection.bot_id
        parsed = parse.parse_message(message, bot_id)
        found = await self._conversations.find_by_message(message, parsed) if parsed else None
        if parsed is None or found is None:
            return
        place, may_start = found
        is_direct = places.is_direct(place)
        is_readable = self._connection.has_message_content or parse.has_content(message)
        if not is_readable and not is_direct:
            await self._explain_missing_intent(place)
            return
        incoming = parse.make_message(message, parsed, place, may_start=may_start, bot_id=bot_id)
        if not (incoming.text or incoming.attachments or parsed.mentioned):
            return  # a sticker, a poll
        if may_start:
            images = await self._find_opening_image(message, place)
            incoming = replace(incoming, opening_attachments=images)
        self._asked_in[str(message.id)] = message.channel.id
        receipt = await self._bot.handle_message(incoming)
        self._conversations.note_prompt(message.id, place)
        refusal = receipt.refusal
        if refusal is not None and refusal.code == NotAllowed.code() and not is_direct:
            await self.mark_refused(str(message.id))  # why is nobody else's business
        elif refusal is not None:
            await self._reply(message, render.render_sentence(refusal.message))
        elif receipt.panel is not None:
            # nobody can be shown something alone in answer to a message
            button = Button(action=receipt.panel.action, label=_(render.OPEN), primary=True)
            await self._reply(message, render.render_markdown(receipt.panel.title, button))
        elif receipt.message and not receipt.shown:
            await self._reply(message, render.render_markdown(receipt.message))

    async def _find_opening_image(
        self, message: discord.Message, place: Place
    ) -> tuple[Attachment, ...]:
        """Return the image of the message that is replied to, or a thread's newest; none in a canvas."""
        if place.thread is not None and await self._conversations.is_known(place):
            return ()
        replied = parse.list_replied_images(message)
        if place.thread is None or replied:
            return make_optional(replied)
        return await self._channels.find_newest_image(message.channel.id, message)

    async def _reply(self, message: discord.Message, view: ui.LayoutView) -> None:
        """Reply to a message, without a notification."""
        place = places.make_place(None, message.channel.id)
        try:
            await self._channels.send(
                place,
                lambda: (view, None),
                nonce=f"line-{message.id}",
                reference=message.to_reference(fail_if_not_exists=False),
                silent=True,
            )
        except Exception as error:  # the person sees that nothing came of it
            _log.info("not replied", message=message.id, error=repr(error))

    async def mark_refused(self, message: str) -> None:
        """Mark a message that nothing comes of, where nothing can be said."""
        channel = self._asked_in.get(message)
        if channel is None:
            return
        try:
            await self._connection.call(
                lambda client: client.http.add_reaction(channel, int(message), _REFUSED)
            )
        except Exception as error:  # it is what can be done
            _log.info("not marked", message=message, error=repr(error))

    async def _explain_missing_intent(self, place: Place) -> None:
        """Say once in a canvas that plain replies cannot be read, with a button in their place."""
        if str(place) in self._explained or not await self._conversations.is_known(place):
            return
        self._explained[str(place)] = None
        button = Button(action=COMMANDS["edit"], label=_("Edit…"))
        view = render.render_markdown(_(render.CANNOT_READ), button)
        nonce = f"cannot-read-{places.channel_of(place)}"
        await self._channels.send(place, lambda: (view, None), nonce=nonce, silent=True)
