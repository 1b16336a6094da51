"""What shape do a gateway's answers have? Keys and kinds, with every value taken out.

`easel doctor --live` prints it, so that a dialect can be reported without telling what was drawn.
"""

from __future__ import annotations

from typing import Any

import httpx_sse
import orjson

_DEEPEST = 8
_LONGEST = 12
_TELLING = frozenset({"type", "object", "role", "finish_reason", "partial"})


def shape(value: Any, key: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
    """Give a JSON value with its values redacted: keys, kinds, lengths, URL schemes."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {str(k)[:60]: shape(v, str(k), depth + 1) for k, v in list(value.items())[:40]}
    if isinstance(value, list):
        return [shape(one, key, depth + 1) for one in value[:_LONGEST]]
    if isinstance(value, str):
        return value[:40] if key in _TELLING else _text(value)
    if isinstance(value, bool) or value is None:
        return value
    return type(value).__name__


def _text(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    if colon and scheme in {"http", "https"}:
        return f"{scheme}://…"
    if colon and scheme == "data":
        return f"data:{rest.partition(',')[0][:40]},… ({len(value)} characters)"
    if len(value) > 200 and " " not in value:
        return f"base64? ({len(value)} characters)"
    return f"text ({len(value)} characters)"


def events(body: bytes) -> list[tuple[str, Any]]:
    """Give a stream's events, redacted, each different shape once and in order."""
    decoder = httpx_sse._decoders.SSEDecoder()  # noqa: SLF001 - the library reads responses only; these bytes are read already
    found: dict[str, tuple[str, Any]] = {}
    for line in [*body.decode("utf-8", "replace").splitlines(), ""]:
        event = decoder.decode(line)
        if event is None:
            continue
        try:
            read = shape(orjson.loads(event.data))
        except orjson.JSONDecodeError:
            read = event.data[:20] if event.data.strip() == "[DONE]" else _text(event.data)
        one = (event.event or "message", read)
        found.setdefault(repr(one), one)
    return list(found.values())[:30]


def profile(body: object) -> str:
    """Say which profile fits an answer's shape."""
    if not isinstance(body, dict):
        return "none: the answer is no JSON object"
    if isinstance(body.get("data"), list):
        return "spec, with a model of the Images API (gpt-image-2, nano-banana-…)"
    choices = body.get("choices")
    message = choices[0].get("message", {}) if isinstance(choices, list) and choices else {}
    if isinstance(message, dict) and isinstance(message.get("images"), list):
        return "openrouter"
    return "spec"
