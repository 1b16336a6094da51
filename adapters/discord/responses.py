"""Which interactions can still be responded to, and with what?

An interaction's first response is due within 3 seconds; its token lives for 15 minutes. A new card is the
response to what asked for it, so that a turn takes few calls; what comes too late is posted like any message.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord import places
from adapters.discord.render import ALONE, render_markdown
from adapters.discord.retry import ErrorCode, retry
from bot.ports.language import _
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from bot.ports.messages import Place

#: builds a message's layout and files for each try; no files: those of the message stay
Content = Callable[[], tuple[ui.LayoutView, Sequence[discord.File] | None]]

#: seconds that a token is used; Discord lets it live for 15 minutes
_TOKEN_LIFETIME = 14 * 60.0
#: interactions that are remembered
_MAX_INTERACTIONS = 2000
NO_MENTIONS = discord.AllowedMentions.none()
#: Discord knows no such interaction: it was late, or its token is over
EXPIRED_CODES = frozenset(
    {
        ErrorCode.UNKNOWN_INTERACTION,
        ErrorCode.UNKNOWN_WEBHOOK,
        ErrorCode.INVALID_WEBHOOK_TOKEN,
    }
)


class _State(Enum):
    PENDING = "nothing said yet"
    THINKING = "said that the response is on its way"
    ACKNOWLEDGED = "nothing more is due"
    RESPONDED = "responded with a message"


class Response:
    """The response to one interaction."""

    def __init__(self, interaction: discord.Interaction[Any], clock: Callable[[], float]) -> None:
        self.interaction = interaction
        self._clock = clock
        self._until = clock() + _TOKEN_LIFETIME
        self._state = _State.PENDING
        #: may another process have responded?
        self._is_doubtful = False
        self._lock = asyncio.Lock()
        #: does only this person have the app here?
        self.is_user_install = places.is_user_install(interaction)
        self.person = interaction.user.id
        #: the id of the channel or thread that it stands in
        self.channel = str(interaction.channel_id)
        #: bytes of a file that it may hold
        self.file_limit = interaction.filesize_limit
        #: set once a card is the response
        self.has_card = asyncio.Event()
        #: ids of the messages that it made
        self.messages: set[str] = set()
        #: may a card be the response? Not where it belongs elsewhere
        self.wants_card = True

    @property
    def is_alive(self) -> bool:
        """Can it still be used?"""
        return self._clock() < self._until

    @property
    def takes_card(self) -> bool:
        """Can a card be the response?"""
        is_open = self._state in {_State.PENDING, _State.THINKING}
        return self.is_alive and self.wants_card and (is_open or self.is_user_install)

    def edits(self, message: str) -> bool:
        """Return whether it can change a message."""
        pressed = self.interaction.message
        return message in self.messages or (pressed is not None and str(pressed.id) == message)

    async def send_card(self, make: Content) -> int | None:
        """Respond with a message; return its id. None: another process has said something to the person alone."""
        async with self._lock:
            id_: int | None
            if self._state is _State.PENDING:
                id_ = await self._send_first(make)
            elif self._state is _State.THINKING:
                id_ = await self._edit_public(make)
            else:
                id_ = await self._follow_up(make)
            self._state = _State.ACKNOWLEDGED if id_ is None else _State.RESPONDED
        if id_ is None:
            return None
        self.messages.add(str(id_))
        self.has_card.set()
        return id_

    async def _send_first(self, make: Content) -> int | None:
        async def call() -> int | None:
            view, files = make()
            sent = await self.interaction.response.send_message(
                view=view, files=files or [], allowed_mentions=NO_MENTIONS
            )
            return sent.message_id

        try:
            id_ = await retry(call)
        except discord.HTTPException as error:
            if error.code != ErrorCode.ALREADY_ACKNOWLEDGED:
                raise
            # the answer to an earlier try was lost, or another process is connected with this server too
            self._is_doubtful = True
            return await self._edit_public(make)
        return id_ or (await retry(self.interaction.original_response)).id

    async def _edit_public(self, make: Content) -> int | None:
        """Make the response the card; None: another process has said something to the person alone."""
        if self._is_doubtful:
            original = await retry(self.interaction.original_response)
            if original.flags.ephemeral:
                return None
        return await retry(lambda: self._edit_original(make))

    async def _edit_original(self, make: Content) -> int:
        view, files = make()
        edited = await self.interaction.edit_original_response(
            view=view, attachments=files or [], allowed_mentions=NO_MENTIONS
        )
        return edited.id

    async def _follow_up(self, make: Content) -> int:
        view, files = make()
        sent = await self.interaction.followup.send(
            view=view, files=files or [], allowed_mentions=NO_MENTIONS, wait=True
        )
        return sent.id

    async def edit(self, message: int, make: Content) -> None:
        """Change a message of this interaction, or the one whose button was pressed."""

        async def call() -> None:
            view, files = make()
            more: dict[str, Any] = {} if files is None else {"attachments": list(files)}
            await self.interaction.followup.edit_message(
                message, view=view, allowed_mentions=NO_MENTIONS, **more
            )

        await retry(call)

    async def delete(self, message: int) -> None:
        """Delete a message of this interaction."""
        await self.interaction.followup.delete_message(message)

    async def send_ephemeral(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> bool:
        """Show something to the person alone; False: it is too late."""
        if not self.is_alive:
            return False
        async with self._lock:
            if self._state is _State.PENDING:
                await self.interaction.response.send_message(
                    view=view, files=files, ephemeral=True, allowed_mentions=NO_MENTIONS
                )
                self._state = _State.ACKNOWLEDGED
                return True
            is_thinking = self._state is _State.THINKING
            if is_thinking:
                # the next message would take the place of the public "thinking", and be public too
                await self.interaction.edit_original_response(
                    view=render_markdown(_(ALONE)), allowed_mentions=NO_MENTIONS
                )
            await self.interaction.followup.send(
                view=view,
                files=files,
                ephemeral=True,
                allowed_mentions=NO_MENTIONS,
                wait=True,
            )
            if is_thinking:
                self._state = _State.ACKNOWLEDGED
                await self.interaction.delete_original_response()
        return True

    async def send_panel(self, make: Content) -> None:
        """Show something to the person alone; where it was pressed in such a message, in its place."""
        pressed = self.interaction.message
        if pressed is None or not pressed.flags.ephemeral:
            view, files = make()
            await self.send_ephemeral(view, files or ())
            return
        await self.acknowledge(silently=True)
        async with self._lock:
            await retry(lambda: self._edit_original(make))

    async def open_modal(self, modal: ui.Modal) -> bool:
        """Open a form; False: it is too late for one."""
        async with self._lock:
            if self._state is not _State.PENDING:
                return False
            await self.interaction.response.send_modal(modal)
            self._state = _State.ACKNOWLEDGED
            return True

    async def acknowledge(self, *, silently: bool) -> None:
        """Say that the response is on its way, or that nothing more will come, unless one is there."""
        async with self._lock:
            if self._state is not _State.PENDING:
                return
            is_update = silently and self.interaction.message is not None
            try:
                await self.interaction.response.defer(thinking=not is_update)
            except discord.HTTPException as error:
                if error.code == ErrorCode.UNKNOWN_INTERACTION:
                    self._until = self._clock()  # Discord gave up on it: what comes is posted
                elif error.code != ErrorCode.ALREADY_ACKNOWLEDGED:
                    raise
                self._is_doubtful = True
            self._state = _State.ACKNOWLEDGED if is_update else _State.THINKING


class Responses:
    """The responses to the interactions of the last minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_event: OrderedDict[str, Response] = OrderedDict()
        #: ids of the messages that show what came of events
        self._cards: LRU[str, str] = LRU(_MAX_INTERACTIONS)

    def open(self, interaction: discord.Interaction[Any]) -> Response | None:
        """Take an interaction; None: it came before."""
        event = str(interaction.id)
        if event in self._by_event:
            return None
        response = self._by_event[event] = Response(interaction, self._clock)
        while len(self._by_event) > _MAX_INTERACTIONS or not self._oldest.is_alive:
            self._by_event.popitem(last=False)
        return response

    @property
    def _oldest(self) -> Response:
        return next(iter(self._by_event.values()))

    def find_by_event(self, event: str) -> Response | None:
        """Return the one that an event names, if it can still be used."""
        response = self._by_event.get(event)
        return response if response is not None and response.is_alive else None

    def find_editor(self, message: str) -> Response | None:
        """Return the newest that can change a message: it made it, or its button was pressed."""
        newest_first = reversed(self._by_event.values())
        return next((one for one in newest_first if one.is_alive and one.edits(message)), None)

    def find_author(self, message: str) -> Response | None:
        """Return the one that made a message, if it can still be used."""
        alive = (one for one in self._by_event.values() if one.is_alive)
        return next((one for one in alive if message in one.messages), None)

    def reaches(self, place: Place, event: str) -> bool:
        """Return whether a response can show an image at a place, whatever the bot itself may do there.

        A card that was made by what asked, or whose button was pressed lately, is changed through that.
        """
        channel, owner = places.channel_of(place), places.owner_of(place)
        direct = (self.find_by_event(event), self.find_editor(self._cards.get(event, "")))
        if any(one is not None and one.channel == channel for one in direct):
            return True
        return any(
            one.is_user_install
            and one.is_alive
            and one.channel == place.channel
            and one.person == owner
            for one in self._by_event.values()
        )

    def note_card(self, event: str, message: str) -> None:
        """Note which message shows what came of an event."""
        self._cards[event] = message
