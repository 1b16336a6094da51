"""Which connections are kept? Those that say what they want in time: a request's head, then its body.

uvicorn waits for a head without end; a few hundred that never come would use up its connections.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, ClassVar

import structlog
from starlette.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_log = structlog.stdlib.get_logger("easel.server")

#: seconds for a request's head, counted from the connection or from its first byte
HEAD_TIMEOUT = 10.0
#: bytes of a head
MAX_HEAD = 64 * 1024
#: connections that have sent no whole head; the oldest beyond these goes
MAX_PENDING = 256
#: seconds of silence within a body; and for the whole of it
BODY_SILENCE, BODY_TIMEOUT = 30.0, 600.0
_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class LimitedProtocol(HttpToolsProtocol):
    """A connection that is closed where a head takes too long, is too long, or where there are too many."""

    #: connections that owe a head, the oldest first
    pending: ClassVar[OrderedDict[LimitedProtocol, asyncio.TimerHandle]] = OrderedDict()
    #: connections by address
    per_address: ClassVar[Counter[str]] = Counter()
    #: connections of this process; of one address, 0: any, since a proxy speaks for many
    max_connections: ClassVar[int] = 1000
    max_per_address: ClassVar[int] = 0
    _head_size = 0
    address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Keep it where there is room; who says nothing makes room for who comes."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.per_address[self.address] += 1
        self._await_head()
        if len(self.pending) > MAX_PENDING:
            next(iter(self.pending)).close_with(_LATE)
        if len(self.connections) > self.max_connections and not self._make_room(""):
            self.close_with(b"")
        mine = self.per_address[self.address]
        if (
            self.max_per_address
            and mine > self.max_per_address
            and not self._make_room(self.address)
        ):
            self.close_with(b"")

    def _make_room(self, address: str) -> bool:
        """End the oldest other connection that owes a head, of one address or of any."""
        found = (one for one in self.pending if one is not self and address in {"", one.address})
        oldest = next(found, None)
        if oldest is not None:
            oldest.close_with(_LATE)
        return oldest is not None

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head; what is left of a body that was answered already has its time too."""
        cycle: RequestResponseCycle | None = self.cycle
        left = cycle is not None and cycle.response_complete and cycle.more_body
        self._head_size += 0 if left else len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        now: RequestResponseCycle | None = self.cycle
        if self in self.pending and self._head_size > MAX_HEAD:
            self.close_with(_LONG)
        elif now is None or now.response_complete:
            self._await_head()

    def on_message_begin(self) -> None:
        """Wait for this head, no longer than for another."""
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop the timer: a request is here."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        self.per_address[self.address] -= 1
        if not self.per_address[self.address]:
            del self.per_address[self.address]
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self not in self.pending:
            self._head_size = 0
            self.pending[self] = self.loop.call_later(HEAD_TIMEOUT, self.close_with, _LATE)

    def _stop_waiting(self) -> None:
        if timer := self.pending.pop(self, None):
            timer.cancel()

    def close_with(self, last: bytes) -> None:
        """Close the connection, with a last word where no answer is on its way."""
        self._stop_waiting()
        if not self.transport.is_closing():
            cycle: RequestResponseCycle | None = self.cycle
            if last and (cycle is None or cycle.response_complete):
                self.transport.write(last)
            self.transport.close()


class RequestTimeout:
    """An ASGI app before another: a body that stops in the middle is not waited for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body has to come."""
        until = asyncio.get_running_loop().time() + BODY_TIMEOUT
        here = scope["type"] != "http"

        async def receiving() -> Message:
            nonlocal here
            if here:
                return await receive()
            left = until - asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(min(BODY_SILENCE, left)):
                    message = await receive()
            except TimeoutError:
                here = True
                raise HTTPException(408, "The rest of this call did not come") from None
            here = not message.get("more_body", False)
            return message

        await self._app(scope, receiving, send)
