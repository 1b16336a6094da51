"""What becomes of pictures once they are drawn: compared, exported, deleted?

Each method ends with something on disk, a Form to show, or a refusal raised.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.conversation.conversation import Control, possible_numbers
from bot.conversation.records import Recorded
from bot.images import decode, inspect, montage
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.messages import ActionEvent, IncomingMessage, Version
from bot.presentation import cards, forms, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.conversation.blobs import Blobs
    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.delivery.publisher import CardPublisher
    from bot.export.archive import Exporter
    from bot.intake.team import Doing
    from bot.ports.cards import Form
    from bot.ports.messages import Person, Place


_log = structlog.stdlib.get_logger("easel.keeping")


class VersionActions:
    """Does what people do with pictures that are drawn."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        packing: Exporter,
        publisher: CardPublisher,
        operates: Callable[[Place, Person], bool],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._packing = packing
        self._publisher = publisher
        self._operates = operates
        self._composing = asyncio.Semaphore(1)
        self.does: Mapping[Action, Doing] = {
            Action.COMPARE: self._compare,
            Action.EXPORT: self._export,
            Action.DELETE: self._delete,
        }
        self._exports: dict[str, asyncio.Task[None]] = {}
        self._since = time.time()

    async def stop(self) -> None:
        """Leave exports that are not made yet."""
        tasks = list(self._exports.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _compare(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Show a version beside the one that it was made from."""
        new = await self._version(incoming, control, id_)
        if new is None or new.parent is None:
            raise errors.NothingToCompare(version=new.number if new else "the first picture")
        known = await self._store.find_conversation(id_, (new.parent,))
        if known is None:
            raise errors.NoSuchThread
        old = known.versions[known.resolve_version(new.parent)]
        async with self._composing:
            data = await self._beside(old, new)
        picture = await asyncio.to_thread(inspect.look, data)
        await self._blobs.put(picture.data, picture.blob)
        turn = secrets.token_hex(8)
        shown = Version(
            number=f"{old.number}-{new.number}",
            parent=None,
            blob=picture.blob,
            media_type=picture.media_type,
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            alt=sentences.beside(old, new),
            turn=turn,
        )
        what = Control(action=Action.COMPARE, version=new.number)
        return await self._store.record_comparison(turn, incoming, id_, what, shown)

    async def _beside(self, old: Version, new: Version) -> bytes:
        found = []
        for one in (old, new):
            data = await self._blobs.get(one.blob)
            if data is None:
                raise errors.PictureGone(version=one.number)
            found.append((one.number, data))
        try:
            return await decode.run(montage.compare, *found)
        except inspect.NotAnImage:
            raise errors.PictureGone(version=f"{old.number} or {new.number}") from None

    async def _version(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Version | None:
        """Find the version that is meant: named, that of the card answered, else the head if any."""
        name = control.version
        if name is None and isinstance(incoming, IncomingMessage):
            name = incoming.source or await self._answered(incoming)
        known = await self._store.find_conversation(id_, possible_numbers(name))
        if known is None or (name is None and known.head is None):
            return None
        return known.versions[known.resolve_version(name or known.head or "")]

    async def _export(
        self, incoming: IncomingMessage | ActionEvent, _control: Control, id_: str
    ) -> Recorded | Form:
        """Hand everything out as a file: the page fetches it, elsewhere it is posted to the thread."""
        if incoming.place.platform == "web":
            says = sentences.DOWNLOAD
            return Recorded(
                conversation=id_, turn=None, is_new=True, message=says, can_download=True
            )
        begun = await self._store.record_export(secrets.token_hex(8), incoming, id_)
        if begun.turn is not None and begun.is_new:
            self.hand_out(begun.turn)
        return Recorded(conversation=id_, turn=None, is_new=begun.is_new, message=sentences.PACKING)

    def left(self, turn: Turn) -> bool:
        """Is it an export that an earlier run did not get to hand out?"""
        exports = turn.control is not None and turn.control.action is Action.EXPORT
        return exports and turn.created < self._since

    def hand_out(self, turn: Turn) -> None:
        """Have everything packed and posted."""
        if turn.id in self._exports:
            return
        task = asyncio.create_task(self._handed_out(turn), name=f"export {turn.id}")
        self._exports[turn.id] = task
        task.add_done_callback(lambda _: self._exports.pop(turn.id, None))

    async def _handed_out(self, turn: Turn) -> None:
        card = replace(cards.notice(f"export-{turn.id}", sentences.PACKED), event=turn.event_id)
        try:
            document = await self._packing.export(turn.conversation)
        except Exception:  # a full disk above all; whoever waits for it is told
            _log.exception("export failed", conversation=turn.conversation)
            await self._publisher.notify(turn.place, replace(card, text=sentences.NOT_PACKED))
            await self._store.mark_notified(turn)
            return
        if document is not None:
            try:
                if not await self._publisher.notify(turn.place, replace(card, document=document)):
                    return  # the next start tries again
            finally:
                document.path.unlink(missing_ok=True)
        await self._store.mark_notified(turn)

    async def _delete(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Remove a prompt with its images, or the whole conversation; pressed, a form asks first."""
        operates = self._operates(incoming.place, incoming.person)
        whole = operates or await self._began(incoming, id_)
        turn = await self._prompt(incoming, control, id_)
        if turn is None and not whole:
            raise errors.NoSuchTurn
        if turn is not None and turn.merged:
            raise errors.BadPrompt(problem=sentences.part_of(turn))
        mine = operates or (turn is not None and turn.person.id == incoming.person.id)
        what = "turn"
        if isinstance(incoming, ActionEvent):
            if incoming.fields is None and mine:
                return forms.delete_form(turn, id_, whole=whole)
            what = (incoming.fields or {}).get("what", "turn")
        if what == "canvas" and whole:
            gone = await self._store.delete_conversation(id_)
            return replace(gone, message=sentences.ALL_DELETED)
        if what not in {"turn", "canvas"}:
            raise errors.BadPrompt(problem="“what” is what to delete: turn or canvas.")
        if turn is None:
            raise errors.NoSuchTurn
        if not mine or what == "canvas":
            page = incoming.place.platform == "web"
            whole = what == "canvas"
            raise errors.NotAllowed(
                problem=sentences.not_yours(turn.person.name, whole=whole, page=page)
            )
        return await self._store.delete_turn(secrets.token_hex(8), incoming, id_, turn.id)

    async def _began(self, incoming: IncomingMessage | ActionEvent, id_: str) -> bool:
        """Is it somebody's own canvas? On the page only: elsewhere it is a thread of the channel's."""
        return (
            incoming.place.platform == "web"
            and await self._store.find_creator(id_) == incoming.person.id
        )

    async def _prompt(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Turn | None:
        """Find the prompt that is meant: that of the card, of a version, else the newest; None: none."""
        if control.turn is not None:
            turn = await self._store.find_turn(control.turn)
            if turn is None or turn.conversation != id_ or turn.control is not None:
                raise errors.NoSuchTurn(turn=control.turn)
            return turn
        if isinstance(incoming, IncomingMessage) and incoming.reply_to and control.version is None:
            turn = await self._store.find_by_card(incoming.place, incoming.reply_to)
            if turn is not None and turn.control is None:
                return turn
        version = await self._version(incoming, control, id_)
        if version is None:
            return await self._store.find_newest(id_)
        return await self._store.find_turn(version.turn)

    async def _answered(self, incoming: IncomingMessage) -> str | None:
        if incoming.reply_to is None:
            return None
        turn = await self._store.find_by_card(incoming.place, incoming.reply_to)
        return turn.versions[0].number if turn and turn.versions else None
