"""Which files does a card need on Discord, and are they there already?"""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import discord

from adapters.discord import render
from adapters.discord.parts import split
from bot.ports.cards import Document
from bot.ports.errors import Kind
from bot.ports.queries import ImageQuery, VersionsQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from discord import ui

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Place, Version

#: bytes of a whole request, a little below Discord's 25 MiB
_REQUEST = 24 * 1024 * 1024
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a message shows."""

    layout: object
    #: names of its files, by what they show
    files: Mapping[str, str] = field(default_factory=dict)
    #: what is said of its files
    note: str = ""
    #: the card's words
    prompt: str = ""

    @property
    def drawn(self) -> bool:
        """Is a finished picture among its files?"""
        return any(not key.startswith("preview/") for key in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A card ready to be posted: layout and files are made anew for each try."""

    card: Card
    #: names of its files, by what they show, in order
    names: Mapping[str, str]
    note: str
    #: the files' bytes; None: they stand at the message already
    data: Mapping[str, bytes] | None
    #: the rest of its document, where one message has no room for it
    further: Sequence[Document] = ()
    #: the images that can be gone back to, each with what was asked
    earlier: Sequence[tuple[str, str]] = ()

    def layout(self) -> ui.LayoutView:
        """Draw the card."""
        shown = [
            render.Shown(name=name, alt=_alt(self.card, key))
            for key, name in self.names.items()
            if key != _DOCUMENT
        ]
        return render.layout(
            self.card,
            shown,
            note=self.note,
            document=self.names.get(_DOCUMENT, ""),
            earlier=self.earlier,
        )

    def posted(self) -> tuple[ui.LayoutView, Sequence[discord.File]]:
        """Give what is posted."""
        data = self.data or {}
        return self.layout(), [
            discord.File(io.BytesIO(data[key]), name) for key, name in self.names.items()
        ]

    def edited(self) -> tuple[ui.LayoutView, Sequence[discord.File] | None]:
        """Give what a message is changed to; None: its files stay."""
        view, files = (self.layout(), None) if self.data is None else self.posted()
        return view, files

    def looks(self) -> Looks:
        """Give what the message shows then."""
        layout = self.layout().to_components()  # type: ignore[no-untyped-call] # the SDK's
        return Looks(layout=layout, files=self.names, note=self.note, prompt=self.card.prompt)


async def drawing(bot: Bot, place: Place, card: Card, before: Looks | None, limit: int) -> Drawing:
    """Get what a card needs; `before` is what its message shows, `limit` the bytes of a file."""
    wanted, listed = _wanted(card), await earlier(bot, place, card)
    if before is not None and list(before.files) == list(wanted):
        return Drawing(card=card, names=before.files, note=before.note, data=None, earlier=listed)
    each = min(limit, _REQUEST // max(1, len(wanted)))
    further: Sequence[Document] = ()
    if card.document is not None and (parts := await _parts(card.document, each)):
        wanted[_DOCUMENT], *further = parts
    names: dict[str, str] = {}
    data: dict[str, bytes] = {}
    notes: dict[str, None] = {}
    for key, what in wanted.items():
        name, held, note = await _file(bot, place, card, what, each)
        notes |= dict.fromkeys([note] if note else [])
        if held is not None:
            names[key], data[key] = name, held
    if further:
        notes[render.IN_PARTS.format(count=len(further) + 1)] = None
    return Drawing(
        card=card,
        names=names,
        note=" ".join(notes),
        data=data,
        further=further,
        earlier=listed,
    )


async def earlier(bot: Bot, place: Place, card: Card) -> Sequence[tuple[str, str]]:
    """Give the images that a card can go back to, each with what was asked, the newest first."""
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


def _wanted(card: Card) -> dict[str, Version | Document | None]:
    """Give a card's files by what they show; None: its preview.

    A picture that could not be posted is left out: words may get there all the same.
    """
    refused = card.problem is not None and card.problem.kind is Kind.NOT_POSTED
    found: dict[str, Version | Document | None] = {
        f"{one.number}/{one.blob}": one for one in (() if refused else card.images)
    }
    if not found and card.preview is not None:
        found[f"preview/{card.preview.index}"] = None
    if card.document is not None:
        found[_DOCUMENT] = card.document
    return found


async def _file(
    bot: Bot, place: Place, card: Card, what: Version | Document | None, most: int
) -> tuple[str, bytes | None, str]:
    """Give a file's name, its bytes, and what is to be said of it; no bytes: it cannot be shown."""
    if what is None:
        if card.preview is None or len(card.preview.data) > most:
            return "", None, ""
        ending = _ENDINGS.get(card.preview.media_type, "png")
        return f"preview-{card.preview.index}.{ending}", card.preview.data, ""
    if isinstance(what, Document):
        return await _document(what, most)
    query = ImageQuery(
        platform=place.platform, workspace=place.workspace, blob=what.blob, most=most
    )
    image = await bot.query(query)
    if image is None:
        return "", None, render.MISSING
    return f"{what.number}.{_ENDINGS.get(image.media_type, 'png')}", image.data, image.note


async def _parts(what: Document, most: int) -> list[Document]:
    """Give the parts of a document that is too large for one message; () where it is not, or gone."""
    try:
        if what.path.stat().st_size <= most:
            return []
        paths = await asyncio.to_thread(split, what.path, most)
    except (OSError, zipfile.BadZipFile):
        return []
    stem = what.name.removesuffix(".zip")
    return [
        replace(what, name=f"{stem}-{number}-of-{len(paths)}.zip", path=path)
        for number, path in enumerate(paths, start=1)
    ]


async def _document(what: Document, most: int) -> tuple[str, bytes | None, str]:
    try:
        if what.path.stat().st_size > most:
            return "", None, render.TOO_LARGE
        return what.name, await asyncio.to_thread(what.path.read_bytes), ""
    except OSError:
        return "", None, ""  # it has been handed out


def _alt(card: Card, key: str) -> str:
    alts = {f"{one.number}/{one.blob}": one.alt for one in card.images}
    return alts.get(key, render.UNFINISHED)
