"""How do the pictures that people send get into the blob store?

Limited in bytes before and while they are read; `bot.images.prepare` converts them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.conversation.kit_rules import describe_most_images
from bot.images import decode, inspect, prepare
from bot.images.prepare import too_large
from bot.ports import limits
from bot.ports.errors import BadPrompt, FileUnreadable, PictureGone
from bot.ports.kit import KitImage
from bot.ports.language import N_
from bot.presentation.sentences import describe_unusable_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.blobs import Blobs
    from bot.conversation.intake_store import AttachmentStore
    from bot.conversation.turn import Turn
    from bot.ports.adapter import Adapter
    from bot.ports.messages import Attachment, Place, Version

#: turns whose files are read before they are drawn
_REMEMBERED = 256
#: seconds for one file
_READ_TIMEOUT = 60.0
_log = structlog.stdlib.get_logger("easel.files")


class Uploads:
    """Reads and stores people's files."""

    def __init__(
        self, blobs: Blobs, store: AttachmentStore, adapters: Mapping[str, Adapter]
    ) -> None:
        self._blobs = blobs
        self._store = store
        self._adapters = adapters
        self._slots = asyncio.Semaphore(4)
        self._tasks: dict[tuple[str, ...], asyncio.Task[tuple[Attachment, ...]]] = {}

    async def store_attachments(
        self, attachments: tuple[Attachment, ...]
    ) -> tuple[Attachment, ...]:
        """Store the files whose bytes came along. Raise BadPrompt for one that cannot be used."""
        found = []
        for file in attachments[: limits.MAX_ATTACHMENTS]:
            if file.data is None:
                found.append(file)
                continue
            try:
                found.append(await self._store_file(file, file.data))
            except inspect.NotAnImage as error:
                says = describe_unusable_file(file.name, error.why, error.facts)
                raise BadPrompt(problem=says) from None
        return tuple(found)

    async def store_references(
        self, place: Place, attachments: tuple[Attachment, ...]
    ) -> tuple[KitImage, ...]:
        """Store pictures for a brand kit, small. Raise BadPrompt for one that cannot be used."""
        if len(attachments) > limits.MAX_KIT_IMAGES:
            raise BadPrompt(problem=describe_most_images())
        found = []
        for file in attachments:
            try:
                read = await self._read_and_store(place, file, limits.MAX_KIT_SIDE)
            except FileUnreadable as error:
                raise BadPrompt(problem=error.facts["problem"]) from None
            found.append(KitImage(name=file.name, blob=read.blob or ""))
        return tuple(found)

    async def store_reference(self, version: Version) -> KitImage:
        """Store a version's picture for a brand kit, small. Raise PictureGone."""
        data = await self._blobs.get(version.blob)
        if data is None:
            raise PictureGone(version=version.number)
        try:
            picture = await decode.run(prepare.normalize, data, limits.MAX_KIT_SIDE)
        except inspect.NotAnImage:
            raise PictureGone(version=version.number) from None
        await self._blobs.put(picture.data, picture.blob)
        return KitImage(name=version.number, blob=picture.blob)

    async def read_text_file(self, place: Place, file: Attachment, most: int) -> bytes | None:
        """Read a file that is no picture; None: it has more than `most` bytes. Raise what its platform's SDK does."""
        if file.size is not None and file.size > most:
            return None
        if file.data is not None:
            return file.data if len(file.data) <= most else None
        data = b""
        async with self._slots, asyncio.timeout(_READ_TIMEOUT):
            async for piece in self._adapters[place.platform].read_attachment(place, file):
                data += piece
                if len(data) > most:
                    return None
        return data

    def prefetch(self, turn: Turn) -> None:
        """Begin to read a new turn's files: some platforms' links expire."""
        key = _task_key(turn)
        if (
            any(file.blob is None and not file.left for file in turn.request.attachments)
            and key not in self._tasks
        ):
            self._tasks[key] = asyncio.create_task(self._read(turn), name=f"files {turn.id}")
            self._drop_old()

    def _drop_old(self) -> None:
        """Drop what was read for turns that were never drawn; it is on disk."""
        for key in list(self._tasks)[:-_REMEMBERED]:
            if self._tasks[key].done():
                task = self._tasks.pop(key)
                if not task.cancelled():
                    task.exception()  # seen: whoever draws the turn reads the file anew

    async def load(self, turn: Turn) -> tuple[Attachment, ...]:
        """Return the turn's files, all of them stored. Raise FileUnreadable."""
        if all(file.blob is not None or file.left for file in turn.request.attachments):
            return turn.request.attachments
        self.prefetch(turn)
        try:
            return await asyncio.shield(self._tasks[_task_key(turn)])
        finally:
            self._tasks.pop(_task_key(turn), None)

    async def _read(self, turn: Turn) -> tuple[Attachment, ...]:
        found = []
        left = mark_left_out(turn.request.attachments)
        for file in turn.request.attachments[: limits.MAX_ATTACHMENTS]:
            if file.left:
                continue
            if file.blob is not None:
                found.append(file)
                continue
            try:
                found.append(await self._read_and_store(turn.place, file))
            except FileUnreadable as error:
                _log.warning("file not read", turn=turn.id, file=file.id, error=str(error.facts))
                if not file.optional:
                    raise
        await self._store.save_attachments(turn.id, [*found, *left])
        return tuple(found)

    async def _read_and_store(
        self, place: Place, file: Attachment, max_side: int = prepare.MAX_SIDE
    ) -> Attachment:
        data = file.data
        facts: dict[str, str] = {}
        try:
            if data is None:
                async with self._slots, asyncio.timeout(_READ_TIMEOUT):
                    data = await _read_file(self._adapters[place.platform], place, file)
            return await self._store_file(file, data, max_side)
        except inspect.NotAnImage as error:
            why, facts = error.why, error.facts
        except FileNotFoundError:
            why = N_("it no longer exists")
        except Exception as error:  # whatever a platform's SDK raises
            why = N_("it couldn't be read")
            _log.warning("file not read", file=file.id, error=repr(error))
        says = describe_unusable_file(file.name, why, facts)
        raise FileUnreadable(problem=says, file=file.name, why=why, **facts)

    async def _store_file(
        self, file: Attachment, data: bytes, max_side: int = prepare.MAX_SIDE
    ) -> Attachment:
        picture = await decode.run(prepare.normalize, data, max_side)
        await self._blobs.put(picture.data, picture.blob)
        return replace(
            file,
            blob=picture.blob,
            media_type=picture.media_type,
            data=None,
            size=len(picture.data),
        )


def mark_left_out(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Mark attachments that are too many for one message."""
    taken = [one for one in attachments if not one.left][: limits.MAX_ATTACHMENTS]
    return tuple(replace(one, data=None, left=True) for one in attachments if one not in taken)


def _task_key(turn: Turn) -> tuple[str, ...]:
    """Name a turn with the files it has now: more come with prompts that are merged into it."""
    return (turn.id, *(file.id for file in turn.request.attachments))


async def _read_file(adapter: Adapter, place: Place, file: Attachment) -> bytes:
    """Read a file, up to the limit. Raise NotAnImage."""
    if file.size is not None and file.size > limits.MAX_UPLOAD:
        raise too_large()
    pieces, size = [], 0
    async for piece in adapter.read_attachment(place, file):
        size += len(piece)
        if size > limits.MAX_UPLOAD:
            raise too_large()
        pieces.append(piece)
    return b"".join(pieces)
