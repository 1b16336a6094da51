"""What happens when somebody uses a command, presses a button, sends a form?

An interaction is answered within Discord's 3 seconds whatever happens: with the card that comes of it, a form, a
word to the person alone; where that takes longer, with a sign that it is on its way.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from adapters.discord import commands, parse, places, render
from adapters.discord.calls import insist
from adapters.discord.finding import newest_picture
from adapters.discord.ids import PictureId
from adapters.discord.names import Names
from adapters.discord.pictures import earlier
from bot.ports.actions import COMMANDS
from bot.ports.cards import Form, Receipt
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage
from bot.ports.queries import CardQuery, FormQuery, PlaceQuery, PromptsQuery

if TYPE_CHECKING:
    from adapters.discord.answers import Answer, Answers
    from adapters.discord.connection import Connection
    from adapters.discord.ids import ControlId
    from adapters.discord.rooms import Rooms
    from bot.ports.adapter import Bot
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.discord")

#: seconds for a card, a form or a refusal to be the first answer
PATIENCE = 1.5
#: seconds for a press: once it is acknowledged, no form opens any more
_FOR_FORM = 2.2
#: forms about pictures that are remembered as open
_MOST_FORMS = 500
#: begins a new canvas also where `/imagine` goes on with one
_NEW = "easel new"
#: what is refused where a control needs a canvas
_NO_CANVAS = "no_such_thread"

Asked = discord.Interaction[Any]


class Interactions:
    """Does what people ask for by commands, buttons and forms."""

    def __init__(self, bot: Bot, connection: Connection, answers: Answers, rooms: Rooms) -> None:
        self._bot = bot
        self._connection = connection
        self._answers = answers
        self._rooms = rooms
        self._names = Names(connection)
        #: pictures of messages whose form is open, where the bot itself cannot read them again
        self._pictures: LRU[PictureId, tuple[Attachment, ...]] = LRU(_MOST_FORMS)

    async def do(self, interaction: Asked) -> None:
        """Do it, and answer."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self._suggest(interaction)
            return
        answer = self._answers.open(interaction)
        if answer is None:
            return
        working = asyncio.create_task(self._work(interaction, answer))
        silently = interaction.type is not discord.InteractionType.application_command
        done, _ = await asyncio.wait([working], timeout=_FOR_FORM if silently else PATIENCE)
        if not done:
            await answer.acknowledge(silently=silently)
        await working

    async def _work(self, interaction: Asked, answer: Answer) -> None:
        try:
            match interaction.type:
                case discord.InteractionType.application_command:
                    await self._command(interaction, answer)
                case discord.InteractionType.component:
                    await self._component(interaction, answer)
                case discord.InteractionType.modal_submit:
                    await self._form(interaction, answer)
        except discord.HTTPException as error:
            _log.warning("interaction not answered", event_id=interaction.id, error=str(error))
        except Exception:  # the person must hear something
            _log.exception("interaction failed", event_id=interaction.id)
            await answer.whisper(render.whispered(render.BUSY))

    # commands

    async def _command(self, interaction: Asked, answer: Answer) -> None:
        name = parse.command(interaction)
        place = await self._rooms.of_interaction(interaction)
        if name in {parse.EDIT_IMAGE, parse.USE_AS_REFERENCE}:
            await self._menu(interaction, answer, edits=name == parse.EDIT_IMAGE)
        elif place is not None and name in {"imagine", _NEW}:
            if name == _NEW and places.is_alone(interaction):
                place = self._rooms.anew(interaction, place)
            message = parse.imagine(interaction, place, self._connection.me)
            await self._ask(interaction, answer, message)
        elif place is not None and (action := COMMANDS.get(name.removeprefix("easel "))):
            event = ActionEvent(
                event_id=str(interaction.id),
                place=place,
                person=parse.person(interaction.user),
                action=action,
            )
            found = await self._bot.handle_action(event)
            if isinstance(found, Receipt) and found.refusal and found.refusal.code == _NO_CANVAS:
                await answer.whisper(render.said(render.NO_CANVAS))
            else:
                await self._say(answer, found)
        else:
            await answer.whisper(render.whispered(render.UNKNOWN))

    async def _ask(self, interaction: Asked, answer: Answer, message: IncomingMessage) -> None:
        answer.wants_card = answer.room == places.room(message.place)
        message = replace(message, text=await self._names.readable(interaction, message.text))
        if places.has_thread(message.place) and not message.attachments:
            message = replace(message, opening_attachments=await self._begins_with(message.place))
        receipt = await self._bot.handle_message(message)
        if receipt.refusal is not None or receipt.conversation is None:
            await self._say(answer, receipt)
        elif not receipt.new:
            await answer.acknowledge(silently=True)
        else:
            await self._carded(answer, message.place)

    async def _begins_with(self, place: Place) -> tuple[Attachment, ...]:
        """Give a thread's newest picture, a post's own above all; none in a canvas."""
        query = PlaceQuery(platform=place.platform, workspace=place.workspace, place=place)
        if await self._bot.query(query) is not None:
            return ()
        return await newest_picture(self._connection, int(places.room(place)))

    async def _carded(self, answer: Answer, place: Place) -> None:
        """Wait until the card that comes of it is the answer."""
        if not answer.wants_card:
            thread = f"<#{places.room(place)}>"
            await answer.whisper(render.said(render.WENT_THERE.format(thread=thread)))
            return
        try:
            await asyncio.wait_for(answer.carded.wait(), PATIENCE)
        except TimeoutError:
            await answer.acknowledge(silently=True)

    async def _say(self, answer: Answer, found: Receipt | Form) -> None:
        """Open the form, or say to the person alone what there is to say."""
        if isinstance(found, Form):
            if not await answer.form(render.modal(found)):
                await answer.whisper(render.whispered(render.BUSY))
        elif found.refusal is not None:
            await answer.whisper(render.whispered(found.refusal.message))
        elif found.message:
            await answer.whisper(render.said(found.message))
        else:
            await answer.whisper(render.whispered(render.UNKNOWN))

    async def _suggest(self, interaction: Asked) -> None:
        """Offer recent prompts, or models where there are many."""
        option, typed = parse.typed(interaction)
        place = await self._rooms.of_interaction(interaction)
        if place is None:
            return
        if option == "prompt":
            query = PromptsQuery(
                platform=place.platform,
                workspace=place.workspace,
                person=str(interaction.user.id),
                holds=typed,
            )
            texts = await self._bot.query(query)
        else:
            texts = await self._choices(place, option, typed)
        choices = [one for text in texts if (one := commands.suggestion(text))]
        await interaction.response.autocomplete(
            [discord.app_commands.Choice(**one) for one in choices[: commands.MOST_CHOICES]]
        )

    async def _choices(self, place: Place, option: str, typed: str) -> tuple[str, ...]:
        query = FormQuery(platform=place.platform, workspace=place.workspace)
        fields = (await self._bot.query(query)).fields
        found = [value for one in fields if one.name == option for value, _ in one.choices]
        return tuple(value for value in found if typed.casefold() in value.casefold())

    # buttons, lists and forms

    async def _component(self, interaction: Asked, answer: Answer) -> None:
        if (more := parse.more(interaction)) is not None:
            await self._more(interaction, answer, more.turn)
            return
        what = parse.control(interaction)
        if what is None:
            await answer.acknowledge(silently=True)
            return
        place = await self._rooms.of_interaction(interaction, what.turn)
        if place is None:
            await answer.whisper(render.whispered(render.UNKNOWN))
            return
        await self._press(interaction, answer, parse.press(interaction, what, place))

    async def _more(self, interaction: Asked, answer: Answer, turn: str) -> None:
        """Show the controls that a card has no room for, to whoever asked."""
        place = await self._rooms.of_interaction(interaction, turn)
        card = None
        if place is not None:
            query = CardQuery(
                platform=place.platform, workspace=place.workspace, place=place, turn=turn
            )
            card = await self._bot.query(query)
        shown = parse.shown_ids(interaction.message)
        if place is None or card is None:
            await answer.whisper(render.whispered(render.UNKNOWN))
            return
        listed = await earlier(self._bot, place, card)
        await answer.whisper(render.more(card, shown, listed))

    async def _form(self, interaction: Asked, answer: Answer) -> None:
        picture, what = parse.picture(interaction), parse.control(interaction)
        if picture is not None:
            await self._with_picture(interaction, answer, picture)
            return
        place = await self._rooms.of_interaction(interaction, what.turn) if what else None
        if what is None or place is None:
            await answer.whisper(render.whispered(render.UNKNOWN))
            return
        await self._press(interaction, answer, parse.press(interaction, what, place))

    async def _press(self, interaction: Asked, answer: Answer, event: ActionEvent) -> None:
        answer.wants_card = answer.room == places.room(event.place)
        if event.fields and event.fields.get("text"):
            text = await self._names.readable(interaction, event.fields["text"])
            event = replace(event, fields={**event.fields, "text": text})
        found = await self._bot.handle_action(event)
        if isinstance(found, Form) or found.refusal or (found.message and not found.shown):
            await self._say(answer, found)
        elif interaction.message is None or (
            answer.wants_card and found.new and found.card not in {None, event.turn}
        ):
            await self._carded(answer, event.place)
        else:
            await answer.acknowledge(silently=True)

    # any message's picture

    async def _menu(self, interaction: Asked, answer: Answer, *, edits: bool) -> None:
        """Ask what to make of a message's picture."""
        message = parse.target(interaction, self._connection.state)
        pictures = parse.pictures(message) if message else ()
        if message is None or not pictures:
            await answer.whisper(render.whispered(render.NO_PICTURE))
            return
        own = parse.shown_turn(message) if message.author.id == self._connection.me else None
        if edits and own is not None:
            await self._edit_card(interaction, answer, own)
            return
        id_ = PictureId(channel=message.channel.id, message=message.id, edits=edits)
        self._pictures[id_] = pictures
        await answer.form(render.picture_form(id_))

    async def _edit_card(self, interaction: Asked, answer: Answer, turn: ControlId) -> None:
        """Open the same form as the card's own button."""
        place = await self._rooms.of_interaction(interaction, turn.turn)
        if place is None:
            await answer.whisper(render.whispered(render.UNKNOWN))
            return
        event = parse.press(interaction, replace(turn, action=COMMANDS["edit"], value=""), place)
        await self._say(answer, await self._bot.handle_action(event))

    async def _with_picture(self, interaction: Asked, answer: Answer, id_: PictureId) -> None:
        place = await self._rooms.of_interaction(interaction)
        pictures = await self._of_form(interaction, id_)
        if place is None or not pictures:
            await answer.whisper(render.whispered(render.PICTURE_GONE))
            return
        message = IncomingMessage(
            event_id=str(interaction.id),
            place=place,
            person=parse.person(interaction.user),
            text=parse.filled(interaction).get("text", ""),
            may_start=True,
            mentioned=True,
            joins_thread=parse.joins(interaction.channel, self._connection.me),
            attachments=pictures,
            literal=True,
            ignores_head=id_.edits,
        )
        await self._ask(interaction, answer, message)

    async def _of_form(self, interaction: Asked, id_: PictureId) -> tuple[Attachment, ...]:
        """Give the pictures that a form is about; none of another channel, whatever its custom id says."""
        if id_.channel != interaction.channel_id:
            _log.warning("form names another channel", event_id=interaction.id)
            return ()
        if (kept := self._pictures.pop(id_, None)) is not None:
            return kept
        reads = interaction.guild_id is None or interaction.permissions.read_message_history
        return await self._again(id_) if reads else ()

    async def _again(self, id_: PictureId) -> tuple[Attachment, ...]:
        """Read a message's pictures once more, after a restart."""

        async def call() -> tuple[Attachment, ...]:
            client = await self._connection.client()
            room = client.get_partial_messageable(id_.channel)
            return parse.pictures(await room.fetch_message(id_.message))

        try:
            return await insist(call)
        except (discord.HTTPException, NotPosted):
            return ()
