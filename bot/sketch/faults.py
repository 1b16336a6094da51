"""What does the server answer when it will not or cannot draw, and how is each fault of a gateway shown on purpose?

Every refusal has the API's JSON shape: ``{"error": {"message", "type", "param", "code"}}``. A word in the prompt
asks for a fault (matched as a separate token, in any case, never drawn):

- ``#401`` ``#403`` ``#451`` ``#503`` refuse each time; ``#402`` ``#429`` ``#500`` once for each Idempotency-Key, or body
- ``#slow`` takes about 8 seconds, ``#slow20`` 20, at most 120; comments and previews meanwhile
- ``#text`` answers with text only, ``#html`` with a proxy's 502, ``#empty`` without choices
- ``#cut`` ends the connection in the middle, ``#broken`` the PNG halfway
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from starlette.responses import JSONResponse

from bot.sketch.things import ASSETS, pattern, rows

MOST_KEYS: Final = 2_000
ONCE: Final = frozenset({402, 429, 500})
SWITCH: Final = pattern("fault")  #: A word that asks for a fault, `#slow20`.
HTML: Final = (ASSETS / "502.html").read_bytes()
_STATUSES: Final = {int(status): said.split(" | ") for status, said in rows("statuses.txt")}


@dataclass(eq=False, kw_only=True)
class Refusal(Exception):
    """An answer that is an error; raised anywhere below a route, written in one place."""

    status: int
    #: A sentence for people; names the field and lists the choices where there are some.
    message: str
    #: The field at fault, as a path such as ``image_output.size``; None: the request as a whole.
    param: str | None = None
    code: str | None = None  #: A machine's word for the reason.
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """Return the answer that this refusal is."""
        kind = _STATUSES.get(self.status, ("invalid_request_error",))[0]
        error = {"message": self.message, "type": kind, "param": self.param}
        body = {"error": error | {"code": self.code or kind}}
        return JSONResponse(body, status_code=self.status, headers=self.headers)


def wrong(param: str | None, message: str, code: str = "invalid_value") -> Refusal:
    """Make the refusal of a field that is missing, of the wrong type or out of range."""
    return Refusal(status=400, message=message, param=param, code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What a prompt asks to go wrong."""

    refusal: Refusal | None = None
    delay: float = 0.0  #: Seconds that the answer takes.
    #: The words other than statuses and #slow: text, cut, html, empty, broken.
    words: frozenset[str] = frozenset()


class Switchboard:
    """Reads the words; remembers which keys had their fault already."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def faults(self, prompt: str, key: str | None, body: bytes) -> Faults:
        """Return what is to go wrong with this request."""
        words = [word[1:].lower() for word in SWITCH.findall(prompt)]
        if not words:
            return Faults()
        identity = key or sha256(body).hexdigest()
        refusals = (self._refusal(int(word), identity) for word in words if word.isdecimal())
        slow = next((word.removeprefix("slow") for word in words if word.startswith("slow")), None)
        return Faults(
            refusal=next((refusal for refusal in refusals if refusal), None),
            delay=0.0 if slow is None else min(120, int(slow or 8)),
            words=frozenset(words),
        )

    def _refusal(self, status: int, identity: str) -> Refusal | None:
        known = f"{status}:{identity}"
        if status in ONCE and known in self._seen:
            return None
        self._seen[known] = None
        if len(self._seen) > MOST_KEYS:
            del self._seen[next(iter(self._seen))]
        _, message, code = _STATUSES[status]
        headers = {"Retry-After": "1"} if status == 429 else {}
        return Refusal(status=status, message=message, code=code, headers=headers)
