"""`easel move`: how do conversations and images get to another database, or into another image store?

What was done already is found again, so that a move that broke off goes on when it is called again. All is read
back: rows by their number and hash, images by their names, which are their hashes.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.commands.backup import AT_ONCE, describe_counts
from bot.commands.data_lock import DataLock, StartFailed
from bot.commands.platforms import read_settings
from bot.commands.stores import build_blobs, build_ownership, open_store, require_data
from bot.server import logs
from bot.server.event_loop import run_loop
from storage import copying, images

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings
    from storage.blobs import ObjectBlobs


def main(args: argparse.Namespace) -> int:
    """Move what was named; the old place keeps what it has."""
    settings = read_settings()
    logs.configure("CRITICAL")
    if not args.to and not args.blobs:
        raise StartFailed("Say where to: --to postgresql://…, --blobs s3://…, or both.")
    require_data(settings)
    changed: dict[str, object] = {}
    if args.to:
        changed["database_url"] = SecretStr(args.to)
    if args.blobs:
        changed["blobs_url"] = args.blobs
    run_loop(_move(settings, settings.model_copy(update=changed)))
    return 0


async def _move(old: Settings, new: Settings) -> None:
    moves_images = new.blobs_url != old.blobs_url
    with DataLock(old.data):
        async with open_store(old) as source, open_store(new, new.database_wait_s) as target:
            before, after = build_blobs(old), build_blobs(new)
            if why := await (await build_ownership(old, source, before)).missing():
                raise StartFailed(why)
            ownership = await build_ownership(new, target, after)
            if moves_images and (why := await ownership.missing()):
                raise StartFailed(why)
            names = await source.database.read(images.list_referenced)
            lost = await _move_images(names, before, after.bucket) if moves_images else 0
            said = [f"{len(names) - lost:,} images"] if moves_images else []
            if new.database != old.database:
                said.append(describe_counts(await copying.copy_rows(old.database, new.database)))
                await ownership.take()
    settings = [
        *(["EASEL_DATABASE_URL"] if new.database != old.database else []),
        *(["EASEL_BLOBS_URL"] if moves_images else []),
    ]
    sys.stdout.write(
        f"Moved and compared: {', '.join(said)}.\n"
        f"Now set {' and '.join(settings)} to the new address, and start Easel. The old place still has "
        "everything: delete it when you no longer need it.\n"
    )
    if lost:
        sys.stdout.write(f"{lost} images were not moved: the old image store has lost them.\n")


async def _move_images(names: set[str], source: ObjectBlobs, target: ObjectBlobs) -> int:
    """Move images, a few at once; return how many are not in the source. Raise Storage."""
    lost, limit = 0, asyncio.Semaphore(AT_ONCE)

    async def move(name: str) -> bool:
        async with limit:
            if await target.get(name) is not None:
                return True
            data = await source.get(name)
            if data is None:
                return False
            await target.put(data, name)
            if await target.get(name) is None:
                raise StartFailed(f"The image {name} does not come back from the new image store.")
            return True

    for start in range(0, len(names), 100 * AT_ONCE):
        some = sorted(names)[start : start + 100 * AT_ONCE]
        lost += (await asyncio.gather(*map(move, some))).count(False)
    return lost
