"""How do the images of an answer get here, and which of them count? Downloaded, checked, each once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import structlog

from bot.images import inspect
from bot.model.answers import data_urls, parser
from bot.model.answers.stored_messages import replace_images
from bot.ports import errors, limits
from bot.ports.retry import retry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.images.inspect import Picture
    from bot.model.image_fetcher import ImageFetcher

#: bytes below which a thread costs more than the work
_SMALL = 100_000
#: characters of an answer that is stored while its images are downloaded
_MAX_STORED = 400_000

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """An answer with its images downloaded and checked."""

    #: as they came, each image URL replaced by `blob:<sha256>`
    messages: tuple[dict[str, Any], ...]
    pictures: tuple[Picture, ...]
    #: by blob: where it was downloaded from
    urls: Mapping[str, str]
    text: str
    calls: tuple[parser.ToolCall, ...]
    #: US dollars; None: the answer does not say
    cost: float | None
    usage: Mapping[str, Any] = field(default_factory=dict)
    #: how many images the answer had, where they were more than are kept
    total_images: int = 0


class ImageCollector:
    """Collects the images of answers. `pauses`: seconds before a download is retried."""

    def __init__(self, fetcher: ImageFetcher, pauses: Sequence[float]) -> None:
        self._fetcher = fetcher
        self._pauses = pauses

    async def collect(
        self, parsed: parser.Parsed, *, n: int = 1, sent: Collection[str] = ()
    ) -> ModelAnswer:
        """Download an answer's images and check them. Raise BadImage where none can be used.

        `n`: how many were asked for. `sent`: the images of the request, which are no answer to it.
        """
        urls = parsed.urls[: limits.MAX_ANSWER_IMAGES]
        results = await asyncio.gather(*map(self.load, urls), return_exceptions=True)
        good: dict[str, Picture] = {}
        bad: list[errors.BadImage] = []
        for url, result in zip(urls, results, strict=True):
            if isinstance(result, errors.BadImage):
                bad.append(result)
                _log.warning("image not usable", error=str(result), address=_loggable(url))
            elif isinstance(result, BaseException):
                raise result
            else:
                good[url] = result
        if bad and not good:
            error = bad[0] if parsed.whole else errors.UnknownOutcome(f"cut, and {bad[0]}")
            raise error.costs(parsed.cost, tokens=False)
        pictures = await _select(good, n, sent)
        blobs = {url: one.blob for url, one in good.items() if one.blob in pictures}
        return ModelAnswer(
            messages=tuple(replace_images(message, blobs) for message in parsed.messages),
            pictures=tuple(pictures.values()),
            urls={blob: url for url, blob in blobs.items() if url.startswith("http")},
            text=parsed.text,
            calls=parsed.calls,
            cost=parsed.cost,
            usage=parsed.usage,
            total_images=len(parsed.urls) if len(parsed.urls) > len(urls) else 0,
        )

    async def load(self, url: str) -> Picture:
        """Return the image at an address or in a data URL. Raise BadImage."""
        if url.startswith("data:"):
            if len(url) < _SMALL:
                return _decode(url)
            return await asyncio.to_thread(_decode, url)
        return await retry(
            lambda: self._download(url),
            is_transient=lambda error: isinstance(error, errors.BadImage) and not error.final,
            pauses=self._pauses,
        )

    async def _download(self, url: str) -> Picture:
        data = await self._fetcher.fetch(url)
        return _check(data) if len(data) < _SMALL else await asyncio.to_thread(_check, data)


def _decode(url: str) -> Picture:
    return _check(data_urls.decode_data_url(url))


def _check(data: bytes) -> Picture:
    try:
        return inspect.check_picture(data)
    except inspect.NotAnImage as error:
        raise errors.BadImage(str(error)) from error


async def _select(good: Mapping[str, Picture], n: int, sent: Collection[str]) -> dict[str, Picture]:
    """Return by blob the images that count: no echo of the request, of a draft and the final the final."""
    found = {one.blob: one for one in good.values()}
    found = {blob: one for blob, one in found.items() if blob not in sent} or found
    if n == 1 and len(found) == 2:
        return dict([list(found.items())[-1]])
    if len(found) > 1:
        digests = await asyncio.to_thread(
            lambda: [inspect.digest_pixels(one) for one in found.values()]
        )
        found = {one.blob: one for one in dict(zip(digests, found.values(), strict=True)).values()}
    return found


def _loggable(url: str) -> str | None:
    """Return an address without its query, which may be a key; None: a data URL."""
    parts = urlsplit(url) if url[:5] != "data:" else None
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:500] if parts else None


def dump_answer(parsed: parser.Parsed) -> str | None:
    """Serialize an answer whose images are still to be downloaded; None: they came with it."""
    urls = [url for url in parsed.urls[: limits.MAX_ANSWER_IMAGES] if not url.startswith("data:")]
    if not urls:
        return None
    body = {"urls": urls, "text": parsed.text, "cost": parsed.cost, "id": parsed.id}
    with suppress(TypeError, RecursionError):  # nested deeper than can be written
        text = orjson.dumps({**body, "messages": parsed.messages})
        if len(text) <= _MAX_STORED and b"data:image/" not in text:
            return text.decode()
    return orjson.dumps({**body, "messages": []}).decode()


def load_answer(text: str) -> parser.Parsed:
    """Read what `dump_answer` wrote."""
    body = orjson.loads(text)
    return parser.Parsed(
        messages=tuple(body["messages"] or [parser.make_image_message(body["urls"])]),
        urls=tuple(body["urls"]),
        text=body["text"],
        cost=body["cost"],
        id=body["id"],
    )
