"""What happens to what people say and press?

`Easel` is the Bot that adapters speak to. `handle_message` and `handle_action` put things on disk and answer at
once; what waits on disk is drawn in `bot.drawing.worker`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.conversation.records import Recorded
from bot.ports import errors, traces
from bot.ports.cards import Form, Receipt
from bot.ports.language import current_language, speak
from bot.ports.messages import State
from bot.presentation import controls, problems

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent, IncomingMessage, MessageChange, Person, Place
    from bot.server.parts import Parts, Stores

T = TypeVar("T")
_log = structlog.stdlib.get_logger("easel")


class Easel:
    """The bot: one conversation core for all platforms. Nothing that adapters ask raises."""

    def __init__(self, stores: Stores, parts: Parts) -> None:
        queue = stores.queue
        self._store = stores.store
        self._queue = queue
        self._parts = parts
        self.secrets = parts.secrets
        self.query = parts.queries.query
        self.rename = parts.queries.rename
        self.bookmark = parts.queries.bookmark
        self.forget_workspace = parts.queries.forget_workspace
        self.watch = parts.queries.watch
        self.watch_list = parts.queries.watch_list
        self.hold_shards = queue.hold_shards
        self.pace = queue.pace

    async def serve_workspace(self, platform: str, workspace: str) -> bool:
        """Draw for this workspace of a platform and no other; return whether other processes may serve others."""
        if not self._store.is_shared:
            return False
        self._store.serve_workspace(platform, workspace)
        self._queue.serve_workspace(platform, workspace)
        try:
            for lane in await self._store.list_waiting_lanes([platform]):
                await self._queue.wake(lane)
        except errors.NotSaved as error:  # the next sweep finds them
            _log.warning("waiting lanes not known", error=str(error))
        return True

    async def handle_message(self, message: IncomingMessage) -> Receipt:
        """Take a prompt or a spoken control; it is on disk when this returns."""
        traces.note_received()
        place, person = message.place, message.person
        self._parts.languages.note(place, person)
        answers_alone = message.direct or person.locale
        with speak(await self._find_language(place, person if answers_alone else None)):
            return await self._refuse_errors(self._take_message(message), message.event_id)

    async def handle_action(self, event: ActionEvent) -> Receipt | Form:
        """Use a control; a Form asks for more first."""
        traces.note_received()
        self._parts.languages.note(event.place, event.person)
        with speak(await self._find_language(event.place, event.person)):
            return await self._refuse_errors(self._take_action(event), event.event_id)

    async def _find_language(self, place: Place, person: Person | None) -> str:
        """Return what is spoken to a person alone; None: to all who read at a place."""
        try:
            if person is None:
                return await self._parts.languages.find_for_place(place)
            return await self._parts.languages.find_for_person(place, person)
        except errors.NotSaved:  # what follows says so
            return current_language()

    async def handle_change(self, change: MessageChange) -> None:
        """Change the words of a waiting turn, or cancel the turn whose asking message is gone."""
        try:
            recorded = await self._parts.actions.handle_change(change)
        except errors.EaselError as error:
            _log.info("change not taken", event_id=change.event_id, error=str(error))
            return
        except Exception:  # the adapter must go on, whatever this is
            _log.exception("change not taken", event_id=change.event_id)
            return
        if recorded is not None:
            await self._publish(recorded)

    async def introduce(self, place: Place) -> None:
        """Say in a channel who joined it; once, however often this is asked."""
        self._parts.ephemerals.run_in_background(self._parts.ephemerals.introduce(place))

    async def _refuse_errors(self, work: Awaitable[T], event: str) -> T | Receipt:
        """Turn what goes wrong into a refusal."""
        try:
            return await work
        except errors.Refused as error:
            if isinstance(error, errors.NotSaved):
                _log.error("not saved", event_id=event, error=str(error))
            return Receipt(refusal=problems.refusal(error))
        except Exception:  # the adapter must answer its platform, whatever this is
            _log.exception("request failed", event_id=event)
            return Receipt(refusal=problems.refusal(errors.NotSaved()))

    async def _take_message(self, message: IncomingMessage) -> Receipt:
        result = await self._parts.messages.handle(message)
        return result if isinstance(result, Receipt) else await self._publish(result)

    async def _take_action(self, event: ActionEvent) -> Receipt | Form:
        result = await self._parts.actions.handle(event)
        return await self._publish(result) if isinstance(result, Recorded) else result

    async def _publish(self, recorded: Recorded) -> Receipt:
        """Have people see what is on disk now, and its lane go on."""
        receipt = await self._publish_turn(recorded)
        for turn in recorded.republish:
            await self._parts.publisher.republish(turn)
        return receipt

    async def _publish_turn(self, recorded: Recorded) -> Receipt:
        turn = recorded.turn
        if recorded.deleted:
            self._parts.retention.schedule(recorded)
            self._parts.viewers.notify(recorded.conversation or "")
        if turn is None:
            return Receipt(
                conversation=recorded.conversation,
                new=recorded.is_new,
                message=recorded.message,
                download=recorded.can_download,
            )
        if turn.state is State.REFUSED and turn.control is None and not turn.attempt:
            return self._refuse(turn)
        for one in (turn, *recorded.also_changed) if recorded.is_new else ():
            await self._start(one, is_drawing=recorded.claim is not None)
        control = turn.control is not None
        said = controls.describe_control(turn) if control and turn.state is State.POSTED else ""
        return Receipt(
            conversation=turn.conversation,
            turn=None if control or recorded.is_quiet else turn.id,
            new=recorded.is_new,
            message=recorded.message
            or (controls.describe_vote(turn) if recorded.is_quiet else said),
            shown=(control or recorded.is_quiet) and not recorded.message,
            card=None if recorded.is_quiet else turn.id,
        )

    def _refuse(self, turn: Turn) -> Receipt:
        """Tell the person alone that a prompt was not taken; only pages show more of it."""
        assert turn.result.failure is not None  # noqa: S101 - a refused turn has one
        _log.info("refused", turn=turn.id, code=turn.result.failure.code)
        self._parts.metrics.count_end(turn)
        self._parts.viewers.notify(turn.conversation)
        self._parts.account.report(turn)
        return Receipt(
            conversation=turn.conversation,
            turn=turn.id,
            new=False,
            refusal=problems.problem(turn.result.failure),
        )

    async def _start(self, turn: Turn, *, is_drawing: bool = False) -> None:
        """Have people see a turn as it is on disk now, and its lane go on; `is_drawing`: both began already."""
        _log.info("turn", turn=turn.id, conversation=turn.conversation, state=turn.state)
        self._parts.metrics.count_prompt(turn)
        if turn.state is State.CANCELLED:
            self._parts.metrics.count_end(turn)
            self._parts.drawer.cancel(turn.id)
        self._parts.uploads.prefetch(turn)
        if not is_drawing and turn.state is not State.DRAWN:  # that is posted by its lane
            self._parts.publisher.schedule(turn)
        if turn.state is State.CANCELLED:
            await self._parts.publisher.refresh(turn.lane)
        if turn.request.answers is not None:
            await self._parts.publisher.republish(turn.request.answers)
        if not is_drawing:
            await self._queue.wake(turn.lane)
