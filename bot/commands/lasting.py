"""Where does an Easel keep what lasts, alone or with others? Store and queue, by `EASEL_DATABASE_URL`."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from storage.queue_local import LocalQueue
from storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.ports import Slots, TurnQueue
    from bot.settings import Settings

_log = structlog.stdlib.get_logger("easel")

LOCAL_IMAGES = (
    "images are in a folder of this machine. Set EASEL_BLOBS_URL to one store for all Easels on this "
    "database, or the others cannot show them"
)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """Give the store, open. Raises BadSettings, NotSaved, NewerDatabase."""
    store = SqlStore(settings.database)
    await store.open()
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
    queue = SharedQueue(where, platforms, store.platform_of)
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
