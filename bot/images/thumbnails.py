"""Where do the small copies of pictures come from? Made once: when a page's picture is drawn, else when first asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.images import decode
from bot.images.inspect import NotAnImage
from bot.images.resize import make_thumbnails
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.blobs import Blobs
    from bot.conversation.store import ThumbnailStore

_log = structlog.stdlib.get_logger("easel.thumbnails")

#: pictures that are in the making at once, at the most
_MAKING = 256


class Thumbnails:
    """Makes and finds small copies, kept as blobs of their own."""

    def __init__(self, store: ThumbnailStore, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        #: by original, so that whoever asks meanwhile waits for the same copies
        self._locks: LRU[str, asyncio.Lock] = LRU(_MAKING)
        #: those that nobody waits for are made one after another, so that one original is in memory
        self._ahead = asyncio.Semaphore(1)

    async def find(self, original: str, width: int) -> bytes | None:
        """Return a small copy as WebP, its longer side of so many pixels; make it where there is none.

        None: the original is gone, or cannot be made smaller.
        """
        lock = self._locks.get(original)
        if lock is None:
            lock = self._locks[original] = asyncio.Lock()
        async with lock:
            known = await self._store.find_thumbnail(original, width)
            if known and (data := await self._blobs.get(known)):
                return data
            return (await self._make(original)).get(width)

    async def make(self, originals: Iterable[str]) -> None:
        """Make the small copies of pictures before anybody asks for them."""
        async with self._ahead:
            for original in originals:
                await self.find(original, 640)

    async def _make(self, original: str) -> dict[int, bytes]:
        data = await self._blobs.get(original)
        if not data:
            return {}
        try:
            made, color = await decode.run(make_thumbnails, data)
        except NotAnImage as error:
            _log.info("no thumbnail", blob=original, error=str(error))
            return {}
        for width, small in made.items():
            blob = await self._blobs.put(small)
            await self._store.add_thumbnail(original, width, blob, color)
        return made
