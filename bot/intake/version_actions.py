"""What do the actions do that are about pictures already drawn: compare, star, export, delete?"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.conversation.records import Recorded
from bot.conversation.turn import Control
from bot.images import decode, inspect, montage
from bot.intake import lookup
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.language import N_, _, speak
from bot.ports.messages import Version
from bot.presentation import controls, forms, notice_cards, problems, sentences

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs
    from bot.conversation.intake_store import VersionActionStore
    from bot.conversation.turn import Turn
    from bot.delivery.ephemerals import Ephemerals
    from bot.export.archive import Exporter
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent


_log = structlog.stdlib.get_logger("easel.versions")


class VersionActions:
    """Compares, stars, exports and deletes pictures."""

    def __init__(
        self,
        store: VersionActionStore,
        blobs: Blobs,
        exporter: Exporter,
        ephemerals: Ephemerals,
        permissions: Permissions,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._exporter = exporter
        self._ephemerals = ephemerals
        self._permissions = permissions
        self._composing = asyncio.Semaphore(1)
        self._exports: dict[str, asyncio.Task[None]] = {}
        self._since = time.time()

    async def stop(self) -> None:
        """Leave exports that are not made yet."""
        tasks = list(self._exports.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def compare(self, event: ActionEvent, conversation: str) -> Recorded:
        """Show a version beside the one that it was made from."""
        new = await self._find_version(event, conversation)
        if new is None or new.parent is None:
            raise errors.NothingToCompare(version=new.number if new else _("the first picture"))
        _turn, old = await lookup.get_version(self._store, conversation, new.parent)
        found = []
        async with self._composing:
            for one in (old, new):
                data = await self._blobs.get(one.blob)
                if data is None:
                    raise errors.PictureGone(version=one.number)
                found.append((one.number, data))
            try:
                composed = await decode.run(montage.compare, *found)
            except inspect.NotAnImage:
                raise errors.PictureGone(
                    version=_("{old} or {new}").format(old=old.number, new=new.number)
                ) from None
        picture = await asyncio.to_thread(inspect.check_picture, composed)
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
            alt=sentences.describe_comparison(old, new),
            turn=turn,
        )
        control = Control(action=Action.COMPARE, version=new.number)
        return await self._store.record_comparison(turn, event, conversation, control, shown)

    async def star(self, event: ActionEvent, conversation: str) -> Recorded:
        """Give a version a person's star, or take it away."""
        version = await self._find_version(event, conversation)
        if version is None:
            raise errors.NoSuchVersion(version="picture")
        recorded = await self._store.toggle_star(event, conversation, version)
        if recorded.turn is None or not recorded.is_new:
            return recorded
        given = recorded.turn.team.stars.get(version.number, ())
        has = any(one.id == event.person.id for one in given)
        said = controls.describe_star(version.number, is_starred=has)
        return replace(recorded, message=said)

    async def _find_version(self, event: ActionEvent, conversation: str) -> Version | None:
        """Return the version that is meant: named, that of the card answered, else the head if any."""
        name = event.version or (event.message.source if event.message else None)
        if name is None and (turn := await lookup.find_answered(self._store, event)) is not None:
            name = turn.result.versions[0].number if turn.result.versions else None
        return await lookup.find_version(self._store, conversation, name)

    async def export(self, event: ActionEvent, conversation: str) -> Recorded:
        """Hand everything out as a file: the page fetches it, elsewhere it is posted to the thread."""
        recorded = Recorded(conversation=conversation, turn=None, is_new=True)
        if self._permissions.is_page(event.place):
            return replace(recorded, message=_(sentences.DOWNLOAD), can_download=True)
        export = await self._store.record_export(secrets.token_hex(8), event, conversation)
        if export.turn is not None and export.is_new:
            self._start_export(export.turn)
        return replace(recorded, is_new=export.is_new, message=_(sentences.PACKING))

    def resume_export(self, turn: Turn) -> bool:
        """Hand out an export that an earlier run left; False: the turn is no export."""
        if turn.control is None or turn.control.action is not Action.EXPORT:
            return False
        if turn.created < self._since:
            self._start_export(turn)
        return True

    def _start_export(self, turn: Turn) -> None:
        if turn.id in self._exports:
            return
        task = asyncio.create_task(self._post_export(turn), name=f"export {turn.id}")
        self._exports[turn.id] = task
        task.add_done_callback(lambda _: self._exports.pop(turn.id, None))

    async def _post_export(self, turn: Turn) -> None:
        with speak(await self._ephemerals.languages.find_for_place(turn.place, turn.person)):
            await self._post_archive(turn)

    async def _post_archive(self, turn: Turn) -> None:
        card = replace(
            notice_cards.notice(f"export-{turn.id}", _(sentences.PACKED)),
            event=turn.request.event_id,
        )
        try:
            document = await self._exporter.export(turn.conversation)
        except Exception:  # a full disk above all; whoever waits for it is told
            _log.exception("export failed", conversation=turn.conversation)
            await self._ephemerals.notify(
                turn.place, replace(card, text=_(problems.REFUSALS["not_packed"]))
            )
            await self._store.mark_notified(turn)
            return
        if document is not None:
            try:
                if not await self._ephemerals.notify(turn.place, replace(card, document=document)):
                    return  # the next start tries again
            finally:
                document.path.unlink(missing_ok=True)
        await self._store.mark_notified(turn)

    async def delete(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Remove a prompt with its images, or the whole conversation; pressed, a form asks first."""
        operates = self._permissions.operates(event.place, event.person)
        page = self._permissions.is_page(event.place)  # elsewhere a canvas is its channel's
        may_delete_all = operates or (
            page and await self._store.find_creator(conversation) == event.person.id
        )
        turn = await self._find_prompt(event, conversation)
        if turn is None and not may_delete_all:
            raise errors.NoSuchTurn
        if turn is not None and turn.is_merged:
            raise errors.BadPrompt(problem=controls.describe_merged(turn))
        is_own = operates or (turn is not None and turn.person.id == event.person.id)
        if event.message is None and event.fields is None and is_own:
            return forms.delete_form(turn, conversation, whole=may_delete_all)
        what = (event.fields or {}).get("what", "turn")
        if what == "canvas" and may_delete_all:
            deleted = await self._store.delete_conversation(conversation, event)
            return replace(deleted, message=_(sentences.ALL_DELETED))
        if what not in {"turn", "canvas"}:
            raise errors.BadPrompt(problem=N_("Put what to delete, turn or canvas, in “what”."))
        if turn is None:
            raise errors.NoSuchTurn
        if not is_own or what == "canvas":
            problem = sentences.describe_owner(turn.person.name, whole=what == "canvas", page=page)
            raise errors.NotAllowed(problem=problem)
        return await self._store.delete_turn(secrets.token_hex(8), event, conversation, turn.id)

    async def _find_prompt(self, event: ActionEvent, conversation: str) -> Turn | None:
        """Return the prompt that is meant: that of the card, of a version, else the newest; None: none."""
        if event.turn is not None:
            return await lookup.get_prompt(self._store, event.turn, conversation)
        if event.version is None:
            turn = await lookup.find_answered(self._store, event)
            if turn is not None and turn.control is None:
                return turn
        version = await self._find_version(event, conversation)
        if version is None:
            return await self._store.find_newest(conversation)
        return await self._store.find_turn(version.turn)
