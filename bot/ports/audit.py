"""Who did what that costs money, deletes or changes settings?"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from bot.ports.queries import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log."""

    #: Unix seconds
    created: float
    platform: str
    workspace: str
    #: "": none, as where a retention period is over
    channel: str
    #: the platform's id of who did it; "": Easel itself
    person: str
    person_name: str
    #: an action's name, or draw, expire, sign-in
    action: str
    #: the canvas; "": none
    conversation: str
    #: a few words: the model, versions, settings; never a prompt
    detail: str
    images: int = 0
    #: US dollars that were billed for certain, and that may have been beside them
    settled: float = 0.0
    unsettled: float = 0.0
    #: a word for `AuditQuery.before` to go on after this one
    cursor: str

    def as_record(self) -> dict[str, object]:
        """Return what other programs read, by `AUDIT_COLUMNS`; the time in UTC as 2026-11-30T12:00:00+00:00."""
        when = dt.datetime.fromtimestamp(self.created, dt.UTC).isoformat(timespec="seconds")
        costs = {"settled_usd": self.settled, "unsettled_usd": self.unsettled}
        known: dict[str, object] = {"time": when, **costs}
        return {name: known.get(name, getattr(self, name, "")) for name in AUDIT_COLUMNS}


AUDIT_COLUMNS = (
    *("time", "platform", "workspace", "channel", "person", "person_name", "action"),
    *("conversation", "detail", "images", "settled_usd", "unsettled_usd"),
)


def parse_day(text: str) -> float:
    """Read when a day begins in UTC, Unix seconds. Raise ValueError."""
    try:
        day = dt.date.fromisoformat(text)
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()
    except (ValueError, OverflowError):
        raise ValueError(f"“{text[:20]}” is no day. Write it as 2026-11-30.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChannel:
    """A channel in which something was drawn."""

    platform: str
    workspace: str
    #: the platform's id
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsQuery(Query["tuple[KnownChannel, ...]"]):
    """The channels whose canvases who asks may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery(Query["tuple[AuditEntry, ...]"]):
    """The audit log of all workspaces, the newest first. It raises NotAllowed where an operator did not ask."""

    #: Unix seconds; None: from the beginning, until now
    since: float | None = None
    until: float | None = None
    #: of this platform only; "": of all
    of_platform: str = ""
    before: str | None = None
    limit: int = 100

    @property
    def is_cursor_readable(self) -> bool:
        """Whether `before` can be one of `AuditEntry.cursor`."""
        try:
            return self.before is None or math.isfinite(float(self.before.partition(" ")[0]))
        except ValueError:
            return False
