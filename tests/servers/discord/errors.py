"""What does Discord say when it refuses? One table of codes, one nested form of complaints.

ApiError            any answer that is not a success
  refused(code)     a known code: its status and sentence come from the table
  invalid_form(…)   50035, with the nested `errors` object
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

#: code → (status, sentence); 0 has no code of its own
KNOWN: dict[int, tuple[int, str]] = {
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30015: (400, "Maximum number of attachments in a message reached (10)"),
    30032: (400, "Maximum number of application commands reached (100)."),
    40005: (413, "Request entity too large"),
    40058: (400, "Cannot send a message in a forum channel"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has hit the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
}


class ApiError(Exception):
    """An answer that is not a success."""

    def __init__(
        self, status: int, body: Json | str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def refused(code: int) -> ApiError:
    """Refuse with a known code."""
    status, sentence = KNOWN[code]
    return ApiError(status, {"message": sentence, "code": code})


def unauthorized() -> ApiError:
    return ApiError(401, {"message": "401: Unauthorized", "code": 0})


def no_such_route() -> ApiError:
    return ApiError(404, {"message": "404: Not Found", "code": 0})


def no_such_method() -> ApiError:
    return ApiError(405, {"message": "405: Method Not Allowed", "code": 0})


def invalid_form(errors: Json) -> ApiError:
    """Refuse a body, saying where it is wrong."""
    return ApiError(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors})


def wrong(*path: str | int, code: str, says: str) -> ApiError:
    """Refuse a body for one reason at one place."""
    errors: Json = {"_errors": [{"code": code, "message": says}]}
    for step in reversed(path):
        errors = {str(step): errors}
    return invalid_form(errors)
