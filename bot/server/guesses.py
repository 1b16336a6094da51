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
MOST, MOST_BEHIND = 10, 100
#: addresses that are remembered
_ADDRESSES = 4096


class LoginThrottle:
    """Wrong tokens of late, by address. The same one again (a script, an old cookie) counts once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: LRU[str, dict[bytes, float]] = LRU(_ADDRESSES)

    def wait(self, address: str, behind: str) -> int:
        """Say for how many seconds nothing is compared; 0: it may be tried."""
        waits = (self._left(address, MOST), self._left(f"behind {behind}", MOST_BEHIND))
        return max(waits)

    def wrong(self, address: str, behind: str, given: str) -> None:
        """Note a wrong token; `behind`: the address that the connection came from."""
        mark = hashlib.blake2b(given.encode(errors="replace"), digest_size=8).digest()
        key = _network(address)
        if mark not in self._wrong.get(key, {}):
            _log.warning("wrong token", address=address, guesses=len(self._wrong.get(key, {})) + 1)
        for one, most in ((key, MOST), (f"behind {behind}", MOST_BEHIND)):
            noted = {**self._wrong.get(one, {}), mark: self._clock()}
            self._wrong[one] = dict(list(noted.items())[-most:])

    def _left(self, key: str, most: int) -> int:
        noted = self._wrong.get(_network(key), {})
        now = self._clock()
        fresh = [when for when in noted.values() if now - when < _WINDOW]
        return 0 if len(fresh) < most else int(_WINDOW - (now - min(fresh))) + 1


def _network(address: str) -> str:
    """Give what one person has: an IPv4 address, or a /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
