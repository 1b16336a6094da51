"""How fast may Discord be asked? Its rate limits, kept so that nobody waits for what others took."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.http import HTTPClient, Ratelimit, Route

if TYPE_CHECKING:
    from types import TracebackType

    import aiohttp

#: seconds that a bucket is given beyond what Discord says, which is rounded
_MARGIN = 0.03
#: tokens that are left to what people cannot do without
_SPARED = 2
_EDIT = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=0, message_id=0)


class _Bucket(Ratelimit):
    """A rate limit whose last token gives its answer at once.

    The SDK waits for the refill before it gives the answer; here who comes next waits.
    """

    __slots__ = ("_refilling",)

    def __init__(self, most: float | None) -> None:
        super().__init__(most)
        self._refilling: asyncio.Task[None] | None = None

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Take up what an answer says; the refill is waited for a little longer than that."""
        super().update(response, use_clock=use_clock)
        self.reset_after += _MARGIN
        self.expires = (self.expires or 0.0) + _MARGIN

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        refilling = self._refilling is not None and not self._refilling.done()
        if refilling or self._sleeping.locked():
            self.outgoing -= 1
        elif self.remaining - self.outgoing + 1 <= 0:
            self.outgoing -= 1
            self._refilling = asyncio.create_task(self._refresh(), name="discord bucket refills")
        else:
            await super().__aexit__(kind, value, traceback)  # type: ignore[arg-type,type-var] # its own types are too narrow

    def end(self) -> None:
        """Wait for no refill any more."""
        if self._refilling is not None:
            self._refilling.cancel()


class Http(HTTPClient):
    """The SDK's HTTP client with these buckets."""

    def get_ratelimit(self, key: str) -> Ratelimit:
        """Give the bucket of a key."""
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]

    async def close(self) -> None:
        """Wait for no refill any more."""
        for bucket in self._buckets.values():
            if isinstance(bucket, _Bucket):
                bucket.end()
        await super().close()

    def spare(self, room: str) -> bool:
        """Tell whether a channel has an edit to spare, for what people can do without."""
        hashed = self._bucket_hashes.get(_EDIT.key)
        bucket = self._buckets.get(f"{hashed}:{room}")
        return bucket is None or bucket.is_expired() or bucket.remaining > _SPARED
