"""How does a card's image get to Slack, and which file shows it? A ticket, the bytes, the completion.

A picture is then processed for a while, and a message that shows it earlier is refused. What Slack does not take for
its size or type is uploaded smaller; the original stays in the store.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import structlog

from adapters.slack.render import Picture
from adapters.slack.text import clean
from adapters.slack.web_api import RETRY_PAUSES, CallFailed, CallLost, CallRefused, is_lost
from bot.ports.errors import NotPosted, NotReached
from bot.ports.lru import LRU
from bot.ports.queries import Image, ImageQuery
from bot.ports.retry import retry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from adapters.slack.web_api import WebApi
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Document, Posted
    from bot.ports.messages import Json, Place, Version

_log = structlog.stdlib.get_logger("easel.slack")

#: what a block may show, and the ending of its name
SHOWABLE = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
#: seconds for Slack to process a file
PROCESSING_TIMEOUT = 30.0
_MAX_ALT = 1000
#: seconds between two looks at whether a file is processed; the last one again and again
_LOOK_PAUSES = (0.15, 0.3, 0.6, 1.2, 1.5)
#: looks a minute, of 100, above which each waits four times as long
_MANY_LOOKS = 30
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


class NeverProcessed(Exception):
    """Slack took a file, and did not get ready to show it."""


class Files:
    """Uploads files to Slack. All of it raises CallRefused and CallLost."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def upload_image(self, name: str, data: bytes, alt: str) -> str:
        """Upload a picture, wait until a message can show it, and return its id. Raise NeverProcessed too."""
        file = await self._upload(name, data, alt)
        completed = await self._complete(file, name)
        if not completed.get("mimetype"):
            await self._wait_until_processed(file)
        return file

    async def share(self, name: str, path: Path, channel: str, thread: str | None) -> None:
        """Upload a file from disk into a thread."""
        file = await self._upload(name, path)
        await self._complete(file, name, channel_id=channel, thread_ts=thread)

    async def delete(self, files: Iterable[str]) -> None:
        """Delete files that nothing shows any more."""
        for file in files:
            await self._api.try_call("files.delete", file=file)

    async def _upload(self, name: str, source: bytes | Path, alt: str = "") -> str:
        """Send a file's bytes, and return its id."""

        async def send() -> str:
            if isinstance(source, bytes):
                return await self._send(name, len(source), source, alt)
            size = (await asyncio.to_thread(source.stat)).st_size
            with await asyncio.to_thread(source.open, "rb") as opened:
                return await self._send(name, size, opened, alt)

        return await retry(send, is_transient=is_lost, pauses=RETRY_PAUSES)

    async def _send(self, name: str, length: int, data: bytes | BinaryIO, alt: str) -> str:
        ticket = await self._api.call(
            "files.getUploadURLExternal",
            idempotent=False,  # a ticket is good for one try
            filename=name,
            length=length,
            alt_txt=clean(alt, _MAX_ALT) or None,
        )
        await self._api.upload(ticket["upload_url"], data)
        return str(ticket["file_id"])

    async def _complete(self, file: str, name: str, **share: Any) -> Json:  # noqa: ANN401 - arguments
        """Complete an upload, and return what Slack says of the file. `share`: where it is posted."""

        async def complete() -> Json:
            try:
                answer = await self._api.call(
                    "files.completeUploadExternal",
                    idempotent=False,
                    files=[{"id": file, "title": name}],
                    **share,
                )
            except CallLost:  # it can be done once: was it?
                answer = await self._api.try_call("files.info", file=file) or {}
                if "file" not in answer:
                    raise
                return dict(answer["file"])
            return dict(next(iter(answer.get("files") or ()), {}))

        return await retry(complete, is_transient=is_lost, pauses=RETRY_PAUSES[:2])

    async def _wait_until_processed(self, file: str) -> None:
        """Wait until a file has its type: earlier no message may show it. Raise NeverProcessed."""
        end = time.monotonic() + PROCESSING_TIMEOUT
        looks = iter(_LOOK_PAUSES)
        pause = next(looks)
        while True:
            many = self._api.limits.used("files.info") > _MANY_LOOKS
            await asyncio.sleep(4 * pause if many else pause)
            try:
                info = (await self._api.call("files.info", file=file))["file"]
            except CallRefused as error:
                raise NeverProcessed(f"{file}: {error.code}") from error
            if info.get("mimetype"):
                return
            if time.monotonic() > end:
                raise NeverProcessed(file)
            pause = next(looks, pause)


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


def find_file(posted: Posted | None, image: Version) -> str | None:
    """Return the id of the file that shows an image on a card; None: not known."""
    found = dict(_earlier(posted)).get(image.blob[:_BLOB])
    return found.file if found else None


def _earlier(posted: Posted | None) -> Iterable[tuple[str, Picture]]:
    for one in posted.messages if posted else ():
        kind, *rest = one.split("/")
        if kind == _FILE and len(rest) == 3:
            yield rest[1], Picture(file=rest[0], smaller=bool(rest[2]))
