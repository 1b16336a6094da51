"""How does a card become one message on Discord, that changes and is never there twice?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
import structlog
from discord.http import Route

from adapters.discord import ids, places, render
from adapters.discord.answers import NOBODY
from adapters.discord.calls import ARCHIVED, GONE, OVER, THREAD_IS_THERE, TOKEN_OVER, insist
from adapters.discord.finding import found
from adapters.discord.pace import URGENT
from adapters.discord.pictures import drawing
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted
from bot.ports.lru import LRU
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.discord.access import Access
    from adapters.discord.answers import Answer, Answers
    from adapters.discord.connection import Connection
    from adapters.discord.pictures import Drawing, Looks
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Document
    from bot.ports.messages import Person, Place

_log = structlog.stdlib.get_logger("easel.discord")

#: messages whose looks are remembered, and cards whose whereabouts are
_MOST = 4000
#: seconds after which a card without whereabouts is looked for before it is posted
_FRESH = 30.0
#: seconds in which a new card's whereabouts get on disk
_SETTLES = 5.0
#: states whose cards let others go first
_PROGRESS = frozenset({State.QUEUED, State.HELD, State.DRAWING})
#: bytes of a file where a guild does not say
_FILE = 10 * 1024 * 1024


class Posting:
    """Posts and changes cards."""

    def __init__(self, connection: Connection, answers: Answers, access: Access) -> None:
        self._connection = connection
        self._answers = answers
        self._access = access
        self._began = time.time()
        self._looks: LRU[str, Looks] = LRU(_MOST)
        self._at: LRU[str, Posted] = LRU(_MOST)
        self._posted: LRU[str, float] = LRU(_MOST)
        self._directs: dict[str, str] = {}
        self._sending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def show(self, bot: Bot, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post a card, or change it where it is. Raises NotPosted."""
        URGENT.set(card.state not in _PROGRESS)
        before = at if at is not None and at.messages else self._at.get(card.id)
        try:
            if before is None:
                before = await self._lost(place, card)
            if before is None:
                return await self._post(bot, place, card)
            return await self._change(bot, before, card)
        except discord.HTTPException as error:
            self._access.refused(place, error)
            raise NotPosted(f"{error.status} {error.code} {error.text[:200]}") from error

    def settling(self, message: str) -> bool:
        """Tell whether a message was posted so lately that it may not be on disk yet where it stands."""
        return time.monotonic() - self._posted.get(message, -_SETTLES) < _SETTLES

    # a new message

    async def _post(self, bot: Bot, place: Place, card: Card, *, again: bool = False) -> Posted:
        answer = self._answers.of_event(card.event)
        if answer is not None and self._goes_through(answer, place):
            drawn = await drawing(bot, place, card, None, answer.limit)
            try:
                message = str(await answer.card(drawn.posted))
                self._answers.stands(message, answer)
            except discord.HTTPException as error:
                if error.code not in {OVER, TOKEN_OVER}:
                    raise
                message = await self._send(place, card, drawn, again=again)
        else:
            drawn = await drawing(bot, place, card, None, self._limit(place))
            message = await self._send(place, card, drawn, again=again)
        self._looks[message] = drawn.looks()
        self._posted[message] = time.monotonic()
        further = [await self._part(place, card, answer, one) for one in drawn.further]
        return await self._stands(Posted(place=place, messages=(message, *further)), card)

    def _goes_through(self, answer: Answer, place: Place) -> bool:
        """Tell whether what asked is answered with a card: always where the bot itself may not post."""
        here = answer.room == places.room(place)
        return here and (answer.takes_card or bool(self._access.problem(place)))

    async def _part(self, place: Place, card: Card, answer: Answer | None, part: Document) -> str:
        """Post a further part of a document; give its message."""

        def make() -> tuple[discord.ui.LayoutView, list[discord.File]]:
            return render.part(part.name), [discord.File(part.path, part.name)]

        async def call() -> str:
            view, files = make()
            client = await self._connection.client()
            room = client.get_partial_messageable(int(await self._room(place)))
            nonce = ids.nonce(f"{card.id}/{part.name}")
            shown = await room.send(view=view, files=files, nonce=nonce, allowed_mentions=NOBODY)
            return str(shown.id)

        try:
            if answer is not None and self._goes_through(answer, place):
                return str(await answer.card(make))
            return await insist(call)
        finally:
            part.path.unlink(missing_ok=True)

    async def _send(self, place: Place, card: Card, drawn: Drawing, *, again: bool) -> str:
        room = await self._room(place)
        nonce = ids.nonce(f"{card.id}{time.time_ns()}" if again else card.id)
        reference = _asked(place, card, room)

        async def call() -> str:
            view, files = drawn.posted()
            client = await self._connection.client()
            shown = await client.get_partial_messageable(int(room)).send(
                view=view, files=list(files), nonce=nonce, allowed_mentions=NOBODY, **reference
            )
            return str(shown.id)

        async with self._sending.setdefault(room, asyncio.Lock()):
            return await insist(call)  # one after another, so that cards keep their order

    async def _room(self, place: Place) -> str:
        """Give the channel to post in; an operator's direct messages are opened."""
        room = places.room(place)
        if not room.startswith("@"):
            return room
        if room not in self._directs:

            async def call() -> str:
                client = await self._connection.client()
                return str((await client.create_dm(discord.Object(int(room[1:])))).id)

            self._directs[room] = await insist(call)
        return self._directs[room]

    def _limit(self, place: Place) -> int:
        guild = None if places.is_direct(place) else int(place.workspace)
        found = self._connection.guild(guild)
        return found.filesize_limit if found else _FILE

    async def _stands(self, at: Posted, card: Card) -> Posted:
        """Remember where a card stands; a canvas gets its thread."""
        self._at[card.id] = at
        if card.event:
            self._answers.card_of(card.event, at.messages[0])
        if at.place.thread is None and card.conversation:
            at = replace(at, place=await self._threaded(at.place, at.messages[0], card))
            self._at[card.id] = at
        return at

    async def _threaded(self, place: Place, message: str, card: Card) -> Place:
        """Make a thread from a card's message; where there can be none, the channel is the canvas."""
        if places.is_direct(place):
            return places.threadless(place, int(message))
        ids_: dict[str, Any] = {"channel_id": int(place.channel), "message_id": int(message)}

        async def call() -> None:
            client = await self._connection.client()
            path = "/channels/{channel_id}/messages/{message_id}/threads"
            named = {"name": render.thread_name(card.public_text or card.prompt)}
            await client.http.request(Route("POST", path, **ids_), json=named)

        try:
            await insist(call)
        except discord.HTTPException as error:
            if error.code != THREAD_IS_THERE:
                _log.info("no thread here", place=str(place), error=str(error))
                return places.threadless(place, int(message))
        return replace(place, thread=message)

    # the message that is there

    async def _change(self, bot: Bot, at: Posted, card: Card) -> Posted:
        message = at.messages[0]
        room = places.room_of(at.place, message)
        known = self._looks.get(message)
        only_preview = card.preview is not None
        if only_preview and not self._connection.preview(room):
            return at
        if _moved_up(card, known) and not self._connection.spare(room):
            return at  # those who are drawn come first
        answer = self._answers.of_message(message)
        limit = answer.limit if answer else self._limit(at.place)
        drawn = await drawing(bot, at.place, card, known, limit)
        looks = drawn.looks()
        if looks != known:
            try:
                if answer is not None and (answer.alone or self._access.problem(at.place)):
                    await answer.edit(int(message), drawn.edited)
                else:
                    await self._edit(at.place, message, drawn)
                    self._access.taken(at.place)
            except discord.HTTPException as error:
                if only_preview:
                    return at  # the next one, or the picture itself, makes up for it
                if error.code != GONE or not (card.images or card.problem):
                    raise
                return await self._post(bot, at.place, card, again=True)
            self._looks[message] = looks
            if card.mention is not None and known is not None and not known.drawn and looks.drawn:
                await self._mention(at.place, card, card.mention)
            if card.public_text and at.place.thread == message:
                await self.rename(at.place, card.public_text)  # it was named after the prompt
        return await self._stands(at, card)

    async def _mention(self, place: Place, card: Card, person: Person) -> None:
        """Tell somebody that their picture is there: a card that changes notifies nobody."""
        what = card.images[0].number if len(card.images) == 1 else "Your picture"
        says = render.HERE.format(person=f"<@{person.id}>", what=what)

        async def call() -> None:
            client = await self._connection.client()
            await client.get_partial_messageable(int(await self._room(place))).send(
                view=render.said(says),
                nonce=ids.nonce(f"here-{card.id}"),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(person.id))]),
            )

        try:
            await insist(call)
        except (discord.HTTPException, NotPosted) as error:  # the picture itself is there
            _log.info("not mentioned", card=card.id, error=str(error))

    async def _edit(self, place: Place, message: str, drawn: Drawing) -> None:
        room = places.room_of(place, message)
        if room.startswith("@"):
            room = await self._room(place)

        async def call() -> None:
            view, files = drawn.edited()
            more: dict[str, Any] = {} if files is None else {"attachments": list(files)}
            client = await self._connection.client()
            there = client.get_partial_messageable(int(room)).get_partial_message(int(message))
            # the client's own allowed mentions cover edits only where there is content
            await there.edit(view=view, allowed_mentions=NOBODY, **more)

        try:
            await insist(call)
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
            await self._unarchive(room)
            await insist(call)

    async def _unarchive(self, room: str) -> None:
        await self._thread(room, archived=False)

    async def _thread(self, room: str, **what: object) -> None:
        async def call() -> None:
            client = await self._connection.client()
            route = Route("PATCH", "/channels/{channel_id}", channel_id=int(room))
            await client.http.request(route, json=what)

        await insist(call)

    async def rename(self, place: Place, title: str) -> None:
        """Give a thread another name, an archived one too. Raises NotPosted."""
        if not places.has_thread(place):
            return
        try:
            await self._thread(places.room(place), name=render.thread_name(title), archived=False)
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            raise NotPosted(f"{error.status} {error.code}") from error

    async def remove(self, at: Posted) -> None:
        """Take a card's messages away; those that are gone are well too. Raises NotPosted."""
        for message in at.messages:
            answer = self._answers.maker(message)

            async def call(message: str = message, answer: Answer | None = answer) -> None:
                if answer is not None and answer.alone:
                    await answer.remove(int(message))
                    return
                client = await self._connection.client()
                room = client.get_partial_messageable(int(places.room_of(at.place, message)))
                await room.get_partial_message(int(message)).delete()

            try:
                await insist(call)
            except discord.NotFound:
                continue
            except discord.HTTPException as error:
                raise NotPosted(f"{error.status} {error.code}") from error

    # what an earlier run posted and could not remember

    async def _lost(self, place: Place, card: Card) -> Posted | None:
        """Look for a card whose whereabouts are not known; None: it was never posted."""
        if card.created > self._began and time.time() - card.created < _FRESH:
            return None
        there = await found(self._connection, await self._room(place), card)
        if there is None:
            return None
        if place.thread is None and there.flags.has_thread:
            place = replace(place, thread=str(there.id))
        return Posted(place=place, messages=(str(there.id),))


def _moved_up(card: Card, known: Looks | None) -> bool:
    """Tell whether only a card's place among those who wait has changed."""
    return card.state is State.QUEUED and known is not None and known.prompt == card.prompt


def _asked(place: Place, card: Card, room: str) -> dict[str, Any]:
    """Answer the asking message where there are no threads to tell canvases apart."""
    if not places.is_direct(place) or not card.event.isdigit():
        return {}
    reference = discord.MessageReference(
        message_id=int(card.event), channel_id=int(room), fail_if_not_exists=False
    )
    return {"reference": reference}
