"""How are images, previews and exports handed out?"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, BinaryIO

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response, StreamingResponse

from adapters.web.api import no_thread, who
from adapters.web.openapi import NOT_FOUND, Call, ok, parameter
from bot.ports.errors import BadPrompt
from bot.ports.link_query import LinkQuery
from bot.ports.queries import ExportQuery, ImageQuery, PreviewQuery, ThumbnailQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request

    from bot.ports.adapter import Bot

#: bytes of a file that are read at a time
_PIECE = 256 * 1024
#: a link to an image is used again while it is good for a minute more
_LINK_CACHE = "private, max-age=240"
_VARY = "Sec-Fetch-Dest"


class Files:
    """The calls that give files."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        thread = "/api/threads/{id}"
        small = "a small WebP copy, its longer side of so many pixels"
        width = parameter("width", small, type="integer", enum=[160, 640])
        file = ok("application/zip", "the file", NOT_FOUND)
        image = ok(None, "the image", NOT_FOUND)
        return [
            Call("GET", f"{thread}/export", self._export, file),
            Call("GET", f"{thread}/turns/{{turn}}/preview", self._preview, image),
            Call("GET", "/images/{sha256}", self._image, image, query=(width,)),
        ]

    async def _preview(self, request: Request) -> Response:
        """Show the newest unfinished image of a turn that is being drawn."""
        thread, turn = request.path_params["id"], request.path_params["turn"]
        query = PreviewQuery(**who(request), conversation=thread, turn=turn)
        found = await self._bot().query(query)
        if found is None:
            raise HTTPException(404, "There is no preview any more.")
        return Response(
            found.data, media_type=found.media_type, headers={"Cache-Control": "no-store"}
        )

    async def _export(self, request: Request) -> Response:
        """Fetch everything of a thread as a ZIP file: images, log.md, tree.json, a contact sheet, a strip and a film of the edits."""
        query = ExportQuery(**who(request), conversation=request.path_params["id"])
        found = await self._bot().query(query)
        if found is None:
            raise no_thread()
        opened = await asyncio.to_thread(_take_file, found.path)  # on disk only while it is sent
        headers = {
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "no-store",
            "Content-Length": str(os.fstat(opened.fileno()).st_size),
        }
        return StreamingResponse(_pieces(opened), media_type=found.media_type, headers=headers)

    async def _image(self, request: Request) -> Response:
        """Show an image, byte for byte as the model sent it."""
        blob, width = request.path_params["sha256"], request.query_params.get("width", "")
        if width not in {"", "160", "640"}:
            raise BadPrompt(problem="“width” is 160 or 640.")
        if (
            request.headers.get("sec-fetch-dest") == "image"
        ):  # what only shows it may be sent elsewhere
            query = LinkQuery(**who(request), blob=blob, width=int(width) if width else None)
            if (link := await self._bot().query(query)) is not None:
                return RedirectResponse(link, 307, {"Cache-Control": _LINK_CACHE, "Vary": _VARY})
        etag = f'"{blob}-{width}"' if width else f'"{blob}"'
        found = await self._bot().query(
            ThumbnailQuery(**who(request), blob=blob, width=int(width))
            if width
            else ImageQuery(**who(request), blob=blob)
        )
        if found is None:
            raise HTTPException(404, "There is no such image.")
        forever = "private, max-age=31536000, immutable"
        headers = {"ETag": etag, "Cache-Control": forever, "Vary": _VARY}
        if etag in request.headers.get("if-none-match", ""):  # in a list, or W/"…" from a proxy
            return Response(status_code=304, headers=headers)
        return Response(found.data, media_type=found.media_type, headers=headers)


def _take_file(path: Path) -> BinaryIO:
    """Open a file that is given away, and take its name away: it goes when it is closed."""
    opened = path.open("rb")
    path.unlink()
    return opened


async def _pieces(opened: BinaryIO) -> AsyncIterator[bytes]:
    """Read a file piece by piece, in a thread; close it in the end."""
    try:
        while piece := await asyncio.to_thread(opened.read, _PIECE):
            yield piece
    finally:
        opened.close()
