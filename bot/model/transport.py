"""How does one request cross the network, and what does each way of failing mean?

`Transport.exchange` sends it once: events come out, and what went wrong is a ModelError. Time and size
are capped.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import httpx
import httpx_sse
import structlog

from bot.model.answers import parser
from bot.model.answers.lenient_json import loads
from bot.model.answers.stream import Partial, StreamReader
from bot.model.byte_streams import AsItCame, Capped, Upload
from bot.model.error_mapping import retry_after
from bot.model.error_mapping.classify import from_response
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

#: seconds for a stream to close by itself after its end mark, so that the connection is used again
_FAREWELL = 0.25
#: what goes wrong before anything of a request has left
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
#: bytes of a request that gateways may well refuse without a word
_LARGE = 5_000_000
#: characters from which on a text is no word that may be anywhere
_TELLING = 8
_EVENTS = "text/event-stream"
#: how a stream begins that says that it is something else
_STREAM = (b"data:", b"event:", b":", b"id:", b"retry:")

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
    #: as an answer may ask for; what asks for more is not asked again by itself
    longest_wait: float = 60.0
    #: before an image's address is asked a second and a third time
    fetches: tuple[float, ...] = (0.5, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it goes over the wire."""

    #: the Idempotency-Key
    key: str
    #: after the base address
    path: str
    body: bytes
    content_type: str
    #: the newest words in it, which no log gets
    prompt: str = ""
    #: does it offer tools?
    tools: bool = True


_UNKNOWN = Sent(key="", path="", body=b"", content_type="")


class Transport:
    """HTTP with the model, and nothing else.

    Each request under way has a client of its own, used again by a later one: httpx's pool looks at all
    its connections for every request (half of a turn's CPU with 50 under way), and the newest connection
    is the least likely to be stale.
    """

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
        self._tls = httpx.create_ssl_context()
        self._idle: list[httpx.AsyncClient] = []
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "Easel"}
        self._key = key or ""
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._headers |= headers or {}
        self._query = dict(query or {})
        self._here = (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}

    async def close(self) -> None:
        """Close the connections."""
        while self._idle:
            await self._idle.pop().aclose()

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        client = self._idle.pop() if self._idle else self._new()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _new(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            headers=self._headers,
            params=self._query,
            verify=self._tls,
            timeout=httpx.Timeout(self._timing.whole, connect=self._timing.connect),
            # a stale connection would look like an unknown outcome; many servers close after 5 s
            limits=httpx.Limits(max_connections=2, keepalive_expiry=4),
            follow_redirects=False,
            trust_env=not self._here,
        )

    async def get(self, path: str) -> tuple[int, object]:
        """Read something small: status, and JSON or text. Raise Unreachable."""
        status, _, body = await self.raw(path, patience=self._timing.connect)
        return status, _json(body)

    async def raw(
        self, sent: Sent | str, *, patience: float | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send once and give the answer unread: status, headers, body. Raise a ModelError.

        `sent`: a request, or the path of something to read. `patience`: seconds, in all.
        """
        deadline = asyncio.get_running_loop().time() + (patience or self._timing.whole)
        try:
            async with self._sent(sent, deadline) as answer:
                body = await answer.aread()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise errors.Unreachable(type(error).__name__) from error
        return answer.status_code, dict(answer.headers), body

    async def looked_at(
        self, sent: Sent
    ) -> tuple[int, dict[str, str], bytes, parser.Parsed | errors.ModelError]:
        """Send once; give the answer unread, and as it is read. Raise Unreachable."""
        status, headers, body = await self.raw(sent)
        try:
            return status, headers, body, await reading(status, headers, body)
        except errors.ModelError as error:
            self._conceal(error, sent)
            return status, headers, body, error

    async def exchange(self, sent: Sent) -> AsyncGenerator[Partial | parser.Parsed, None]:
        """Send once; give previews, and last the answer. Raise a ModelError."""
        started = time.monotonic()
        log = _log.bind(key=sent.key)
        deadline = asyncio.get_running_loop().time() + self._timing.whole
        try:
            async with (
                self._sent(sent, deadline) as answer,
                aclosing(_read(answer, sent)) as events,
            ):
                log = log.bind(status=answer.status_code)
                log = log.bind(request_id=answer.headers.get("x-request-id", "")[:200] or None)
                async for event in events:
                    if isinstance(event, parser.Parsed):
                        seconds = round(time.monotonic() - started, 3)
                        images = len(event.urls)
                        log.info("model answered", seconds=seconds, id=event.id, images=images)
                    yield event
        except errors.ModelError as error:
            self._conceal(error, sent)
            log.info("model did not draw", code=error.code(), error=str(error))
            raise
        except _NOT_SENT as error:
            raise errors.Unreachable(f"{type(error).__name__}: {error}") from error
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise errors.UnknownModel(f"{type(error).__name__}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            raise errors.UnknownOutcome(f"{type(error).__name__}: {error}") from error

    def _conceal(self, error: errors.ModelError, sent: Sent) -> None:
        """Take out what a gateway repeats of what it was sent: the key, and the prompt for the log."""
        own = self._headers.keys() - {"Accept-Encoding", "User-Agent", "Authorization"}
        for secret in (self._key, *(self._headers[name] for name in own), *self._query.values()):
            if len(secret) >= _TELLING:
                error.conceal(secret, from_people=True)
        if len(sent.prompt) >= _TELLING:
            error.conceal(" ".join(sent.prompt.split()))

    @asynccontextmanager
    async def _sent(self, sent: Sent | str, deadline: float) -> AsyncIterator[httpx.Response]:
        """Send; give the answer with its head read and its body capped."""
        async with self._client() as client:
            async with asyncio.timeout_at(deadline):
                if isinstance(sent, str):
                    built = client.build_request("GET", f"{self.url}/{sent}")
                    answer = await client.send(built, stream=True)
                else:
                    answer = await self._posted(client, sent)
            stream = cast("httpx.AsyncByteStream", answer.stream)
            packed = answer.headers.pop("content-encoding", "identity").strip().lower()
            answer.stream = capped = Capped(stream, self._timing.silence, deadline, packed)
            capped.says_stream = _EVENTS in answer.headers.get("content-type", "")
            try:
                yield answer
            finally:
                await answer.aclose()

    async def _posted(self, client: httpx.AsyncClient, sent: Sent) -> httpx.Response:
        """Send; give the answer with its head read. What broke before all was sent is no bill."""
        headers = {
            "Content-Type": sent.content_type,
            "Content-Length": str(len(sent.body)),
            "Idempotency-Key": sent.key,
        }
        upload = Upload(sent.body)
        url = f"{self.url}/{sent.path}"
        built = client.build_request("POST", url, content=upload, headers=headers)
        try:
            return await client.send(built, stream=True)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            if upload.whole:
                raise
            if len(sent.body) > _LARGE:  # who hangs up on so much will not have it
                raise errors.TooLarge("the connection broke while it was being sent") from error
            raise errors.Unreachable("the connection broke while it was being sent") from error


async def reading(status: int, headers: dict[str, str], content: bytes) -> parser.Parsed:
    """Read an answer that has come whole. Raise a ModelError."""
    answer = httpx.Response(status, headers=headers, stream=AsItCame(content))
    found = [one async for one in _read(answer) if isinstance(one, parser.Parsed)]
    return found[-1]


async def _read(
    answer: httpx.Response, sent: Sent = _UNKNOWN
) -> AsyncGenerator[Partial | parser.Parsed, None]:
    """Read an answer, by what it is rather than by what it says that it is."""
    if not 200 <= answer.status_code < 300:
        body = _fault(await answer.aread())
        wait = retry_after.of_head(answer.headers)
        raise from_response(answer.status_code, body, wait=wait, prompt=sent.prompt)
    if _EVENTS not in answer.headers.get("content-type", ""):
        content = await answer.aread()
        if not content.startswith(_STREAM):
            yield _parsed(content, sent.prompt)
            return
        answer = httpx.Response(200, headers={"content-type": _EVENTS}, stream=AsItCame(content))
    async with aclosing(_events(answer, sent)) as events:
        async for event in events:
            yield event


async def _events(
    answer: httpx.Response, sent: Sent
) -> AsyncGenerator[Partial | parser.Parsed, None]:
    reader = StreamReader(sent.prompt, tools=sent.tools)
    answer.encoding = "utf-8"  # whatever its head says: an event stream is never anything else
    try:
        async with aclosing(httpx_sse.EventSource(answer).aiter_sse()) as events:
            async for event in events:
                for partial in reader.feed(event.data, event.event):
                    yield partial
                if reader.is_done and isinstance(answer.stream, Capped):
                    answer.stream.hurry(_FAREWELL)
    except (httpx.HTTPError, TimeoutError):
        if not reader.is_usable:
            raise
    if isinstance(answer.stream, Capped) and answer.stream.json:
        yield _parsed(b"".join(answer.stream.json), sent.prompt)
        return
    yield reader.answer()


def _parsed(content: bytes, prompt: str = "") -> parser.Parsed:
    body = _json(content)
    if isinstance(body, str):
        raise errors.UnknownOutcome("an answer that is no JSON")
    return parser.parse(body, prompt)


def _json(content: bytes) -> object:
    """Read a body; the text where it is no JSON."""
    try:
        return loads(content)
    except ValueError:
        return content[:4000].decode("utf-8", "replace")


def _fault(content: bytes) -> object:
    """Read the body of a fault, also one that is written as an event."""
    if content.startswith(_STREAM):
        lines = content.replace(b"\r", b"\n").split(b"\n")
        data = next((line for line in lines if line.startswith(b"data:")), b"")
        content = data.removeprefix(b"data:")
    return _json(content)
