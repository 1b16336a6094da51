"""How are the bytes of an answer read: how many, for how long, and in which lines?"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from bot.ports import limits

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping

#: bytes of a request sent at a time, and of an answer unpacked at a time
_PIECE = 256 * 1024
EVENT_STREAM = "text/event-stream"


class Response:
    """An answer whose head was read. Its body is capped, never silent for long, and ended by the deadline.

    The clock runs only while this waits for bytes, not while a preview is being shown.
    """

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        pieces: AsyncIterator[bytes],
        *,
        silence: float,
        deadline: float,
    ) -> None:
        self.status = status
        #: their names are in lower case
        self.headers = {name.lower(): value for name, value in headers.items()}
        self._pieces = pieces
        self._silence = silence
        self._deadline = deadline

    @property
    def is_event_stream(self) -> bool:
        """Does its head claim a stream of events?"""
        return EVENT_STREAM in self.headers.get("content-type", "")

    def limit_time(self, seconds: float) -> None:
        """Wait no longer than this from now on."""
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def read(self) -> bytes:
        """Read the whole body. Raise HTTPError, TimeoutError."""
        return b"".join([piece async for piece in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._decompressed():
            if size == 0:
                piece = piece.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - a byte order mark is no part of it
            size += len(piece)
            if size > limits.MAX_ANSWER:
                raise httpx.ReadError("the answer is too large")
            yield piece

    async def _decompressed(self) -> AsyncIterator[bytes]:
        """Decompress what nobody asked to be compressed: in pieces, so that it is capped."""
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding in {"identity", ""}:
            async for piece in self._timed():
                yield piece
            return
        if encoding not in {"gzip", "deflate"}:
            raise httpx.DecodingError(f"the answer came as {encoding[:20]}")
        inflater = zlib.decompressobj(wbits=47)
        async for piece in self._timed():
            rest = piece
            try:
                while rest and not inflater.eof:
                    yield inflater.decompress(rest, _PIECE)
                    rest = inflater.unconsumed_tail
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error

    async def _timed(self) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                async with asyncio.timeout_at(min(self._deadline, clock() + self._silence)):
                    piece = await anext(self._pieces)
            except StopAsyncIteration:
                return
            yield piece


class UploadBody(httpx.AsyncByteStream):
    """A request's body, which knows whether all of it was sent."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        #: False: for certain nobody has received all of it
        self.is_sent = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self._body), _PIECE):
            yield self._body[at : at + _PIECE]
        self.is_sent = True


async def once(*pieces: bytes) -> AsyncIterator[bytes]:
    """Yield what has been received already."""
    for piece in pieces:
        yield piece


async def read_lines(pieces: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield the lines of a text without their ends (CR, LF or both), the last one whether it ends or not.

    A line of megabytes is joined once, however many pieces it comes in.
    """
    held: list[bytes] = []
    after_cr = False
    async for piece in pieces:
        if after_cr:
            piece = piece.removeprefix(b"\n")  # noqa: PLW2901 - the second half of an end
        if not piece:
            continue
        after_cr = piece.endswith(b"\r")
        if b"\n" not in piece and b"\r" not in piece:
            held.append(piece)
            continue
        first, *lines = piece.splitlines()
        lines.insert(0, b"".join((*held, first)))
        held = [] if piece.endswith((b"\n", b"\r")) else [lines.pop()]
        for line in lines:
            yield line
    if held:
        yield b"".join(held)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event of a stream."""

    name: str
    data: bytes


async def read_events(pieces: AsyncIterable[bytes]) -> AsyncGenerator[ServerEvent, None]:
    """Yield the events of a stream; a last one without its empty line is there all the same."""
    name, data = "", list[bytes]()
    async for line in read_lines(pieces):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        elif not line and data:
            yield ServerEvent(name or "message", b"\n".join(data))
            name, data = "", []
    if data:
        yield ServerEvent(name or "message", b"\n".join(data))
