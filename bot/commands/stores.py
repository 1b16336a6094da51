"""Where does an Easel keep what lasts, alone or with others? Database, queue and images, by its settings."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.commands.data_lock import StartFailed, explain_unwritable
from bot.ports.errors import NotKept
from bot.ports.settings import BadSettings
from bot.server.parts import Stores
from storage import durable
from storage.blobs import ObjectBlobs
from storage.fairness import Capacity
from storage.ownership import Ownership
from storage.queue_local import LocalQueue
from storage.spool import SpooledBlobs
from storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.conversation.queue import TurnQueue
    from bot.server.settings import Settings

_log = structlog.stdlib.get_logger("easel")

LOCAL_IMAGES = (
    "images are in a folder of this machine. Set EASEL_BLOBS_URL to one store for all Easels on this "
    "database, or the others cannot show them"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStores(Stores):
    """The stores as they are, SQL and objects."""

    store: SqlStore
    blobs: ObjectBlobs
    ownership: Ownership


@asynccontextmanager
async def open_stores(settings: Settings, platforms: Iterable[str]) -> AsyncIterator[SqlStores]:
    """Open all that lasts. Raise BadSettings, StartFailed, NotSaved, NewerDatabase."""
    platforms = tuple(platforms)
    async with open_store(settings, settings.database_wait_s, platforms) as store:
        blobs = build_blobs(settings)
        ownership = await build_ownership(settings, store, blobs)
        try:
            await ownership.check()
        except NotKept as error:  # it may come; until then nothing is drawn
            _log.error("images cannot be kept", why=str(error), store=describe_images(settings))
        async with open_queue(settings, store, platforms) as queue:
            yield SqlStores(store=store, blobs=blobs, ownership=ownership, queue=queue)


@asynccontextmanager
async def open_store(
    settings: Settings, wait: float = 0.0, platforms: tuple[str, ...] = ()
) -> AsyncIterator[SqlStore]:
    """Open the store. Raise BadSettings, NotSaved, NewerDatabase.

    `wait`: seconds for a server that is not up yet. `platforms`: those that are drawn for.
    """
    most = settings.model_concurrency
    capacity = Capacity(
        drawings=most, workspace=settings.workspace_concurrency or most, platforms=platforms
    )
    store = SqlStore(settings.database, capacity=capacity)
    await store.open(wait)
    try:
        yield store
    finally:
        await store.close()


def require_data(settings: Settings) -> None:
    """Raise StartFailed where no Easel has run on this data."""
    if settings.database_url is None and not (settings.data / "easel.db").exists():
        raise StartFailed(f"Nothing is kept in {settings.data}. Set EASEL_DATA to Easel's folder.")


@asynccontextmanager
async def open_queue(
    settings: Settings, store: SqlStore, platforms: Iterable[str]
) -> AsyncIterator[TurnQueue]:
    """Open the queue: this process's own, or on Postgres that of all. Raise NotSaved."""
    where = settings.database
    if isinstance(where, Path):
        yield LocalQueue()
        return
    from storage.queue_shared import SharedQueue  # noqa: PLC0415 - 0.2 s that SQLite does not pay

    if are_images_local(settings):
        _log.warning(LOCAL_IMAGES)
    queue = SharedQueue(where, platforms, store.find_workspace)
    await queue.open()
    try:
        yield queue
    finally:
        await queue.close()


def are_images_local(settings: Settings) -> bool:
    """Can others share the database, but not the images?"""
    return settings.blobs_url is None and not isinstance(settings.database, Path)


async def build_ownership(settings: Settings, store: SqlStore, blobs: ObjectBlobs) -> Ownership:
    """Return who may remove images here. Raise StartFailed, NotSaved.

    What tells this installation from a copy: on Postgres the server (machines come and go), else a token in
    the data folder. Images elsewhere than in that folder are safe from a copy of the folder too: the token's
    file has another number there. What cannot be told apart is told by its age (`storage.ownership`).
    """
    name = await store.get_identity() or _read_installation_token(
        settings.data, apart=_are_images_apart(settings)
    )
    database = settings.database
    if isinstance(database, Path) and settings.database_url is not None:
        name += f" with {database.resolve()}"
    return Ownership(blobs, store, name)


def _are_images_apart(settings: Settings) -> bool:
    """Are the images elsewhere than in the data folder, so that a copy of it has the same?"""
    return settings.blobs_url is not None or (settings.data / "images").is_symlink()


def _read_installation_token(data: Path, *, apart: bool) -> str:
    file = data / "installation"
    with explain_unwritable(data):
        if not file.exists():
            durable.write(file, secrets.token_hex(16).encode())
        name = file.read_text().strip()
        return f"{name}.{file.stat().st_ino}" if apart else name


def build_blobs(settings: Settings) -> ObjectBlobs:
    """Build the image store. Raise BadSettings."""
    if settings.blobs_url is None:
        return ObjectBlobs.in_folder(settings.data / "images")
    try:
        blobs = SpooledBlobs.at(settings.blobs_url, settings.data / "spool")
    except Exception as error:  # obstore has a class for each store's every fault
        reason = str(error).partition("\n")[0]
        raise BadSettings(f"EASEL_BLOBS_URL: {reason}. Use s3://…, gs://… or az://….") from None
    return blobs


def allow_links(settings: Settings, blobs: ObjectBlobs) -> str | None:
    """Have browsers fetch images from the bucket, if that is set; return its origin. Raise BadSettings."""
    if not settings.image_links:
        return None
    try:
        return blobs.allow_links()
    except ValueError as error:
        raise BadSettings(
            f"EASEL_IMAGE_LINKS: the image store makes no links ({error}). Unset it, or set EASEL_BLOBS_URL to a bucket "
            "whose keys Easel has."
        ) from None


def describe_images(settings: Settings) -> str:
    """Return where images are."""
    return settings.blobs_url or str(settings.data / "images")
