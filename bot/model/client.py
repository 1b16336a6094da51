"""How does a request reach the model, and what came of it?

`Model.draw` sends one request and gives what happens: previews, a further try, at last the answer. It
is the only place that speaks HTTP with the model. It never sends again what may have been billed.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx
import httpx_sse
import orjson
import structlog

from bot import errors, images
from bot.model import wire
from bot.model.fetch import Fetcher
from bot.model.profiles import Profile, output_keys
from bot.model.stream import Partial, Reader
from bot.values import Preview

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

    from bot.history import Message
    from bot.images import Picture
    from bot.values import Output

#: tries of one request, the first included
TRIES = 3
#: seconds before the second and the third try, with ± 25 % of chance
_PAUSES = (0.6, 2.5)
#: seconds that a 429 may make us wait
_LONGEST_WAIT = 60.0
#: seconds: connecting, between two pieces of a stream, and all in all
_CONNECT, _SILENCE, _WHOLE = 10.0, 90.0, 300.0
#: seconds for a stream to close by itself after its end mark, so that the connection is used again
_FAREWELL = 0.25
#: bytes of one answer, streamed or not
_MOST_BYTES = 64 * 1024 * 1024
#: images of one answer that are looked at
_MOST_IMAGES = 8

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be drawn."""

    model: str
    messages: Sequence[Message]
    output: Output
    #: by blob: the stored images that the messages speak of, and their types
    images: Mapping[str, tuple[bytes, str]]
    #: the Idempotency-Key: the same for every try, and for Retry
    key: str
    tools: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The request is about to go out again, after a fault that is not billed."""

    #: 2 is the second try
    tries: int
    #: the fault
    error: errors.ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The answer, with its images fetched and looked at."""

    #: as they came, each image URL replaced by `blob:<sha256>`
    messages: tuple[dict[str, Any], ...]
    pictures: tuple[Picture, ...]
    text: str
    calls: tuple[wire.Call, ...]
    #: US dollars as the answer says; None: it does not
    cost: float | None
    usage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds, and pauses between tries; tests use shorter ones."""

    connect: float = _CONNECT
    silence: float = _SILENCE
    whole: float = _WHOLE
    pauses: tuple[float, ...] = _PAUSES
    longest_wait: float = _LONGEST_WAIT


class Model:
    """A client of the image model at one address."""

    def __init__(  # noqa: PLR0913 - all but the address have a default
        self,
        url: str,
        *,
        key: str | None,
        profile: Profile,
        streams: bool = True,
        concurrency: int = 8,
        timing: Timing | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.profile = profile
        self._streams = streams
        self._timing = timing or Timing()
        self._fetcher = fetcher or Fetcher(url)
        headers = {"Accept-Encoding": "identity", "User-Agent": "Easel"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        here = (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(self._timing.whole, connect=self._timing.connect),
            limits=httpx.Limits(
                max_connections=concurrency + 4,
                max_keepalive_connections=concurrency + 4,
                keepalive_expiry=5,  # a stale connection would look like an unknown outcome
            ),
            follow_redirects=False,
            trust_env=not here,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self._fetcher.close()

    async def draw(self, request: Request) -> AsyncGenerator[Partial | Again | Drawn, None]:
        """Send a request; give previews, further tries, and last a Drawn. Raises a ModelError."""
        body = await asyncio.to_thread(self._body, request, stream=self._streams)
        for tries in range(1, TRIES + 1):
            try:
                async with aclosing(self._once(request, body)) as events:
                    async for event in events:
                        yield event
            except errors.ModelError as error:
                if not error.again or tries == TRIES:
                    raise
                _log.info("model trying again", key=request.key, tries=tries + 1, error=str(error))
                yield Again(tries=tries + 1, error=error)
                await asyncio.sleep(self._pause(tries, error))
            else:
                return

    async def preview(self, partial: Partial) -> Preview | None:
        """Decode an unfinished image; None: it cannot be shown."""
        if not partial.url.startswith("data:") or len(partial.url) > images.MOST_BYTES:
            return None
        try:
            data = await asyncio.to_thread(wire.bytes_of, partial.url)
        except errors.BadImage:
            return None
        media_type = images.sniff(data)
        return (
            Preview(index=partial.index, data=data, media_type=media_type) if media_type else None
        )

    async def reach(self) -> str:
        """Ask for the list of models; say in a few words how that went. Raises ModelError."""
        try:
            answer = await self._client.get(f"{self.url}/models", timeout=self._timing.connect)
        except httpx.HTTPError as error:
            raise errors.Unreachable(f"{self.url}: {type(error).__name__}") from error
        if answer.status_code in {401, 403}:
            raise errors.from_response(answer.status_code, _json(answer.content))
        return f"answered {answer.status_code}"

    def _body(self, request: Request, *, stream: bool) -> bytes:
        encoded = {
            blob: wire.data_url(data, media_type)
            for blob, (data, media_type) in request.images.items()
        }
        extra = {**self.profile.extra_body, **output_keys(self.profile, request.output)}
        if request.tools:
            extra["tools"] = list(request.tools)
        body = wire.encode(
            model=request.model,
            messages=request.messages,
            stream=stream,
            images=encoded,
            extra=extra,
        )
        if len(body) > self.profile.max_request_mb * 1e6:
            raise errors.TooLarge(f"the request has {len(body)} bytes")
        return body

    def _pause(self, tries: int, error: errors.ModelError) -> float:
        wait = error.wait if isinstance(error, errors.Busy) else None
        if wait is not None:
            return min(wait, self._timing.longest_wait)
        pause = self._timing.pauses[min(tries, len(self._timing.pauses)) - 1]
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries, hides nothing

    async def _once(self, request: Request, body: bytes) -> AsyncGenerator[Partial | Drawn, None]:
        started = time.monotonic()
        deadline = asyncio.get_running_loop().time() + self._timing.whole
        parsed = wire.Parsed(messages=(), urls=(), text="")
        try:
            answer = await self._send(request, body, deadline)
            try:
                async with aclosing(self._read(answer)) as events:
                    async for event in events:
                        if isinstance(event, Partial):
                            yield event
                        else:
                            parsed = event
            finally:
                await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise errors.Unreachable(f"{type(error).__name__}: {error}") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise errors.UnknownModel(f"{self.url}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            raise errors.UnknownOutcome(f"{type(error).__name__}: {error}") from error
        _log.info(
            "model answered",
            key=request.key,
            seconds=round(time.monotonic() - started, 3),
            request_id=answer.headers.get("x-request-id"),
            id=parsed.id,
            images=len(parsed.urls),
        )
        yield await self._drawn(parsed)

    async def _send(self, request: Request, body: bytes, deadline: float) -> httpx.Response:
        headers = {"Content-Type": "application/json", "Idempotency-Key": request.key}
        url = f"{self.url}/chat/completions"
        built = self._client.build_request("POST", url, content=body, headers=headers)
        async with asyncio.timeout_at(deadline):
            answer = await self._client.send(built, stream=True)
        stream = cast("httpx.AsyncByteStream", answer.stream)
        answer.stream = _Capped(stream, self._timing.silence, deadline)
        return answer

    async def _read(self, answer: httpx.Response) -> AsyncGenerator[Partial | wire.Parsed, None]:
        if answer.status_code != 200:
            body = _json(await answer.aread())
            raise errors.from_response(answer.status_code, body, wait=_wait_of(answer))
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            body = _json(await answer.aread())
            if isinstance(body, str):
                raise errors.UnknownOutcome("an answer that is no JSON")
            yield wire.parse(body)
            return
        reader = Reader()
        try:
            async with aclosing(httpx_sse.EventSource(answer).aiter_sse()) as events:
                async for event in events:
                    for partial in reader.feed(event.data):
                        yield partial
                    if reader.ended:
                        cast("_Capped", answer.stream).hurry(_FAREWELL)
        except (httpx.HTTPError, TimeoutError):
            if not reader.complete:
                raise
        yield reader.result()

    async def _drawn(self, parsed: wire.Parsed) -> Drawn:
        pictures: dict[str, Picture] = {}
        names: dict[str, str] = {}
        for url in parsed.urls[:_MOST_IMAGES]:
            picture = await self._picture(url)
            pictures.setdefault(picture.blob, picture)
            names[url] = picture.blob
        return Drawn(
            messages=tuple(wire.kept(message, names) for message in parsed.messages),
            pictures=tuple(pictures.values()),
            text=parsed.text,
            calls=parsed.calls,
            cost=parsed.cost,
            usage=parsed.usage,
        )

    async def _picture(self, url: str) -> Picture:
        data = None if url.startswith("data:") else await self._fetcher.fetch(url)
        try:
            return await asyncio.to_thread(
                lambda: images.look(wire.bytes_of(url) if data is None else data)
            )
        except images.NotAnImage as error:
            raise errors.BadImage(str(error)) from error


class _Capped(httpx.AsyncByteStream):
    """A response's bytes, up to a size, never silent for long, and ended by the deadline.

    The clock runs only while this waits for bytes, not while a preview is being shown.
    """

    def __init__(self, stream: httpx.AsyncByteStream, silence: float, deadline: float) -> None:
        self._stream = stream
        self._silence = silence
        self._deadline = deadline

    def hurry(self, seconds: float) -> None:
        """Wait no longer than this from now on."""
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        pieces = aiter(self._stream)
        clock = asyncio.get_running_loop().time
        while True:
            try:
                async with asyncio.timeout_at(min(self._deadline, clock() + self._silence)):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            size += len(piece)
            if size > _MOST_BYTES:
                raise httpx.ReadError("the answer is too large")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def _json(content: bytes) -> object:
    """Read a body; the text where it is no JSON."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content[:4000].decode("utf-8", "replace")


def _wait_of(answer: httpx.Response) -> float | None:
    """Read how long a 429 asks to wait, in seconds; None: it does not say."""
    try:
        if (millis := answer.headers.get("retry-after-ms")) is not None:
            return max(0.0, float(millis) / 1000)
        if (after := answer.headers.get("retry-after")) is None:
            return None
        if after.strip().replace(".", "", 1).isdigit():
            return float(after)
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
