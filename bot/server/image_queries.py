"""Which image does somebody get who may see it: the bytes, a small copy, a link to the bucket?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.images import decode
from bot.images.inspect import NotAnImage, sniff
from bot.images.resize import fit_webp, to_png, to_small_jpeg
from bot.ports.link_query import LinkQuery
from bot.ports.queries import Image, ImageQuery, ThumbnailQuery
from bot.presentation import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.conversation.blobs import Blobs
    from bot.conversation.store import QueryStore
    from bot.delivery.live import Viewers
    from bot.images.thumbnails import Thumbnails
    from bot.ports.queries import Query
    from bot.server.access import Access

_log = structlog.stdlib.get_logger("easel.views")


class ImageQueries:
    """Answers those questions of adapters that are about images."""

    def __init__(
        self,
        store: QueryStore,
        blobs: Blobs,
        access: Access,
        viewers: Viewers,
        thumbnails: Thumbnails,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._access = access
        self._viewers = viewers
        self._thumbnails = thumbnails
        #: by the type of the question
        self.answers: Mapping[type[Query[Any]], Callable[[Any], Awaitable[object]]] = {
            ImageQuery: self._find_image,
            LinkQuery: self._find_link,
            ThumbnailQuery: self._find_thumbnail,
        }

    async def _find_link(self, query: LinkQuery) -> str | None:
        """Return a link; None: there is no such image for who asks, or Easel alone gives it."""
        if not self._blobs.has_links:
            return None
        asked = _ask_for_image(query)
        if not await self._store.has_image(self._access.widen(asked)):
            return None
        blob: str | None = query.blob
        if query.width is not None:
            blob = await self._store.find_thumbnail(query.blob, query.width)
        return await self._blobs.link(blob) if blob else None

    async def _find_thumbnail(self, query: ThumbnailQuery) -> Image | None:
        """Return a small copy; of what is too small or odd, the original."""
        asked = _ask_for_image(query)
        if not await self._store.has_image(self._access.widen(asked)):
            return None
        data = await self._thumbnails.find(query.blob, query.width)
        return Image(data=data, media_type="image/webp") if data else await self._find_image(asked)

    async def _find_image(self, query: ImageQuery) -> Image | None:
        is_shown = self._viewers.is_on_card(query.platform, query.workspace, query.blob)
        if not (is_shown or await self._store.has_image(self._access.widen(query))):
            return None
        data = await self._blobs.get(query.blob)
        media_type = sniff(data) if data else None
        if not data or not media_type:
            return None
        try:
            return await self._convert(data, media_type, query)
        except NotAnImage as error:
            _log.warning("image cannot be shown", blob=query.blob, error=str(error))
            return None

    async def _convert(self, data: bytes, media_type: str, query: ImageQuery) -> Image:
        """Return an image in the type and of the size that a platform takes. Raise NotAnImage."""
        if query.as_type is not None:
            write = to_png if query.as_type == "image/png" else to_small_jpeg
            return Image(data=await decode.run(write, data), media_type=query.as_type)
        if query.most is None or len(data) <= query.most:
            return Image(data=data, media_type=media_type)
        smaller = await decode.run(fit_webp, data, query.most)
        return Image(
            data=smaller.data,
            media_type=smaller.media_type,
            note=sentences.describe_reduced(
                smaller.width, smaller.height, whole=smaller.is_full_size
            ),
        )


def _ask_for_image(query: LinkQuery | ThumbnailQuery) -> ImageQuery:
    """Return the question about the image itself, by whoever asks for a link or a small copy."""
    return ImageQuery(
        platform=query.platform, workspace=query.workspace, groups=query.groups, blob=query.blob
    )
