"""Who guesses at the page's token? Each address has a few wrong ones a minute, and then waits."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from typing import TYPE_CHECKING

import structlog

from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable

_log = structlog.stdlib.get_logger("easel.guard")

#: seconds that a wrong token counts
_WINDOW = 60.0
#: different wrong tokens of one address in that time; and of one proxy, whoever it says that they come from
MAX_FAILURES, MAX_FAILURES_OF_A_PROXY = 10, 100
#: addresses that are remembered
_ADDRESSES = 4096


class LoginThrottle:
    """Wrong tokens of late, by address. The same one again (a script, an old cookie) counts once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: LRU[str, dict[bytes, float]] = LRU(_ADDRESSES)

    def seconds_to_wait(self, address: str, peer: str) -> int:
        """Return for how many seconds nothing is compared; 0: it may be tried."""
        return max(
            self._seconds(_network(address), MAX_FAILURES),
            self._seconds(f"behind {peer}", MAX_FAILURES_OF_A_PROXY),
        )

    def record_failure(self, address: str, peer: str, token: str) -> None:
        """Note a wrong token; `peer`: the address that the connection came from, which may be a proxy's."""
        mark = hashlib.blake2b(token.encode(errors="replace"), digest_size=8).digest()
        key = _network(address)
        if mark not in self._failures.get(key, {}):
            count = len(self._failures.get(key, {})) + 1
            _log.warning("wrong token", address=address, guesses=count)
        for one, most in ((key, MAX_FAILURES), (f"behind {peer}", MAX_FAILURES_OF_A_PROXY)):
            noted = {**self._failures.get(one, {}), mark: self._clock()}
            self._failures[one] = dict(list(noted.items())[-most:])

    def _seconds(self, key: str, most: int) -> int:
        now = self._clock()
        recent = [when for when in self._failures.get(key, {}).values() if now - when < _WINDOW]
        return 0 if len(recent) < most else int(_WINDOW - (now - min(recent))) + 1


def _network(address: str) -> str:
    """Return what one person has: an IPv4 address, or a /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
