"""What does an answer that is no drawing mean? Status and body become an error, here and nowhere else.

The body says more than the status: gateways answer 429 for an empty account, 400 for a blocked prompt,
403 for either, and 200 for a fault of their own.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from bot import errors

_NO_CREDIT = (
    r"insufficient_(user_)?(quota|credit|balance|fund)|billing_(hard_limit|not_active)"
    r"|payment_required|out_of_credit|arrear"
)
_IMAGE = (
    r"image_(url_)?(download|fetch|parse|read|decode|load)|(download|fetch)_(image|failed)"
    r"|(invalid|unsupported|corrupt|unreadable)_(input_)?image(_?(url|data|format|file|base64))?(?!_)"
    r"|invalid_base64"
)
#: A body's own word for what happened: found anywhere in `error.code`, `error.type`, `error.status`.
_WORDS: tuple[tuple[re.Pattern[str], type[errors.ModelError]], ...] = tuple(
    (re.compile(words), meaning)
    for words, meaning in (
        (_NO_CREDIT, errors.NoCredit),
        (_IMAGE, errors.ImageRefused),
        (r"moderation|content_(policy|filter)|safety|prohibited|sensitive", errors.Blocked),
        (r"(request|payload)_too_large|context_length_exceeded|image_too_large", errors.TooLarge),
        (r"rate_limit|too_many_requests", errors.Busy),
        (r"invalid_api_key|authentication|permission", errors.KeyRefused),
        (r"model_not_found", errors.UnknownModel),
        (r"invalid_request", errors.RequestRefused),
        (r"server_error|overloaded|upstream|unavailable", errors.Unavailable),
    )
)
#: words that say no more than a status does, so that a telling status goes before them
_GENERIC = frozenset({errors.RequestRefused, errors.Unavailable, errors.KeyRefused, errors.Busy})

#: What some gateways say in the message only.
_LARGE = re.compile(
    r"too large|too big|entity.too|payload size|body size"
    r"|exceed\w* (the |your )?(maximum|max|limit).{0,40}(size|bytes|mb\b)",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"(download|fetch|decod|read)\w*.{0,30}\b(image|picture)\b"
    r"|\b(image|picture)\b.{0,40}(download|fetch|decod|unread|not be read|corrupt)",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"insufficient (user )?(credit|balance|fund|quota)|billing hard limit", re.IGNORECASE
)
#: where a provider's own refusal is, behind a gateway
_MODERATED = ("reasons", "flagged_input", "moderation", "moderation_details")

_BY_STATUS: dict[int, type[errors.ModelError]] = {
    401: errors.KeyRefused,
    402: errors.NoCredit,
    403: errors.KeyRefused,
    404: errors.UnknownModel,
    405: errors.UnknownModel,
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
    if isinstance(body, list) and body:
        body = body[0]  # as Google writes it
    error = _error_of(body)
    message = _message(error, body)
    inside = 200 <= status < 300
    code = _status_in(error) if inside else status
    own = isinstance(body, dict) if inside else _is_the_apis(body)
    found = _by_body(error, message, code) or _by_status(code, message, own=own)
    detail = f"{status} {message}".strip()
    if found is errors.Busy:
        return errors.Busy(detail, wait=wait)
    if found is errors.RequestRefused:
        return errors.RequestRefused(detail, says=message, field=_field(error), status=str(status))
    return found(detail)


def _error_of(body: object) -> dict[str, Any]:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return error
    if isinstance(error, str):
        return {"message": error}
    return body if isinstance(body, dict) else {}


def _field(error: dict[str, Any]) -> str | None:
    """Give the request's field that is at fault, as far as the body says."""
    if isinstance(error.get("param"), str):
        return str(error["param"])[:60]
    for one in _complaints(error):
        if isinstance(one.get("loc"), list) and one["loc"]:
            return str(one["loc"][-1])[:60]
    return None


def _complaints(error: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what a server that checks each field (FastAPI) has to say."""
    detail = error.get("detail")
    return [one for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []


def _message(error: dict[str, Any], body: object) -> str:
    said = [error.get(key) for key in ("message", "msg", "detail", "error_description")]
    said += [one.get("msg") for one in _complaints(error)]
    said += [body]
    text = next((one for one in said if isinstance(one, str)), "")
    text = re.sub(r"<[^<>]*>|data:[^\s\"')]*|[A-Za-z0-9+/=_-]{48,}", " ", text[:4000])
    return " ".join(text.replace("\0", " ").split())[:300]


def _status_in(error: dict[str, Any]) -> int:
    """Give the status that an error in a 200 names; 500: it names none."""
    for key in ("code", "status", "status_code"):
        value = error.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
            value = int(value)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return 500


def _by_body(error: dict[str, Any], message: str, status: int) -> type[errors.ModelError] | None:
    metadata = error.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    found = _by_words(error)
    if found is not None and found not in _GENERIC:
        return found
    if any(key in holder for key in _MODERATED for holder in (error, metadata)):
        return errors.Blocked
    if (inner := _inner(metadata)) is not None:
        return inner
    if status in {400, 403, 422, 429} and _NO_MONEY.search(message):
        return errors.NoCredit
    if status in {400, 422, 451} and _UNREAD.search(message):
        return errors.ImageRefused
    if status in {400, 422} and _LARGE.search(message):
        return errors.TooLarge
    return None if status in _BY_STATUS else found


def _by_words(error: dict[str, Any]) -> type[errors.ModelError] | None:
    said = "|".join(str(error.get(key, ""))[:200] for key in ("code", "type", "status", "reason"))
    said = re.sub(r"[\s-]", "_", said.lower())
    return next((meaning for words, meaning in _WORDS if words.search(said)), None)


def _inner(metadata: dict[str, Any]) -> type[errors.ModelError] | None:
    """Read what the provider behind a gateway said: only whether it blocked, or could not read."""
    raw = metadata.get("raw")
    if isinstance(raw, str):
        try:
            raw = orjson.loads(raw[:20_000])
        except orjson.JSONDecodeError:
            return None
    found = _by_words(_error_of(raw)) if isinstance(raw, dict) else None
    return found if found in {errors.Blocked, errors.ImageRefused} else None


def _by_status(status: int, message: str, *, own: bool) -> type[errors.ModelError]:
    if status in _BY_STATUS and not (status == 404 and _LARGE.search(message)):
        return _BY_STATUS[status]
    if status >= 500:
        return errors.Unavailable if own else errors.UnknownOutcome
    if status < 400:
        return errors.UnknownModel  # a redirect: the address is not the API's
    return errors.TooLarge if _LARGE.search(message) else errors.RequestRefused


def _is_the_apis(body: object) -> bool:
    """Tell whether a fault is in the API's own words, and not those of a proxy before it."""
    if not isinstance(body, dict) or "cloudflare_error" in body:
        return False
    return bool(body.get("error")) or "detail" in body or {"message", "code"} <= body.keys()
