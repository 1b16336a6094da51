"""How does a turn get from queued to posted?

`process_lane` takes a lane's turns one after another: claim → draw → finish → show.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.conversation.records import Claim
from bot.drawing.lease import while_current
from bot.ports import errors
from bot.ports.messages import State
from bot.ports.retry import retry
from bot.presentation import problems

if TYPE_CHECKING:
    from bot.conversation.blobs import Ownership
    from bot.conversation.delivery_store import LaneStore
    from bot.conversation.queue import TurnQueue
    from bot.conversation.records import Answer
    from bot.conversation.turn import Turn
    from bot.delivery.ephemerals import Ephemerals
    from bot.delivery.notices import AccountHold
    from bot.delivery.publisher import CardPublisher
    from bot.drawing.generator import Generator
    from bot.images.thumbnails import Thumbnails
    from bot.policy.permissions import Permissions

_log = structlog.stdlib.get_logger("easel")

#: seconds for a new card, and for a canvas's first, to be posted before the drawing begins anyway
_NEW_CARD, _FIRST_CARD = 2.0, 5.0
#: seconds for a cancelled drawing to end
_CANCEL_TIMEOUT = 5.0
#: seconds before what the model drew is saved again, where the disk did not take it
_SAVE_PAUSES = (0.1, 0.4, 1.0, 2.0, 4.0, 8.0, 15.0)


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
        generator: Generator,
        publisher: CardPublisher,
        ephemerals: Ephemerals,
        account: AccountHold,
        permissions: Permissions,
        metrics: TurnCounter,
        images: Ownership,
        thumbnails: Thumbnails,
    ) -> None:
        self._images = images
        self._thumbnails = thumbnails
        self._store = store
        self._queue = queue
        self._generator = generator
        self._publisher = publisher
        self._ephemerals = ephemerals
        self._account = account
        self._permissions = permissions
        self._metrics = metrics
        self._drawing: dict[str, asyncio.Task[Turn]] = {}
        self._lanes: set[asyncio.Task[object]] = set()
        self._stopping = asyncio.Event()

    def stop_claiming(self) -> None:
        """Claim nothing more."""
        self._stopping.set()

    async def stop(self, grace: float) -> None:
        """Claim nothing more; give what is being drawn `grace` seconds, then cancel it."""
        self.stop_claiming()
        if not self._lanes:
            return
        _log.info("stopping", drawing=len(self._drawing), grace=grace)
        _, late = await asyncio.wait(self._lanes, timeout=grace)
        for task in list(self._drawing.values()):
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_CANCEL_TIMEOUT)

    def cancel(self, id_: str) -> None:
        """Cancel a drawing that is over in the store."""
        if id_ in self._drawing:
            self._drawing[id_].cancel()

    async def process_lane(self, lane: str) -> None:
        """Process everything that waits in a lane, in order."""
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
            turn = await self._store.prepare_next(lane, self._permissions.limits())
            seconds = None
            if turn is not None and turn.state is State.QUEUED:
                begun = time.monotonic()
                turn = await self._draw_next(lane, turn)
                seconds = time.monotonic() - begun
            elif turn is None or turn.id == shown:
                return  # nothing more; or it cannot be marked as shown: the next sweep tries again
            for other in await self._store.list_next_lanes():
                await self._queue.wake(other)
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
        await self._publisher.publish(turn)
        if seconds is not None and turn.result.versions and self._publisher.is_live(turn):
            made = [one.blob for one in turn.result.versions]  # those a page is about to ask for
            self._ephemerals.run_in_background(self._thumbnails.make(made))

    async def _draw_next(self, lane: str, turn: Turn) -> Turn | None:
        """Draw the next turn of a lane, if its place accepts a picture; None: it is over elsewhere, or stays."""
        try:
            await self._images.check()
            await self._ephemerals.check_place(turn)
        except (errors.NotKept, errors.CannotPost) as error:
            claim = await self._store.claim(lane, self._permissions.limits(), sent=False)
            return await self._fail(claim.turn, error) if isinstance(claim, Claim) else claim
        if self._stopping.is_set():
            return None
        claim = await self._store.claim(lane, self._permissions.limits(), sent=False)
        return await self._draw_claim(claim) if isinstance(claim, Claim) else claim

    async def _draw_claim(self, claim: Claim) -> Turn | None:
        """Draw in a task of its own, so that Cancel ends the drawing and nothing else."""
        id_ = claim.turn.id
        if claim.has_waiting:
            await self._publisher.refresh(claim.turn.lane)
        task = asyncio.create_task(self.draw(claim), name=f"draw {id_}")
        self._drawing[id_] = task
        try:
            await asyncio.wait([task])
        finally:
            del self._drawing[id_]
            task.cancel()
            self._publisher.set_preview(claim.turn, None)
        try:
            return task.result()
        except errors.Superseded as error:
            _log.info("turn is over elsewhere", turn=id_, detail=str(error))
        except asyncio.CancelledError:
            if self._stopping.is_set():
                failure = problems.failure(errors.Interrupted("stopped"))
                return await self._store.interrupt(claim.turn, failure)
        return None

    async def _ensure_posted(self, turn: Turn) -> None:
        """Show that a turn is being drawn. Raise CannotPost: nobody pays for what cannot be shown."""
        within = _NEW_CARD if turn.place.thread else _FIRST_CARD
        if not await self._publisher.ensure_posted(turn, within):
            await self._ephemerals.check_place(turn)  # by now it is known why
            raise errors.CannotPost(str(turn.place))

    async def draw(self, claim: Claim) -> Turn:
        """Draw one turn: the image is safe before anybody sees it."""
        turn = claim.turn
        try:
            await self._ensure_posted(turn)
            async with while_current(self._store, turn):
                answer = await self._generator.generate(claim)
        except errors.EaselError as error:
            return await self._fail(turn, error)
        except Exception as error:  # the lane must go on, whatever this is
            _log.exception("drawing failed", turn=turn.id)
            return await self._fail(turn, errors.Internal(repr(error)))
        _log.info("drawn", turn=turn.id, images=len(answer.images), cost=answer.cost)
        return await self._save(turn, answer)

    async def _save(self, turn: Turn, answer: Answer) -> Turn:
        """Save an answer; one that comes too late is not shown, but its cost is settled."""

        async def finish() -> Turn:
            try:
                return await self._store.finish(turn, answer, seen=self._publisher.is_live(turn))
            except errors.Superseded:
                await self._store.record_late_answer(turn, answer)
                raise
            except errors.NotSaved as error:
                _log.error("answer not saved", turn=turn.id, error=str(error))
                raise

        return await retry(
            finish,
            is_transient=lambda error: isinstance(error, errors.NotSaved),
            pauses=_SAVE_PAUSES,
        )

    async def _fail(self, turn: Turn, error: errors.EaselError) -> Turn:
        if isinstance(error, errors.Superseded):
            raise error
        _log.warning(
            "not drawn", turn=turn.id, kind=error.kind, code=error.code(), error=str(error)
        )
        failure = problems.failure(error)
        if isinstance(error, errors.NoCredit):
            return await self._account.hold(turn, failure)
        return await self._store.fail(turn, failure)
