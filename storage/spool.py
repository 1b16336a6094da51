"""Where does a paid image go while its bucket does not take it? Onto this machine's disk, and from there into it.

It is as safe there as in the bucket, so a row may name it, and a crash changes nothing: what waits is stored
by the next run. Only other machines cannot show it until then.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

import structlog
from obstore.store import from_url

from bot.ports.errors import Storage
from storage.blobs import ObjectBlobs

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import ObjectStore

_log = structlog.stdlib.get_logger("easel.blobs")

#: seconds between two tries to store what waits
_FIRST, _LONGEST = 1.0, 30.0
#: of the bucket's own client: what does not help within seconds is tried from the disk
_RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}


class SpooledBlobs(ObjectBlobs):
    """A bucket, and a folder for what it does not take just now."""

    def __init__(self, store: ObjectStore, spool: Path) -> None:
        super().__init__(store)
        self._spool = ObjectBlobs.in_folder(spool)
        self._waits = asyncio.Event()
        self._waits.set()  # an earlier run may have left some

    @classmethod
    def at(cls, url: str, spool: Path) -> SpooledBlobs:
        """Keep images in a bucket; credentials come from the cloud's own variables."""
        return cls(from_url(url, retry_config=_RETRY), spool)  # type: ignore[call-overload] # of any cloud

    @property
    def bucket(self) -> ObjectBlobs:
        """The bucket itself."""
        return ObjectBlobs(self._store)

    async def check(self) -> None:
        """Try whether images can be kept, here and there. Raises NotKept."""
        await self._spool.check()
        await super().check()

    async def put(self, data: bytes, name: str | None = None) -> str:
        """Keep the bytes, in the end in the bucket. Raises Storage."""
        try:
            return await super().put(data, name)
        except Storage as error:
            name = await self._spool.put(data, name)
            _log.error("image kept on disk until it can be stored", blob=name, error=_short(error))
            self._waits.set()
            return name

    async def get(self, name: str) -> bytes | None:
        """Give the bytes, wherever they are."""
        return await self._spool.get(name) or await super().get(name)

    async def link(self, name: str) -> str | None:
        """Give an address of the bytes in the bucket; None: they are not there yet, or to be had here alone."""
        if self.has_links and await self._spool.put_at(name) is not None:
            return None
        return await super().link(name)

    async def remove(self, name: str) -> None:
        """Forget the bytes, here and there."""
        await self._spool.remove(name)
        await super().remove(name)

    async def put_at(self, name: str) -> float | None:
        """Tell when the bytes were put last."""
        return await self._spool.put_at(name) or await super().put_at(name)

    async def run(self) -> NoReturn:
        """Store what waits, again and again until it is stored, until cancelled."""
        pause = _FIRST
        while True:
            await self._waits.wait()
            self._waits.clear()
            try:
                await self._stored()
            except Storage as error:
                _log.warning("images wait on disk", seconds=pause, error=_short(error))
                self._waits.set()
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST)
            else:
                pause = _FIRST

    async def _stored(self) -> None:
        async for some in self._spool.listed():
            for name, *_ in some:
                data = await self._spool.get(name)
                if data is not None:
                    await super().put(data, name)
                    await self._spool.remove(name)
                    _log.info("image stored", blob=name)


def _short(error: Storage) -> str:
    return str(error).partition("\n")[0][:300]
