"""What do gateways answer when they do not draw? As public reports show it, and what each answer means.

A line of `gateway_faults.jsonl` is one answer: status, head and body as they came. Near misses are there too: a rate
that is no empty account, a region that is no key, somebody's prompt that an error repeats.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.ports import errors

#: what every prompt asks for while these are played; some errors repeat it
PROMPT = "a safety poster: draw a credit card with insufficient balance"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One answer of one gateway."""

    #: which gateway, and where it was reported
    what: str
    status: int
    body: Any
    means: type[errors.ModelError]
    head: dict[str, str] = field(default_factory=dict)
    #: seconds that it asks to wait; None: it does not say
    wait: float | None = None

    @property
    def message(self) -> str:
        """What the error says in its own words; "" where that is one word or none."""
        error = self.body.get("error", self.body) if isinstance(self.body, dict) else self.body
        said = error.get("message", "") if isinstance(error, dict) else error
        return said if isinstance(said, str) and " " in said else ""


def _read(line: str) -> Case:
    given = json.loads(line)
    return Case(**{**given, "means": getattr(errors, given["means"])})


CASES = tuple(map(_read, Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines()))
