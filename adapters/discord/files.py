"""Which files does a card need on Discord, and does its message have them already?"""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import discord

from adapters.discord import render
from bot.ports.cards import Document
from bot.ports.errors import Kind
from bot.ports.language import _
from bot.ports.queries import ImageQuery, VersionsQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from discord import ui

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Place, Version

#: bytes of a whole request, a little below Discord's 25 MiB
_MAX_REQUEST = 24 * 1024 * 1024
#: bytes that a file and its ZIP file need beside its data, at most
_ZIP_OVERHEAD = 1024
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_DOCUMENT = "document"
_PREVIEW = "preview/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a message shows."""

    layout: object
    #: names of its files, by what they show
    files: Mapping[str, str] = field(default_factory=dict)
    #: what is said of its files
    note: str = ""
    prompt: str = ""

    @property
    def has_image(self) -> bool:
        """Is a finished image among its files?"""
        return any(not key.startswith(_PREVIEW) for key in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A card's layout and files, which are built for each try."""

    card: Card
    #: names of its files, by what they show, in order
    names: Mapping[str, str]
    note: str
    #: the files' bytes; None: the message has them already
    data: Mapping[str, bytes] | None
    #: the rest of its document, where one message has no room for it
    further: Sequence[Document] = ()
    #: the images that can be gone back to, each with its prompt
    versions: Sequence[tuple[str, str]] = ()

    def build_layout(self) -> ui.LayoutView:
        """Draw the card."""
        alts = {_key(one): one.alt for one in self.card.images}
        images = [
            render.AttachedImage(name=name, alt=alts.get(key, _(render.UNFINISHED)))
            for key, name in self.names.items()
            if key != _DOCUMENT
        ]
        return render.render_card(
            self.card,
            images,
            note=self.note,
            document=self.names.get(_DOCUMENT, ""),
            versions=self.versions,
        )

    def build(self) -> tuple[ui.LayoutView, Sequence[discord.File] | None]:
        """Return what is posted, or what a message is changed to; no files: the message's stay."""
        if self.data is None:
            return self.build_layout(), None
        files = [discord.File(io.BytesIO(self.data[key]), name) for key, name in self.names.items()]
        return self.build_layout(), files

    def describe(self) -> Shown:
        """Return what the message shows then."""
        layout = self.build_layout().to_components()  # type: ignore[no-untyped-call] # the SDK's
        return Shown(layout=layout, files=self.names, note=self.note, prompt=self.card.prompt)


async def load_content(
    bot: Bot, place: Place, card: Card, before: Shown | None, limit: int
) -> Content:
    """Return a card's content; `before` is what its message shows, `limit` the bytes of a file."""
    wanted, versions = _list_wanted(card), await list_versions(bot, place, card)
    if before is not None and list(before.files) == list(wanted):
        return Content(
            card=card, names=before.files, note=before.note, data=None, versions=versions
        )
    limit = min(limit, _MAX_REQUEST // max(1, len(wanted)))
    further: Sequence[Document] = ()
    if card.document is not None and (parts := await _split_document(card.document, limit)):
        wanted[_DOCUMENT], *further = parts
    names: dict[str, str] = {}
    data: dict[str, bytes] = {}
    notes: dict[str, None] = {}
    for key, what in wanted.items():
        name, found, note = await _load_file(bot, place, card, what, limit)
        notes |= dict.fromkeys([note] if note else [])
        if found is not None:
            names[key], data[key] = name, found
    if further:
        notes[_(render.IN_PARTS).format(count=len(further) + 1)] = None
    return Content(
        card=card,
        names=names,
        note=" ".join(notes),
        data=data,
        further=further,
        versions=versions,
    )


async def list_versions(bot: Bot, place: Place, card: Card) -> Sequence[tuple[str, str]]:
    """Return the images that a card can go back to, each with its prompt, the newest first."""
    if card.history is None:
        return ()
    until = max(one.created for one in card.images)
    return await bot.query(
        VersionsQuery(
            platform=place.platform,
            workspace=place.workspace,
            conversation=card.conversation,
            until=until,
        )
    )


def _key(image: Version) -> str:
    return f"{image.number}/{image.blob}"


def _list_wanted(card: Card) -> dict[str, Version | Document | None]:
    """Return a card's files by what they show; None: its preview.

    An image that could not be posted is left out: words may get there all the same.
    """
    was_refused = card.problem is not None and card.problem.kind is Kind.NOT_POSTED
    wanted: dict[str, Version | Document | None] = {
        _key(one): one for one in (() if was_refused else card.images)
    }
    if not wanted and card.preview is not None:
        wanted[f"{_PREVIEW}{card.preview.index}"] = None
    if card.document is not None:
        wanted[_DOCUMENT] = card.document
    return wanted


async def _load_file(
    bot: Bot, place: Place, card: Card, what: Version | Document | None, limit: int
) -> tuple[str, bytes | None, str]:
    """Return a file's name, its bytes, and what is to be said of it; no bytes: it cannot be shown."""
    if what is None:
        if card.preview is None or len(card.preview.data) > limit:
            return "", None, ""
        extension = _EXTENSIONS.get(card.preview.media_type, "png")
        return f"preview-{card.preview.index}.{extension}", card.preview.data, ""
    if isinstance(what, Document):
        try:
            if what.path.stat().st_size > limit:
                return "", None, _(render.TOO_LARGE)
            return what.name, await asyncio.to_thread(what.path.read_bytes), ""
        except OSError:
            return "", None, ""  # it has been handed out
    query = ImageQuery(
        platform=place.platform, workspace=place.workspace, blob=what.blob, most=limit
    )
    image = await bot.query(query)
    if image is None:
        return "", None, _(render.MISSING)
    return f"{what.number}.{_EXTENSIONS.get(image.media_type, 'png')}", image.data, image.note


async def _split_document(what: Document, limit: int) -> list[Document]:
    """Return the parts of a document that is too large for one message; [] where it is not, or gone."""
    try:
        if what.path.stat().st_size <= limit:
            return []
        paths = await asyncio.to_thread(split_archive, what.path, limit)
    except (OSError, zipfile.BadZipFile):
        return []
    stem = what.name.removesuffix(".zip")
    return [
        replace(what, name=f"{stem}-{number}-of-{len(paths)}.zip", path=path)
        for number, path in enumerate(paths, start=1)
    ]


def split_archive(path: Path, limit: int) -> list[Path]:
    """Write a ZIP file's parts beside it, each a ZIP file of up to `limit` bytes. Blocks.

    A file that fits into no part is cut in pieces.
    """
    parts: list[Path] = []
    part: zipfile.ZipFile | None = None
    used = 0
    with zipfile.ZipFile(path) as archive:
        for info, data in _read_pieces(archive, limit - _ZIP_OVERHEAD):
            needed = len(data) + 2 * len(info.filename.encode()) + _ZIP_OVERHEAD
            if part is None or used + needed > limit:
                if part is not None:
                    part.close()
                parts.append(path.with_name(f"{path.stem}-part-{len(parts) + 1}.zip"))
                part, used = zipfile.ZipFile(parts[-1], "w"), 0
            info.external_attr = 0o644 << 16
            part.writestr(info, data)
            used += needed
    if part is not None:
        part.close()
    return parts


def _read_pieces(archive: zipfile.ZipFile, limit: int) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Read one file at a time; of one that is too large a piece at a time: v2.png.001, v2.png.002."""
    limit -= 2 * max((len(one.filename.encode()) + 4 for one in archive.infolist()), default=0)
    for info in archive.infolist():
        if info.file_size <= limit:
            yield zipfile.ZipInfo(info.filename, info.date_time), archive.read(info)
            continue
        with archive.open(info) as file:
            number = 0
            while piece := file.read(limit):
                number += 1
                name = f"{info.filename}.{number:03}"
                yield zipfile.ZipInfo(name, info.date_time), piece
