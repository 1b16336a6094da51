"""What happens to what people say and press?

`Easel` is the Bot that adapters speak to. `ask` and `press` put things on disk and answer at once; what
waits on disk is drawn in `bot.drawing.worker`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.conversation.conversation import possible_numbers
from bot.delivery.live import Viewers
from bot.delivery.notices import AccountHold
from bot.delivery.publisher import CardPublisher
from bot.delivery.retention import Retention
from bot.drawing.generator import Generator
from bot.drawing.worker import LaneWorker
from bot.export.archive import Exporter
from bot.images.upload import Uploads
from bot.intake.actions import ActionHandler
from bot.intake.incoming import WORDS, Intake
from bot.intake.prompts import Prompts
from bot.intake.team import TeamActions
from bot.intake.version_actions import VersionActions
from bot.policy.permissions import Permissions
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Form, Receipt
from bot.ports.messages import State
from bot.ports.queries import UsageQuery
from bot.presentation import sentences, statement
from bot.server.metrics import Metrics
from bot.server.views import QueryHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping
    from pathlib import Path

    from bot.conversation.blobs import Blobs, Ownership
    from bot.conversation.conversation import Turn
    from bot.conversation.queue import Slots, TurnQueue
    from bot.conversation.records import Recorded
    from bot.conversation.store import Store
    from bot.model.catalog.catalog import Catalog
    from bot.model.client import ModelClient
    from bot.ports.adapter import Adapter
    from bot.ports.messages import ActionEvent, IncomingMessage, MessageChange, Place
    from bot.ports.queries import CanvasQuery, CardChange, Query, Revision

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel")

#: seconds between two looks for lanes whose wake-up was lost
_SWEEP = 10.0
#: seconds for what is on its way at the end
_LAST_WORDS = 5.0


class Easel:
    """The bot: one conversation core for all platforms."""

    def __init__(  # noqa: PLR0913 - the composition root hands over every part once
        self,
        *,
        store: Store,
        blobs: Blobs,
        ownership: Ownership,
        queue: TurnQueue,
        model: ModelClient,
        catalog: Catalog,
        adapters: Mapping[str, Adapter],
        slots: Slots,
        operator: Place | None = None,
        retention: float | None = None,
        permissions: Permissions | None = None,
        confirm_above: float | None = None,
        exports: Path,
    ) -> None:
        self._store = store
        self._queue = queue
        self._catalog = catalog
        self._adapters = adapters
        self._viewers = Viewers()
        packing = Exporter(store, blobs, exports)
        self._views = QueryHandler(store, blobs, catalog, self._viewers, packing)
        self._publisher = CardPublisher(store, adapters, catalog, self._viewers)
        self._files = Uploads(blobs, store, adapters)
        generator = Generator(
            client=model,
            store=store,
            blobs=blobs,
            catalog=catalog,
            files=self._files,
            publisher=self._publisher,
        )
        self._permissions = permissions or Permissions()
        self._prompts = Prompts(store, catalog, self._files, self._permissions, confirm_above)
        together = TeamActions(store, catalog, self._prompts, self._permissions.operates)
        self._keeping = VersionActions(
            store, blobs, packing, self._publisher, self._permissions.operates
        )
        does = {**together.does, **self._keeping.does}
        self._presses = ActionHandler(
            store, catalog, self._prompts, does, together.polls, self._permissions
        )
        self._intake = Intake(store, self._prompts, self._presses, together, self._permissions)
        self._account = AccountHold(store, queue, self._publisher, operator)
        self._metrics = Metrics()
        self._drawing = LaneWorker(
            store=store,
            slots=slots,
            generator=generator,
            publisher=self._publisher,
            account=self._account,
            permissions=self._permissions,
            metrics=self._metrics,
            images=ownership,
        )
        self._images = ownership
        self._stopping = asyncio.Event()
        self._retention = Retention(
            store=store,
            blobs=blobs,
            ownership=ownership,
            adapters=adapters,
            publisher=self._publisher,
            end=self._drawing.cancel,
            retention=retention,
        )

    # What adapters ask. Nothing here raises.

    async def handle_message(self, message: IncomingMessage) -> Receipt:
        """Take a prompt or a spoken control; it is on disk when this returns."""
        return await self._kindly(self._asked(message), message.event_id)

    async def handle_action(self, event: ActionEvent) -> Receipt | Form:
        """Use a control; a Form asks for more first."""
        return await self._kindly(self._pressed(event), event.event_id)

    async def handle_change(self, change: MessageChange) -> None:
        """Give a waiting turn its new words, or cancel the turn whose asking message is gone."""
        try:
            begun = await self._presses.changed(change)
        except errors.EaselError as error:
            _log.info("change not taken", event_id=change.event_id, error=str(error))
            return
        except Exception:  # the adapter must go on, whatever this is
            _log.exception("change not taken", event_id=change.event_id)
            return
        if begun is not None:
            await self._begun(begun)

    async def query(self, query: Query[T]) -> T:
        """Answer a question, for those who ask only."""
        return await self._views.query(query)

    async def rename(self, query: CanvasQuery, title: str) -> str | None:
        """Give a conversation a name of people's own; give it. None: there is none for those who ask."""
        return await self._views.rename(query, title)

    def watch(self, query: CanvasQuery, after: Revision | None) -> AsyncIterator[CardChange]:
        """Give each card that changed after a revision, then live."""
        return self._views.watch(query, after)

    async def ready(self) -> None:
        """Tell whether more can be taken. Raises NotSaved, NotKept, or Stopping."""
        if self._stopping.is_set():
            raise errors.Stopping
        await self._store.get_held_since()
        await self._images.check()

    async def measured(self) -> bytes:
        """Give the metrics as they are now. Raises NotSaved."""
        waiting = await self._store.count_open_turns()
        on_hold = await self._store.get_held_since() is not None
        return self._metrics.text(waiting, on_hold=on_hold)

    async def resume(self) -> bool:
        """Take the model's account off hold; False: it was not on hold."""
        return await self._account.resume()

    async def _kindly(self, work: Awaitable[T], event: str) -> T | Receipt:
        """Turn what goes wrong into a refusal."""
        try:
            return await work
        except errors.Refused as error:
            if isinstance(error, errors.NotSaved):
                _log.error("not saved", event_id=event, error=str(error))
            return Receipt(refusal=sentences.refusal(error))
        except Exception:  # the adapter must answer its platform, whatever this is
            _log.exception("request failed", event_id=event)
            return Receipt(refusal=sentences.refusal(errors.NotSaved()))

    async def _asked(self, message: IncomingMessage) -> Receipt:
        taken = await self._intake.take(message)
        if isinstance(taken, Receipt):
            return taken
        if isinstance(taken, Action):
            return await self._answered(message, taken)
        return await self._begun(taken)

    async def _pressed(self, event: ActionEvent) -> Receipt | Form:
        if event.action in WORDS:
            return await self._answered(event, event.action)
        found = await self._presses.pressed(event)
        if isinstance(found, Form):
            return found
        receipt = await self._begun(found)
        if event.action is Action.GO and event.turn is not None:
            await self._publisher.republish(event.turn)  # what was agreed on is drawn once
        return receipt

    async def _answered(self, incoming: IncomingMessage | ActionEvent, action: Action) -> Receipt:
        """Do what is about no picture. Raises Refused."""
        conversation = await self._store.find_conversation_at(incoming.place)
        if conversation is None and incoming.place.platform == "web":
            raise errors.NoSuchThread
        self._permissions.check(incoming, action)
        if action is Action.RESUME:
            if not await self.resume():
                raise errors.NothingToResume
            return Receipt(conversation=conversation)
        if action is Action.USAGE:
            place = incoming.place
            query = UsageQuery(platform=place.platform, workspace=place.workspace)
            found = await self._views.query(query)
            limits = self._permissions.limits()
            return Receipt(
                message=statement.chat(found, limits, place, incoming.person) if found else ""
            )
        return Receipt(message=sentences.HELP)

    async def _begun(self, begun: Recorded) -> Receipt:
        """Have people see what is on disk now, and its lane go on."""
        turn = begun.turn
        if begun.deleted:
            self._retention.schedule(begun)
            self._viewers.notify(begun.conversation or "")
        if turn is None:
            return Receipt(
                conversation=begun.conversation,
                new=begun.is_new,
                message=begun.message,
                download=begun.can_download,
            )
        if turn.state is State.REFUSED and turn.control is None and not turn.attempt:
            return self._refused(turn)
        for one in (turn, *begun.also_changed) if begun.is_new else ():
            await self._go_on(one)
        control = turn.control is not None
        said = sentences.done(turn) if control and turn.state is State.POSTED else ""
        return Receipt(
            conversation=turn.conversation,
            turn=None if control or begun.is_quiet else turn.id,
            new=begun.is_new,
            message=begun.message or (sentences.chosen(turn) if begun.is_quiet else said),
            shown=(control or begun.is_quiet) and not begun.message,
            card=None if begun.is_quiet else turn.id,
        )

    def _refused(self, turn: Turn) -> Receipt:
        """Tell the person alone that a prompt was not taken; only pages show more of it."""
        assert turn.failure is not None  # noqa: S101 - a refused turn has one
        _log.info("refused", turn=turn.id, code=turn.failure.code)
        self._metrics.ended(turn)
        self._viewers.notify(turn.conversation)
        self._account.report(turn)
        return Receipt(
            conversation=turn.conversation,
            turn=turn.id,
            new=False,
            refusal=sentences.problem(turn.failure),
        )

    async def _go_on(self, turn: Turn) -> None:
        """Have people see a turn as it is on disk now, and its lane go on."""
        _log.info("turn", turn=turn.id, conversation=turn.conversation, state=turn.state)
        self._metrics.taken(turn)
        if turn.state is State.CANCELLED:
            self._metrics.ended(turn)
            self._drawing.cancel(turn.id)
        self._files.prefetch(turn)
        self._publisher.schedule(turn)
        if turn.state is State.CANCELLED:
            await self._publisher.refresh(turn.lane)
        if turn.answers is not None:
            await self._publisher.republish(turn.answers)
        if turn.control is not None and turn.control.action is Action.CHOOSE:
            await self._chosen(turn)
        await self._queue.wake(turn.lane)

    async def _chosen(self, turn: Turn) -> None:
        """Show the card of what was chosen anew: its buttons are about the chosen picture now."""
        known = await self._store.find_conversation(
            turn.conversation, possible_numbers(turn.source)
        )
        made = known.versions.get(turn.source or "") if known else None
        if made is not None:
            await self._publisher.republish(made.turn)

    # Running.

    async def run(self) -> None:
        """Drain lanes until cancelled; begin with those that an earlier run left."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sweep(), name="sweep")
            tasks.create_task(self._queue.run(self._drawing.process_lane), name="queue")
            tasks.create_task(self._retention.run(), name="clearing")
            if self._store.is_shared:
                tasks.create_task(
                    self._viewers.poll_other_processes(self._store.get_revisions), name="viewers"
                )

    async def stop(self, grace: float) -> None:
        """Claim nothing more; give what is being drawn `grace` seconds, then let it go."""
        self._stopping.set()
        self._drawing.stop_claiming()
        await self._queue.rest()
        await self._drawing.stop(grace)
        with suppress(TimeoutError):  # what is not shown yet is shown at the next start
            await asyncio.wait_for(self._publisher.flush(), _LAST_WORDS)
        await self._keeping.stop()
        with suppress(TimeoutError):  # what is not removed yet is removed at the next start
            await asyncio.wait_for(self._retention.flush(), _LAST_WORDS)

    async def _sweep(self) -> None:
        """Look now and then for what was lost, at once at the start."""
        first = True
        while not self._stopping.is_set():
            try:
                await self._swept(first=first)
                first = False
            except errors.EaselError as error:
                _log.error("sweep failed", error=str(error))
            except Exception:  # the next one may do better, whatever this is
                _log.exception("sweep failed")
            await asyncio.sleep(_SWEEP)

    async def _swept(self, *, first: bool) -> None:
        """Take up what was lost: wake-ups, cards that do not say how a turn ended, a word of a hold."""
        platforms = sorted(self._adapters)
        for lane in await self._store.list_waiting_lanes(platforms):
            await self._queue.wake(lane)
        for turn in await self._store.list_unnotified(platforms):
            if turn.control is not None and turn.control.action is Action.EXPORT:
                if self._keeping.left(turn):
                    self._keeping.hand_out(turn)
                continue
            if first:
                self._publisher.run_in_background(self._publisher.post_ephemeral(turn))
            self._publisher.schedule(turn)
        self._publisher.run_in_background(self._account.notify_operator())
        await self._store.delete_pictures()
