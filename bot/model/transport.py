"""How does one request cross the network, and what does each way of failing mean?

`Transport.exchange` sends it once: events come out, and what goes wrong is a ModelError. Time and size are
capped.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

import httpx
import structlog

from bot.model.aiohttp_transport import AiohttpTransport
from bot.model.answers import parser
from bot.model.answers.response import parse_json_or_text, read_response
from bot.model.byte_streams import Response, UploadBody, once
from bot.ports import errors

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from bot.model.answers.stream import Partial

#: what goes wrong before anything of a request has left
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_BAD_ADDRESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)
#: bytes of a request that gateways may well refuse without a word
_LARGE = 5_000_000
#: characters from which on a text is no word that may be anywhere
_MIN_SECRET = 8

#: seconds that a connection is kept: a stale one would look like an unknown outcome, and many servers close after 5
_KEPT = 4.0

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds, and pauses between tries; tests use shorter ones."""

    connect: float = 10.0
    #: between two pieces of a stream; comments count as life
    silence: float = 90.0
    #: one request, all in all
    whole: float = 300.0
    #: before the second and the third try, give or take a quarter
    pauses: tuple[float, ...] = (0.6, 2.5)
    #: as an answer may ask for; what asks for more is not retried automatically
    longest_wait: float = 60.0
    #: before an image's address is asked a second and a third time
    fetches: tuple[float, ...] = (0.5, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it goes over the wire."""

    #: after the base address
    path: str
    #: None: a GET
    body: bytes | None = None
    content_type: str = ""
    #: the Idempotency-Key
    key: str = ""
    #: the newest words in it, which no log gets
    prompt: str = ""
    has_tools: bool = True


@cache
def tls_context() -> ssl.SSLContext:
    """Return how certificates are checked. Each reading of them takes 20 ms of a start."""
    return httpx.create_ssl_context()


class Transport:
    """HTTP with the model, and nothing else."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        timing: Timing,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._timing = timing
        self._query = dict(query or {})
        self._headers = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "keep-alive",
            "User-Agent": "Easel",
        }
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._headers |= headers or {}
        found = [key or "", *(headers or {}).values(), *self._query.values()]
        self._secrets = [one for one in found if len(one) >= _MIN_SECRET]
        # no client of httpx's around it: there are no cookies, redirects or sign-ins that would be worth a tenth of
        # a turn's time with the model
        self._http = AiohttpTransport(self.url, tls=tls_context, keepalive=_KEPT)
        #: by path
        self._urls: dict[str, httpx.URL] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get_json(self, path: str) -> tuple[int, object]:
        """Read something small: status, and JSON or text. Raise Unreachable."""
        status, _, body = await self._send_raw(HttpRequest(path=path), within=self._timing.connect)
        return status, parse_json_or_text(body)

    async def send_once(
        self, request: HttpRequest
    ) -> tuple[int, dict[str, str], bytes, parser.Parsed | errors.ModelError]:
        """Send once; return status, headers and body as they came, and parsed. Raise Unreachable."""
        status, headers, body = await self._send_raw(request, within=self._timing.whole)
        unpacked = {**headers, "content-encoding": ""}
        answer = self._respond(status, unpacked, once(body), math.inf)
        try:
            *_, found = [event async for event in read_response(answer)]
        except errors.ModelError as error:
            self._redact(error, request)
            return status, headers, body, error
        return status, headers, body, cast("parser.Parsed", found)

    def _respond(
        self, status: int, headers: Mapping[str, str], pieces: AsyncIterator[bytes], deadline: float
    ) -> Response:
        silence = self._timing.silence
        return Response(status, headers, pieces, silence=silence, deadline=deadline)

    async def _send_raw(
        self, request: HttpRequest, *, within: float
    ) -> tuple[int, dict[str, str], bytes]:
        deadline = asyncio.get_running_loop().time() + within
        try:
            async with self._send(request, deadline) as answer:
                body = await answer.read()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise errors.Unreachable(type(error).__name__) from error
        return answer.status, answer.headers, body

    async def exchange(self, request: HttpRequest) -> AsyncGenerator[Partial | parser.Parsed, None]:
        """Send once; yield previews, and last the answer. Raise a ModelError."""
        started = time.monotonic()
        log = _log.bind(key=request.key)
        deadline = asyncio.get_running_loop().time() + self._timing.whole
        try:
            async with (
                self._send(request, deadline) as answer,
                aclosing(
                    read_response(answer, request.prompt, has_tools=request.has_tools)
                ) as events,
            ):
                request_id = answer.headers.get("x-request-id", "")[:200] or None
                log = log.bind(status=answer.status, request_id=request_id)
                async for event in events:
                    if isinstance(event, parser.Parsed):
                        seconds = round(time.monotonic() - started, 3)
                        images = len(event.urls)
                        log.info("model answered", seconds=seconds, id=event.id, images=images)
                    yield event
        except errors.ModelError as error:
            self._redact(error, request)
            log.info("model did not draw", code=error.code(), error=str(error))
            raise
        except _NOT_SENT as error:
            raise errors.Unreachable(f"{type(error).__name__}: {error}") from error
        except _BAD_ADDRESS as error:
            raise errors.UnknownModel(f"{type(error).__name__}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            raise errors.UnknownOutcome(f"{type(error).__name__}: {error}") from error

    def _redact(self, error: errors.ModelError, request: HttpRequest) -> None:
        """Take out what a gateway repeats of a request: keys, and the prompt for the log."""
        for secret in self._secrets:
            error.facts = {name: value.replace(secret, "…") for name, value in error.facts.items()}
        prompt = " ".join(request.prompt.split())
        for text in (*self._secrets, *([prompt] if len(request.prompt) >= _MIN_SECRET else [])):
            error.detail = error.detail.replace(text, "…")
            error.args = tuple(str(one).replace(text, "…") for one in error.args)

    @asynccontextmanager
    async def _send(self, request: HttpRequest, deadline: float) -> AsyncIterator[Response]:
        """Send; yield the answer with its head read and its body capped."""
        async with asyncio.timeout_at(deadline):
            answer = await self._get_head(request)
        pieces = aiter(cast("httpx.AsyncByteStream", answer.stream))
        try:
            yield self._respond(answer.status_code, answer.headers, pieces, deadline)
        finally:
            await answer.aclose()

    async def _get_head(self, request: HttpRequest) -> httpx.Response:
        """Send; return the answer with its head read. What broke before all was sent is not billed."""
        if request.body is None:
            return await self._http.handle_async_request(self._make("GET", request.path))
        headers = {
            "Content-Type": request.content_type,
            "Content-Length": str(len(request.body)),
            "Idempotency-Key": request.key,
        }
        upload = UploadBody(request.body)
        made = self._make("POST", request.path, stream=upload, headers=headers)
        try:
            return await self._http.handle_async_request(made)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            if upload.is_sent:
                raise
            # who hangs up on so much will not have it
            kind = errors.TooLarge if len(request.body) > _LARGE else errors.Unreachable
            raise kind("the connection broke while it was being sent") from error

    def _make(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        stream: UploadBody | None = None,
    ) -> httpx.Request:
        """Return a request to a path. Raise InvalidURL."""
        if path not in self._urls:
            self._urls[path] = httpx.URL(f"{self.url}/{path}").copy_merge_params(self._query)
        return httpx.Request(
            method,
            self._urls[path],
            headers={**self._headers, **(headers or {})},
            stream=stream,
            extensions={"timeout": {"connect": self._timing.connect}},
        )
