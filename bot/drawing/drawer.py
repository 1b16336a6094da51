"""How is one claimed turn drawn, saved, or ended without an image?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.drawing.lease import while_current
from bot.ports import errors, traces
from bot.ports.retry import retry
from bot.presentation import problems

if TYPE_CHECKING:
    from bot.conversation.blobs import Ownership
    from bot.conversation.delivery_store import LaneStore
    from bot.conversation.records import Answer, Claim
    from bot.conversation.turn import Turn
    from bot.delivery.ephemerals import Ephemerals
    from bot.delivery.notices import AccountHold
    from bot.delivery.publisher import CardPublisher
    from bot.drawing.generator import Generator

_log = structlog.stdlib.get_logger("easel")

#: seconds for a new card, and for a canvas's first, to be posted before the drawing begins anyway
_NEW_CARD, _FIRST_CARD = 2.0, 5.0
#: seconds before what the model drew is saved again, where the disk did not take it
_SAVE_PAUSES = (0.1, 0.4, 1.0, 2.0, 4.0, 8.0, 15.0)


class Drawer:
    """Draws what is claimed."""

    def __init__(
        self,
        *,
        store: LaneStore,
        generator: Generator,
        publisher: CardPublisher,
        ephemerals: Ephemerals,
        account: AccountHold,
        images: Ownership,
    ) -> None:
        self._store = store
        self._generator = generator
        self._publisher = publisher
        self._ephemerals = ephemerals
        self._account = account
        self._images = images
        self._drawing: dict[str, asyncio.Task[Turn]] = {}
        self._is_stopping = False

    @property
    def count(self) -> int:
        """How many turns are being drawn."""
        return len(self._drawing)

    def cancel(self, id_: str) -> None:
        """Cancel a drawing that is over in the store."""
        if id_ in self._drawing:
            self._drawing[id_].cancel()

    def stop(self) -> None:
        """Cancel all drawings: the process ends."""
        self._is_stopping = True
        for task in list(self._drawing.values()):
            task.cancel()

    async def check(self, turn: Turn) -> None:
        """Raise NotKept where images cannot be kept, CannotPost where its place accepts none."""
        await self._images.check()
        await self._ephemerals.check_place(turn)

    async def check_and_draw(self, claim: Claim) -> Turn | None:
        """Draw a claimed turn, if its place accepts a picture; None: it is over elsewhere."""
        try:
            await self.check(claim.turn)
        except (errors.NotKept, errors.CannotPost) as error:
            return await self.fail(claim.turn, error)
        return await self.draw(claim)

    async def draw(self, claim: Claim) -> Turn | None:
        """Draw in a task of its own, so that Cancel ends the drawing and nothing else."""
        id_ = claim.turn.id
        if claim.has_waiting:
            await self._publisher.refresh(claim.turn.lane)
        task = asyncio.create_task(self._draw(claim), name=f"draw {id_}")
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
            if self._is_stopping:
                failure = problems.failure(errors.Interrupted("stopped"))
                return await self._store.interrupt(claim.turn, failure)
        return None

    async def _ensure_posted(self, turn: Turn) -> None:
        """Show that a turn is being drawn. Raise CannotPost: nobody pays for what cannot be shown."""
        within = _NEW_CARD if turn.place.thread else _FIRST_CARD
        if not await self._publisher.ensure_posted(turn, within):
            await self._ephemerals.check_place(turn)  # by now it is known why
            raise errors.CannotPost(str(turn.place))

    async def _draw(self, claim: Claim) -> Turn:
        """Draw one turn: the image is safe before anybody sees it."""
        turn = claim.turn
        try:
            about: traces.Attributes = {
                "turn": turn.id,
                "attempt": turn.attempt,
                "model": turn.request.model,
            }
            traces.note_wait(turn.trace, turn.created, about)
            await self._ensure_posted(turn)
            with traces.span("draw", turn.trace, about):
                async with while_current(self._store, turn):
                    answer = await self._generator.generate(claim)
        except errors.EaselError as error:
            return await self.fail(turn, error)
        except Exception as error:  # the lane must go on, whatever this is
            _log.exception("drawing failed", turn=turn.id)
            return await self.fail(turn, errors.Internal(repr(error)))
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

    async def fail(self, turn: Turn, error: errors.EaselError) -> Turn:
        """End a turn without an image. Raise Superseded."""
        if isinstance(error, errors.Superseded):
            raise error
        _log.warning(
            "not drawn", turn=turn.id, kind=error.kind, code=error.code(), error=str(error)
        )
        failure = problems.failure(error)
        if isinstance(error, errors.NoCredit):
            return await self._account.hold(turn, failure)
        return await self._store.fail(turn, failure)
