"""How do httpx's requests cross the network? Through aiohttp, whose parser reads megabytes in large pieces.

What goes wrong is raised as httpx names it. Nothing is sent again, followed, unpacked or kept but the connection.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator

#: bytes of an answer that wait to be read
_BUFFER = 1 << 20
#: headers that are httpx's to write
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class AiohttpTransport(httpx.AsyncBaseTransport):
    """One session, opened by the first request. `tls`: how certificates of the address `url` are checked."""

    def __init__(self, url: str, *, tls: Callable[[], ssl.SSLContext], keepalive: float) -> None:
        self._url = url
        self._tls = tls
        self._keepalive = keepalive
        self._session: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    keepalive_timeout=self._keepalive,
                    ssl=self._tls() if self._url.startswith("https:") else True,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=_BUFFER,
                skip_auto_headers=_NOT_ADDED,
                proxy=_find_proxy(self._url),
            )
        return self._session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send; return the answer with its head read."""
        timeout = request.extensions.get("timeout", {}).get("connect")
        body = _Body(request.stream) if "content-length" in request.headers else None
        with _as_httpx(lambda: body is None or not body.is_begun):
            answer = await self._open().request(
                request.method,
                str(request.url),
                data=body,
                headers=list(request.headers.multi_items()),
                timeout=aiohttp.ClientTimeout(total=None, connect=timeout),
                allow_redirects=False,
            )
        headers = list(answer.raw_headers)
        return httpx.Response(answer.status, headers=headers, stream=_Answer(answer))


class _Body(aiohttp.Payload):
    """A request's body, as httpx gives it."""

    def __init__(self, stream: httpx.AsyncByteStream | httpx.SyncByteStream) -> None:
        super().__init__(stream)
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an AsyncClient's
        self._stream = stream
        self.is_begun = False

    async def write(self, writer: aiohttp.abc.AbstractStreamWriter) -> None:
        """Send it."""
        self.is_begun = True
        async for piece in self._stream:
            await writer.write(piece)
            await asyncio.sleep(0)  # the writer only waits once the system takes no more

    async def write_with_length(
        self, writer: aiohttp.abc.AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Send it; its length is its own."""
        del content_length
        await self.write(writer)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse: only what is sent is read."""
        raise TypeError(encoding, errors)


class _Answer(httpx.AsyncByteStream):
    """An answer's body, as it comes."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(lambda: False):
            while piece := await self._answer.content.readany():
                yield piece

    async def aclose(self) -> None:
        """Keep the connection where all was read, else close it."""
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()


@contextmanager
def _as_httpx(is_unsent: Callable[[], bool]) -> Iterator[None]:
    """Raise what aiohttp raises as httpx does. `is_unsent`: has nothing of the request left, for certain?"""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError) as error:
        raise httpx.ConnectError(str(error)) from error
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except (
        ValueError,
        aiohttp.NonHttpUrlClientError,
    ) as error:  # or a header that cannot be written
        kind = httpx.LocalProtocolError if is_unsent() else httpx.ReadError
        raise kind(f"{type(error).__name__}: {error}") from error
    except aiohttp.ServerDisconnectedError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.ReadError(f"{type(error).__name__}: {error}") from error


def _find_proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address; None: none, or it's this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"} or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
