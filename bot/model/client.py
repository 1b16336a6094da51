"""What becomes of a request to the model: tried again where that is safe, its images fetched?

`Model.draw` sends one request and gives what happens: previews, a further try, at last the answer. It
never sends again what may have been billed.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import orjson
import structlog

from bot import errors, images
from bot.faces import Preview
from bot.model import chat_api, data_urls, images_api, refusals, wire
from bot.model.faults import from_response
from bot.model.fetch import Fetcher
from bot.model.kept import kept
from bot.model.learned import Learned, suffix
from bot.model.plans import plan
from bot.model.smaller import smaller
from bot.model.stream import Partial
from bot.model.transport import Sent, Timing, Transport

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from bot.images import Picture
    from bot.model.marks import Message
    from bot.model.plans import Plan
    from bot.model.profiles import Profile
    from bot.values import Output

#: tries of one request, the first included
TRIES = 3
#: bytes below which a thread costs more than the work
_SMALL = 100_000
#: images of one answer that are looked at
_MOST_IMAGES = 4

#: where the Images API is known to stream
_STREAMING = ("https://api.openai.com/",)

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be drawn."""

    model: str
    messages: Sequence[Message]
    output: Output
    #: by blob: the stored images that the messages speak of, and their types
    images: Mapping[str, tuple[bytes, str]]
    #: by blob: an address that the gateway takes in place of the bytes
    urls: Mapping[str, str] = field(default_factory=dict)
    #: the Idempotency-Key: the same for every try, and for Retry
    key: str
    #: a conversation, or the Images API
    protocol: Literal["chat", "images"] = "chat"
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
    #: by blob: where it was fetched from
    urls: Mapping[str, str]
    text: str
    calls: tuple[wire.Call, ...]
    #: US dollars as the answer says; None: it does not
    cost: float | None
    usage: Mapping[str, Any] = field(default_factory=dict)


class Model:
    """A client of the image model at one address."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        profile: Profile,
        stream: Literal["auto", "on", "off"] = "auto",
        timing: Timing | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self.profile = profile
        self._stream = stream
        self._learned = Learned()
        self._timing = timing or Timing()
        self._fetcher = fetcher or Fetcher(url)
        self._transport = Transport(url, key=key, timing=self._timing)

    @property
    def url(self) -> str:
        """The API's base address."""
        return self._transport.url

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()
        await self._fetcher.close()

    async def draw(
        self, request: Request, sending: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncGenerator[Partial | Again | Drawn, None]:
        """Send a request; give previews, further tries, and last a Drawn. Raises a ModelError.

        `sending` is awaited before each try goes out; what it raises ends the drawing.
        """
        without = self._learned.of(request.model)
        tries = 1
        while True:
            made = self._plan(request, without)
            try:
                sent = await self._written(request, made)
                if sending is not None:
                    await sending()
                async with aclosing(self._transport.exchange(sent)) as events:
                    async for event in events:
                        if not isinstance(event, Partial):
                            self._learned.note(request.model, without)
                        yield event if isinstance(event, Partial) else await self._drawn(event)
            except errors.ModelError as error:
                if further := self._further(request.model, error, made):
                    without |= further
                    continue
                error = refusals.told(error, made)
                if not error.again or tries == TRIES:
                    raise error from None
                tries += 1
                _log.info("model trying again", key=request.key, tries=tries, error=str(error))
                yield Again(tries=tries, error=error)
                await asyncio.sleep(self._pause(tries - 1, error))
            else:
                return

    async def preview(self, partial: Partial) -> Preview | None:
        """Decode an unfinished image and look at it; None: it cannot be shown."""
        if not partial.url.startswith("data:") or len(partial.url) > images.MOST_BYTES:
            return None
        try:
            picture = await self._picture(partial.url)
        except errors.BadImage:
            return None
        return Preview(index=partial.index, data=picture.data, media_type=picture.media_type)

    async def raw(self, request: Request, *, stream: bool) -> tuple[int, dict[str, str], bytes]:
        """Send a request once and give the answer unread, for its shape. Raises a ModelError."""
        made = plan(request, self.profile, frozenset(), stream=stream)
        return await self._transport.raw(await self._written(request, made))

    async def listed(self) -> list[dict[str, Any]]:
        """Ask for the list of models. Raises a ModelError."""
        status, body = await self._transport.get("models")
        if status != 200 or not isinstance(body, dict):
            raise from_response(status if status != 200 else 404, body)
        found = body.get("data")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _plan(self, request: Request, without: frozenset[str]) -> Plan:
        streams = self.profile.streams
        if streams is None:
            streams = request.protocol == "chat" or self._transport.url.startswith(_STREAMING)
        stream = self._stream == "on" or (self._stream == "auto" and streams)
        return plan(request, self.profile, without, stream=stream)

    def _further(self, model: str, error: errors.ModelError, made: Plan) -> frozenset[str]:
        """Say what to leave out after a refusal; empty: nothing can help. A setting is kept to."""
        further = refusals.further(error, made)
        if self._stream == "on":
            further -= {"stream"}
        if isinstance(error, errors.TooLarge):
            self._learned.note(model, further)  # the next would be as large, whatever comes of this
        if further:
            _log.warning("the model does without", what=sorted(further), error=str(error))
        return further

    async def _written(self, request: Request, made: Plan) -> Sent:
        """Write the request once; every try sends the same bytes. Raises TooLarge."""

        def write() -> tuple[str, bytes, str]:
            shown = smaller(request.images, made.most)
            return (self._chat if request.protocol == "chat" else self._images)(
                replace(request, images=shown), made
            )

        large = sum(len(data) for data, _ in request.images.values()) >= _SMALL
        path, body, content_type = await asyncio.to_thread(write) if large else write()
        most = self.profile.max_request_mb
        if len(body) > most * 1e6:
            raise errors.TooLarge(f"the request has {len(body)} characters, of {most:g} MB")
        key = request.key + suffix(made.without)
        wish = images_api.prompt_of([one for one in request.messages if one["role"] == "user"])
        return Sent(key=key, path=path, body=body, content_type=content_type, wish=wish)

    def _chat(self, request: Request, made: Plan) -> tuple[str, bytes, str]:
        body = chat_api.encode(
            model=request.model,
            messages=made.messages,
            stream=made.stream,
            images={
                blob: orjson.dumps(request.urls[blob])
                if blob in request.urls
                else data_urls.data_url(*one)
                for blob, one in request.images.items()
            },
            extra=made.extra,
        )
        return "chat/completions", body, "application/json"

    def _images(self, request: Request, made: Plan) -> tuple[str, bytes, str]:
        return images_api.body(
            model=request.model,
            prompt=images_api.prompt_of(request.messages),
            extra=made.extra,
            stream=made.stream,
            images=list(request.images.values()),
            form=made.form,
        )

    def _pause(self, tries: int, error: errors.ModelError) -> float:
        wait = error.wait if isinstance(error, errors.Busy) else None
        if wait is not None:
            return min(wait, self._timing.longest_wait)
        pause = self._timing.pauses[min(tries, len(self._timing.pauses)) - 1]
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries, hides nothing

    async def _drawn(self, parsed: wire.Parsed) -> Drawn:
        """Fetch an answer's images and look at them. Raises BadImage where none can be used."""
        urls = parsed.urls[:_MOST_IMAGES]
        found = await asyncio.gather(*map(self._picture, urls), return_exceptions=True)
        names: dict[str, str] = {}
        pictures: dict[str, Picture] = {}
        for url, picture in zip(urls, found, strict=True):
            if isinstance(picture, errors.BadImage):
                _log.warning("image not usable", error=str(picture))
            elif isinstance(picture, BaseException):
                raise picture
            else:
                names[url] = picture.blob
                pictures.setdefault(picture.blob, picture)
        if not pictures and isinstance(bad := next(iter(found), None), errors.BadImage):
            raise bad
        return Drawn(
            messages=tuple(kept(message, names) for message in parsed.messages),
            pictures=tuple(pictures.values()),
            urls={blob: url for url, blob in names.items() if url.startswith("http")},
            text=parsed.text,
            calls=parsed.calls,
            cost=parsed.cost,
            usage=parsed.usage,
        )

    async def _picture(self, url: str) -> Picture:
        data = None if url.startswith("data:") else await self._fetcher.fetch(url)

        def look() -> Picture:
            return images.look(data_urls.bytes_of(url) if data is None else data)

        try:
            return await _off_the_loop(look, url if data is None else data)
        except images.NotAnImage as error:
            raise errors.BadImage(str(error)) from error


async def _off_the_loop(work: Callable[[], Picture], on: str | bytes) -> Picture:
    """Do work on bytes: in a thread where they are many."""
    return work() if len(on) < _SMALL else await asyncio.to_thread(work)
