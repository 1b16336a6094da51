"""What shape do a gateway's answers have? Keys and kinds, with every value taken out.

`easel doctor --live` prints it, so that a dialect can be reported without telling what was drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.byte_streams import once, read_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DEEPEST = 8
_LONGEST = 12
#: keys whose values are part of the shape, where they are words of the API
_TELLING = frozenset({"type", "object", "role", "finish_reason", "native_finish_reason"})
#: what such values, and the names of events, are made of
_VOCABULARY = """
    answer api application arguments array assistant audio base64 blocked blocklist br call calls
    chat chunk chunked code completed completion content created deflate delta details done edit
    edits encrypted end error event events failed file filter finish form function generation gif
    gzip html identity image images in input invalid item json jpeg length limit list max media
    message model moderation multipart object octet of output part partial plain png policy progress
    prohibited quota rate reasoning recitation refusal request response safety server signature
    status stop stream summary system text thinking thought tokens tool turn url usage user utf8
    video violation webp
"""
_WORDS = frozenset(_VOCABULARY.split())
_KEY = re.compile(r"(?=.{1,40}\Z)[a-z_$](?:[a-z_]|[A-Z](?=[a-z])|64(?=_|\Z))*")
#: headers whose values are part of the shape
_SHOWN = frozenset({"content-type", "content-encoding", "transfer-encoding"})


def describe_value(value: Any, key: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
    """Return a JSON value with its values redacted: keys, kinds, lengths, URL schemes."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {
            one if _KEY.fullmatch(one) else "…": describe_value(held, one, depth + 1)
            for one, held in list(value.items())[:40]
        }
    if isinstance(value, list):
        return [describe_value(one, key, depth + 1) for one in value[:_LONGEST]]
    if isinstance(value, str):
        return value if key in _TELLING and _is_known(value) else _text(value)
    if isinstance(value, bool) or value is None:
        return value
    return type(value).__name__


def describe_headers(given: Mapping[str, str]) -> list[str]:
    """Return the names of an answer's headers, with the few values that tell nothing but its form."""
    return [f"{name}: {_header(value) if name in _SHOWN else '…'}" for name, value in given.items()]


def _header(value: str) -> str:
    kind, semicolon, _ = value.partition(";")
    return (kind.strip() if _is_known(kind) else "…") + ("; …" if semicolon else "")


def _is_known(value: str) -> bool:
    """Return whether a value is made of words that APIs use, and so tells nothing but its form."""
    return len(value) < 60 and all(
        word in _WORDS for word in re.split(r"[\s._/+-]+", value.strip().lower())
    )


def _text(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    if colon and scheme in {"http", "https"}:
        return f"{scheme}://…"
    if colon and scheme == "data":
        kind, _, marker = rest.partition(",")[0][:60].partition(";")
        kind = kind if _is_known(kind) else "…"
        return f"data:{kind}{';base64' if marker == 'base64' else ''},… ({len(value)} characters)"
    if len(value) > 200 and " " not in value:
        return f"base64? ({len(value)} characters)"
    return f"text ({len(value)} characters)"


async def describe_events(body: bytes) -> list[tuple[str, Any]]:
    """Return a stream's events, redacted, each different shape once and in order."""
    found: dict[str, tuple[str, Any]] = {}
    async for event in read_events(once(body)):
        try:
            read = describe_value(orjson.loads(event.data))
        except orjson.JSONDecodeError:
            text = event.data.decode("utf-8", "replace")
            read = text[:20] if text.strip() == "[DONE]" else _text(text)
        one = (event.name if _is_known(event.name) else "…", read)
        found.setdefault(repr(one), one)
    return list(found.values())[:30]


def guess_profile(bodies: Iterable[object]) -> str:
    """Say which profile fits the shape of an answer: its body, or its events."""
    fits = ""
    for body in bodies:
        if not isinstance(body, dict):
            continue
        if isinstance(body.get("data"), list) or str(body.get("type")).startswith("image_"):
            return "images-api, or spec with a model of the Images API (gpt-image-2, nano-banana-…)"
        for choice in body.get("choices") or ():
            message = (
                choice.get("message") or choice.get("delta") if isinstance(choice, dict) else {}
            )
            if isinstance(message, dict) and isinstance(message.get("images"), list):
                return "openrouter"
            fits = "spec"
    return fits or "none: it is no answer of the API"
