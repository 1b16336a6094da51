"""How does Discord reach the bot, and the bot Discord?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from adapters.discord import commands, ids, parse, places, render
from adapters.discord.access import Access
from adapters.discord.answers import NOBODY, Answers
from adapters.discord.arrivals import Arrivals
from adapters.discord.calls import insist
from adapters.discord.connection import Connection
from adapters.discord.downloads import Downloads
from adapters.discord.finding import newest_picture, optional
from adapters.discord.interactions import Interactions
from adapters.discord.posting import Posting
from adapters.discord.rooms import Rooms
from bot.ports.actions import COMMANDS
from bot.ports.cards import Button, Posted
from bot.ports.errors import CannotPost, EaselError, NotAllowed
from bot.ports.lru import LRU
from bot.ports.queries import FormQuery, PlaceQuery, PlacesQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import discord

    from adapters.discord.client import Client
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Person, Place

_log = structlog.stdlib.get_logger("easel.discord")

#: places that are looked through for what was missed
_PLACES = 200
#: canvases that are remembered as told, asking messages whose channel is
_MOST_TOLD = _MOST_ASKED = 2000
#: stands below a message that nothing comes of, where why cannot be said to its author alone
_NOTHING_COMES = "🚫"


class DiscordAdapter:
    """Easel on Discord."""

    name = places.PLATFORM
    previews = True
    live = False

    def __init__(self, token: str, api_url: str | None = None) -> None:
        self._connection = Connection(token, api_url)
        self._answers = Answers()
        self._access = Access(self._connection)
        self._posting = Posting(self._connection, self._answers, self._access)
        self._arrivals = Arrivals(self._connection, self._heard)
        self._rooms = Rooms(self._connection, self._posting)
        self._downloads = Downloads(api_url)
        self._bot: Bot | None = None
        self._interactions: Interactions | None = None
        #: threads where it was said that plain replies cannot be read
        self._told: set[str] = set()
        #: where asking messages stand
        self._channels: LRU[str, int] = LRU(_MOST_ASKED)

    async def run(self, bot: Bot) -> None:
        """Stay connected until cancelled."""
        self._bot = bot
        self._rooms.bot = bot
        self._interactions = Interactions(bot, self._connection, self._answers, self._rooms)
        try:
            await self._connection.run(self, self._register)
        finally:
            await self._arrivals.end()
            await self._downloads.close()

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post a card, or change it where it is. Raises NotPosted."""
        if card.kind == "talk" or self._bot is None:
            return at or Posted(place=place)
        if not self._connection.content and card.is_paused:
            card = replace(card, text=f"{card.text}\n{render.PAUSED_BLIND}")
        posted = await self._posting.show(self._bot, place, card, at)
        self._rooms.know(posted.place)
        return posted

    async def check_place(self, place: Place, event: str) -> None:
        """Raise CannotPost where neither the bot nor the answer to what asked can show a picture now."""
        if self._answers.reaches(place, event):
            return
        if problem := await self._access.look(place):
            raise CannotPost(str(place), problem=problem)

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Answer an interaction for its person alone; False: it was none, or it is too late.

        Nobody can be told something alone in answer to a message: where its card gets nowhere, it is marked.
        """
        del person
        answer = self._answers.of_event(event)
        if answer is None:
            if (
                card.problem
                and card.problem.code == CannotPost.code()
                and self._access.problem(place)
            ):
                await self._mark(event)
            return False
        try:
            return await answer.whisper(render.private(card))
        except Exception as error:  # the thread's own line says enough
            _log.info("not whispered", event_id=event, error=repr(error))
            return False

    def read_attachment(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent, from Discord's own servers only."""
        return self._downloads.read(attachment)

    async def remove_card(self, posted: Posted) -> None:
        """Take a card away."""
        await self._posting.remove(posted)

    async def rename_thread(self, place: Place, title: str) -> None:
        """Give a thread another name. Raises NotPosted."""
        await self._posting.rename(place, title)

    # what the client hears

    def heard(self, event: str) -> None:
        """Take note that there was an event."""
        self._access.heard(event)

    def thread(self, id_: int, metadata: dict[str, Any] | None) -> None:
        """Take note of what became of a thread; None: it is gone."""
        self._access.thread(id_, metadata)

    async def connected(self) -> None:
        """Look after a new session: what was written since the last one may be missing."""
        assert self._bot is not None  # noqa: S101 - nothing is heard before `run`
        self._access.forget()
        self._arrivals.hold()
        known: tuple[Any, ...] = ()
        try:
            query = PlacesQuery(platform=self.name, workspace="", limit=_PLACES)
            known = await self._bot.query(query)
        except EaselError as error:
            _log.warning("known places not read", error=str(error))
        finally:
            self._arrivals.catch_up(self._rooms.behind(known))

    async def ready(self) -> None:
        """Begin to look for what was missed: the guilds are known."""
        self._arrivals.begin()

    async def message(self, message: discord.Message) -> None:
        """Take a message in its turn."""
        if not message.author.bot and message.webhook_id is None:
            self._arrivals.put(message)

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Tell the bot that an asking message has other words now."""
        place = self._rooms.asked_at(payload.channel_id, payload.message_id, payload.guild_id)
        change = parse.edited(payload, self._connection.me, place) if place else None
        if change is not None and self._bot is not None:
            await self._bot.handle_change(change)

    async def deleted(self, channel: int, message: int, guild: int | None) -> None:
        """Tell the bot that an asking message is gone."""
        place = self._rooms.asked_at(channel, message, guild)
        if place is not None and self._bot is not None:
            await self._bot.handle_change(parse.deleted(message, place))

    async def interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was commanded, pressed or sent."""
        assert self._interactions is not None  # noqa: S101 - nothing is heard before `run`
        await self._interactions.do(interaction)

    async def _register(self, client: Client) -> None:
        assert self._bot is not None  # noqa: S101 - nothing begins before `run`
        form = await self._bot.query(FormQuery(platform=self.name, workspace=""))
        try:
            await insist(lambda: commands.register(client, commands.commands(form)))
        except Exception as error:  # messages work without
            _log.warning("commands not registered", error=repr(error))

    async def _heard(self, message: discord.Message) -> None:
        """Take a message that may be for the bot."""
        me = self._connection.me
        said = parse.heard(message, me)
        if said is None or self._bot is None:
            return
        found = await self._rooms.of_message(message, said)
        if found is None:
            return
        place, starts = found
        blind = not (self._connection.content or parse.has_content(message))
        if blind and not places.is_direct(place):
            await self._cannot_read(place)
            return
        asked = parse.ask(message, said, place, starts=starts, me=me)
        if not (asked.text or asked.attachments or said.mentioned):
            return  # a sticker, a poll
        if starts:
            asked = replace(asked, opening_attachments=await self._begins_with(message, place))
        self._channels[str(message.id)] = message.channel.id
        receipt = await self._bot.handle_message(asked)
        self._rooms.asked(message.id, place)
        refusal = receipt.refusal
        if (
            refusal is not None
            and refusal.code == NotAllowed.code()
            and not places.is_direct(place)
        ):
            await self._mark(str(message.id))  # why is nobody else's business; /imagine says it
        elif refusal is not None:
            await self._line(message, render.whispered(refusal.message))
        elif receipt.message and not receipt.shown:
            await self._line(message, render.said(receipt.message))

    async def _begins_with(self, message: discord.Message, place: Place) -> tuple[Attachment, ...]:
        """Give the picture of the answered message, or a thread's newest; none in a canvas."""
        assert self._bot is not None  # noqa: S101 - nothing is heard before `run`
        query = PlaceQuery(platform=self.name, workspace=place.workspace, place=place)
        if place.thread is not None and await self._bot.query(query) is not None:
            return ()
        answered = parse.answered(message)
        if place.thread is None or answered:
            return optional(answered)
        return await newest_picture(self._connection, message.channel.id, message)

    async def _line(self, message: discord.Message, view: discord.ui.LayoutView) -> None:
        """Say something to one message, quietly."""
        try:
            await insist(
                lambda: message.channel.send(
                    view=view,
                    reference=message.to_reference(fail_if_not_exists=False),
                    nonce=f"line-{message.id}",
                    silent=True,
                    allowed_mentions=NOBODY,
                )
            )
        except Exception as error:  # the person sees that nothing came of it
            _log.info("not said", message=message.id, error=repr(error))

    async def _mark(self, event: str) -> None:
        """Mark a message that nothing comes of, where no word can be said."""
        channel = self._channels.get(event)
        if channel is None:
            return

        async def call() -> None:
            client = await self._connection.client()
            await client.http.add_reaction(channel, int(event), _NOTHING_COMES)

        try:
            await insist(call)
        except Exception as error:  # it is what can be done
            _log.info("not marked", message=event, error=repr(error))

    async def _cannot_read(self, place: Place) -> None:
        """Say once in a canvas that plain replies cannot be read, with a button in their place."""
        assert self._bot is not None  # noqa: S101 - nothing is heard before `run`
        query = PlaceQuery(platform=self.name, workspace=place.workspace, place=place)
        if str(place) in self._told or await self._bot.query(query) is None:
            return
        if len(self._told) > _MOST_TOLD:
            self._told.clear()
        self._told.add(str(place))
        room = places.room(place)
        view = render.said(render.CANNOT_READ, Button(action=COMMANDS["edit"], label="Edit…"))

        async def call() -> None:
            client = await self._connection.client()
            await client.get_partial_messageable(int(room)).send(
                view=view,
                nonce=ids.nonce(f"cannot-read-{room}"),
                silent=True,
                allowed_mentions=NOBODY,
            )

        await insist(call)
