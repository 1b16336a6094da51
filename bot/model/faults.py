"""What does an answer that is no drawing mean? Status and body become an error, here and nowhere else.

The body says more than the status: gateways answer 429 for an empty account, 400 for a blocked prompt,
403 for either, and 200 for a fault of their own.
"""

from __future__ import annotations

import re

from bot import errors

#: A body's own word for what happened: matched anywhere in `error.code`, `error.type`, `error.status`.
_WORDS: tuple[tuple[str, type[errors.ModelError]], ...] = (
    ("insufficient_quota", errors.NoCredit),
    ("insufficient_user_quota", errors.NoCredit),
    ("insufficient_credit", errors.NoCredit),
    ("insufficient_balance", errors.NoCredit),
    ("insufficient_funds", errors.NoCredit),
    ("billing_hard_limit", errors.NoCredit),
    ("billing_not_active", errors.NoCredit),
    ("payment_required", errors.NoCredit),
    ("image_download_failed", errors.ImageRefused),
    ("invalid_image", errors.ImageRefused),
    ("image_parse", errors.ImageRefused),
    ("moderation", errors.Blocked),
    ("content_policy", errors.Blocked),
    ("content_filter", errors.Blocked),
    ("image_safety", errors.Blocked),
    ("prohibited_content", errors.Blocked),
    ("safety", errors.Blocked),
    ("request_too_large", errors.TooLarge),
    ("payload_too_large", errors.TooLarge),
    ("context_length_exceeded", errors.TooLarge),
    ("rate_limit", errors.Busy),
    ("too_many_requests", errors.Busy),
    ("invalid_api_key", errors.KeyRefused),
    ("authentication", errors.KeyRefused),
    ("permission", errors.KeyRefused),
    ("model_not_found", errors.UnknownModel),
    ("invalid_request", errors.RequestRefused),
    ("server_error", errors.Unavailable),
    ("overloaded", errors.Unavailable),
    ("upstream", errors.Unavailable),
)

#: Gateways that hide "too large" behind another 4xx say so in the message only.
_LARGE = re.compile(
    r"too large|too big|entity.too|payload size|body size|exceeds? the (maximum|limit).{0,40}(size|bytes|mb)",
    re.IGNORECASE,
)

_BY_STATUS: dict[int, type[errors.ModelError]] = {
    401: errors.KeyRefused,
    402: errors.NoCredit,
    403: errors.KeyRefused,
    404: errors.UnknownModel,
    408: errors.UnknownOutcome,
    413: errors.TooLarge,
    429: errors.Busy,
    451: errors.Blocked,
}


def from_response(status: int, body: object, *, wait: float | None = None) -> errors.ModelError:
    """Map an answer that is not a drawing to what it means: the body first, then the status.

    `body` is the parsed JSON, or the text where it was none. `status` is the HTTP status, also 200
    for an error inside an answer. `wait`: seconds that `Retry-After` asks for.
    """
    error = _error_of(body)
    message = _message(error, body)
    code = _status_in(error) if 200 <= status < 300 else status
    found = _by_words(error, code) or _by_status(code, body, message)
    detail = f"{status} {message}".strip()
    if found is errors.Busy:
        return errors.Busy(detail, wait=wait)
    if found is errors.RequestRefused:
        return errors.RequestRefused(detail, says=message)
    return found(detail)


def _error_of(body: object) -> dict[str, object]:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return error
    if isinstance(error, str):
        return {"message": error}
    return body if isinstance(body, dict) else {}


def _message(error: dict[str, object], body: object) -> str:
    for key in ("message", "msg", "detail", "error_description"):
        if isinstance(error.get(key), str):
            text = str(error[key])
            break
    else:
        text = body if isinstance(body, str) else ""
    text = re.sub(r"<[^>]*>|data:[^\s\"')]*|[A-Za-z0-9+/=_-]{80,}", " ", text[:4000])
    return " ".join(text.split())[:300]


def _status_in(error: dict[str, object]) -> int:
    for key in ("code", "status", "status_code"):
        value = error.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
            return int(value)
    return 500


def _by_words(error: dict[str, object], status: int) -> type[errors.ModelError] | None:
    said = " ".join(str(error.get(key, "")) for key in ("code", "type", "status", "reason")).lower()
    metadata = error.get("metadata")
    moderated = isinstance(metadata, dict) and (
        "reasons" in metadata or "flagged_input" in metadata
    )
    for word, meaning in _WORDS:
        if word not in said:
            continue
        generic = meaning in {
            errors.RequestRefused,
            errors.Unavailable,
            errors.KeyRefused,
            errors.Busy,
        }
        if not (generic and (moderated or status in _BY_STATUS)):
            return meaning
    if moderated or "moderation_details" in error:
        return errors.Blocked
    return None


def _by_status(status: int, body: object, message: str) -> type[errors.ModelError]:
    if status in _BY_STATUS and not (status == 404 and _LARGE.search(message)):
        return _BY_STATUS[status]
    if status >= 500:
        own = isinstance(body, dict) or (status == 503 and not body)
        return errors.Unavailable if own else errors.UnknownOutcome
    return errors.TooLarge if _LARGE.search(message) else errors.RequestRefused
