"""What happens when somebody uses a command, presses a button, sends a form?

Within Discord's 3 seconds there is a response: the card that comes of it, a form, a sentence, or a sign of life.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters.discord import app_commands, panels, parse, parse_interaction, places, render
from adapters.discord.autocomplete import suggest
from adapters.discord.custom_ids import ControlId, ImageId, parse_more_id
from adapters.discord.files import list_versions
from adapters.discord.modals import render_form, render_image_form
from adapters.discord.users import Users
from bot.ports.actions import COMMANDS
from bot.ports.cards import Form, Receipt
from bot.ports.language import _
from bot.ports.lru import LRU
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage
from bot.ports.queries import CardQuery

if TYPE_CHECKING:
    from adapters.discord.channels import Channels
    from adapters.discord.connection import Connection
    from adapters.discord.conversations import Conversations
    from adapters.discord.responses import Response, Responses
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.discord")

#: seconds for a card, a form or a refusal to be the first response
TIMEOUT = 1.5
#: seconds for a press: once it is acknowledged, no form opens any more
_PRESS_TIMEOUT = 2.2
#: forms about images that are remembered as open
_MAX_FORMS = 500
#: the code of a refusal where a control needs a canvas
_NO_CANVAS = "no_such_thread"

Interaction = discord.Interaction[Any]


class Interactions:
    """Handles commands, buttons and forms."""

    def __init__(
        self,
        bot: Bot,
        connection: Connection,
        channels: Channels,
        responses: Responses,
        conversations: Conversations,
    ) -> None:
        self._bot = bot
        self._connection = connection
        self._channels = channels
        self._responses = responses
        self._conversations = conversations
        self._users = Users(connection)
        #: images of messages whose form is open, where the bot itself cannot read them again
        self._images: LRU[ImageId, tuple[Attachment, ...]] = LRU(_MAX_FORMS)

    async def handle(self, interaction: Interaction) -> None:
        """Handle an interaction, and respond in time."""
        if interaction.type is discord.InteractionType.autocomplete:
            place = await self._conversations.find_by_interaction(interaction)
            if place is not None:
                await suggest(self._bot, interaction, place)
            return
        response = self._responses.open(interaction)
        if response is None:
            return
        work = asyncio.create_task(self._handle(response))
        is_press = interaction.type is not discord.InteractionType.application_command
        done, _pending = await asyncio.wait([work], timeout=_PRESS_TIMEOUT if is_press else TIMEOUT)
        if not done:
            await response.acknowledge(silently=is_press)
        await work

    async def _handle(self, response: Response) -> None:
        interaction = response.interaction
        try:
            if interaction.type is discord.InteractionType.application_command:
                sentence = await self._handle_command(response)
            else:
                sentence = await self._handle_control(response)
            if sentence is not None:
                await response.send_ephemeral(render.render_sentence(sentence))
        except discord.HTTPException as error:
            _log.warning("interaction not answered", event_id=interaction.id, error=str(error))
        except Exception:  # the person must be told something
            _log.exception("interaction failed", event_id=interaction.id)
            await response.send_ephemeral(render.render_sentence(_(render.BUSY)))

    # commands; each of these returns a sentence for the person where nothing can be done

    async def _handle_command(self, response: Response) -> str | None:
        interaction = response.interaction
        name = parse_interaction.get_command(interaction)
        if name in {app_commands.EDIT_IMAGE, app_commands.USE_AS_REFERENCE}:
            is_edit = name == app_commands.EDIT_IMAGE
            return await self._open_image_form(response, is_edit=is_edit)
        place = await self._conversations.find_by_interaction(interaction)
        if place is None:
            return _(render.EXPIRED)
        if parse_interaction.is_prompt(interaction, name):
            if name == parse_interaction.NEW and places.is_user_install(interaction):
                place = self._conversations.start_new(interaction, place)
            message = parse_interaction.make_prompt(interaction, place, self._connection.bot_id)
            return await self._prompt(response, message)
        action = COMMANDS.get(name.removeprefix("easel "))
        if action is None:
            return _(render.EXPIRED)
        event = parse_interaction.make_action(interaction, ControlId(action=action), place)
        found = await self._bot.handle_action(event)
        if isinstance(found, Receipt) and found.refusal and found.refusal.code == _NO_CANVAS:
            await response.send_ephemeral(render.render_markdown(_(render.NO_CANVAS)))
            return None
        return await self._respond(response, found, place)

    async def _prompt(self, response: Response, message: IncomingMessage) -> str | None:
        interaction = response.interaction
        place = message.place
        response.wants_card = response.channel == places.channel_of(place)
        message = replace(message, text=await self._users.read_markup(interaction, message.text))
        has_no_image = places.has_thread(place) and not message.attachments
        if has_no_image and not await self._conversations.is_known(place):
            # a thread's newest image, a post's own above all
            images = await self._channels.find_newest_image(int(places.channel_of(place)))
            message = replace(message, opening_attachments=images)
        receipt = await self._bot.handle_message(message)
        if receipt.refusal is not None or receipt.conversation is None:
            return await self._respond(response, receipt, place)
        if receipt.new and not await self._connection.holds(place.workspace):
            # the process that this server goes over to posts the card
            await response.send_ephemeral(render.render_markdown(_(render.ON_ITS_WAY)))
        elif receipt.new:
            await self._wait_for_card(response, place)
        else:
            await response.acknowledge(silently=True)
        return None

    async def _wait_for_card(self, response: Response, place: Place) -> None:
        """Wait until the card that comes of it is the response."""
        if not response.wants_card:
            text = _(render.WENT_THERE).format(thread=f"<#{places.channel_of(place)}>")
            await response.send_ephemeral(render.render_markdown(text))
            return
        try:
            async with asyncio.timeout(TIMEOUT):
                await response.has_card.wait()
        except TimeoutError:
            await response.acknowledge(silently=True)

    async def _respond(self, response: Response, found: Receipt | Form, place: Place) -> str | None:
        """Open the form, or say to the person alone what there is to say."""
        if isinstance(found, Form):
            is_open = await response.open_modal(render_form(found))
            return None if is_open else _(render.BUSY)
        if found.refusal is not None:
            return found.refusal.message
        if found.panel is not None:
            thumbnails = await panels.load_thumbnails(self._bot, place, found.panel)
            view = panels.render_panel(found.panel, thumbnails)
            await response.send_panel(lambda: (view, panels.list_files(thumbnails)))
            return None
        if not found.message:
            return _(render.EXPIRED)
        await response.send_ephemeral(render.render_markdown(found.message))
        return None

    # buttons, lists and forms

    async def _handle_control(self, response: Response) -> str | None:
        interaction = response.interaction
        custom_id = parse_interaction.get_custom_id(interaction)
        if (turn := parse_more_id(custom_id)) is not None:
            return await self._show_more(response, turn)
        if (image_id := ImageId.parse(custom_id)) is not None:
            return await self._submit_image_form(response, image_id)
        control = ControlId.parse(custom_id)
        if control is None:
            return _(render.EXPIRED)
        place = await self._conversations.find_by_interaction(interaction, control.turn)
        if place is None:
            return _(render.EXPIRED)
        event = parse_interaction.make_action(interaction, control, place)
        return await self._act(response, event)

    async def _show_more(self, response: Response, turn: str) -> str | None:
        """Show the controls that a card has no room for, to whoever asked."""
        interaction = response.interaction
        place = await self._conversations.find_by_interaction(interaction, turn)
        if place is None:
            return _(render.EXPIRED)
        card = await self._bot.query(
            CardQuery(platform=place.platform, workspace=place.workspace, place=place, turn=turn)
        )
        if card is None:
            return _(render.EXPIRED)
        shown = parse.list_custom_ids(interaction.message)
        versions = await list_versions(self._bot, place, card)
        await response.send_ephemeral(render.render_more(card, shown, versions))
        return None

    async def _act(self, response: Response, event: ActionEvent) -> str | None:
        interaction = response.interaction
        response.wants_card = response.channel == places.channel_of(event.place)
        if event.fields and event.fields.get("text"):
            text = await self._users.read_markup(interaction, event.fields["text"])
            event = replace(event, fields={**event.fields, "text": text})
        found = await self._bot.handle_action(event)
        if isinstance(found, Form) or found.refusal or (found.message and not found.shown):
            return await self._respond(response, found, event.place)
        makes_card = found.new and found.card not in {None, event.turn}
        if interaction.message is None or (response.wants_card and makes_card):
            await self._wait_for_card(response, event.place)
        else:
            await response.acknowledge(silently=True)
        return None

    # any message's image

    async def _open_image_form(self, response: Response, *, is_edit: bool) -> str | None:
        """Ask what to make of a message's image; of an own card's, with the form of its own button."""
        interaction = response.interaction
        message = parse_interaction.get_target(interaction, self._connection.state)
        images = parse.list_images(message) if message else ()
        if message is None or not images:
            return _(render.NO_IMAGE)
        is_own = message.author.id == self._connection.bot_id
        control = parse.find_control(message) if is_own else None
        if is_edit and control is not None:
            place = await self._conversations.find_by_interaction(interaction, control.turn)
            if place is None:
                return _(render.EXPIRED)
            control = replace(control, action=COMMANDS["edit"], value="")
            event = parse_interaction.make_action(interaction, control, place)
            return await self._respond(response, await self._bot.handle_action(event), place)
        id_ = ImageId(channel=message.channel.id, message=message.id, is_edit=is_edit)
        self._images[id_] = images
        await response.open_modal(render_image_form(id_))
        return None

    async def _submit_image_form(self, response: Response, id_: ImageId) -> str | None:
        interaction = response.interaction
        place = await self._conversations.find_by_interaction(interaction)
        images = await self._get_images(interaction, id_)
        if place is None or not images:
            return _(render.IMAGE_GONE)
        message = IncomingMessage(
            event_id=str(interaction.id),
            place=place,
            person=parse.make_person(interaction.user, interaction.locale.value),
            text=parse_interaction.get_fields(interaction).get("text", ""),
            may_start=True,
            mentioned=True,
            joins_thread=parse.joins_thread(interaction.channel, self._connection.bot_id),
            attachments=images,
            literal=True,
            ignores_head=id_.is_edit,
        )
        return await self._prompt(response, message)

    async def _get_images(self, interaction: Interaction, id_: ImageId) -> tuple[Attachment, ...]:
        """Return the images that a form is about; none of another channel, whatever its custom id says."""
        if id_.channel != interaction.channel_id:
            _log.warning("form names another channel", event_id=interaction.id)
            return ()
        if (remembered := self._images.pop(id_, None)) is not None:
            return remembered
        if interaction.guild_id is not None and not interaction.permissions.read_message_history:
            return ()
        return await self._channels.fetch_images(id_.channel, id_.message)  # after a restart
