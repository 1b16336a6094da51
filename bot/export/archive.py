"""How is a conversation written into a ZIP file, however large it is?

One image at a time: bytes as they came, then pictures that combine several, the log and the tree. What blocks
runs in a thread.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import secrets
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.export import contents
from bot.images import decode, montage
from bot.images.inspect import NotAnImage
from bot.ports.actions import Action
from bot.ports.cards import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bot.conversation.blobs import Blobs
    from bot.conversation.conversation import Conversation
    from bot.conversation.store import ExportStore
    from bot.conversation.turn import Turn
    from bot.images.montage import Panel

_log = structlog.stdlib.get_logger("easel.export")

#: pictures on one contact sheet
_MAX_ON_SHEET = 60
#: steps of a path that a strip and a film show: its first and its newest
_MAX_STEPS = 32
#: the earliest time that a ZIP file knows
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC).timestamp()


@dataclass(slots=True, kw_only=True)
class _Export:
    """What is packed so far of one conversation."""

    archive: zipfile.ZipFile
    #: "" or a folder with its slash, where several conversations share a file
    folder: str
    known: Conversation
    #: by a version's number, or the blob of what people sent, the name of its file
    files: dict[str, str] = field(default_factory=dict)
    #: pictures that show several
    pictures: list[str] = field(default_factory=list)
    #: those that wait for a sheet
    cells: list[Panel] = field(default_factory=list)
    sheets: int = 0
    frames: list[Panel] = field(default_factory=list)

    def add(self, name: str, data: bytes, at: float, *, small: bool = False) -> None:
        """Write a file; `small`: compress it."""
        about = zipfile.ZipInfo(self.folder + name, time.gmtime(max(at, _EARLIEST))[:6])
        about.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
        about.external_attr = 0o644 << 16
        self.archive.writestr(about, data)


class Exporter:
    """Makes exports in `folder`; one at a time, so that memory stays small."""

    def __init__(self, store: ExportStore, blobs: Blobs, folder: Path) -> None:
        self._store = store
        self._blobs = blobs
        self._folder = folder
        self._semaphore = asyncio.Semaphore(1)

    async def export(self, conversation: str) -> Document | None:
        """Export a conversation; None: there is none. The caller removes the file."""
        file = self._folder / f"{secrets.token_hex(8)}.zip"
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        titles = await self.write_archive([conversation], file)
        if not titles:
            await asyncio.to_thread(file.unlink, missing_ok=True)
            return None
        name = f"easel-{contents.slugify(titles[0])}.zip"
        return Document(name=name, media_type="application/zip", path=file)

    async def write_archive(
        self, conversations: Iterable[str], file: Path, *, folders: bool = False
    ) -> list[str]:
        """Write conversations into a file; return the titles of those that exist.

        `folders`: each into a folder of its own. What is half written is removed when it fails.
        """
        titles: list[str] = []
        async with self._semaphore:
            archive = await asyncio.to_thread(_create, file)
            try:
                for id_ in conversations:
                    found = await self._store.load_conversation(id_)
                    if found is None:
                        continue
                    title = found[0].title
                    number = f"{len(titles) + 1:04}-{contents.slugify(title)}/"
                    await self._write_conversation(archive, number if folders else "", *found)
                    titles.append(title)
                await asyncio.to_thread(archive.close)
            except BaseException:
                with suppress(ValueError, OSError):  # a thread may still be writing; a full disk
                    archive.close()
                os.unlink(file)  # noqa: PTH108 - at once, also when cancelled
                raise
        return titles

    async def _write_conversation(
        self,
        archive: zipfile.ZipFile,
        folder: str,
        known: Conversation,
        turns: Sequence[Turn],
    ) -> None:
        turns = [
            one for one in turns if one.control is None or one.control.action is not Action.EXPORT
        ]
        export = _Export(archive=archive, folder=folder, known=known)
        path = contents.trace_head(known)
        shown = {one.number for one in (*path[:1], *path[1:][-(_MAX_STEPS - 1) :])}
        for version in known.versions.values():
            data = await self._blobs.get(version.blob)
            if data is None:
                _log.warning("image missing from an export", version=version.number)
                continue
            name = contents.name_image(version)
            export.files[version.number] = name
            await asyncio.to_thread(export.add, name, data, version.created)
            frame = await _make_frame(version.number, data)
            if frame is not None:
                await asyncio.to_thread(_add_frame, export, frame, version.number in shown)
        for blob, name in contents.name_attachments(turns).items():
            data = await self._blobs.get(blob)
            if data is not None:
                export.files[blob] = name
                await asyncio.to_thread(export.add, name, data, time.time())
        await asyncio.to_thread(_write_montages, export, [one.number for one in path])
        await asyncio.to_thread(_write_texts, export, turns)


def _create(file: Path) -> zipfile.ZipFile:
    """Open a new file that only its owner reads. Raise FileExistsError."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return zipfile.ZipFile(file, "w")


async def _make_frame(number: str, data: bytes) -> montage.Panel | None:
    """Make an image small, once, for the sheet and for the film."""
    try:
        return await decode.run(montage.make_panel, number, data, montage.FRAME)
    except NotAnImage as error:
        _log.warning("image not shown in an export", version=number, error=str(error))
        return None


def _add_frame(export: _Export, frame: montage.Panel, in_animation: bool) -> None:  # noqa: FBT001 - to_thread takes no names
    export.cells.append(montage.shrink_panel(frame))
    if in_animation:
        export.frames.append(frame)
    if len(export.cells) == _MAX_ON_SHEET:
        _write_sheet(export)


def _write_sheet(export: _Export) -> None:
    export.sheets += 1
    name = f"contact-sheet{'' if export.sheets == 1 else f'-{export.sheets}'}.jpg"
    export.add(name, montage.make_sheet(export.cells), time.time())
    export.pictures.append(name)
    export.cells.clear()


def _write_montages(export: _Export, path: list[str]) -> None:
    """Show all images on sheets, and the path to the head as a strip and as a film."""
    if export.cells:
        _write_sheet(export)
    frames = sorted(export.frames, key=lambda frame: path.index(frame.label))
    if len(frames) < 2:
        return
    strip, film = montage.make_strip(frames), montage.make_animation(frames)
    for name, data in (("before-after.jpg", strip), ("edits.webp", film)):
        export.add(name, data, time.time())
        export.pictures.append(name)


def _write_texts(export: _Export, turns: Sequence[Turn]) -> None:
    now = time.time()
    listed = [turn for turn in turns if turn.team.batch and turn.team.children]
    for number, turn in enumerate(listed, start=1):
        name = "batch.csv" if number == 1 else f"batch-{number}.csv"
        export.add(name, contents.write_batch(turn, export.files), now, small=True)
    tree = contents.write_tree(export.known, turns, export.files, now)
    export.add("tree.json", tree, now, small=True)
    words = contents.write_log(export.known, turns, export.files, export.pictures, now)
    export.add("log.md", words.encode(), now, small=True)
