"""What becomes of a request to the model: tried again where that is safe, its images fetched?

`ModelClient.draw` sends one request and gives what happens: previews, a further try, at last the answer. It
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

from bot.model.answers import data_urls
from bot.model.answers.collect import ImageCollector, ModelAnswer, dump_answer, load_answer
from bot.model.answers.stream import Partial
from bot.model.error_mapping.classify import from_response
from bot.model.image_fetcher import Fetcher
from bot.model.requests import bodies, fallbacks, images_api
from bot.model.requests.learned import Learned, suffix
from bot.model.requests.plan import plan
from bot.model.requests.smaller import smaller
from bot.model.transport import Sent, Timing, Transport
from bot.ports import errors, limits
from bot.ports.cards import Preview

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from bot.model.answers import parser
    from bot.model.answers.stored_messages import Message
    from bot.model.requests.plan import Plan
    from bot.model.requests.profiles import Profile
    from bot.ports.messages import Output

#: bytes below which a thread costs more than the work
_SMALL = 100_000

#: where the Images API is known to stream
_STREAMING = ("https://api.openai.com/",)

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be drawn."""

    #: as the gateway calls it
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
    #: in which dialect; None: the installation's
    profile: Profile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryNotice:
    """The request is about to go out again, after a fault that is not billed."""

    #: 2 is the second try
    tries: int
    #: the fault
    error: errors.ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerArrived:
    """An answer came, and its pictures are still to be fetched."""

    #: all that it takes to fetch them later (`ModelClient.fetched`)
    answer: str


class ModelClient:
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
        self._collector = ImageCollector(self._fetcher, self._timing.fetches)
        self._url = url
        self._key = key
        #: one for each address, key, headers and so on that models have
        self._transports: dict[str, Transport] = {}

    def _to(self, profile: Profile) -> Transport:
        """Return the way to a gateway. The installation's key goes to the installation's address alone."""
        held = (profile.url, profile.key, profile.headers, profile.query, profile.timeouts)
        if (name := repr(held)) not in self._transports:
            self._transports[name] = Transport(
                profile.url or self._url,
                key=profile.key or (None if profile.url else self._key),
                timing=replace(self._timing, **dict[str, Any](profile.timeouts)),
                headers=profile.headers,
                query=profile.query,
            )
        return self._transports[name]

    @property
    def url(self) -> str:
        """The API's base address."""
        return self._to(self.profile).url

    async def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            await transport.close()
        await self._fetcher.close()

    async def draw(
        self, request: Request, sending: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncGenerator[Partial | RetryNotice | AnswerArrived | ModelAnswer, None]:
        """Send a request; give previews, further tries, and last a Drawn. Raise a ModelError.

        `sending` is awaited before each try goes out; what it raises ends the drawing.
        """
        without = self._learned.of(self._there(request)[1])
        tries = 1
        while True:
            made = self._plan(request, without)
            try:
                sent = await self._written(request, made)
                if sending is not None:
                    await sending()
                async with aclosing(self._exchanged(sent, request, without)) as events:
                    async for event in events:
                        yield event
            except errors.ModelError as error:
                if error.billed is False and (further := self._further(request, error, made)):
                    without |= further
                    continue
                error = fallbacks.told(error, made)
                if not self._may_go_again(error) or tries == limits.MAX_TRIES:
                    raise error from None
                tries += 1
                _log.info("model trying again", key=request.key, tries=tries, error=str(error))
                yield RetryNotice(tries=tries, error=error)
                await asyncio.sleep(self._pause(tries - 1, error))
            else:
                return

    async def _exchanged(
        self, sent: Sent, request: Request, without: frozenset[str]
    ) -> AsyncGenerator[Partial | AnswerArrived | ModelAnswer, None]:
        transport, there = self._there(request)
        async with aclosing(transport.exchange(sent)) as events:
            async for event in events:
                if isinstance(event, Partial):
                    if (request.profile or self.profile).partial_images:
                        yield event
                    continue
                self._learned.note(there, without)
                if (answer := dump_answer(event)) is not None:
                    yield AnswerArrived(answer=answer)
                n, blobs = request.output.n or 1, request.images.keys()
                yield await self._collector.collect(event, n=n, sent=blobs)

    def _may_go_again(self, error: errors.ModelError) -> bool:
        """Return whether the same may be sent again by itself, soon; note when, where that is later."""
        soon = error.wait is None or error.wait <= self._timing.longest_wait
        if not soon:
            error.not_before(error.wait or 0.0)
        return soon and error.again and error.billed is False

    async def download_answer(self, answer: str, *, n: int) -> ModelAnswer:
        """Fetch the pictures of an answer that came before (`AnswerArrived`). Raise BadImage."""
        return await self._collector.collect(load_answer(answer), n=n)

    async def decode_preview(self, partial: Partial) -> Preview | None:
        """Decode an unfinished image and look at it; None: it cannot be shown."""
        if not partial.url.startswith("data:") or len(partial.url) > limits.MAX_IMAGE:
            return None
        try:
            picture = await self._collector.load(partial.url)
        except errors.BadImage:
            return None
        return Preview(index=partial.index, data=picture.data, media_type=picture.media_type)

    async def send_once(
        self, request: Request, *, stream: bool
    ) -> tuple[int, dict[str, str], bytes, parser.Parsed | errors.ModelError]:
        """Send a request once; give the answer unread, and as it is read. Raise a ModelError."""
        made = self._plan(request, frozenset())
        sent = await self._written(request, replace(made, stream=made.stream and stream))
        return await self._there(request)[0].looked_at(sent)

    async def download_images(self, parsed: parser.Parsed) -> ModelAnswer:
        """Fetch the picture of an answer. Raise BadImage."""
        return await self._collector.collect(parsed)

    async def list_models(self) -> list[dict[str, Any]]:
        """Ask for the list of models. Raise a ModelError."""
        status, body = await self._to(self.profile).get("models")
        if status != 200 or not isinstance(body, dict):
            raise from_response(status if status != 200 else 404, body)
        found = body.get("data")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _there(self, request: Request) -> tuple[Transport, str]:
        """Return the way to a request's model, and a name for that model there."""
        transport = self._to(request.profile or self.profile)
        return transport, f"{transport.url} {request.model}"

    def _plan(self, request: Request, without: frozenset[str]) -> Plan:
        profile = request.profile or self.profile
        streams = profile.streams
        if streams is None:
            known = self._to(profile).url.startswith(_STREAMING)
            streams = self._stream == "on" or request.protocol == "chat" or known
        return plan(request, profile, without, stream=streams and self._stream != "off")

    def _further(self, request: Request, error: errors.ModelError, made: Plan) -> frozenset[str]:
        """Say what to leave out after a refusal; empty: nothing can help. A setting is kept to."""
        further = fallbacks.further(error, made)
        if self._stream == "on":
            further -= {"stream"}
        if isinstance(error, errors.TooLarge):
            self._learned.note(
                self._there(request)[1], further
            )  # the next would be as large, whatever comes of this
        if further:
            _log.warning("the model does without", what=sorted(further), error=str(error))
        return further

    async def _written(self, request: Request, made: Plan) -> Sent:
        """Write the request once; every try sends the same bytes. Raise TooLarge."""

        def write() -> tuple[str, bytes, str]:
            shown = smaller(request.images, made.most)
            return (self._chat if request.protocol == "chat" else self._images)(
                replace(request, images=shown), made
            )

        large = sum(len(data) for data, _ in request.images.values()) >= _SMALL
        path, body, content_type = await asyncio.to_thread(write) if large else write()
        most = (request.profile or self.profile).max_request_mb
        if len(body) > most * 1e6:
            raise errors.TooLarge(f"the request has {len(body)} characters, of {most:g} MB")
        key = request.key + suffix(made.without)
        prompt = images_api.prompt_of([one for one in request.messages if one["role"] == "user"])
        return Sent(
            key=key,
            path=path,
            body=body,
            content_type=content_type,
            prompt=prompt,
            tools=bool(request.tools),
        )

    def _chat(self, request: Request, made: Plan) -> tuple[str, bytes, str]:
        body = bodies.encode(
            model=request.model,
            messages=made.messages,
            stream=made.stream,
            images={
                blob: orjson.dumps(request.urls[blob])
                if blob in request.urls
                else data_urls.encode_data_url(*one)
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
            partials=(request.profile or self.profile).partial_images if made.stream else None,
            images=list(request.images.values()),
            form=made.form,
        )

    def _pause(self, tries: int, error: errors.ModelError) -> float:
        if error.wait is not None:
            return error.wait
        pause = self._timing.pauses[min(tries, len(self._timing.pauses)) - 1]
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries, hides nothing
