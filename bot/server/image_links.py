"""Which image may somebody fetch from the bucket itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.queries import ImageQuery

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs
    from bot.conversation.store import QueryStore
    from bot.ports.link_query import LinkQuery
    from bot.server.access import Access


class ImageLinks:
    """Links to images, for those who may see them."""

    def __init__(self, store: QueryStore, blobs: Blobs, access: Access) -> None:
        self._store = store
        self._blobs = blobs
        self._access = access

    async def find(self, query: LinkQuery) -> str | None:
        """Return a link; None: there is no such image for who asks, or Easel alone gives it."""
        if not self._blobs.has_links:
            return None
        asked = ImageQuery(
            platform=query.platform,
            workspace=query.workspace,
            groups=query.groups,
            blob=query.blob,
        )
        if not await self._store.has_image(self._access.widen(asked)):
            return None
        blob: str | None = query.blob
        if query.width is not None:
            blob = await self._store.find_thumbnail(query.blob, query.width)
        return await self._blobs.link(blob) if blob else None
