"""How is JSON read that is not quite JSON? A paid image is not thrown away for a comma.

Strict reading comes first; what it refuses is read again: a byte order mark, NaN and Infinity, half of a
surrogate pair, control characters in texts, and whatever stands behind the value.
"""

from __future__ import annotations

import ast
import json

import orjson

_DECODER = json.JSONDecoder(strict=False)
#: places in a text where an object is looked for, and characters of one
_MAX_PLACES, _MAX_LENGTH = 6, 20_000


def loads(content: bytes | str) -> object:
    """Read JSON as strictly as it allows. Raise ValueError."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    try:
        found, _ = _DECODER.raw_decode(text.lstrip("\ufeff \t\r\n"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict | list):
        raise ValueError("neither an object nor a list")  # noqa: TRY004 - as for any other text
    return _repair(found)


def _repair(value: object, depth: int = 0) -> object:
    """Replace halves of surrogate pairs, which nothing else can write. Raise ValueError."""
    if depth > 200:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        return (
            value
            if value.isascii()
            else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if isinstance(value, list):
        return [_repair(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {str(_repair(key)): _repair(one, depth + 1) for key, one in value.items()}
    return value


def find_object(text: object) -> object:
    """Return the first object that a text holds, as JSON or as Python prints it; None: it holds none."""
    if not isinstance(text, str):
        return None
    start = -1
    for _ in range(_MAX_PLACES):
        start = text.find("{", start + 1)
        if start < 0:
            return None
        piece = text[start : start + _MAX_LENGTH]
        try:
            found, _end = _DECODER.raw_decode(piece)
        except (ValueError, RecursionError):
            found = _literal(piece)
        if isinstance(found, dict) and found:
            return found
    return None


def _literal(text: str) -> object:
    """Read a dictionary as Python prints it."""
    end = text.rfind("}")
    try:
        return ast.literal_eval(text[: end + 1]) if text[1:2] in {"'", '"'} else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
