"""`easel export`: everything of a thread, or of all, in one ZIP file; beside a running Easel or without."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.data_lock import StartFailed
from bot.commands.platforms import read_settings
from bot.commands.stores import build_blobs, open_store, require_data
from bot.export import contents
from bot.export.archive import Exporter
from bot.ports.messages import Place
from bot.server import logs
from bot.server.event_loop import run_loop

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings
    from storage.store import SqlStore

#: threads that are named where none was given
_NAMED = 5


def main(args: argparse.Namespace) -> int:
    """Write the file; say where it is."""
    settings = read_settings()
    logs.configure("ERROR")
    require_data(settings)
    run_loop(_export(settings, args.thread, everything=args.all, out=args.out))
    return 0


async def _export(
    settings: Settings, thread: str | None, *, everything: bool, out: str | None
) -> None:
    async with open_store(settings) as store:
        wanted = (
            await store.list_conversation_ids()
            if everything
            else [await _find_thread(store, thread)]
        )
        if not wanted:
            raise StartFailed("There is no thread yet.")
        title = None if everything else await _read_title(store, wanted[0])
        name = "easel-export.zip" if title is None else f"easel-{contents.slugify(title)}.zip"
        file = Path(out or name)
        if file.exists():  # noqa: ASYNC240 - a command does one thing at a time
            raise StartFailed(f"{file} is there already. Name another file: --out FILE.")
        packing = Exporter(store, build_blobs(settings), file.parent)
        part = file.with_name(f".{file.name}.part")
        try:
            titles = await packing.write_archive(wanted, part, folders=everything)
            part.rename(file)
        except OSError as error:
            raise StartFailed(f"{file} cannot be written: {error.strerror or error}.") from None
    size = file.stat().st_size / 1e6  # noqa: ASYNC240 - as above
    count = "1 thread" if len(titles) == 1 else f"{len(titles)} threads"
    sys.stdout.write(f"{file}: {count}, {size:.1f} MB\n")


async def _find_thread(store: SqlStore, thread: str | None) -> str:
    """Find the conversation that is meant: an id, the page's address of it, a place. Raise StartFailed."""
    if thread is not None:
        id_ = thread.rstrip("/").rpartition("/t/")[2]
        if id_.count("/") > 1:
            id_ = await store.find_conversation_at(Place.parse(id_)) or id_
        if await store.find_conversation(id_) is not None:
            return id_
    newest = [
        f"  {id_}  {await _read_title(store, id_)}"
        for id_ in reversed((await store.list_conversation_ids())[-_NAMED:])
    ]
    said = "Say which thread, or --all." if thread is None else f"There is no thread {thread}."
    known = "\n".join(["The newest are:", *newest]) if newest else "There is none yet."
    raise StartFailed(f"{said} {known}")


async def _read_title(store: SqlStore, id_: str) -> str:
    known = await store.find_conversation(id_)
    return "".join(one if one.isprintable() else " " for one in known.title) if known else ""
