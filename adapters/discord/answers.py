"""Which interactions can still be answered, and with what?

An interaction's first answer is due within 3 seconds; its token lives for 15 minutes. A new card is the
answer to what asked for it, so that a turn takes few calls; what comes too late is posted like any message.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from enum import Enum
from typing import TYPE_CHECKING, Any

import discord

from adapters.discord.calls import ANSWERED, OVER, insist
from adapters.discord.places import is_alone, owner, room
from adapters.discord.render import ALONE, said
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from discord import ui

    from bot.ports.messages import Place

#: seconds that a token is used; Discord lets it live for 15 minutes
_LIFE = 14 * 60.0
#: interactions that are remembered
_MOST = 2000
NOBODY = discord.AllowedMentions.none()


class _State(Enum):
    OPEN = "nothing said yet"
    THINKING = "said that the answer is on its way"
    SILENT = "acknowledged"
    ANSWERED = "answered with a message"


class Answer:
    """The answer to one interaction."""

    def __init__(self, interaction: discord.Interaction[Any], clock: Callable[[], float]) -> None:
        self._interaction = interaction
        self._clock = clock
        self._until = clock() + _LIFE
        self._state = _State.OPEN
        self._lock = asyncio.Lock()
        #: is the app there for this person only?
        self.alone = is_alone(interaction)
        self.person = str(interaction.user.id)
        #: the channel or thread that the answer stands in
        self.room = str(interaction.channel_id)
        #: bytes of a file that it may hold
        self.limit = interaction.filesize_limit
        #: set once a card stands as the answer
        self.carded = asyncio.Event()
        #: the cards that are its answers
        self.made: set[str] = set()
        #: may a card be the answer? Not where it belongs elsewhere
        self.wants_card = True

    @property
    def alive(self) -> bool:
        """Can it still be used?"""
        return self._clock() < self._until

    @property
    def takes_card(self) -> bool:
        """Can a card be the answer?"""
        fits = self._state in {_State.OPEN, _State.THINKING}
        return self.alive and self.wants_card and (fits or self.alone)

    async def card(self, make: Callable[[], tuple[ui.LayoutView, Sequence[discord.File]]]) -> int:
        """Answer with a card; give its message's id. `make` gives its layout and files, new each time."""
        async with self._lock:
            if self._state is _State.OPEN:
                id_ = await self._first(make)
            elif self._state is _State.THINKING:
                id_ = await self._edit(make)
            else:
                id_ = await self._further(make)
            self._state = _State.ANSWERED
        self.made.add(str(id_))
        self.carded.set()
        return id_

    async def _first(self, make: Callable[[], tuple[ui.LayoutView, Sequence[discord.File]]]) -> int:
        async def call() -> int | None:
            view, files = make()
            answered = await self._interaction.response.send_message(
                view=view, files=list(files), allowed_mentions=NOBODY
            )
            return answered.message_id

        try:
            id_ = await insist(call)
        except discord.HTTPException as error:
            if error.code != ANSWERED:
                raise
            id_ = None  # the answer to an earlier try was lost
        return id_ or (await insist(self._interaction.original_response)).id

    async def _edit(self, make: Callable[[], tuple[ui.LayoutView, Sequence[discord.File]]]) -> int:
        async def call() -> int:
            view, files = make()
            shown = await self._interaction.edit_original_response(
                view=view, attachments=list(files), allowed_mentions=NOBODY
            )
            return shown.id

        return await insist(call)

    async def _further(
        self, make: Callable[[], tuple[ui.LayoutView, Sequence[discord.File]]]
    ) -> int:
        view, files = make()
        shown = await self._interaction.followup.send(
            view=view, files=list(files), allowed_mentions=NOBODY, wait=True
        )
        return shown.id

    async def edit(
        self,
        message: int,
        make: Callable[[], tuple[ui.LayoutView, Sequence[discord.File] | None]],
    ) -> None:
        """Change a message of this interaction, or the one whose button was pressed."""

        async def call() -> None:
            view, files = make()
            more: dict[str, Any] = {} if files is None else {"attachments": list(files)}
            hook = self._interaction.followup
            await hook.edit_message(message, view=view, allowed_mentions=NOBODY, **more)

        await insist(call)

    async def remove(self, message: int) -> None:
        """Take away a message of this interaction."""
        await self._interaction.followup.delete_message(message)

    async def whisper(self, view: ui.LayoutView) -> bool:
        """Show something to the person alone; False: it is too late."""
        if not self.alive:
            return False
        async with self._lock:
            if self._state is _State.OPEN:
                await self._interaction.response.send_message(
                    view=view, ephemeral=True, allowed_mentions=NOBODY
                )
                self._state = _State.SILENT
                return True
            thinking = self._state is _State.THINKING
            if thinking:
                # the next message would take the place of the public "thinking", and be public too
                await self._interaction.edit_original_response(
                    view=said(ALONE), allowed_mentions=NOBODY
                )
            await self._interaction.followup.send(
                view=view, ephemeral=True, allowed_mentions=NOBODY, wait=True
            )
            self._state = _State.SILENT if thinking else self._state
            if thinking:
                await self._interaction.delete_original_response()
        return True

    async def form(self, modal: ui.Modal) -> bool:
        """Open a form; False: it is too late for one."""
        async with self._lock:
            if self._state is not _State.OPEN:
                return False
            await self._interaction.response.send_modal(modal)
            self._state = _State.SILENT
            return True

    async def acknowledge(self, *, silently: bool) -> None:
        """Say that the answer is on its way, or that nothing more will come; nothing where one is there."""
        async with self._lock:
            if self._state is not _State.OPEN:
                return
            update = silently and self._interaction.message is not None
            try:
                await self._interaction.response.defer(thinking=not update)
            except discord.HTTPException as error:
                if error.code not in {ANSWERED, OVER}:
                    raise
            self._state = _State.SILENT if update else _State.THINKING


class Answers:
    """The interactions of the last minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_event: OrderedDict[str, Answer] = OrderedDict()
        self._by_message: OrderedDict[str, Answer] = OrderedDict()
        #: messages that show what came of events
        self._cards: LRU[str, str] = LRU(_MOST)

    def open(self, interaction: discord.Interaction[Any]) -> Answer | None:
        """Take an interaction; None: it came before."""
        event = str(interaction.id)
        if event in self._by_event:
            return None
        answer = Answer(interaction, self._clock)
        _keep(self._by_event, event, answer)
        if interaction.message is not None:
            self.stands(str(interaction.message.id), answer)
        return answer

    def of_event(self, event: str) -> Answer | None:
        """Find the one that an event names, if it can still be used."""
        return _alive(self._by_event.get(event))

    def of_message(self, message: str) -> Answer | None:
        """Find the newest that can change a message."""
        return _alive(self._by_message.get(message))

    def reaches(self, place: Place, event: str) -> bool:
        """Tell whether an answer can show a picture at a place, whatever the bot itself may do there.

        A card that was made by what asked, or whose button was pressed lately, is changed through that.
        """
        answer, changes = self.of_event(event), self.of_message(self._cards.get(event, ""))
        if answer is not None and answer.room == room(place):
            return True
        if changes is not None and changes.room == room(place):
            return True
        return any(
            one.alone
            and one.alive
            and one.room == place.channel
            and int(one.person) == owner(place)
            for one in self._by_event.values()
        )

    def card_of(self, event: str, message: str) -> None:
        """Note which message shows what came of an event."""
        self._cards[event] = message

    def maker(self, message: str) -> Answer | None:
        """Find the one that a card is the answer to, if it can still be used."""
        made = (one for one in self._by_event.values() if message in one.made)
        return _alive(next(made, None))

    def stands(self, message: str, answer: Answer) -> None:
        """Note that a message can be changed through an interaction."""
        _keep(self._by_message, message, answer)


def _alive(answer: Answer | None) -> Answer | None:
    return answer if answer is not None and answer.alive else None


def _keep(kept: OrderedDict[str, Answer], key: str, answer: Answer) -> None:
    kept[key] = answer
    kept.move_to_end(key)
    while len(kept) > _MOST or (kept and not next(iter(kept.values())).alive):
        kept.popitem(last=False)
