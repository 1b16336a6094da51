"""What time is it at Discord, and which id comes next?"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

#: the first second of 2015, from which ids count
EPOCH_MS = 1_420_070_400_000


class Clock:
    """The real time of day, moved forward by `advance`; ids grow with it and never repeat."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._last_id = 0

    def seconds(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def snowflake(self) -> int:
        made = (int(self.seconds() * 1000) - EPOCH_MS) << 22
        self._last_id = max(made, self._last_id + 1)
        return self._last_id


def iso(moment: datetime) -> str:
    """Write a moment as Discord does, with microseconds."""
    return moment.isoformat(timespec="microseconds")


def born(snowflake: int) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(snowflake >> 22) + EPOCH_MS)
