"""Does a line of the log say what is needed, and no more?"""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from bot.server import logs


def _deep(depth: int) -> None:
    if depth:
        _deep_too(depth - 1)
    raise ValueError("the name that matters")


def _deep_too(depth: int) -> None:
    _deep(depth)


def cleaned(text: str) -> Any:
    return logs.scrub(None, "error", {"exception": text})["exception"]


def test_a_long_traceback_keeps_the_exception_that_it_ends_with() -> None:
    with pytest.raises(ValueError, match="matters") as raised:
        _deep(60)
    told = cleaned("".join(traceback.format_exception(raised.value)))
    assert told.endswith("ValueError: the name that matters\n")
    assert len(told) < 2100
