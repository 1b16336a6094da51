"""Which error is an answer that is no image? Status and body become a ModelError, here and nowhere else.

The body says more than the status: gateways answer 429 for an empty account, 400 for a blocked prompt,
403 for either, and 200 for an error of their own. Codes and types decide first, also those of an error that
was written into another's message; then the API's own words, without the prompt that some repeat
(`bot.model.error_mapping.codes`); the status last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.model.answers.lenient_json import find_object
from bot.model.error_mapping import codes, retry_after
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model.error_mapping.codes import ErrorClass

#: keys of an error whose values are words for what happened
_CODES = ("code", "type", "status", "reason", "error_code", "error_type", "name")
#: keys of an error that hold a further one, or several
_WITHIN = ("error", "errors", "inner_error", "innererror", "details", "detail", "metadata")
#: where a provider's own refusal is, behind a gateway
_MODERATED = ("reasons", "flagged_input", "moderation", "moderation_details")
#: errors of one body that are looked at, and characters of its message
_MAX_ERRORS, _MAX_MESSAGE = 24, 8000
#: a code in a text that was cut, so that it is no JSON any more
_CODE_IN_TEXT = re.compile(r"[\"'](?:code|type|reason|status)[\"']\s*:\s*[\"']([\w .-]{3,60})[\"']")
#: exceptions of LiteLLM, as it names them before what they say
_EXCEPTION = re.compile(r"\b(ContentPolicyViolation|BudgetExceeded|ExceededBudget)(?:Error)?\b")
#: words in quotes: somebody's prompt, or part of it, unless they are few
_QUOTED = re.compile(
    r"\"[^\"]{3,4000}\"|“[^”]{3,4000}”|«[^»]{3,4000}»|`[^`]{3,4000}`|「[^」]{3,4000}」"
)
_APOSTROPHES = re.compile(r"(?<!\w)'(?:[^']|(?<=\w)'(?=\w)){3,4000}'(?!\w)")

_BY_STATUS: dict[int, ErrorClass] = {
    401: errors.KeyRefused,
    402: errors.NoCredit,
    403: errors.KeyRefused,
    404: errors.UnknownModel,
    405: errors.UnknownModel,
    408: errors.UnknownOutcome,
    413: errors.TooLarge,
    429: errors.Busy,
    446: errors.Blocked,
    451: errors.Blocked,
}


def classify(
    status: int, body: object, *, wait: float | None = None, prompt: str = ""
) -> errors.ModelError:
    """Return the error that an answer without an image is.

    `status`: also 200, for an error inside an answer. `body`: the parsed JSON, else the text. `wait`: seconds
    that its head asks to wait. `prompt`: the newest words of the request, which mean nothing where they are
    repeated.
    """
    if isinstance(body, list) and body:
        body = body[0]  # as Google writes it
    error = _find_error(body)
    message = _find_message(error, body)
    inside = 200 <= status < 300
    code = _embedded_status(error) if inside else status
    own = isinstance(body, dict) if inside else _is_api_error(body)
    texts = list(dict.fromkeys([message, *_messages(error)]))
    found = _by_body(error, texts, code, prompt) if own or _is_plain(body) else None
    found = found or _by_status(code, " ".join(texts), own=own)
    detail = f"{status} {_summarize(message)}".strip()
    if found is errors.RequestRefused:
        says = "" if codes.MONEY.search(message) else _summarize(message)
        return errors.RequestRefused(
            detail, says=says or None, field=_field(error), status=str(status)
        )
    made = found(detail)
    if found in {errors.Busy, errors.Unavailable, errors.UnknownOutcome}:
        made.wait = retry_after.from_body(error, message) if wait is None else wait
    return made


def _find_error(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        return {}
    error = body.get("error") or body.get("errors")
    if isinstance(error, list):
        error = next((one for one in error if isinstance(one, dict)), None)
    if isinstance(error, dict):
        return error
    if isinstance(error, str):  # xAI puts the code beside it
        return {**body, "message": error}
    return body


def _field(error: dict[str, Any]) -> str | None:
    """Return the field of the request that is wrong, where the body names it."""
    if isinstance(error.get("param"), str):
        return str(error["param"])[:60]
    for one in _validation_errors(error):
        if isinstance(one.get("loc"), list) and one["loc"]:
            return str(one["loc"][-1])[:60]
    return None


def _validation_errors(error: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the errors of a server that validates each field (FastAPI)."""
    detail = error.get("detail")
    return [one for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []


def _find_message(error: dict[str, Any], body: object) -> str:
    said = [error.get(key) for key in ("message", "msg", "detail", "error_description", "error")]
    said += [one.get("msg") for one in _validation_errors(error)]
    said += [body]
    return next((one for one in said if isinstance(one, str)), "")[:_MAX_MESSAGE]


def _summarize(message: str) -> str:
    """Return a message for people and the log: short, without payloads."""
    text = re.sub(r"<[^<>]*>|data:[^\s\"')]*|[A-Za-z0-9+/=_-]{48,}", " ", message[:4000])
    return " ".join(text.replace("\0", " ").split())[:300]


def _embedded_status(error: dict[str, Any]) -> int:
    """Return the status that an error in a 200 names; else 500."""
    for key in ("code", "status", "status_code"):
        value = error.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
            value = int(value)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return 500


def _by_body(
    error: dict[str, Any], texts: list[str], status: int, prompt: str
) -> ErrorClass | None:
    metadata = error.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    held = [
        *_nested_errors(error),
        *(one for text in texts for one in _nested_errors(find_object(text))),
    ][:_MAX_ERRORS]
    limited = any("retryDelay" in one or "quotaMetric" in one for one in held)
    found = [meaning for one in held if (meaning := _class_by_codes(one)) is not None]
    telling = [one for one in found if one not in codes.GENERIC]
    said = " ".join(_without_prompt(text, prompt) for text in texts)
    shut_out = status != 451 and codes.SHUT_OUT.search(said) is not None
    if telling and not (telling[0] is errors.Blocked and shut_out):
        rate = status == 429 and codes.PACE.search(said) and not codes.BROKE.search(said)
        return errors.Busy if rate and telling[0] is errors.NoCredit else telling[0]
    if any(key in holder for key in _MODERATED for holder in (error, metadata)):
        return errors.Blocked
    if (inner := _provider_error(metadata)) is not None:
        return inner
    spoken = codes.match_words(f"{said} per minute" if limited else said, status)
    if spoken is not None:
        return spoken
    first = found[0] if found else None
    return None if status in _BY_STATUS else first


def _nested_errors(error: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Return an error and those that it holds, the outermost first."""
    if isinstance(error, dict) and depth < 5:
        yield error
        for key in _WITHIN:
            inner = error.get(key)
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _nested_errors(one, depth + 1)


def _messages(error: dict[str, Any]) -> Iterator[str]:
    """Yield the messages of an error and of those that it holds."""
    for one in list(_nested_errors(error))[:_MAX_ERRORS]:
        for key in ("message", "msg", "detail", "reason", "error", "finishMessage"):
            if isinstance(one.get(key), str):
                yield one[key][:_MAX_MESSAGE]


def _class_by_codes(error: dict[str, Any]) -> ErrorClass | None:
    values = (error.get(key) for key in _CODES)
    named = "|".join(one[:200] for one in values if isinstance(one, str) and one != "None")
    text = str(error.get("message", ""))[:_MAX_MESSAGE]
    found = [named, *_CODE_IN_TEXT.findall(text), *_EXCEPTION.findall(text)]
    return next((one for code in found if (one := codes.match_code(code))), None)


def _without_prompt(text: str, prompt: str) -> str:
    """Return a message without the prompt that it repeats and without longer quotes."""
    text = " ".join(text.split())
    if len(said := " ".join(prompt.split())) > 2:
        text = re.sub(re.escape(said), " … ", text, flags=re.IGNORECASE)

    def quoted(match: re.Match[str]) -> str:
        inner = match[0][1:-1]
        return " … " if len(inner.split()) > 2 or inner.lower() in said.lower() else match[0]

    return _APOSTROPHES.sub(quoted, _QUOTED.sub(quoted, text))


def _provider_error(metadata: dict[str, Any]) -> ErrorClass | None:
    """Return what the provider behind a gateway said, where it blocked or could not read an image."""
    raw = metadata.get("raw")
    raw = find_object(raw[:20_000]) if isinstance(raw, str) else raw
    for one in _nested_errors(raw):
        found = _class_by_codes(one)
        if found in {errors.Blocked, errors.ImageRefused}:
            return found
    return None


def _by_status(status: int, message: str, *, own: bool) -> ErrorClass:
    if status in _BY_STATUS and not (status == 404 and codes.LARGE.search(message)):
        return _BY_STATUS[status]
    if status >= 500:
        return errors.Unavailable if own else errors.UnknownOutcome
    if status < 400:
        return errors.UnknownModel  # a redirect: the address is not the API's
    return errors.TooLarge if codes.LARGE.search(message) else errors.RequestRefused


def _is_plain(body: object) -> bool:
    """Return whether a body is a plain sentence, and not a proxy's page."""
    return isinstance(body, str) and 0 < len(body) < 2000 and "<" not in body


def _is_api_error(body: object) -> bool:
    """Return whether an error is the API's own, and not that of a proxy before it."""
    if not isinstance(body, dict) or "cloudflare_error" in body:
        return False
    error = body.get("error") or body.get("errors")
    return bool(error) or "detail" in body or {"message", "code"} <= body.keys()
