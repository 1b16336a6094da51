"""What becomes of a request to the model: retried where that is safe, its images downloaded?

`ModelClient.draw` sends one request and yields what happens: previews, a retry, at last the answer. It never
sends again what may have been billed.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import structlog

from bot.images import resize
from bot.model.answers import parser
from bot.model.answers.collect import ImageCollector, ModelAnswer, dump_answer, load_answer
from bot.model.error_mapping.classify import classify
from bot.model.image_fetcher import ImageFetcher
from bot.model.requests import bodies
from bot.model.requests.fallbacks import (
    KnownFallbacks,
    find_fallback,
    make_key_suffix,
    reclassify,
)
from bot.model.requests.plan import Plan, Request, make_plan
from bot.model.transport import HttpRequest, Timing, Transport
from bot.ports import errors, limits
from bot.ports.cards import Preview

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.model.answers.stream import Partial
    from bot.model.requests.profiles import Profile

#: bytes below which a thread costs more than the work
_SMALL = 100_000

#: where the Images API is known to stream
_STREAMING = ("https://api.openai.com/",)

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryNotice:
    """The request is about to go out again, after an error that is not billed."""

    #: 2 is the second try
    tries: int
    error: errors.ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerArrived:
    """An answer came, and its images are still to be downloaded."""

    #: all that it takes to download them later (`ModelClient.download_answer`)
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
        fetcher: ImageFetcher | None = None,
    ) -> None:
        self.profile = profile
        self._stream = stream
        self._fallbacks = KnownFallbacks()
        self._timing = timing or Timing()
        self._fetcher = fetcher or ImageFetcher(url)
        self._collector = ImageCollector(self._fetcher, self._timing.fetches)
        self._url = url
        self._key = key
        #: one for each address, key, headers and so on that models have
        self._transports: dict[str, Transport] = {}

    def _transport(self, profile: Profile) -> Transport:
        """Return the way to a gateway. The installation's key goes to the installation's address alone."""
        settings = (profile.url, profile.key, profile.headers, profile.query, profile.timeouts)
        if (name := repr(settings)) not in self._transports:
            self._transports[name] = Transport(
                profile.url or self._url,
                key=profile.key or (None if profile.url else self._key),
                timing=replace(self._timing, **dict[str, Any](profile.timeouts)),
                headers=profile.headers,
                query=profile.query,
            )
        return self._transports[name]

    def _model_id(self, request: Request, profile: Profile) -> str:
        return f"{self._transport(profile).url} {request.model}"

    @property
    def url(self) -> str:
        """The API's base address."""
        return self._transport(self.profile).url

    async def close(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            await transport.close()
        await self._fetcher.close()

    async def draw(
        self, request: Request, before_try: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncGenerator[Partial | RetryNotice | AnswerArrived | ModelAnswer, None]:
        """Send a request; yield previews, retries, and last a ModelAnswer. Raise a ModelError.

        `before_try` is awaited before each try goes out; what it raises ends the drawing.
        """
        profile = request.profile or self.profile
        model = self._model_id(request, profile)
        without = self._fallbacks.get(model)
        tries = 1
        while True:
            plan = self._plan(request, profile, without)
            try:
                async with aclosing(self._exchange(request, profile, plan, before_try)) as events:
                    async for event in events:
                        yield event
            except errors.ModelError as error:
                if error.billed is False and (more := self._find_fallback(error, plan, model)):
                    without |= more
                    continue
                error = reclassify(error, plan)
                tries += 1
                if not self._may_retry(error, tries):
                    raise error from None
                _log.info("model request retried", key=request.key, tries=tries, error=str(error))
                yield RetryNotice(tries=tries, error=error)
                await asyncio.sleep(self._pause(tries - 1, error))
            else:
                return

    async def _exchange(
        self,
        request: Request,
        profile: Profile,
        plan: Plan,
        before_try: Callable[[], Awaitable[None]] | None,
    ) -> AsyncGenerator[Partial | AnswerArrived | ModelAnswer, None]:
        http_request = await self._write(request, profile, plan)
        if before_try is not None:
            await before_try()
        async with aclosing(self._transport(profile).exchange(http_request)) as events:
            async for event in events:
                if isinstance(event, parser.Parsed):
                    self._fallbacks.add(self._model_id(request, profile), plan.without)
                    if (answer := dump_answer(event)) is not None:
                        yield AnswerArrived(answer=answer)
                    n, sent = request.output.n or 1, request.images.keys()
                    yield await self._collector.collect(event, n=n, sent=sent)
                elif profile.partial_images:
                    yield event

    def _may_retry(self, error: errors.ModelError, tries: int) -> bool:
        """Return whether the same may be sent again automatically, soon; note when, where that is later."""
        soon = error.wait is None or error.wait <= self._timing.longest_wait
        if not soon:
            error.facts["until"] = str(int(time.time() + (error.wait or 0.0)) + 1)
        return (
            soon
            and isinstance(error, errors.Busy | errors.Unavailable)
            and error.billed is False
            and tries <= limits.MAX_TRIES
        )

    def _pause(self, retries: int, error: errors.ModelError) -> float:
        if error.wait is not None:
            return error.wait
        pause = self._timing.pauses[min(retries, len(self._timing.pauses)) - 1]
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads tries, hides nothing

    def _find_fallback(self, error: errors.ModelError, plan: Plan, model: str) -> frozenset[str]:
        """Return what to leave out after a refusal; empty: nothing can help."""
        found = find_fallback(error, plan)
        if self._stream == "on":  # a setting is kept to
            found -= {"stream"}
        if isinstance(error, errors.TooLarge):  # the next would be as large, whatever comes of this
            self._fallbacks.add(model, found)
        if found:
            _log.warning("the model does without", what=sorted(found), error=str(error))
        return found

    async def download_answer(self, answer: str, *, n: int) -> ModelAnswer:
        """Download the images of an answer that came before (`AnswerArrived`). Raise BadImage."""
        return await self._collector.collect(load_answer(answer), n=n)

    async def download_images(self, parsed: parser.Parsed) -> ModelAnswer:
        """Download the images of an answer. Raise BadImage."""
        return await self._collector.collect(parsed)

    async def decode_preview(self, partial: Partial) -> Preview | None:
        """Decode and check an unfinished image; None: it cannot be shown."""
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
        """Send a request once; return status, headers and body as they came, and parsed. Raise a ModelError."""
        profile = request.profile or self.profile
        plan = self._plan(request, profile, frozenset())
        plan = replace(plan, stream=plan.stream and stream)
        return await self._transport(profile).send_once(await self._write(request, profile, plan))

    async def list_models(self) -> list[dict[str, Any]]:
        """Ask for the list of models. Raise a ModelError."""
        status, body = await self._transport(self.profile).get_json("models")
        if status != 200 or not isinstance(body, dict):
            raise classify(status if status != 200 else 404, body)
        found = body.get("data")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _plan(self, request: Request, profile: Profile, without: frozenset[str]) -> Plan:
        streams = profile.streams
        if streams is None:
            known = self._transport(profile).url.startswith(_STREAMING)
            streams = self._stream == "on" or request.protocol == "chat" or known
        return make_plan(request, profile, without, stream=streams and self._stream != "off")

    async def _write(self, request: Request, profile: Profile, plan: Plan) -> HttpRequest:
        """Write the request; every try sends the same bytes. Raise TooLarge."""

        def shrink_and_write() -> tuple[str, bytes, str]:
            images = resize.fit_all(request.images, plan.max_image_bytes)
            return bodies.write_body(replace(request, images=images), profile, plan)

        large = sum(len(data) for data, _ in request.images.values()) >= _SMALL
        path, body, content_type = (
            await asyncio.to_thread(shrink_and_write) if large else shrink_and_write()
        )
        if len(body) > profile.max_request_mb * 1e6:
            limit = f"{profile.max_request_mb:g} MB"
            raise errors.TooLarge(f"the request has {len(body)} characters, of {limit}")
        people = [one for one in request.messages if one["role"] == "user"]
        return HttpRequest(
            path=path,
            body=body,
            content_type=content_type,
            key=request.key + make_key_suffix(plan.without),
            prompt=bodies.get_latest_prompt(people),
            has_tools=bool(request.tools),
        )
