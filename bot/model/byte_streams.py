"""How much of an answer's body is read, for how long, and has all of a request's body been sent?"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

import httpx

from bot.ports import limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: bytes of a request sent at a time
_PIECE = 256 * 1024


class CappedBody(httpx.AsyncByteStream):
    """A response's bytes, up to a size, never silent for long, and ended by the deadline.

    The clock runs only while this waits for bytes, not while a preview is being shown.
    """

    def __init__(
        self,
        stream: httpx.AsyncByteStream,
        silence: float,
        deadline: float,
        encoding: str = "identity",
    ) -> None:
        self._stream = stream
        self._silence = silence
        self._deadline = deadline
        self._encoding = encoding
        #: does its head claim a stream of events?
        self.is_event_stream = False
        #: the pieces of a body that is JSON all the same; empty: it is none
        self.json: list[bytes] = []

    def limit_time(self, seconds: float) -> None:
        """Wait no longer than this from now on."""
        self._deadline = asyncio.get_running_loop().time() + seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size, blank = 0, True
        async for piece in self._decompressed():
            if size == 0:
                piece = piece.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - a byte order mark is no part of it
            first = piece.lstrip()[:1] if blank else b""
            blank = blank and not first
            if self.json or (first == b"{" and self.is_event_stream):
                self.json.append(piece)
            size += len(piece)
            if size > limits.MAX_ANSWER:
                raise httpx.ReadError("the answer is too large")
            yield piece
        if self.is_event_stream:
            yield b"\n\n"  # a last event without its empty line is there all the same

    async def _decompressed(self) -> AsyncIterator[bytes]:
        """Decompress what nobody asked to be compressed: in pieces, so that it is capped."""
        if self._encoding in {"identity", ""}:
            async for piece in self._pieces():
                yield piece
            return
        if self._encoding not in {"gzip", "deflate"}:
            raise httpx.DecodingError(f"the answer came as {self._encoding[:20]}")
        inflater = zlib.decompressobj(wbits=47)
        async for piece in self._pieces():
            rest = piece
            try:
                while rest and not inflater.eof:
                    yield inflater.decompress(rest, 1 << 20)
                    rest = inflater.unconsumed_tail
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error

    async def _pieces(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        clock = asyncio.get_running_loop().time
        while True:
            try:
                async with asyncio.timeout_at(min(self._deadline, clock() + self._silence)):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            yield piece

    async def aclose(self) -> None:
        """Read no more."""
        await self._stream.aclose()


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


class ReceivedBody(httpx.AsyncByteStream):
    """A body that has been received already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
