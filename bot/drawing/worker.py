"""How does a turn get from queued to posted?

`process_lane` takes a lane's turns one after another: claim → draw → finish → show.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.conversation.records import Claim
from bot.ports import errors, traces
from bot.ports.messages import State

if TYPE_CHECKING:
    from bot.conversation.delivery_store import LaneStore
    from bot.conversation.queue import TurnQueue
    from bot.conversation.records import ChooseOutput, NewPrompt, Recorded
    from bot.conversation.turn import Turn
    from bot.delivery.ephemerals import Ephemerals
    from bot.delivery.notices import AccountHold
    from bot.delivery.publisher import CardPublisher
    from bot.drawing.drawer import Drawer
    from bot.images.thumbnails import Thumbnails
    from bot.policy.permissions import Permissions

_log = structlog.stdlib.get_logger("easel")

#: seconds for a cancelled drawing to end
_CANCEL_TIMEOUT = 5.0


class TurnCounter(Protocol):
    """Counts how turns end."""

    def count_end(self, turn: Turn, seconds: float | None = None) -> None:
        """Count a turn that is over, and how long its drawing took, in seconds; None: nothing was drawn."""
        ...


class LaneWorker:
    """Draws what waits, lane by lane."""

    def __init__(  # noqa: PLR0913 - each part once, by name
        self,
        *,
        store: LaneStore,
        queue: TurnQueue,
        drawer: Drawer,
        publisher: CardPublisher,
        ephemerals: Ephemerals,
        account: AccountHold,
        permissions: Permissions,
        metrics: TurnCounter,
        thumbnails: Thumbnails,
    ) -> None:
        self._thumbnails = thumbnails
        self._store = store
        self._queue = queue
        self._drawer = drawer
        self._publisher = publisher
        self._ephemerals = ephemerals
        self._account = account
        self._permissions = permissions
        self._metrics = metrics
        self._lanes: set[asyncio.Task[object]] = set()
        #: turns that were claimed with their write, by id, until they are shown
        self._claimed: set[str] = set()
        #: what draws them, by lane
        self._started: dict[str, asyncio.Task[None]] = {}
        #: lanes that found nothing to do, perhaps because of one of those
        self._again: set[str] = set()
        #: may there be lanes that wait for others to be drawn first?
        self._may_wait = True
        self._stopping = asyncio.Event()

    def stop_claiming(self) -> None:
        """Claim nothing more."""
        self._stopping.set()

    async def stop(self, grace: float) -> None:
        """Claim nothing more; give what is being drawn `grace` seconds, then cancel it."""
        self.stop_claiming()
        if not self._lanes:
            return
        _log.info("stopping", drawing=self._drawer.count, grace=grace)
        _, late = await asyncio.wait(self._lanes, timeout=grace)
        self._drawer.stop()
        if late:
            await asyncio.wait(late, timeout=_CANCEL_TIMEOUT)

    async def record(self, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
        """Put a prompt on disk, and draw it at once where nothing waits before it. Raise Refused."""
        task = asyncio.create_task(self._record(prompt, fit), name=f"record {prompt.id}")
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)  # what is claimed is drawn, whoever waits no more

    async def _record(self, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
        self._claimed.add(prompt.id)
        claim = None
        try:
            place = prompt.message.place
            with traces.intake_span({"turn": prompt.id, "platform": place.platform}) as trace:
                recorded = await self._store.record_prompt(
                    replace(prompt, trace=trace) if trace else prompt,
                    fit,
                    claim=not self._stopping.is_set(),
                )
            claim = recorded.claim
        finally:
            if claim is None:
                self._claimed.discard(prompt.id)
        if claim is not None:
            self._publisher.schedule(claim.turn, is_current=True, is_new=True)
            started = asyncio.create_task(self._draw_started(claim), name=f"draw {prompt.id}")
            self._started[claim.turn.lane] = started
            self._lanes.add(started)
        return recorded

    async def _draw_started(self, claim: Claim) -> None:
        """Draw a turn that was claimed with its write, and show it."""
        id_, lane = claim.turn.id, claim.turn.lane
        begun = time.monotonic()
        try:
            turn = await self._drawer.check_and_draw(claim)
            await self._wake_next()
            if turn is not None:
                await self._notify(turn, time.monotonic() - begun)
        except Exception:
            # the store still has the turn; the next sweep takes it up again
            _log.exception("drawing failed", turn=id_)
        finally:
            self._lanes.discard(self._started.pop(lane))
            self._claimed.discard(id_)
            if lane in self._again:
                await self._queue.wake(lane)
            self._again.discard(lane)
            if not self._claimed:
                self._again.clear()

    async def _wake_next(self) -> None:
        """Wake the lanes that waited for this one."""
        if not (self._may_wait or self._store.is_shared):
            return
        lanes = await self._store.list_next_lanes()
        for lane in lanes:
            await self._queue.wake(lane)
        self._may_wait = bool(lanes or self._drawer.count or len(self._claimed) > 1)

    async def process_lane(self, lane: str) -> None:
        """Process everything that waits in a lane, in order. Raise ServedElsewhere where that is another process's."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._lanes.add(task)
        try:
            await self._process(lane)
        finally:
            self._lanes.discard(task)

    async def _process(self, lane: str) -> None:
        """Process a lane; who comes next begins while people are notified."""
        shown = None
        while not self._stopping.is_set():
            if lane in self._started:
                await asyncio.wait([self._started[lane]])
                continue
            turn = await self._store.prepare_next(lane, self._permissions.limits(), self._claimed)
            seconds = None
            if turn is None:
                self._may_wait = True
                self._again |= {lane} if self._claimed else set()
            if turn is not None and turn.state is State.QUEUED:
                begun = time.monotonic()
                turn = await self._draw_next(lane, turn)
                seconds = time.monotonic() - begun
            elif turn is None or turn.id == shown:
                return  # nothing more; or it cannot be marked as shown: the next sweep tries again
            await self._wake_next()
            if turn is not None:
                await self._notify(turn, seconds)
                shown = turn.id

    async def _notify(self, turn: Turn, seconds: float | None) -> None:
        """Show what became of a turn, and wait for it: a lane's turns are shown in order."""
        self._account.report(turn)
        if turn.state is not State.QUEUED and (
            seconds is not None or turn.state is not State.DRAWN
        ):
            self._metrics.count_end(turn, seconds)
        await self._ephemerals.post_ephemeral(turn)
        await self._publisher.publish(turn, is_current=True)
        if seconds is not None and turn.result.versions and self._publisher.is_live(turn):
            made = [one.blob for one in turn.result.versions]  # those a page is about to ask for
            self._ephemerals.run_in_background(self._thumbnails.make(made))

    async def _draw_next(self, lane: str, turn: Turn) -> Turn | None:
        """Draw the next turn of a lane, if its place accepts a picture; None: it is over elsewhere, or stays."""
        try:
            await self._drawer.check(turn)
        except (errors.NotKept, errors.CannotPost) as error:
            claim = await self._claim(lane)
            return await self._drawer.fail(claim.turn, error) if isinstance(claim, Claim) else claim
        if self._stopping.is_set():
            return None
        claim = await self._claim(lane)
        return await self._drawer.draw(claim) if isinstance(claim, Claim) else claim

    async def _claim(self, lane: str) -> Claim | Turn | None:
        limits = self._permissions.limits()
        claim = await self._store.claim(lane, limits, self._claimed, sent=False)
        self._may_wait = self._may_wait or claim is None
        return claim
