"""How do the pictures of an answer get here, and which of them count? Fetched, looked at, each once."""

from __future__ import annotations

import asyncio
import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import structlog
from PIL import Image

from bot.images import inspect
from bot.model.answers import data_urls, parser
from bot.model.answers.stored_messages import replace_images
from bot.ports import errors, limits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bot.images.inspect import Picture
    from bot.model.image_fetcher import Fetcher

#: bytes below which a thread costs more than the work
_SMALL = 100_000
#: pixels of two pictures up to which they are compared pixel by pixel
_COMPARED = 4_300_000
#: characters of an answer that is kept while its pictures are fetched
_LONGEST = 400_000

_log = structlog.stdlib.get_logger("easel.model")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """The answer, with its images fetched and looked at."""

    #: as they came, each image URL replaced by `blob:<sha256>`
    messages: tuple[dict[str, Any], ...]
    pictures: tuple[Picture, ...]
    #: by blob: where it was fetched from
    urls: Mapping[str, str]
    text: str
    calls: tuple[parser.ToolCall, ...]
    #: US dollars as the answer says; None: it does not
    cost: float | None
    usage: Mapping[str, Any] = field(default_factory=dict)
    #: images that came, where they were more than are kept
    came: int = 0


class Pictures:
    """Gathers the pictures of answers. `pauses`: seconds before an address is asked again."""

    def __init__(self, fetcher: Fetcher, pauses: Sequence[float]) -> None:
        self._fetcher = fetcher
        self._pauses = pauses

    async def gathered(
        self, parsed: parser.Parsed, *, n: int, sent: Collection[str]
    ) -> ModelAnswer:
        """Fetch an answer's images and look at them. Raise BadImage where none can be used.

        `n`: how many were asked for. `sent`: the images of the request, which are no answer to it.
        """
        urls = parsed.urls[: limits.MAX_ANSWER_IMAGES]
        found = await asyncio.gather(*map(self.picture, urls), return_exceptions=True)
        good: dict[str, Picture] = {}
        bad: errors.BadImage | None = None
        for url, picture in zip(urls, found, strict=True):
            if isinstance(picture, errors.BadImage):
                bad = bad or picture
                _log.warning("image not usable", error=str(picture), address=_shown(url))
            elif isinstance(picture, BaseException):
                raise picture
            else:
                good[url] = picture
        if bad is not None and not good:
            error = bad if parsed.whole else errors.UnknownOutcome(f"cut, and {bad}")
            raise error.costs(parsed.cost, tokens=False)
        pictures = await self._counting(good, n, sent)
        names = {url: one.blob for url, one in good.items() if one.blob in pictures}
        return ModelAnswer(
            messages=tuple(replace_images(message, names) for message in parsed.messages),
            pictures=tuple(pictures.values()),
            urls={blob: url for url, blob in names.items() if url.startswith("http")},
            text=parsed.text,
            calls=parsed.calls,
            cost=parsed.cost,
            usage=parsed.usage,
            came=len(parsed.urls) if len(parsed.urls) > limits.MAX_ANSWER_IMAGES else 0,
        )

    async def _counting(
        self, good: Mapping[str, Picture], n: int, sent: Collection[str]
    ) -> dict[str, Picture]:
        """Return the pictures that count, each once: no echo, and of a draft and the final the final."""
        found = {one.blob: one for one in good.values()}
        if len(own := {blob: one for blob, one in found.items() if blob not in sent}) > 0:
            found = own
        if n == 1 and len(found) == 2:
            return dict([list(found.items())[-1]])
        if len(found) > 1:
            looks = await asyncio.to_thread(lambda: [_pixels(one) for one in found.values()])
            alike = dict(zip(looks, found.values(), strict=True))
            found = {one.blob: one for one in alike.values()}
        return found

    async def picture(self, url: str) -> Picture:
        """Return the picture behind an address or in a data URL. Raise BadImage."""
        if url.startswith("data:"):
            return await _looked(lambda: data_urls.decode_data_url(url), len(url))
        for pause in (*self._pauses, None):
            try:
                data = await self._fetcher.fetch(url)
                return await _looked(lambda data=data: data, len(data))  # type: ignore[misc]
            except errors.BadImage as error:
                if pause is None or error.final:
                    raise
                _log.info("fetching an image again", error=str(error), address=_shown(url))
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")


async def _looked(read: Callable[[], bytes], size: int) -> Picture:
    """Look at a picture: in a thread where it is large. Raise BadImage."""

    def look() -> Picture:
        return inspect.look(read())

    try:
        return look() if size < _SMALL else await asyncio.to_thread(look)
    except inspect.NotAnImage as error:
        raise errors.BadImage(str(error)) from error


def _pixels(picture: Picture) -> str:
    """Name a picture by what it shows; one that is large by its bytes."""
    if picture.width * picture.height > _COMPARED:
        return picture.blob
    try:
        with Image.open(io.BytesIO(picture.data), formats=tuple(inspect.FORMATS)) as image:
            return hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest() + str(image.size)
    except (OSError, SyntaxError, ValueError):
        return picture.blob


def _shown(url: str) -> str | None:
    """Return an address for the log: without its query, which may be a key. None: a data URL."""
    parts = urlsplit(url) if url[:5] != "data:" else None
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:500] if parts else None


def to_keep(parsed: parser.Parsed) -> str | None:
    """Write down an answer whose pictures are still to be fetched; None: they came with it."""
    urls = [url for url in parsed.urls[: limits.MAX_ANSWER_IMAGES] if not url.startswith("data:")]
    if not urls:
        return None
    body = {"urls": urls, "text": parsed.text, "cost": parsed.cost, "id": parsed.id}
    with suppress(TypeError, RecursionError):  # nested deeper than can be written
        text = orjson.dumps({**body, "messages": parsed.messages})
        if len(text) <= _LONGEST and b"data:image/" not in text:
            return text.decode()
    return orjson.dumps({**body, "messages": []}).decode()


def as_kept(text: str) -> parser.Parsed:
    """Read an answer that was written down."""
    body = orjson.loads(text)
    blocks = [{"type": "image_url", "image_url": {"url": url}} for url in body["urls"]]
    plain = [{"role": "assistant", "content": blocks}]
    return parser.Parsed(
        messages=tuple(body["messages"] or plain),
        urls=tuple(body["urls"]),
        text=body["text"],
        cost=body["cost"],
        id=body["id"],
    )
