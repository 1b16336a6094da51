"""What does an HTTP answer hold, whatever it claims to be: a stream, JSON, or an error?"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

import httpx

from bot.model.answers import parser
from bot.model.answers.lenient_json import loads
from bot.model.answers.stream import Partial, StreamReader
from bot.model.byte_streams import read_events
from bot.model.error_mapping import retry_after
from bot.model.error_mapping.classify import classify
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from bot.model.byte_streams import Response

#: seconds for a stream to close by itself after its end mark, so that the connection is used again
_CLOSING_TIME = 0.25
#: how a stream begins that claims to be something else
_STREAM_STARTS = (b"data:", b"event:", b":", b"id:", b"retry:")


async def read_response(
    answer: Response, prompt: str = "", *, has_tools: bool = True
) -> AsyncGenerator[Partial | parser.Parsed, None]:
    """Yield previews, and last the answer. Raise a ModelError.

    `prompt`: the newest words of the request, which mean nothing where an error repeats them. `has_tools`: might
    tool calls have followed the words of a stream that was cut?
    """
    if not 200 <= answer.status < 300:
        body = _error_body(await answer.read())
        raise classify(
            answer.status, body, wait=retry_after.from_headers(answer.headers), prompt=prompt
        )
    pieces = aiter(answer)
    start = b""
    if answer.is_event_stream:  # or JSON all the same
        async for start in pieces:
            if start.strip():
                break
    if not answer.is_event_stream or start.lstrip().startswith(b"{"):
        content = b"".join([start, *[piece async for piece in pieces]])
        if answer.is_event_stream or not content.startswith(_STREAM_STARTS):
            yield parse_content(content, prompt)
            return
        start = content
    reader = StreamReader(prompt, tools=has_tools)
    async with aclosing(_read_stream(answer, reader, _chain(start, pieces))) as events:
        async for partial in events:
            yield partial
    yield reader.answer()


async def _chain(start: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for piece in pieces:
        yield piece


async def _read_stream(
    answer: Response, reader: StreamReader, pieces: AsyncIterator[bytes]
) -> AsyncGenerator[Partial, None]:
    """Yield the previews of a stream. What breaks after a whole answer, or an image, does no harm."""
    try:
        async with aclosing(read_events(pieces)) as events:
            async for event in events:
                for partial in reader.feed(event.data, event.name):
                    yield partial
                if reader.is_done:
                    answer.limit_time(_CLOSING_TIME)
    except (httpx.HTTPError, TimeoutError):
        if not reader.is_usable:
            raise


def parse_content(content: bytes, prompt: str = "") -> parser.Parsed:
    """Parse an answer that is JSON. Raise a ModelError."""
    body = parse_json_or_text(content)
    if isinstance(body, str):
        raise errors.UnknownOutcome("an answer that is no JSON")
    return parser.parse(body, prompt)


def parse_json_or_text(content: bytes) -> object:
    """Parse a body; return its text where it is no JSON."""
    try:
        return loads(content)
    except ValueError:
        return content[:4000].decode("utf-8", "replace")


def _error_body(content: bytes) -> object:
    """Read the body of an error, also one that is written as an event."""
    if content.startswith(_STREAM_STARTS):
        lines = content.replace(b"\r", b"\n").split(b"\n")
        data = next((line for line in lines if line.startswith(b"data:")), b"")
        content = data.removeprefix(b"data:")
    return parse_json_or_text(content)
