"""`easel backup` and `easel restore`: how is everything written into one file, and read from it?

The file is a tar archive: a SQLite database with all rows of one moment, then each image that they name, then
what it holds. So a backup of a Postgres can be restored into a folder, and the other way round.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import sys
import tarfile
import time
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from bot.commands.data_lock import DataLock, StartFailed
from bot.commands.platforms import read_settings
from bot.commands.stores import build_blobs, build_ownership, open_store, require_data
from bot.server import logs
from bot.server.event_loop import run_loop
from storage import copying, durable, images
from storage.store import SqlStore

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Collection, Iterator

    from bot.server.settings import Settings
    from storage.blobs import ObjectBlobs

_DATABASE, _CONTENTS = "easel.db", "contents.json"
#: images that are read at once
AT_ONCE = 8


def main(args: argparse.Namespace) -> int:
    """Write a backup, beside a running Easel or without."""
    settings = read_settings()
    logs.configure("ERROR")
    require_data(settings)
    run_loop(_back_up(settings, Path(args.file)))
    return 0


def restore(args: argparse.Namespace) -> int:
    """Read a backup into an empty database and the image store."""
    settings = read_settings()
    logs.configure("ERROR")
    run_loop(_restore(settings, Path(args.file)))
    return 0


async def _back_up(settings: Settings, file: Path) -> None:
    if file.exists():  # noqa: ASYNC240 - a command does one thing at a time
        raise StartFailed(f"{file} is there already. Name another file.")
    part = file.with_name(f".{file.name}.part")
    with _explain(file), TemporaryDirectory(dir=file.parent, prefix=".easel-") as folder:
        copy = Path(folder) / _DATABASE
        async with open_store(settings), _open_copy(copy) as store:
            rows = await copying.copy_rows(settings.database, copy)
            names = await store.database.read(images.list_referenced)
        part.touch(0o600)
        with part.open("wb") as opened:
            missing = await _write(opened, copy, names, build_blobs(settings), rows)
        part.rename(file)
        durable.flush(file.parent)
    size = file.stat().st_size / 1e6  # noqa: ASYNC240 - as above
    sys.stdout.write(f"{file}: {describe_counts(rows, len(names) - missing)}, {size:.1f} MB\n")
    if missing:
        sys.stdout.write(
            f"{missing} images are not in it: the image store has lost them, or they were deleted "
            "meanwhile.\n"
        )


async def _write(
    opened: io.BufferedWriter, copy: Path, names: set[str], blobs: ObjectBlobs, rows: dict[str, int]
) -> int:
    """Write the archive, flushed to disk; return how many images could not be read."""
    missing = 0
    with tarfile.open(fileobj=opened, mode="w") as archive:
        archive.add(copy, _DATABASE, filter=_anonymize)
        async for name, data in read_images(blobs, names):
            if data is None:
                missing += 1
            else:
                await asyncio.to_thread(_add, archive, f"images/{name}", data)
        contents = {
            "easel": version("easel"),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows": rows,
            "images": len(names) - missing,
        }
        _add(archive, _CONTENTS, orjson.dumps(contents, option=orjson.OPT_INDENT_2))
    opened.flush()
    await asyncio.to_thread(os.fsync, opened.fileno())
    return missing


async def read_images(
    blobs: ObjectBlobs, names: Collection[str]
) -> AsyncIterator[tuple[str, bytes | None]]:
    """Read images, a few at once; None: one is not there, or damaged."""
    ordered = sorted(names)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        for name, data in zip(some, await asyncio.gather(*map(blobs.get, some)), strict=True):
            yield name, data


async def _restore(settings: Settings, file: Path) -> None:
    with (
        _explain(file),
        DataLock(settings.data),
        TemporaryDirectory(dir=settings.data, prefix=".restore-") as folder,
        tarfile.open(file, "r:") as archive,
    ):
        contents = _read_contents(archive, file)
        copy = Path(folder) / _DATABASE
        with copy.open("wb") as opened:
            await asyncio.to_thread(_unpack, archive, opened)
        async with open_store(settings, settings.database_wait_s) as store, _open_copy(copy):
            await store.database.read(copying.require_empty)
            blobs = build_blobs(settings)
            if why := await (await build_ownership(settings, store, blobs)).missing():
                raise StartFailed(why)
            count = await _restore_images(archive, blobs.bucket)
            rows = await copying.copy_rows(copy, settings.database)
            if (count, rows) != (contents["images"], {**rows, **contents["rows"]}):
                raise StartFailed(f"{file} is not whole. Use another backup.")
            waiting = await store.database.write(copying.interrupt_waiting, time.time())
    sys.stdout.write(f"Restored of {contents['made']}: {describe_counts(rows, count)}.\n")
    if waiting:
        sys.stdout.write(
            f"{waiting} prompts were waiting when the backup was made. They may have been drawn since, so "
            "they are not drawn by themselves: people see Retry.\n"
        )


async def _restore_images(archive: tarfile.TarFile, blobs: ObjectBlobs) -> int:
    """Put all images into the store, each compared with its name; return how many. Raise Storage."""
    count = 0
    for member in archive:
        folder, _, name = member.name.partition("/")
        packed = archive.extractfile(member) if folder == "images" else None
        if packed is None:
            continue
        data = await asyncio.to_thread(packed.read)
        if hashlib.sha256(data).hexdigest() != name:
            raise StartFailed(f"The image {name} is damaged in this backup. Use another backup.")
        await blobs.put(data, name)
        count += 1
    return count


@asynccontextmanager
async def _open_copy(copy: Path) -> AsyncIterator[SqlStore]:
    """Open the archive's own database, with the newest tables."""
    store = SqlStore(copy)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(data), int(time.time()), 0o600
    archive.addfile(member, io.BytesIO(data))


def _anonymize(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose the file is on this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _read_contents(archive: tarfile.TarFile, file: Path) -> dict[str, Any]:
    """Read what a backup holds, which it says last. Raise StartFailed."""
    try:
        packed = archive.extractfile(_CONTENTS)
        assert packed is not None  # noqa: S101 - a file, where somebody did not make it up
        contents: dict[str, Any] = orjson.loads(packed.read())
    except (KeyError, ValueError, AssertionError):
        raise StartFailed(
            f"{file} is not a whole backup of Easel: its last part is not there."
        ) from None
    return contents


def _unpack(archive: tarfile.TarFile, to: io.BufferedWriter) -> None:
    packed = archive.extractfile(_DATABASE)
    assert packed is not None  # noqa: S101 - as above
    while data := packed.read(1 << 20):
        to.write(data)


@contextmanager
def _explain(file: Path) -> Iterator[None]:
    """Say what is wrong with a file. Raise StartFailed."""
    try:
        yield
    except (OSError, tarfile.TarError) as error:
        why = getattr(error, "strerror", None) or error
        raise StartFailed(f"{file} cannot be used: {why}.") from None


def describe_counts(rows: dict[str, int], images: int | None = None) -> str:
    """Say how much it is. `images` None: they are not counted."""
    counts = {"thread": rows["conversations"], "prompt": rows["turns"]}
    if images is not None:
        counts["image"] = images
    return ", ".join(f"{n:,} {one}{'' if n == 1 else 's'}" for one, n in counts.items())
