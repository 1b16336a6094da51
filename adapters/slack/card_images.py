"""Which files at Slack show a card's images? Those that are there already, or new ones.

What Slack does not take for its size or type is uploaded smaller; the original stays in the store.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import structlog

from adapters.slack.files import SHOWABLE, Files, NeverProcessed
from adapters.slack.render import Picture
from adapters.slack.web_api import CallFailed, CallLost, CallRefused
from bot.ports.errors import NotPosted, NotReached
from bot.ports.lru import LRU
from bot.ports.queries import Image, ImageQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Document, Posted
    from bot.ports.messages import Place, Version

_log = structlog.stdlib.get_logger("easel.slack")

_MAX_FILES = 4096
#: codes of files that Slack does not take as they are
_NOT_TAKEN = frozenset(
    {
        "file_upload_size_restricted",
        "file_type_not_allowed",
        "file_too_large",
        "file_size_exceeds_limit",
        "over_file_size_limit",
    }
)
#: characters of a blob's name that stand beside a file's id among a card's messages
_BLOB = 16
_FILE = "file"


class CardImages:
    """Pictures by blob, and the ids of their files at Slack."""

    def __init__(self, files: Files, workspace: str, bot: Bot) -> None:
        self._files = files
        self._workspace = workspace
        self._bot = bot
        #: by card and blob: each card has files of its own, so that they go with it
        self._known: LRU[tuple[str, str], Picture] = LRU(_MAX_FILES)

    async def find(self, card: Card, at: Posted | None) -> dict[str, Picture]:
        """Return the files of a card's images by blob; upload those that are not there. Raise NotPosted."""
        earlier = dict(_earlier(at))
        found = await asyncio.gather(*(self._find(card.id, one, earlier) for one in card.images))
        return {one.blob: picture for one, picture in zip(card.images, found, strict=True)}

    async def _find(self, card: str, image: Version, earlier: Mapping[str, Picture]) -> Picture:
        key = (card, image.blob)
        picture = self._known.get(key) or earlier.get(image.blob[:_BLOB])
        if picture is None:
            try:
                picture = await self._upload(image)
            except (CallFailed, NeverProcessed, OSError) as error:
                kind = NotReached if isinstance(error, CallLost) else NotPosted
                raise kind(f"upload: {error}") from error
        self._known[key] = picture
        return picture

    async def _upload(self, image: Version) -> Picture:
        found = await self._read(image, None)
        if found.media_type not in SHOWABLE:
            found = await self._read(image, "image/png")
        name = f"{image.number}.{SHOWABLE[found.media_type]}"
        try:
            return Picture(file=await self._files.upload_image(name, found.data, image.alt))
        except (NeverProcessed, CallRefused) as error:
            if isinstance(error, CallRefused) and error.code not in _NOT_TAKEN:
                raise
            _log.warning("image sent smaller", image=image.number, error=str(error))
        found = await self._read(image, "image/jpeg")
        file = await self._files.upload_image(f"{image.number}.jpg", found.data, image.alt)
        return Picture(file=file, smaller=True)

    async def _read(
        self, image: Version, as_type: Literal["image/png", "image/jpeg"] | None
    ) -> Image:
        query = ImageQuery(
            platform="slack", workspace=self._workspace, blob=image.blob, as_type=as_type
        )
        found = await self._bot.query(query)
        if found is None:
            raise NotPosted(f"the image {image.blob} cannot be read as {as_type or 'it is'}")
        return found

    async def share(self, document: Document, place: Place) -> None:
        """Share a file that is no picture in a thread. Raise NotPosted."""
        try:
            await self._files.share(document.name, document.path, place.channel, place.thread)
        except (CallFailed, OSError) as error:
            raise NotPosted(f"document: {error}") from error

    def forget(self, card: Card) -> None:
        """Forget the files of a card's images: Slack has them no more."""
        for image in card.images:
            self._known.pop((card.id, image.blob), None)


def with_files(posted: Posted, pictures: Mapping[str, Picture]) -> Posted:
    """Return where a card is, with the files that show its images."""
    files = (
        f"{_FILE}/{one.file}/{blob[:_BLOB]}/{'smaller' if one.smaller else ''}"
        for blob, one in pictures.items()
    )
    return replace(posted, messages=(posted.messages[0], *files))


def files_of(posted: Posted | None) -> list[str]:
    """Return the ids of the files that show a card's images."""
    return [picture.file for _, picture in _earlier(posted)]


def _earlier(posted: Posted | None) -> Iterable[tuple[str, Picture]]:
    for one in posted.messages if posted else ():
        kind, *rest = one.split("/")
        if kind == _FILE and len(rest) == 3:
            yield rest[1], Picture(file=rest[0], smaller=bool(rest[2]))
