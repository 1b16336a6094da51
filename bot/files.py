"""How do the pictures that people send get into the blob store, checked and upright?

PNG, JPEG, WebP and the first frame of a GIF; turned as the camera says; capped in bytes before and while
reading, in pixels before decoding.
"""

from __future__ import annotations

import asyncio
import io
import warnings
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from PIL import Image, ImageOps

from bot import images, metadata
from bot.errors import BadWish, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation import Turn
    from bot.ports import Adapter, Blobs, Store
    from bot.values import Attachment

#: bytes of one file that is taken
MOST_BYTES = 20 * 1024 * 1024
#: files of one message that are taken; the rest is left
MOST_FILES = 4
#: pixels of the longer side as it is sent; larger ones are made smaller
_LONGEST_SIDE = 2048
#: bytes above which a picture is written anew, smaller
_HEAVY = 6 * 1024 * 1024
#: turns whose files are read before they are drawn
_REMEMBERED = 256
#: seconds for one file
_PATIENCE = 60.0
#: EXIF's tag of how the camera was held
_ORIENTATION = 0x0112

_log = structlog.stdlib.get_logger("easel.files")


class Files:
    """Takes people's files in."""

    def __init__(self, blobs: Blobs, store: Store, adapters: Mapping[str, Adapter]) -> None:
        self._blobs = blobs
        self._store = store
        self._adapters = adapters
        self._reading = asyncio.Semaphore(4)
        #: a large photo takes up to 200 MB while it is decoded
        self._decoding = asyncio.Semaphore(2)
        self._tasks: dict[tuple[str, ...], asyncio.Task[tuple[Attachment, ...]]] = {}

    async def kept(self, attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
        """Keep the files whose bytes came along. Raises BadWish for one that cannot be used."""
        found = []
        for file in attachments[:MOST_FILES]:
            if file.data is None:
                found.append(file)
                continue
            try:
                found.append(await self._keep(file, file.data))
            except images.NotAnImage as error:
                raise BadWish(problem=unusable(file.name, str(error))) from None
        return tuple(found)

    def soon(self, turn: Turn) -> None:
        """Begin to read a new turn's files: some platforms' links die."""
        key = _key(turn)
        if any(file.blob is None for file in turn.attachments) and key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._read(turn), name=f"files {turn.id}")
            self._forget()

    def _forget(self) -> None:
        """Let go of what was read for turns that were never drawn; it is on disk."""
        for key in list(self._tasks)[:-_REMEMBERED]:
            if self._tasks[key].done():
                task = self._tasks.pop(key)
                if not task.cancelled():
                    task.exception()  # seen: whoever draws the turn reads the file anew

    async def read(self, turn: Turn) -> tuple[Attachment, ...]:
        """Give the turn's files, all of them kept. Raises FileUnreadable."""
        if all(file.blob is not None for file in turn.attachments):
            return turn.attachments
        self.soon(turn)
        try:
            return await asyncio.shield(self._tasks[_key(turn)])
        finally:
            self._tasks.pop(_key(turn), None)

    async def _read(self, turn: Turn) -> tuple[Attachment, ...]:
        adapter = self._adapters[turn.place.platform]
        found = []
        for file in turn.attachments[:MOST_FILES]:
            if file.blob is not None:
                found.append(file)
                continue
            try:
                async with self._reading, asyncio.timeout(_PATIENCE):
                    data = await _capped(adapter, file)
                found.append(await self._keep(file, data))
            except images.NotAnImage as error:
                raise FileUnreadable(problem=unusable(file.name, str(error))) from None
            except FileNotFoundError as error:
                if not file.optional:
                    raise FileUnreadable(problem=unusable(file.name, "it is gone")) from error
            except Exception as error:
                _log.warning("file not read", turn=turn.id, file=file.id, error=repr(error))
                raise FileUnreadable(problem=unusable(file.name, "it could not be read")) from error
        await self._store.attached(turn.id, found)
        return tuple(found)

    async def _keep(self, file: Attachment, data: bytes) -> Attachment:
        async with self._decoding:
            picture = await asyncio.to_thread(upright, data)
        await self._blobs.put(picture.data, picture.blob)
        return replace(
            file,
            blob=picture.blob,
            media_type=picture.media_type,
            data=None,
            size=len(picture.data),
        )


def _key(turn: Turn) -> tuple[str, ...]:
    """Name a turn with the files it has now: more come with wishes that are put into it."""
    return (turn.id, *(file.id for file in turn.attachments))


async def _capped(adapter: Adapter, file: Attachment) -> bytes:
    """Read a file, no more of it than may be."""
    if file.size is not None and file.size > MOST_BYTES:
        raise images.NotAnImage(too_heavy())
    pieces, size = [], 0
    async for piece in adapter.read(file):
        size += len(piece)
        if size > MOST_BYTES:
            raise images.NotAnImage(too_heavy())
        pieces.append(piece)
    return b"".join(pieces)


def too_heavy() -> str:
    """Say how large a file may be."""
    return f"it is larger than {MOST_BYTES // 1024 // 1024} MB"


def unusable(name: str, why: str) -> str:
    """Say why a file cannot be used, and what can."""
    shown = " ".join(name.split())[:60] or "The file"
    return f"“{shown}” cannot be used: {why}. Send a PNG, JPEG, WebP or GIF picture."


def upright(data: bytes) -> images.Picture:
    """Check a picture that somebody sent, and write it anew only where that is needed.

    What it tells beside the picture (where it was taken, by whom) is taken out.

    Blocks for up to a second: call it in a thread. Raises NotAnImage.
    """
    if len(data) > MOST_BYTES:
        raise images.NotAnImage(too_heavy())
    picture = images.look(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the pixel limit has been checked above
            with Image.open(io.BytesIO(data), formats=tuple(images.FORMATS)) as image:
                turned = image.getexif().get(_ORIENTATION, 1) not in {0, 1}
                small = max(image.size) <= _LONGEST_SIDE and len(data) <= _HEAVY
                if small and not turned and picture.media_type != "image/gif":
                    with suppress(ValueError):  # else it is written anew
                        bare = metadata.stripped(data, picture.media_type)
                        return picture if bare == data else images.look(bare)
                written = _written(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise images.NotAnImage("it cannot be read") from error
    return images.look(written)


def _written(image: Image.Image) -> bytes:
    image.seek(0)
    image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))  # a JPEG is decoded no larger than is needed
    held = io.BytesIO()
    upright_ = ImageOps.exif_transpose(image)
    upright_.info.pop("comment", None)
    upright_.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    if upright_.has_transparency_data or image.format == "GIF":
        upright_.convert("RGBA").save(held, "PNG")
    else:
        upright_.convert("RGB").save(held, "JPEG", quality=92)
    return held.getvalue()
