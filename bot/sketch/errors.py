"""What does the server answer when it will not or cannot draw?

Every refusal has the API's JSON shape, whatever its status:
``{"error": {"message", "type", "param", "code"}}``.
"""

from dataclasses import dataclass, field
from typing import Any, Final

#: The ``type`` that the API uses for a status.
TYPES: Final = {
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    429: "rate_limit_error",
    451: "moderation_blocked",
}
FIRST_SERVER_STATUS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Exception):
    """An answer that is an error; raised anywhere below a route, written in one place."""

    #: The HTTP status.
    status: int
    #: A sentence for people; names the field and lists the choices where there are some.
    message: str
    #: The field at fault, as a path such as ``image_output.size``; None: the request as a whole.
    param: str | None = None
    #: A machine's word for the reason.
    code: str | None = None
    #: More response headers, such as ``Retry-After``.
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of this refusal."""
        kind = TYPES.get(self.status, "invalid_request_error")
        if self.status >= FIRST_SERVER_STATUS:
            kind = "server_error"
        return {
            "error": {
                "message": self.message,
                "type": kind,
                "param": self.param,
                "code": self.code or kind,
            }
        }


def wrong(param: str | None, message: str, code: str = "invalid_value") -> Refusal:
    """Make the refusal of a field that is missing, of the wrong type or out of range."""
    return Refusal(status=400, message=message, param=param, code=code)
