"""Where does an Easel keep what lasts, alone or with others? Store and queue, by `EASEL_DATABASE_URL`."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.commands.instance import writing
from storage import durable
from storage.owning import Ownership
from storage.queue_local import LocalQueue
from storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.conversation.queue import Slots, TurnQueue
    from bot.server.settings import Settings
    from storage.blobs import ObjectBlobs

_log = structlog.stdlib.get_logger("easel")

LOCAL_IMAGES = (
    "images are in a folder of this machine. Set EASEL_BLOBS_URL to one store for all Easels on this "
    "database, or the others cannot show them"
)


@asynccontextmanager
async def open_store(settings: Settings, patience: float = 0.0) -> AsyncIterator[SqlStore]:
    """Give the store, open. Raises BadSettings, NotSaved, NewerDatabase.

    `patience`: seconds for a server that is not up yet.
    """
    store = SqlStore(settings.database)
    await store.open(patience)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_queue(
    settings: Settings, store: SqlStore, platforms: Iterable[str]
) -> AsyncIterator[tuple[TurnQueue, Slots]]:
    """Give the queue and how many may be drawn at once: this process's own, or on Postgres those of all.

    Raises NotSaved.
    """
    where, most = settings.database, settings.model_concurrency
    if isinstance(where, Path):
        yield LocalQueue(), asyncio.Semaphore(most)
        return
    from storage.queue_shared import SharedQueue  # noqa: PLC0415 - 0.2 s that SQLite does not pay
    from storage.slots import SharedSlots  # noqa: PLC0415 - as above

    if images_of_its_own(settings):
        _log.warning(LOCAL_IMAGES)
    queue = SharedQueue(where, platforms, store.find_platform)
    await queue.open()
    slots = SharedSlots(where, most, queue.resting)
    try:
        yield queue, slots
    finally:
        await slots.close()
        await queue.close()


def images_of_its_own(settings: Settings) -> bool:
    """Can others share the database, but not the images?"""
    return settings.blobs_url is None and not isinstance(settings.database, Path)


async def ownership_of(settings: Settings, store: SqlStore, blobs: ObjectBlobs) -> Ownership:
    """Give who may remove images here. Raises StartFailed, NotSaved.

    What tells this installation from a copy: on Postgres the server (machines come and go), else a token in
    the data folder. Images elsewhere than in that folder are safe from a copy of the folder too: the token's
    file has another number there. What cannot be told apart is told by its age (`storage.owning`).
    """
    name = await store.get_identity() or _token(settings.data, apart=_apart(settings))
    database = settings.database
    if isinstance(database, Path) and settings.database_url is not None:
        name += f" with {database.resolve()}"
    return Ownership(blobs, store, name)


def _apart(settings: Settings) -> bool:
    """Are the images elsewhere than in the data folder, so that a copy of it has the same?"""
    return settings.blobs_url is not None or (settings.data / "images").is_symlink()


def _token(data: Path, *, apart: bool) -> str:
    file = data / "installation"
    with writing(data):
        if not file.exists():
            durable.write(file, secrets.token_hex(16).encode())
        name = file.read_text().strip()
        return f"{name}.{file.stat().st_ino}" if apart else name
