"""How fast may an app go? Buckets by route and place, 50 requests a second in all."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.discord.errors import ApiError

if TYPE_CHECKING:
    from tests.servers.discord.routes import Route

#: when rates are off, clients are told of a bucket that never empties
ENDLESS = 1000


@dataclass(slots=True)
class Bucket:
    limit: int
    until: float
    used: int = 0


class Rates:
    """Counts in real time; `pace` scales every period, so that tests need not wait for seconds."""

    def __init__(self, *, on: bool, pace: float) -> None:
        self.on = on
        self.pace = pace
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._lately: deque[float] = deque()
        self.per_second = 50

    def take(self, route: Route, place: str) -> dict[str, str]:
        """Take a token; give the headers that say so, or refuse with 429."""
        if not self.on:
            return self._headers(route, ENDLESS, ENDLESS - 1, 1.0)
        if route.counts_globally:
            self._take_globally()
        if route.rate is None:
            return {}
        now, (limit, period) = time.monotonic(), route.rate
        bucket = self._buckets.get((route.key, place))
        if bucket is None or now >= bucket.until:
            bucket = self._buckets[route.key, place] = Bucket(limit, now + period * self.pace)
        left = bucket.until - now
        bucket.used += 1
        if bucket.used > limit:
            headers = self._headers(route, limit, 0, left)
            raise too_many(left, {**headers, "X-RateLimit-Scope": "user"})
        return self._headers(route, limit, limit - bucket.used, left)

    def _take_globally(self) -> None:
        now, period = time.monotonic(), 1.0 * self.pace
        while self._lately and self._lately[0] <= now - period:
            self._lately.popleft()
        if len(self._lately) >= self.per_second:
            left = self._lately[0] + period - now
            headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            raise too_many(left, headers, everywhere=True)
        self._lately.append(now)

    def _headers(self, route: Route, limit: int, remaining: int, left: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.key.encode()).hexdigest()[:32],
        }


def too_many(left: float, headers: dict[str, str], *, everywhere: bool = False) -> ApiError:
    """Refuse as Discord does: with `Via`, so that clients wait and try again."""
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(left, 3),
        "global": everywhere,
    }
    waits = {"Retry-After": str(max(1, round(left))), "Via": "1.1 google", **headers}
    return ApiError(429, body, waits)


def cloudflare() -> ApiError:
    """Refuse as the firewall in front of Discord does: no JSON, no `Via`."""
    return ApiError(429, "error code: 1015", {"Retry-After": "600"})
