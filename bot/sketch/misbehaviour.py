"""How can every fault of a real gateway be shown on purpose?

By a word in the wish. Words are matched as separate tokens, in any case; they are never drawn.

=============  ==============================================================================
``#401``       401, the key is refused
``#402``       402, no credit: once for each Idempotency-Key; the same key again is drawn
``#403``       403, not permitted
``#429``       429 with ``Retry-After: 1``, once for each key
``#451``       451, blocked by the safety system (``moderation_blocked``), always
``#500``       500, once for each key
``#503``       503, always
``#slow``      takes about 8 seconds; ``#slow20``: 20 seconds, at most 120; comments and previews meanwhile
``#text``      answers with text only
``#cut``       the connection ends in the middle of the answer
``#html``      502 with a proxy's HTML page
``#empty``     200 with ``choices: []``
``#broken``    a PNG that ends halfway
=============  ==============================================================================

Without an Idempotency-Key the hash of the body stands for it.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bot.sketch.errors import Refusal
from bot.sketch.language.wish import SWITCH

MOST_KEYS: Final = 2_000
USUAL_DELAY: Final = 8
MOST_DELAY: Final = 120
ONCE: Final = frozenset({402, 429, 500})
HTML: Final = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway"
    "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_MESSAGES: Final = {
    401: ("The key was refused, as #401 asks.", "invalid_api_key"),
    402: ("There is no credit left, as #402 asks. The same request again is drawn.", "insufficient_quota"),
    403: ("This is not permitted, as #403 asks.", "permission_denied"),
    429: ("Too many requests, as #429 asks. Try again in a second.", "rate_limit_exceeded"),
    451: ("The safety system blocked this wish, as #451 asks.", "moderation_blocked"),
    500: ("The upstream failed, as #500 asks.", "upstream_error"),
    503: ("The upstream is unavailable, as #503 asks.", "upstream_unavailable"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What a wish asks to go wrong."""

    #: A refusal, or None.
    refusal: Refusal | None = None
    #: Seconds that the answer takes.
    delay: float = 0.0
    text_only: bool = False
    cut: bool = False
    html: bool = False
    empty: bool = False
    broken: bool = False


class Switchboard:
    """Reads the words; remembers which keys had their fault already."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def faults(self, wish: str, key: str | None, body: bytes) -> Faults:
        """Return what is to go wrong with this request."""
        words = [word.lower() for word in SWITCH.findall(wish)]
        if not words:
            return Faults()
        identity = key or sha256(body).hexdigest()
        refusal = None
        for word in words:
            if word[1:].isdecimal() and refusal is None:
                refusal = self._refusal(int(word[1:]), identity)
        slow = next((word for word in words if word.startswith("#slow")), None)
        seconds = re.sub(r"\D", "", slow) if slow else ""
        return Faults(
            refusal=refusal,
            delay=min(MOST_DELAY, int(seconds or USUAL_DELAY)) if slow else 0.0,
            text_only="#text" in words,
            cut="#cut" in words,
            html="#html" in words,
            empty="#empty" in words,
            broken="#broken" in words,
        )

    def _refusal(self, status: int, identity: str) -> Refusal | None:
        if status in ONCE and not self._first(f"{status}:{identity}"):
            return None
        message, code = _MESSAGES[status]
        headers = {"Retry-After": "1"} if status == 429 else {}
        return Refusal(status=status, message=message, code=code, headers=headers)

    def _first(self, identity: str) -> bool:
        if identity in self._seen:
            self._seen.move_to_end(identity)
            return False
        self._seen[identity] = None
        while len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        return True
