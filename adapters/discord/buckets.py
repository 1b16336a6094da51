"""How fast may Discord be asked? Its rate limits, kept so that nobody waits for what others took."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from discord import HTTPException
from discord.http import HTTPClient, Ratelimit, Route

if TYPE_CHECKING:
    from types import TracebackType

    import aiohttp

#: seconds that a bucket is given beyond what Discord says, which is rounded
_MARGIN = 0.03
#: seconds by which answers may differ about when the next refill is, and by which one may be seen early
_SAME, _EARLY = 0.02, 0.5
#: tokens that are left to what people cannot do without
_SPARED = 2
_EDIT = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=0, message_id=0)


class _Bucket(Ratelimit):
    """A rate limit whose last token gives its answer at once: who comes next waits.

    The SDK waits for the refill before it gives the answer, and several that wait may each refill it. Here
    what is on its way counts until its answer says what is left, also beyond a refill.
    """

    __slots__ = ("_freed", "_left", "_reset", "_turn")

    def __init__(self, most: float | None) -> None:
        super().__init__(most)
        #: tokens that are left, as far as answers say
        self._left = self.limit
        #: when they are refilled, by Discord's clock
        self._reset = 0.0
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Take up what an answer says; the refill is waited for a little longer than that."""
        until = self.expires
        super().update(response, use_clock=use_clock)
        left = int(response.headers.get("X-Ratelimit-Remaining", 0))
        reset = float(response.headers.get("X-Ratelimit-Reset", 0))
        over = until is None or self._loop.time() > until - _EARLY
        if over and reset > self._reset + _SAME:
            self._reset, self._left, until = reset, left, (self.expires or 0.0) + _MARGIN
        elif until is not None:
            self._left = min(self._left, left)
        self.expires = until  # None: of a time that is over
        self._count()

    async def acquire(self) -> None:
        """Wait for a token, one after another."""
        async with self._turn:
            while not self._taken():
                self._freed.clear()
                until = None if self.expires is None else self.expires - self._loop.time()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._freed.wait(), until)

    def _taken(self) -> bool:
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


class Http(HTTPClient):
    """The SDK's HTTP client with these buckets."""

    def get_ratelimit(self, key: str) -> Ratelimit:
        """Give the bucket of a key."""
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]

    def spare(self, room: str) -> bool:
        """Tell whether a channel has an edit to spare, for what people can do without."""
        hashed = self._bucket_hashes.get(_EDIT.key)
        bucket = self._buckets.get(f"{hashed}:{room}")
        return bucket is None or bucket.is_expired() or bucket.remaining > _SPARED
