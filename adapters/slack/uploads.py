"""How does a picture get to Slack, so that a message can show it? A ticket, the bytes, the end, and waiting.

Slack processes what was uploaded for a while; a message that shows it earlier is refused. What Slack does not
take for its size or type is uploaded smaller.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from adapters.slack import pictures, words
from adapters.slack.api import Lost, Refused
from adapters.slack.render import Picture
from bot.errors import NotPosted
from bot.queries import ImageQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.slack.api import Api
    from bot.faces import Card, Document
    from bot.ports import Bot
    from bot.values import Place, Version

Json = dict[str, Any]
_log = structlog.stdlib.get_logger("easel.slack")

#: seconds for Slack to process a file
PATIENCE = 30.0
#: files whose ids are remembered
_REMEMBERED = 4096
#: characters of an alt text that is sent along
_MOST_ALT = 1000
#: seconds between two looks at whether a file is processed; the last one again and again
_LOOKS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
#: whole uploads of one file, where connections break
_TRIES = 3
#: why Slack does not take a file as it is
_NOT_TAKEN = frozenset(
    {
        "file_upload_size_restricted",
        "file_type_not_allowed",
        "file_too_large",
        "file_size_exceeds_limit",
        "over_file_size_limit",
    }
)


class NeverProcessed(Exception):
    """Slack took a file, and did not get ready to show it."""


class Uploads:
    """Pictures by blob, and the ids of their files at Slack."""

    def __init__(self, api: Api, workspace: str, bot: Bot) -> None:
        self._api = api
        self._workspace = workspace
        self._bot = bot
        self._known: OrderedDict[str, Picture] = OrderedDict()

    async def pictures(self, card: Card, messages: Iterable[str]) -> dict[str, Picture]:
        """Give the files of a card's images by blob; upload those that are not there. Raises NotPosted.

        `messages`: what is known of where the card stands; earlier files are among it.
        """
        earlier = dict(_earlier(messages))
        found = await asyncio.gather(*(self._picture(one, earlier) for one in card.images))
        return {one.blob: picture for one, picture in zip(card.images, found, strict=True)}

    async def _picture(self, image: Version, earlier: dict[str, Picture]) -> Picture:
        known = self._known.get(image.blob) or earlier.get(image.blob[:_BLOB])
        if known is None:
            try:
                known = await self._uploaded(image)
            except (Lost, Refused, NeverProcessed, OSError) as error:
                raise NotPosted(f"upload: {error}") from error
        self._known[image.blob] = known
        self._known.move_to_end(image.blob)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known

    async def _uploaded(self, image: Version) -> Picture:
        query = ImageQuery(platform="slack", workspace=self._workspace, blob=image.blob)
        found = await self._bot.look(query)
        if found is None:
            raise NotPosted(f"the image {image.blob} is not in the store")
        data, ending = found.data, pictures.SHOWABLE.get(found.media_type)
        if ending is None:
            data, ending = await asyncio.to_thread(pictures.as_png, found.data), "png"
        try:
            return Picture(file=await self._shown(f"{image.number}.{ending}", data, image.alt))
        except (NeverProcessed, Refused) as error:
            if isinstance(error, Refused) and error.code not in _NOT_TAKEN:
                raise
            _log.warning("image sent smaller", image=image.number, error=str(error))
        small = await asyncio.to_thread(pictures.smaller, found.data)
        file = await self._shown(f"{image.number}.jpg", small, image.alt)
        return Picture(file=file, smaller=True)

    async def _shown(self, name: str, data: bytes, alt: str) -> str:
        file = await self._sent(name, data, alt)
        await self._processed(file)
        return file

    async def _sent(self, name: str, data: bytes, alt: str, to: Json | None = None) -> str:
        """Upload a file; give its id. `to`: where it is shared, with which words; None: nowhere yet."""
        for left in reversed(range(_TRIES)):
            ticket = await self._api.call(
                "files.getUploadURLExternal",
                filename=name,
                length=len(data),
                alt_txt=words.plain(alt, _MOST_ALT) or None,
            )
            file = str(ticket["file_id"])
            try:
                await self._api.upload(ticket["upload_url"], data)
            except Lost:
                if not left:
                    raise
                continue
            await self._completed(file, name, to or {})
            return file
        raise Lost("upload")

    async def _completed(self, file: str, name: str, to: Json) -> None:
        """End an upload; a lost answer is asked for, since an upload can be ended once."""
        for left in reversed(range(_TRIES)):
            try:
                await self._api.call(
                    "files.completeUploadExternal",
                    twice=False,
                    files=[{"id": file, "title": name}],
                    **to,
                )
            except Lost:
                if await self._exists(file):
                    return
                if not left:
                    raise
            else:
                return

    async def _exists(self, file: str) -> bool:
        try:
            await self._api.call("files.info", file=file)
        except Refused:
            return False
        return True

    async def _processed(self, file: str) -> None:
        """Wait until a file has its type: earlier no message may show it. Raises NeverProcessed."""
        end = time.monotonic() + PATIENCE
        looks = iter(_LOOKS)
        pause = next(looks)
        while True:
            await asyncio.sleep(pause)
            try:
                about = (await self._api.call("files.info", file=file))["file"]
            except Refused as error:
                raise NeverProcessed(f"{file}: {error.code}") from error
            if about.get("mimetype"):
                return
            if time.monotonic() > end:
                raise NeverProcessed(file)
            pause = next(looks, pause)

    async def hand_out(self, document: Document, place: Place) -> None:
        """Share a file that is no picture in a thread. Raises NotPosted."""
        try:
            data = await asyncio.to_thread(Path(document.path).read_bytes)
            await self._sent(
                document.name, data, "", {"channel_id": place.channel, "thread_ts": place.thread}
            )
        except (Lost, Refused, OSError) as error:
            raise NotPosted(f"document: {error}") from error


#: characters of a blob's name that are kept with a file's id
_BLOB = 16
_FILE = "file"


def remembered(pictures_: dict[str, Picture]) -> tuple[str, ...]:
    """Write which files show which images, to be kept with where the card stands."""
    return tuple(
        f"{_FILE}/{one.file}/{blob[:_BLOB]}/{'smaller' if one.smaller else ''}"
        for blob, one in pictures_.items()
    )


def _earlier(messages: Iterable[str]) -> Iterable[tuple[str, Picture]]:
    for one in messages:
        kind, *rest = one.split("/")
        if kind == _FILE and len(rest) == 3:
            yield rest[1], Picture(file=rest[0], smaller=bool(rest[2]))


def files_in(messages: Iterable[str]) -> list[str]:
    """Give the ids of the files among what is kept of a card's whereabouts."""
    return [picture.file for _, picture in _earlier(messages)]
