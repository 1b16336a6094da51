"""How are the files read that people send? From Discord's own servers only, in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from bot.ports.limits import MAX_IMAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ports.messages import Attachment

_HOSTS = frozenset(
    {
        "cdn.discordapp.com",
        "media.discordapp.net",
        "images-ext-1.discordapp.net",
        "images-ext-2.discordapp.net",
    }
)
_CHUNK = 256 * 1024
#: downloads at once
_CONNECTIONS = 8


class Attachments:
    """Reads files."""

    def __init__(self, api_url: str | None) -> None:
        host = urlsplit(api_url).hostname if api_url else None
        self._hosts = _HOSTS | {host} if host else _HOSTS
        self._allows_http = bool(api_url and api_url.startswith("http:"))
        self._session: aiohttp.ClientSession | None = None

    async def read(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file. Raise FileNotFoundError where it is gone, OSError where it cannot be read."""
        parts = urlsplit(attachment.url or "")
        is_safe = parts.scheme == "https" or (self._allows_http and parts.scheme == "http")
        if not is_safe or parts.hostname not in self._hosts:
            raise PermissionError(f"not a file of Discord's: {parts.hostname}")
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=60, sock_connect=10)
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        async with self._session.get(attachment.url or "", allow_redirects=False) as answer:
            if answer.status in {403, 404, 410}:
                raise FileNotFoundError(attachment.id)
            if answer.status != 200:
                raise OSError(f"status {answer.status}")
            size = 0
            async for chunk in answer.content.iter_chunked(_CHUNK):
                size += len(chunk)
                yield chunk
                if size > MAX_IMAGE:
                    return

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()
