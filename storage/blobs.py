"""Where do image bytes live? In an object store, named by their SHA-256: a folder by default.

What was put is there for good, also through a power cut, so that a row may name it. A bucket answers when it
is; files are flushed here (`storage.durable`), because obstore does not.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
import secrets
import shutil
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
import orjson
import structlog
from obstore.store import LocalStore

from bot.conversation.records import Owner
from bot.ports.errors import NotKept, Storage
from storage import durable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from obstore.store import ObjectStore

#: the object that says whose images these are
_OWNER = "owner"
#: names that are listed at a time
_AT_ONCE = 500
#: seconds for a check, and for which it holds that all is well, or that it is not
_PATIENCE, _WELL, _ILL = 10.0, 10.0, 2.0
#: bytes that must be free on a disk before money is spent for images on it
_ROOM = 64 * 1024 * 1024
#: seconds that a link to an image is good for
LINK_LIFE = 300
_NAME = re.compile(r"[0-9a-f]{64}")
_log = structlog.stdlib.get_logger("easel.blobs")


class ObjectBlobs:
    """The Blobs port on obstore: a folder, or a bucket."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        #: None: a bucket
        self._folder = (
            Path(store.prefix) if isinstance(store, LocalStore) and store.prefix else None
        )
        self._has_links = False
        #: how often an image was put
        self.puts = 0
        #: folders of images whose own names are known to be on disk
        self._flushed: set[Path] = set()
        self._checking = asyncio.Lock()
        self._wrong = ""
        self._holds_until = -math.inf

    @classmethod
    def in_folder(cls, folder: Path) -> ObjectBlobs:
        """Keep images in a folder, made when missing."""
        durable.make(folder)
        return cls(LocalStore(folder))

    @property
    def bucket(self) -> ObjectBlobs:
        """The store itself, without a folder for what it does not take just now."""
        return self

    async def check(self) -> None:
        """Try whether images can be kept: room on a disk; write, read and remove a small object.

        What was found holds for some seconds. Raises NotKept.
        """
        async with self._checking:
            if time.monotonic() > self._holds_until:
                self._wrong = await self._tried()
                known = _ILL if self._wrong else _WELL
                self._holds_until = time.monotonic() + known
        if self._wrong:
            raise NotKept(self._wrong)

    async def _tried(self) -> str:
        """Say what is wrong; "": nothing is."""
        name, data = f"check-{secrets.token_hex(8)}", secrets.token_bytes(16)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._keep(name, data)
                answer = await obstore.get_async(self._store, name)
                if bytes(await answer.bytes_async()) != data:
                    return "what was written does not come back"
                await obstore.delete_async(self._store, name)
            if self._folder is not None:
                free = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
                if free < _ROOM:
                    return f"only {free // 1_000_000} MB of the disk are free"
        except TimeoutError:
            return f"it does not answer within {_PATIENCE:.0f} seconds"
        except Exception as error:  # obstore has a class for each store's every fault
            return str(error).partition("\n")[0].rstrip(".")[:300]
        return ""

    async def run(self) -> None:
        """Do what is to be done beside; here nothing is."""

    async def _keep(self, path: str, data: bytes) -> None:
        if self._folder is None:
            await obstore.put_async(self._store, path, data)
        else:
            await asyncio.to_thread(self._write, self._folder / path, data)

    async def put(self, data: bytes, name: str | None = None) -> str:
        """Keep the bytes, whole or not at all; give their name. Raises Storage."""
        if name is None:
            name = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        try:
            await self._keep(_path(name), data)
        except Exception as error:  # obstore has a class for each store's every fault
            raise Storage(f"put {name}: {error}") from error
        self.puts += 1
        return name

    def _write(self, file: Path, data: bytes) -> None:
        """Write a file, and at its first use the name of its folder: another may just have made it."""
        folder = file.parent
        if folder not in self._flushed or not folder.exists():
            durable.make(folder)
            durable.flush(folder.parent)
            self._flushed.add(folder)
        durable.write(file, data)

    async def get(self, name: str) -> bytes | None:
        """Give the bytes; None: not there, or no longer what the name says."""
        if not _NAME.fullmatch(name):
            return None
        try:
            answer = await obstore.get_async(self._store, _path(name))
            data = bytes(await answer.bytes_async())
        except FileNotFoundError:
            return None
        except Exception as error:
            _log.error("blob not read", blob=name, error=str(error))
            return None
        found = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        if found != name:
            _log.error("blob damaged", blob=name, found=found)
            return None
        return data

    @property
    def has_links(self) -> bool:
        """Whether browsers may fetch images from the bucket."""
        return self._has_links

    async def link(self, name: str) -> str | None:
        """Give an address of the bytes in the bucket, good for some minutes; None: they are to be had here alone."""
        if not self._has_links or not _NAME.fullmatch(name):
            return None
        return await asyncio.to_thread(self._sign, _path(name))

    def allow_links(self) -> str:
        """Have browsers fetch images from the bucket; return its origin. Raise ValueError where it signs no links."""
        try:
            address = urlsplit(self._sign("check"))
        except Exception as error:  # as above
            raise ValueError(str(error).partition("\n")[0][:300]) from error
        self._has_links = True
        return f"{address.scheme}://{address.netloc}"

    def _sign(self, path: str) -> str:
        life = timedelta(seconds=LINK_LIFE)
        return str(obstore.sign(self._store, "GET", path, life))  # type: ignore[call-overload] # a folder's raises

    async def remove(self, name: str) -> None:
        """Forget the bytes; none there is well too."""
        if not _NAME.fullmatch(name):
            return
        try:
            await obstore.delete_async(self._store, _path(name))
        except FileNotFoundError:
            return
        except Exception as error:
            raise Storage(f"remove {name}: {error}") from error

    async def put_at(self, name: str) -> float | None:
        """Tell when the bytes were put last, Unix seconds; None: not there. Raises Storage."""
        try:
            found = await obstore.head_async(self._store, _path(name))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise Storage(f"head {name}: {error}") from error
        return found["last_modified"].timestamp()

    async def listed(self) -> AsyncIterator[Sequence[tuple[str, float, int]]]:
        """Give all names, when each was put last, and its bytes, some at a time. Raises Storage."""
        try:
            async for some in obstore.list(self._store, chunk_size=_AT_ONCE):
                yield [
                    (name, one["last_modified"].timestamp(), one["size"])
                    for one in some
                    if one["path"] == _path(name := one["path"].rpartition("/")[2])
                    and _NAME.fullmatch(name)
                ]
        except Exception as error:
            raise Storage(f"list: {error}") from error

    async def empty(self) -> bool:
        """Tell whether no image is there. Raises Storage."""
        async for some in self.listed():
            if some:
                return False
        return True

    async def owner(self) -> Owner | None:
        """Tell whose these images are; None: nobody's yet. Raises Storage."""
        try:
            held = await obstore.get_async(self._store, _OWNER)
            return Owner(**orjson.loads(bytes(await held.bytes_async())))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise Storage(f"owner: {error}") from error

    async def own(self, owner: Owner) -> None:
        """Note whose these images are. Raises Storage."""
        try:
            await self._keep(_OWNER, orjson.dumps(asdict(owner)))
        except Exception as error:
            raise Storage(f"owner: {error}") from error


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
