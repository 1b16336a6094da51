"""How long does an answer ask to wait? In its head, in its body, or in its words."""

from __future__ import annotations

import datetime as dt
import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", re.IGNORECASE)
_WHOLE = re.compile(r"\s*(?:\d+(?:\.\d+)?\s*(?:ms|[smhd])\s*)+", re.IGNORECASE)
_IN_WORDS = re.compile(
    r"(?:try again|retry|resets?|wait)\s+(?:after|in|for)\s+"
    r"((?:\d+(?:\.\d+)?\s*(?:ms|milli|[smhd])[a-z]*[\s,]*){1,4})",
    re.IGNORECASE,
)
_LONG_UNIT = re.compile(r"(?<=\d)\s*(ms|milli|[smhd])[a-z]*", re.IGNORECASE)
#: numbers above these are points in time, in seconds and in milliseconds
_TIMESTAMP, _TIMESTAMP_MS = 1e9, 1e12
#: nobody is asked to wait for longer
_MAX_WAIT = 31 * 86400.0


def from_headers(head: Mapping[str, str]) -> float | None:
    """Return the seconds that a head asks to wait; None: it does not."""
    if (found := _parse(head.get("retry-after-ms", ""), unit=0.001)) is not None:
        return found
    if (found := _parse(head.get("retry-after", ""))) is not None:
        return found
    used_up: list[float] = []
    others: list[float] = []
    for name, said in head.items():
        if "ratelimit" in name.lower() and "reset" in name.lower():
            wait = _parse(said)
            left = head.get(name.lower().replace("reset", "remaining"), "")
            if wait is not None:
                (used_up if left.strip() == "0" else others).append(wait)
    return max(used_up or others, default=None)


def from_body(error: Mapping[str, Any], message: str) -> float | None:
    """Return the seconds that a body asks to wait, as Google and OpenRouter write it; None: nothing said."""
    details = error.get("details")
    metadata = error.get("metadata")
    head = metadata.get("headers") if isinstance(metadata, dict) else None
    for one in details if isinstance(details, list) else ():
        if isinstance(one, dict) and isinstance(one.get("retryDelay"), str):
            return _parse(one["retryDelay"])
    for holder in (error, metadata):
        said = holder.get("retry_after") if isinstance(holder, dict) else None
        if isinstance(said, int | float | str) and (found := _parse(str(said))) is not None:
            return found
    if isinstance(head, dict):
        found = from_headers({str(name).lower(): str(said) for name, said in head.items()})
        if found is not None:
            return found
    match = _IN_WORDS.search(message[:4000])
    return _parse(_LONG_UNIT.sub(_short_unit, match[1])) if match else None


def _short_unit(match: re.Match[str]) -> str:
    unit = match[1].lower()
    return "ms" if unit == "milli" else unit


def _parse(said: str, unit: float = 1.0) -> float | None:
    """Read seconds, "6m0s", a date, or a moment in seconds or milliseconds."""
    said = said.strip().rstrip(",. ")
    now = time.time()
    try:
        if said.replace(".", "", 1).isdigit() and said.isascii():
            number = float(said)
            if number >= _TIMESTAMP:
                number = (number / 1000 if number >= _TIMESTAMP_MS else number) - now
                unit = 1.0
            return _clamp(number * unit)
        if _WHOLE.fullmatch(said):
            pieces = _DURATION.findall(said)
            return _clamp(sum(float(count) * _UNITS[of.lower()] for count, of in pieces))
        if "T" in said and said[:1].isdigit():
            when = dt.datetime.fromisoformat(said)
            when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
            return _clamp(when.timestamp() - now)
        return _clamp(parsedate_to_datetime(said).timestamp() - now) if said else None
    except (ValueError, TypeError, OverflowError):
        return None


def _clamp(seconds: float) -> float:
    return min(max(0.0, seconds), _MAX_WAIT)
