"""Which files at Slack show a card's images? Those that are there already, or new ones.

What Slack does not take for its size or type is uploaded smaller; the original stays in the store.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import structlog

from adapters.slack import pictures
from adapters.slack.files import NeverProcessed, Sending
from adapters.slack.render import Picture
from adapters.slack.web_api import Lost, Refused
from bot.ports.errors import NotPosted, NotReached
from bot.ports.lru import LRU
from bot.ports.queries import ImageQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.slack.web_api import Api
    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Document
    from bot.ports.messages import Place, Version

_log = structlog.stdlib.get_logger("easel.slack")

#: files whose ids are remembered
_REMEMBERED = 4096
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


class Uploads:
    """Pictures by blob, and the ids of their files at Slack."""

    def __init__(self, api: Api, workspace: str, bot: Bot) -> None:
        self._sending = Sending(api)
        self._workspace = workspace
        self._bot = bot
        #: by card and blob: each card has files of its own, so that they go with it
        self._known: LRU[tuple[str, str], Picture] = LRU(_REMEMBERED)

    async def pictures(self, card: Card, messages: Iterable[str]) -> dict[str, Picture]:
        """Give the files of a card's images by blob; upload those that are not there. Raises NotPosted.

        `messages`: what is known of where the card stands; earlier files are among it.
        """
        earlier = dict(_earlier(messages))
        found = await asyncio.gather(*(self._picture(card.id, one, earlier) for one in card.images))
        return {one.blob: picture for one, picture in zip(card.images, found, strict=True)}

    async def _picture(self, card: str, image: Version, earlier: dict[str, Picture]) -> Picture:
        key = (card, image.blob)
        known = self._known.get(key) or earlier.get(image.blob[:_BLOB])
        if known is None:
            try:
                known = await self._uploaded(image)
            except (Lost, Refused, NeverProcessed, OSError) as error:
                kind = NotReached if isinstance(error, Lost) else NotPosted
                raise kind(f"upload: {error}") from error
        self._known[key] = known
        return known

    async def _uploaded(self, image: Version) -> Picture:
        query = ImageQuery(platform="slack", workspace=self._workspace, blob=image.blob)
        found = await self._bot.query(query)
        if found is None:
            raise NotPosted(f"the image {image.blob} is not in the store")
        data, ending = found.data, pictures.SHOWABLE.get(found.media_type)
        if ending is None:
            data, ending = await self._written(query, "image/png"), "png"
        try:
            return Picture(
                file=await self._sending.shown(f"{image.number}.{ending}", data, image.alt)
            )
        except (NeverProcessed, Refused) as error:
            if isinstance(error, Refused) and error.code not in _NOT_TAKEN:
                raise
            _log.warning("image sent smaller", image=image.number, error=str(error))
        small = await self._written(query, "image/jpeg")
        file = await self._sending.shown(f"{image.number}.jpg", small, image.alt)
        return Picture(file=file, smaller=True)

    async def _written(
        self, query: ImageQuery, as_type: Literal["image/png", "image/jpeg"]
    ) -> bytes:
        found = await self._bot.query(replace(query, as_type=as_type))
        if found is None:
            raise NotPosted(f"the image {query.blob} cannot be shown")
        return found.data

    async def hand_out(self, document: Document, place: Place) -> None:
        """Share a file that is no picture in a thread. Raises NotPosted."""
        to = {"channel_id": place.channel, "thread_ts": place.thread}
        try:
            await self._sending.shared(document.name, document.path, to)
        except (Lost, Refused, OSError) as error:
            raise NotPosted(f"document: {error}") from error

    def forget(self, card: Card) -> None:
        """Forget the files of a card's images: Slack has them no more."""
        for image in card.images:
            self._known.pop((card.id, image.blob), None)


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
