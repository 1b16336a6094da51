"""How does a card become one message on Discord, that changes and is never there twice?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
import structlog

from adapters.discord import places, render
from adapters.discord.files import load_content
from adapters.discord.rate_limits import URGENT
from adapters.discord.responses import EXPIRED_CODES, NO_MENTIONS
from adapters.discord.retry import ErrorCode
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted
from bot.ports.language import _
from bot.ports.lru import LRU
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.discord.access import Access
    from adapters.discord.channels import Channels
    from adapters.discord.connection import Connection
    from adapters.discord.files import Content, Shown
    from adapters.discord.responses import Response, Responses
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Document
    from bot.ports.messages import Person, Place

_log = structlog.stdlib.get_logger("easel.discord")

#: messages whose content is remembered, and cards whose message is
_MAX_MESSAGES = 4000
#: seconds after which a card that is not known to be posted may have been by another process, and is searched for first
_FRESH = 5.0
#: seconds in which it gets on disk where a new card stands
_SETTLING = 5.0
#: states whose cards let others go first
_PROGRESS = frozenset({State.QUEUED, State.HELD, State.DRAWING})


class CardMessages:
    """Posts, changes and deletes cards."""

    def __init__(
        self,
        bot: Bot,
        connection: Connection,
        channels: Channels,
        responses: Responses,
        access: Access,
    ) -> None:
        self._bot = bot
        self._connection = connection
        self._channels = channels
        self._responses = responses
        self._access = access
        self._started = time.time()
        self._shown: LRU[str, Shown] = LRU(_MAX_MESSAGES)
        self._posted: LRU[str, Posted] = LRU(_MAX_MESSAGES)
        self._posted_at: LRU[str, float] = LRU(_MAX_MESSAGES)
        self._sending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post a card, or change it where it is. Raise NotPosted."""
        URGENT.set(card.state not in _PROGRESS)
        posted = at if at is not None and at.messages else self._posted.get(card.id)
        try:
            if posted is None:
                posted = await self._recover(place, card)
            if posted is None:
                return await self._post(place, card)
            return await self._update(posted, card)
        except discord.HTTPException as error:
            self._access.note_refused(place, error)
            raise NotPosted(f"{error.status} {error.code} {error.text[:200]}") from error

    def is_settling(self, message: str) -> bool:
        """Return whether a message was posted so lately that it may not be on disk yet where it stands."""
        return time.monotonic() - self._posted_at.get(message, -_SETTLING) < _SETTLING

    async def _recover(self, place: Place, card: Card) -> Posted | None:
        """Return where an earlier run posted a card and could not record it; None: it did not."""
        if card.created > self._started and time.time() - card.created < _FRESH:
            return None
        found = await self._channels.find_card(place, card)
        if found is None:
            return None
        if place.thread is None and found.flags.has_thread:
            place = replace(place, thread=str(found.id))
        return Posted(place=place, messages=(str(found.id),))

    # a new message

    async def _post(self, place: Place, card: Card, *, again: bool = False) -> Posted:
        response = self._responses.find_by_event(card.event)
        if response is not None and not self._goes_through(response, place):
            response = None
        limit = response.file_limit if response else self._channels.get_file_limit(place)
        content = await load_content(self._bot, place, card, None, limit)
        message: str | None = None
        if response is not None:
            try:
                sent = await response.send_card(content.build)
                message = None if sent is None else str(sent)
            except discord.HTTPException as error:
                if error.code not in EXPIRED_CODES:
                    raise
        message = message or await self._send_card(place, card, content, again=again)
        self._shown[message] = content.describe()
        self._posted_at[message] = time.monotonic()
        further = [await self._send_part(place, card, one) for one in content.further]
        posted = await self._record(Posted(place=place, messages=(message, *further)), card)
        if card.mention is not None and card.images:
            await self._mention(posted.place, card, card.mention)
        return posted

    def _goes_through(self, response: Response, place: Place) -> bool:
        """Return whether a card is a response: always where the bot itself may not post."""
        is_here = response.channel == places.channel_of(place)
        return is_here and (response.takes_card or bool(self._access.get_problem(place)))

    async def _send_card(self, place: Place, card: Card, content: Content, *, again: bool) -> str:
        channel = await self._channels.resolve(place)
        more: dict[str, Any] = {}
        if places.is_direct(place) and card.event.isdigit():
            # a reply, where there are no threads to tell canvases apart
            more["reference"] = discord.MessageReference(
                message_id=int(card.event), channel_id=int(channel), fail_if_not_exists=False
            )
        nonce = f"{card.id}{time.time_ns()}" if again else card.id
        async with self._sending.setdefault(channel, asyncio.Lock()):
            # one after another, so that cards keep their order
            return await self._channels.send(place, content.build, nonce=nonce, **more)

    async def _send_part(self, place: Place, card: Card, part: Document) -> str:
        """Post a further part of a document; return its message."""

        def build() -> tuple[discord.ui.LayoutView, list[discord.File]]:
            return render.render_file(part.name), [discord.File(part.path, part.name)]

        response = self._responses.find_by_event(card.event)
        try:
            if response is not None and self._goes_through(response, place):
                sent = await response.send_card(build)
                if sent is not None:
                    return str(sent)
            return await self._channels.send(place, build, nonce=f"{card.id}/{part.name}")
        finally:
            part.path.unlink(missing_ok=True)

    async def _record(self, posted: Posted, card: Card) -> Posted:
        """Remember where a card stands; a canvas gets its thread."""
        self._posted[card.id] = posted
        message = posted.messages[0]
        if card.event:
            self._responses.note_card(card.event, message)
        if posted.place.thread is None and card.conversation:
            title = card.public_text or card.prompt
            place = await self._channels.start_thread(posted.place, message, title)
            posted = self._posted[card.id] = replace(posted, place=place)
        return posted

    # the message that is there

    async def _update(self, at: Posted, card: Card) -> Posted:
        message = at.messages[0]
        channel = places.channel_of_message(at.place, message)
        before = self._shown.get(message)
        is_preview = card.preview is not None
        if is_preview and not self._connection.take_preview(channel):
            return at
        # only its place among those who wait has changed: those who are drawn come first
        has_moved_up = card.state is State.QUEUED and before and before.prompt == card.prompt
        if has_moved_up and not self._connection.has_spare_edit(channel):
            return at
        editor = self._responses.find_editor(message)
        limit = editor.file_limit if editor else self._channels.get_file_limit(at.place)
        content = await load_content(self._bot, at.place, card, before, limit)
        shown = content.describe()
        if shown != before:
            try:
                await self._edit(at.place, message, content, editor)
            except discord.HTTPException as error:
                if is_preview:
                    return at  # the next one, or the image itself, makes up for it
                is_gone = error.code == ErrorCode.UNKNOWN_MESSAGE
                if not is_gone or not (card.images or card.problem):
                    raise
                return await self._post(at.place, card, again=True)
            self._shown[message] = shown
            is_new = before is not None and not before.has_image and shown.has_image
            if card.mention is not None and is_new:
                await self._mention(at.place, card, card.mention)
            if card.public_text and at.place.thread == message:
                await self._channels.rename_thread(
                    at.place, card.public_text
                )  # its name was the prompt
        return await self._record(at, card)

    async def _edit(
        self, place: Place, message: str, content: Content, editor: Response | None
    ) -> None:
        if editor is not None and (editor.is_user_install or self._access.get_problem(place)):
            await editor.edit(int(message), content.build)
            return
        channel = places.channel_of_message(place, message)
        if channel.startswith("@"):
            channel = await self._channels.resolve(place)

        async def edit(client: discord.Client) -> None:
            view, files = content.build()
            more: dict[str, Any] = {} if files is None else {"attachments": list(files)}
            partial = client.get_partial_messageable(int(channel)).get_partial_message(int(message))
            # the client's own allowed mentions cover edits only where there is content
            await partial.edit(view=view, allowed_mentions=NO_MENTIONS, **more)

        try:
            await self._connection.call(edit)
        except discord.HTTPException as error:
            if error.code != ErrorCode.THREAD_ARCHIVED:
                raise
            await self._channels.unarchive(channel)
            await self._connection.call(edit)
        self._access.note_posted(place)

    async def _mention(self, place: Place, card: Card, person: Person) -> None:
        """Notify somebody that their image is there: a card that changes notifies nobody."""
        what = card.images[0].number if len(card.images) == 1 else _("Your picture")
        text = _(render.READY).format(person=f"<@{person.id}>", what=what)
        try:
            await self._channels.send(
                place,
                lambda: (render.render_markdown(text), None),
                nonce=f"here-{card.id}",
                mentions=discord.AllowedMentions(users=[discord.Object(int(person.id))]),
            )
        except (discord.HTTPException, NotPosted) as error:  # the image itself is there
            _log.info("not mentioned", card=card.id, error=str(error))

    async def delete(self, posted: Posted) -> None:
        """Delete a card's messages; those that are gone are fine too. Raise NotPosted."""
        for message in posted.messages:
            try:
                await self._delete_message(posted.place, message)
            except discord.NotFound:
                continue
            except discord.HTTPException as error:
                raise NotPosted(f"{error.status} {error.code}") from error

    async def _delete_message(self, place: Place, message: str) -> None:
        channel = places.channel_of_message(place, message)
        author = self._responses.find_author(message)

        async def delete(client: discord.Client) -> None:
            if author is not None and author.is_user_install:
                await author.delete(int(message))
                return
            await client.http.delete_message(int(channel), int(message))

        await self._connection.call(delete)
