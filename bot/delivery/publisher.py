"""What do people see of a turn now, and did it get there?

Each card is shown once at a time, always in its newest state: what changes meanwhile is shown once, after it.
A drawn turn becomes posted here.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.delivery.attempt import TIMEOUT, attempt, show_card, wait_for_event
from bot.delivery.pending import PendingUpdate
from bot.delivery.reload import reload
from bot.policy.languages import Languages
from bot.policy.model_choice import suggest_model
from bot.ports import errors, limits
from bot.ports.cards import Posted
from bot.ports.language import speak
from bot.ports.lru import LRU
from bot.ports.messages import State
from bot.presentation import batch_card, cards, problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.delivery_store import PublisherStore
    from bot.conversation.turn import Turn
    from bot.delivery.live import Viewers
    from bot.model.catalog.catalog import Catalog
    from bot.ports.adapter import Adapter
    from bot.ports.cards import Preview

_log = structlog.stdlib.get_logger("easel.publisher")

#: cards of waiting turns that are updated when the queue moves
_MAX_REFRESHED = 5
#: seconds that a card waits for being claimed, where nothing is being drawn, before it is first shown
_CLAIM_WAIT = 0.05
#: seconds that a new card waits for those asked before it, so that they are posted in that order
_ORDER_WAIT = 2.0
#: cards whose whereabouts are remembered
_REMEMBERED = 4096
#: states after which a card changes by itself
_TRANSIENT = frozenset({State.QUEUED, State.DRAWING, State.DRAWN})


class CardPublisher:
    """Shows turns through the adapters of their places."""

    def __init__(
        self,
        store: PublisherStore,
        adapters: Mapping[str, Adapter],
        catalog: Catalog,
        viewers: Viewers,
        languages: Languages | None = None,
        mention_after: float | None = cards.SLOW,
    ) -> None:
        self._store = store
        #: seconds of drawing after which whoever asked is mentioned; None: nobody is by default
        self._mention_after = mention_after
        self._adapters = adapters
        self._catalog = catalog
        self._viewers = viewers
        self._languages = languages or Languages(store, adapters)
        self._pending: dict[str, PendingUpdate] = {}
        #: the newest card of each conversation that is about to be posted for the first time
        self._newest: dict[str, PendingUpdate] = {}
        #: by conversation: the turn that is being drawn
        self._drawing: LRU[str, str] = LRU(_REMEMBERED)
        self._posted: LRU[str, Posted | None] = LRU(_REMEMBERED)
        #: by turn: the revision that its card was shown in last
        self._shown: LRU[str, int] = LRU(_REMEMBERED)
        self._deleted: LRU[str, None] = LRU(_REMEMBERED)

    def schedule(
        self, turn: Turn, *, is_current: bool = False, is_new: bool = False
    ) -> asyncio.Task[bool]:
        """Have the turn shown as it is; an older state still waiting to be shown is skipped.

        `is_current`: is it known to be as the store has it, so that it need not be read? `is_new`: was it put on disk just now? The task's result:
        did its place accept it?
        """
        # where it is live, they are notified in a moment: of a prompt and its claim at once
        if not self.is_live(turn):
            self._viewers.notify(turn.conversation)
        update = self._pending.get(turn.id)
        if update is None:
            new = self._posted.get(turn.id) is None
            update = PendingUpdate(turn, self._newest.get(turn.conversation) if new else None)
            self._pending[turn.id] = update
            update.is_current, update.is_new = is_current, is_new
            if new:
                self._newest[turn.conversation] = update
        elif turn.revision >= update.turn.revision:
            update.turn, update.is_current = turn, is_current
        update.is_outdated = True
        if turn.state is State.DRAWING:
            self._drawing[turn.conversation] = turn.id
        elif self._drawing.get(turn.conversation) == turn.id:
            del self._drawing[turn.conversation]
        if turn.state is not State.QUEUED or turn.conversation in self._drawing:
            update.settled.set()
        if update.task is None:
            update.task = asyncio.create_task(self._run(update), name=f"show {turn.id}")
        return update.task

    def forget(self, id_: str) -> None:
        """Show a turn no more: it is deleted."""
        self._deleted[id_] = None
        self._posted.pop(id_, None)
        self._viewers.forget_images()

    async def wait_for(self, id_: str) -> None:
        """Wait until a turn's card, if it is about to be shown, has been shown."""
        update = self._pending.get(id_)
        if update is not None and update.task is not None:
            await asyncio.wait([update.task])

    async def publish(self, turn: Turn, *, is_current: bool = False) -> None:
        """Show the turn as it is, and wait until people can see it; not for ever."""
        await asyncio.wait([self.schedule(turn, is_current=is_current)], timeout=TIMEOUT)

    async def ensure_posted(self, turn: Turn, within: float) -> bool:
        """Show a turn as it is; False: its card is new, and its place does not accept it.

        A new card has `within` seconds, from when it was first to be shown.
        """
        if self._shown.get(turn.id) == turn.revision:
            return True
        needs_no_card = self.is_live(turn) or turn.team.is_hidden
        is_posted = needs_no_card or self._posted.get(turn.id) is not None
        task = self.schedule(turn, is_current=True)
        if is_posted:
            return True
        left = self._pending[turn.id].since + within - time.monotonic()
        done, _ = await asyncio.wait([task], timeout=max(0.0, left))
        return not done or task.result()

    async def publish_retry(self, turn: Turn, tries: int, *, sent: bool) -> None:
        """Record and show that a request is retried, before it is. Raise Superseded."""
        retried = await self._store.record_retry(turn, tries, sent=sent)
        self.schedule(retried, is_current=True)

    def is_live(self, turn: Turn) -> bool:
        """Do people see each change of a turn by themselves, as on a page?"""
        adapter = self._adapters.get(turn.place.platform)
        return adapter is not None and adapter.live

    def wants_previews(self, turn: Turn) -> bool:
        """Would anybody see a preview of this turn?"""
        watched = self._viewers.is_watched(turn.conversation)
        return turn.request.previews is not False and (watched or self._shows_previews(turn))

    def _shows_previews(self, turn: Turn) -> bool:
        adapter = self._adapters.get(turn.place.platform)
        default = adapter.previews if adapter is not None else False
        return bool(
            default
            if turn.request.previews is None
            else turn.request.previews and default is not False
        )

    def set_preview(self, turn: Turn, preview: Preview | None) -> None:
        """Show a drawing's newest preview; None: it is over."""
        self._viewers.set_preview(turn.conversation, turn.id, preview)
        if preview is not None and self._shows_previews(turn):
            self.schedule(turn)

    async def republish(self, id_: str) -> None:
        """Show a turn again, because something about it changed."""
        turn = await self._store.find_turn(id_)
        if turn is not None:
            self.schedule(turn)

    async def refresh(self, conversation: str) -> None:
        """Update the cards of turns that wait: their place in the queue has changed."""
        self._viewers.notify(conversation)
        for turn in await self._store.list_queued(conversation, _MAX_REFRESHED):
            self.schedule(turn)

    async def flush(self) -> None:
        """Wait until everything scheduled has been shown."""
        tasks = [update.task for update in self._pending.values() if update.task]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, update: PendingUpdate) -> bool:
        accepted = True
        try:  # where nothing is being drawn, a prompt is mostly claimed at once: one message less
            await wait_for_event(update.settled, _CLAIM_WAIT)
            if update.after is not None:
                await wait_for_event(update.after.shown, _ORDER_WAIT)
                update.after = None
            while update.is_outdated:  # also what changed while a show failed is shown
                update.is_outdated = False
                # a card that cannot be shown must not keep others from it
                shown = await attempt(self._show(update), "card not shown", turn=update.turn.id)
                accepted = shown is not False
                update.shown.set()
                # what changes meanwhile is shown once
                if batch_card.is_moving(update.turn) and not self.is_live(update.turn):
                    await asyncio.sleep(limits.PROGRESS_INTERVAL)
        finally:
            update.shown.set()
            del self._pending[update.turn.id]
            if self._newest.get(update.turn.conversation) is update:
                del self._newest[update.turn.conversation]
        return accepted

    async def _show(self, update: PendingUpdate) -> bool:
        """Show a card as it is now; False: its place does not accept it, and will not."""
        if self.is_live(update.turn):
            self._viewers.notify(update.turn.conversation)
            await self._finish_without_card(update.turn)
            return True
        if (adapter := self._adapters.get(update.turn.place.platform)) is None:
            return True
        turn, before = await reload(self._store, self._posted, update)
        if turn is None or turn.id in self._deleted:
            return True
        if turn.team.parent is not None:
            await self.republish(turn.team.parent)
        if turn.team.is_hidden:
            await self._finish_without_card(turn)
            return True
        with speak(await self._languages.find_for_place(turn.place, turn.person)):
            return await self._show_card(adapter, update, turn, before)

    async def _show_card(
        self, adapter: Adapter, update: PendingUpdate, turn: Turn, before: Posted | None
    ) -> bool:
        preview = self._viewers.get_preview(turn.conversation, turn.id)
        card = cards.card(
            # once it is there, it is posted: it must not say that it is about to be
            replace(turn, state=State.POSTED) if turn.state is State.DRAWN else turn,
            model=self._catalog.entry(turn.request.model),
            suggested=suggest_model(self._catalog, turn),
            preview=preview if self._shows_previews(turn) else None,
            mention_after=self._mention_after,
        )
        self._viewers.note_images(turn.place, [image.blob for image in card.images])
        try:
            trace = turn.trace if turn.state is State.DRAWN else None
            at = await show_card(adapter, turn.place, card, before, trace)
        except errors.NotPosted as error:
            return await self._handle_refusal(update, turn, error)
        self._posted[turn.id], self._shown[turn.id] = at, turn.revision
        before = before or Posted(place=turn.place)
        if turn.state is State.DRAWN or at != before:
            try:
                turn = await self._mark_posted(turn, at, before)
            except errors.PostedElsewhere:  # this process was frozen while another took over
                del self._posted[turn.id]
                update.is_outdated = True
                await adapter.remove_card(at)
                return True
        else:
            await self._mark_notified(turn)
        if self._store.is_shared and before.messages:
            # another process may have shown it in a newer state, before this older one got there
            update.is_outdated |= await self._store.get_revision(turn.id) > turn.revision
        return True

    async def _handle_refusal(
        self, update: PendingUpdate, turn: Turn, error: errors.NotPosted
    ) -> bool:
        _log.warning("card refused", turn=turn.id, state=turn.state, error=str(error))
        if not self._posted.get(turn.id):
            await self._store.release_card(turn.id)
        if turn.state is State.DRAWN and not isinstance(error, errors.ServedElsewhere):
            update.turn = await self._store.mark_not_posted(turn, problems.failure(error))
            update.is_outdated = True  # words may get there where the picture did not
            self._viewers.notify(turn.conversation)
        elif not isinstance(error, errors.NotReached):  # else the next sweep shows it
            await self._mark_notified(turn)  # as far as can be
        return isinstance(error, errors.NotReached | errors.AdapterFailed)  # else it stays refused

    async def _mark_posted(self, turn: Turn, at: Posted, before: Posted) -> Turn:
        marked = await self._store.mark_posted(turn, at, before)
        self._viewers.notify(turn.conversation)
        if turn.team.parent is not None:
            await self.republish(turn.team.parent)
        return marked

    async def _mark_notified(self, turn: Turn) -> None:
        """Record that people can see how a turn ended, so that it is not shown again after a crash."""
        if not turn.notified and turn.state not in _TRANSIENT:
            await self._store.mark_notified(turn)

    async def _finish_without_card(self, turn: Turn) -> None:
        """Record the end of a turn that a page, or the card of its parent, shows."""
        if turn.state is State.DRAWN:
            at = Posted(place=turn.place)
            await self._mark_posted(turn, at, at)
        await self._mark_notified(turn)
