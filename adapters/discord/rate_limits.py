"""How fast may Discord be asked? Its buckets, and its limit of 50 requests a second in all."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING

from discord import HTTPException
from discord.http import HTTPClient, Ratelimit, Route

if TYPE_CHECKING:
    from types import TracebackType

    import aiohttp

#: requests in a period, a little below Discord's 50 a second
MAX_REQUESTS, PERIOD = 45, 1.05
#: requests in a period that are reserved for what people cannot do without
_RESERVED_REQUESTS = 15
#: paths of answers to interactions, which do not count
_UNCOUNTED = ("/interactions/", "/webhooks/")

#: seconds that a bucket is given beyond what Discord says, which is rounded
_MARGIN = 0.03
#: seconds by which answers may differ about when the next refill is, and by which one may be seen early
_SAME, _EARLY = 0.02, 0.5
#: tokens of a bucket that are reserved for what people cannot do without
_RESERVED_TOKENS = 2
_EDIT = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=0, message_id=0)

#: does a request bring what people wait for? Others let it go first
URGENT: ContextVar[bool] = ContextVar("urgent", default=True)


class GlobalRateLimit:
    """Lets requests leave, the urgent ones first."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def on_request_start(
        self, _session: object, _context: object, params: aiohttp.TraceRequestStartParams
    ) -> None:
        """Wait until a request may leave."""
        if not any(one in params.url.path for one in _UNCOUNTED):
            await self.acquire()

    async def acquire(self) -> None:
        """Wait for a request's turn."""
        if not self._waiting and self._remaining() > 0:
            self._sent.append(time.monotonic())
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not URGENT.get(), next(self._order), turn))
        self._schedule()
        await turn

    @property
    def has_spare(self) -> bool:
        """Is there room for what people can do without?"""
        return not self._waiting and self._remaining() > _RESERVED_REQUESTS

    def _remaining(self) -> int:
        now = time.monotonic()
        while self._sent and self._sent[0] <= now - PERIOD:
            self._sent.popleft()
        return MAX_REQUESTS - len(self._sent)

    def _schedule(self) -> None:
        if self._timer is None and self._waiting:
            wait = max(0.0, self._sent[0] + PERIOD - time.monotonic()) if self._sent else 0.0
            self._timer = asyncio.get_running_loop().call_later(wait, self._release)

    def _release(self) -> None:
        self._timer = None
        remaining = self._remaining()
        while remaining > 0 and self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():  # else who waited was cancelled
                turn.set_result(None)
                self._sent.append(time.monotonic())
                remaining -= 1
        self._schedule()


class _Bucket(Ratelimit):
    """A rate limit whose last token gives its answer at once: who comes next waits.

    The SDK waits for the refill before it gives the answer, and several that wait may each refill it. Here
    what is on its way counts until its answer says what is left, also beyond a refill.
    """

    __slots__ = ("_freed", "_left", "_reset", "_turn")

    def __init__(self, max_timeout: float | None) -> None:
        super().__init__(max_timeout)
        #: tokens that are left, as far as answers say
        self._left = self.limit
        #: when they are refilled, by Discord's clock
        self._reset = 0.0
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Read an answer's headers; the refill is waited for a little longer than they say."""
        until = self.expires
        super().update(response, use_clock=use_clock)
        left = int(response.headers.get("X-Ratelimit-Remaining", 0))
        reset = float(response.headers.get("X-Ratelimit-Reset", 0))
        is_over = until is None or self._loop.time() > until - _EARLY
        if is_over and reset > self._reset + _SAME:
            self._reset, self._left, until = reset, left, (self.expires or 0.0) + _MARGIN
        elif until is not None:
            self._left = min(self._left, left)
        self.expires = until  # None: of a period that is over
        self._count()

    async def acquire(self) -> None:
        """Wait for a token, one after another."""
        async with self._turn:
            while not self._take():
                self._freed.clear()
                until = None if self.expires is None else self.expires - self._loop.time()
                with suppress(TimeoutError):
                    async with asyncio.timeout(until):
                        await self._freed.wait()

    def _take(self) -> bool:
        self._last_request = self._loop.time()
        if self.expires is not None and self._last_request >= self.expires:
            self._left, self.expires = self.limit, None
        if self._left <= self.outgoing:
            return False
        self.outgoing += 1
        self._count()
        return True

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None and not issubclass(kind, HTTPException) and self.expires is not None:
            self._left -= 1  # it may have been taken, and no answer said so
        self.outgoing -= 1
        self._count()

    def _count(self) -> None:
        self.remaining = self._left - self.outgoing
        self._freed.set()


class BucketHTTPClient(HTTPClient):
    """The SDK's HTTP client with these buckets."""

    def get_ratelimit(self, key: str) -> Ratelimit:
        """Return the bucket of a key."""
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]

    def has_spare_edit(self, channel: str) -> bool:
        """Return whether a channel has an edit to spare, for what people can do without."""
        hashed = self._bucket_hashes.get(_EDIT.key)
        bucket = self._buckets.get(f"{hashed}:{channel}")
        return bucket is None or bucket.is_expired() or bucket.remaining > _RESERVED_TOKENS
