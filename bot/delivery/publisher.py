"""What do people see of a turn now, and did it get there?

One show at a time for each card, always the newest state: what changes while a show is under way is
shown once, after it. A drawn turn becomes posted here.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.delivery.ephemerals import PATIENCE, Ephemerals
from bot.ports.cards import Posted
from bot.ports.errors import AdapterFailed, EaselError, NotPosted, NotReached, NotSaved
from bot.ports.lru import LRU
from bot.ports.messages import State
from bot.presentation import cards, problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.delivery.live import Viewers
    from bot.model.catalog.catalog import Catalog
    from bot.ports.adapter import Adapter
    from bot.ports.cards import Card, Preview
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.publisher")


#: cards of waiting turns that are shown anew when the queue moves
_REFRESHED = 5
#: seconds that a card waits for being claimed, where nothing is being drawn, before it is first shown
_SETTLE = 0.05
#: seconds that a new card waits for those asked before it, so that they stand in that order
_IN_ORDER = 2.0
#: cards whose whereabouts are remembered
_REMEMBERED = 4096


#: states after which a card changes by itself
_MOVES = frozenset({State.QUEUED, State.DRAWING, State.DRAWN})


class _Card:
    """A card on its way: the newest state."""

    def __init__(self, turn: Turn, after: _Card | None) -> None:
        self.turn = turn
        self.since = time.monotonic()
        self.again = True
        #: the new card asked before it in its conversation
        self.after = after
        #: set once it has been shown, or was refused
        self.placed = asyncio.Event()
        #: set once it need not wait for being claimed
        self.settled = asyncio.Event()
        self.task: asyncio.Task[bool] | None = None


class CardPublisher(Ephemerals):
    """Shows turns through the adapters of their places."""

    def __init__(
        self, store: Store, adapters: Mapping[str, Adapter], catalog: Catalog, viewers: Viewers
    ) -> None:
        super().__init__(store, adapters, catalog)
        self._viewers = viewers
        self._cards: dict[str, _Card] = {}
        #: the newest card of each conversation that is on its way for the first time
        self._latest: dict[str, _Card] = {}
        #: conversations in which a turn is being drawn, and that turn
        self._busy: LRU[str, str] = LRU(_REMEMBERED)
        self._at: LRU[str, Posted | None] = LRU(_REMEMBERED)
        self._gone: LRU[str, None] = LRU(_REMEMBERED)

    def schedule(self, turn: Turn) -> asyncio.Task[bool]:
        """Have the turn shown as it is; an older state still waiting to be shown is skipped.

        The task gives whether its place took it.
        """
        if not self.is_live(
            turn
        ):  # else they are told in a moment: of a prompt and its claim at once
            self._viewers.notify(turn.conversation)
        card = self._cards.get(turn.id)
        if card is None:
            new = self._at.get(turn.id) is None
            card = _Card(turn, self._latest.get(turn.conversation) if new else None)
            self._cards[turn.id] = card
            if new:
                self._latest[turn.conversation] = card
        elif turn.revision >= card.turn.revision:
            card.turn = turn
        card.again = True
        if turn.state is State.DRAWING:
            self._busy[turn.conversation] = turn.id
        elif self._busy.get(turn.conversation) == turn.id:
            del self._busy[turn.conversation]
        if turn.state is not State.QUEUED or turn.conversation in self._busy:
            card.settled.set()
        if card.task is None:
            card.task = asyncio.create_task(self._show(card), name=f"show {turn.id}")
        return card.task

    def forget(self, id_: str) -> None:
        """Show a turn no more: it is deleted."""
        self._gone[id_] = None
        self._at.pop(id_, None)

    async def wait_for(self, id_: str) -> None:
        """Wait until what is on its way of a turn has arrived."""
        card = self._cards.get(id_)
        if card is not None and card.task is not None:
            await asyncio.wait([card.task])

    async def publish(self, turn: Turn) -> None:
        """Show the turn as it is, and wait until people can see it; not for ever."""
        await asyncio.wait([self.schedule(turn)], timeout=PATIENCE)

    async def ensure_posted(self, turn: Turn, patience: float) -> bool:
        """Show a turn as it is; False: its card is new, and its place does not take it.

        A new card has `patience` seconds to get there, from when it was first to be shown.
        """
        stands = self.is_live(turn) or turn.team.is_hidden or self._at.get(turn.id) is not None
        showing = self.schedule(turn)
        if stands:
            return True
        left = self._cards[turn.id].since + patience - time.monotonic()
        done, _ = await asyncio.wait([showing], timeout=max(0.0, left))
        return not done or showing.result()

    async def publish_retry(self, turn: Turn, tries: int, *, sent: bool) -> None:
        """Write and show that a request goes out again, before it does. Raise Superseded."""
        self.schedule(await self._store.record_retry(turn, tries, sent=sent))

    def is_live(self, turn: Turn) -> bool:
        """Do people see each change of a turn by themselves, as on a page?"""
        adapter = self._adapters.get(turn.place.platform)
        return adapter is not None and adapter.live

    def wants_previews(self, turn: Turn) -> bool:
        """Would anybody see a preview of this turn?"""
        watched = self._viewers.is_watched(turn.conversation)
        return turn.request.previews is not False and (watched or self._shows_previews(turn))

    def _shows_previews(self, turn: Turn) -> bool:
        """Return whether its place shows previews of this turn."""
        adapter = self._adapters.get(turn.place.platform)
        usual = adapter.previews if adapter is not None else False
        return bool(
            usual if turn.request.previews is None else turn.request.previews and usual is not False
        )

    def set_preview(self, turn: Turn, preview: Preview | None) -> None:
        """Show a drawing's newest preview; None: it is over."""
        self._viewers.set_preview(turn.conversation, turn.id, preview)
        if preview is not None and self._shows_previews(turn):
            self.schedule(turn)

    async def republish(self, id_: str) -> None:
        """Show a turn anew, because something about it changed."""
        turn = await self._store.find_turn(id_)
        if turn is not None:
            self.schedule(turn)

    async def refresh(self, conversation: str) -> None:
        """Show anew the cards of those who wait: their place in the queue has changed."""
        self._viewers.notify(conversation)
        for turn in await self._store.list_queued(conversation, _REFRESHED):
            self.schedule(turn)

    async def flush(self) -> None:
        """Wait until all that is on its way has arrived."""
        tasks = [card.task for card in self._cards.values() if card.task]
        await asyncio.gather(*tasks, super().flush(), return_exceptions=True)

    async def _show(self, card: _Card) -> bool:
        taken = True
        try:
            # where nothing is being drawn, a prompt is mostly claimed at once: one message less
            with suppress(TimeoutError):
                await asyncio.wait_for(card.settled.wait(), _SETTLE)
            if card.after is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(card.after.placed.wait(), _IN_ORDER)
                card.after = None
            while card.again:  # also what changed while a show failed is shown
                card.again = False
                taken = await self._tried(card)
                card.placed.set()
        finally:
            card.placed.set()
            del self._cards[card.turn.id]
            if self._latest.get(card.turn.conversation) is card:
                del self._latest[card.turn.conversation]
        return taken

    async def _tried(self, card: _Card) -> bool:
        try:
            return await self._once(card)
        except EaselError as error:
            _log.warning("card not shown", turn=card.turn.id, error=str(error))
        except Exception:  # a card that cannot be shown must not keep others from it
            _log.exception("card not shown", turn=card.turn.id)
        return True

    async def _once(self, card: _Card) -> bool:
        """Show a card as it is now; False: its place does not take it, and will not."""
        if self.is_live(card.turn):
            self._viewers.notify(card.turn.conversation)
            await self._noted(card.turn)
            return True
        adapter = self._adapters.get(card.turn.place.platform)
        turn, before = await self._standing(card.turn)
        if adapter is None or turn is None or turn.id in self._gone:
            return True
        if turn.team.parent is not None:
            await self.republish(turn.team.parent)
        if turn.team.is_hidden:
            await self._noted(turn)
            return True
        face = cards.card(
            # once it stands there, it is posted: it must not say that it is on its way
            replace(turn, state=State.POSTED) if turn.state is State.DRAWN else turn,
            model=self._catalog.entry(turn.request.model),
            preview=self._viewers.get_preview(turn.conversation, turn.id)
            if self._shows_previews(turn)
            else None,
        )
        try:
            at = await _shown(adapter, turn.place, face, before)
        except NotPosted as error:
            _log.warning("card refused", turn=turn.id, state=turn.state, error=str(error))
            if turn.state is State.DRAWN:
                card.turn = await self._store.mark_not_posted(turn, problems.failure(error))
                card.again = True  # words may get there where the picture did not
                self._viewers.notify(turn.conversation)
            elif not isinstance(error, NotReached):  # else the next sweep tells it
                await self._told(turn)  # as far as it can be
            return isinstance(error, NotReached | AdapterFailed)  # else it stays refused
        self._at[turn.id] = at
        if turn.state is State.DRAWN or at != (before or Posted(place=turn.place)):
            await self._store.mark_posted(turn, at)
            self._viewers.notify(turn.conversation)
            if turn.team.parent is not None:
                await self.republish(turn.team.parent)
        await self._told(turn)
        return True

    async def _told(self, turn: Turn) -> None:
        """Note that people can see how a turn ended, so that it is not shown again after a crash."""
        if not turn.notified and turn.state not in _MOVES:
            await self._store.mark_notified(turn)

    async def _noted(self, turn: Turn) -> None:
        """Note the end of a turn that needs no card of its own: a page, or a card that gathers it, shows it."""
        if turn.state is State.DRAWN:
            await self._store.mark_posted(turn, Posted(place=turn.place))
            self._viewers.notify(turn.conversation)
            if turn.team.parent is not None:
                await self.republish(turn.team.parent)
        await self._told(turn)

    async def _standing(self, turn: Turn) -> tuple[Turn | None, Posted | None]:
        """Read a turn anew, and where its card stands.

        Another process may have gone on with it, posted its card, or deleted it (None).
        """
        at = self._at.get(turn.id)
        if at is None:
            newest, at = await self._store.find_turn_and_posted(turn.id)
            self._at[turn.id] = at
            return newest, at
        try:
            return await self._store.find_turn(turn.id), at
        except NotSaved:
            return turn, at


async def _shown(adapter: Adapter, place: Place, card: Card, at: Posted | None) -> Posted:
    """Show a card. Raise NotPosted, also for an adapter's own fault: its lane must go on."""
    try:
        return await adapter.show(place, card, at)
    except EaselError:
        raise
    except Exception as error:
        _log.exception("adapter failed", card=card.id)
        raise AdapterFailed(repr(error)) from error
