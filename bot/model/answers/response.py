"""What does an HTTP answer hold, whatever it claims to be: a stream, JSON, or an error?"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

import httpx
import httpx_sse

from bot.model.answers import parser
from bot.model.answers.lenient_json import loads
from bot.model.answers.stream import Partial, StreamReader
from bot.model.byte_streams import CappedBody, ReceivedBody
from bot.model.error_mapping import retry_after
from bot.model.error_mapping.classify import classify
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

#: seconds for a stream to close by itself after its end mark, so that the connection is used again
_CLOSING_TIME = 0.25
EVENT_STREAM = "text/event-stream"
#: how a stream begins that claims to be something else
_STREAM_STARTS = (b"data:", b"event:", b":", b"id:", b"retry:")


async def read_response(
    answer: httpx.Response, prompt: str = "", *, has_tools: bool = True
) -> AsyncGenerator[Partial | parser.Parsed, None]:
    """Yield previews, and last the answer. Raise a ModelError.

    `prompt`: the newest words of the request, which mean nothing where an error repeats them. `has_tools`: might
    tool calls have followed the words of a stream that was cut?
    """
    if not 200 <= answer.status_code < 300:
        body = _error_body(await answer.aread())
        wait = retry_after.from_headers(answer.headers)
        raise classify(answer.status_code, body, wait=wait, prompt=prompt)
    if EVENT_STREAM not in answer.headers.get("content-type", ""):
        content = await answer.aread()
        if not content.startswith(_STREAM_STARTS):
            yield parse_content(content, prompt)
            return
        headers = {"content-type": EVENT_STREAM}
        answer = httpx.Response(200, headers=headers, stream=ReceivedBody(content))
    async with aclosing(
        _read_events(answer, StreamReader(prompt, tools=has_tools), prompt)
    ) as events:
        async for event in events:
            yield event


async def _read_events(
    answer: httpx.Response, reader: StreamReader, prompt: str
) -> AsyncGenerator[Partial | parser.Parsed, None]:
    answer.encoding = "utf-8"  # whatever its head says: an event stream is never anything else
    body = answer.stream if isinstance(answer.stream, CappedBody) else None
    try:
        async with aclosing(httpx_sse.EventSource(answer).aiter_sse()) as events:
            async for event in events:
                for partial in reader.feed(event.data, event.event):
                    yield partial
                if reader.is_done and body is not None:
                    body.limit_time(_CLOSING_TIME)
    except (httpx.HTTPError, TimeoutError):
        if not reader.is_usable:
            raise
    if body is not None and body.json:
        yield parse_content(b"".join(body.json), prompt)
        return
    yield reader.answer()


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
