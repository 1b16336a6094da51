"""What may be spent in a month, and when does a month begin?

Months are calendar months in UTC. The sums are the store's (`storage.spending`), in the transaction that
claims a turn, so that two drawings at once cannot both take the last of a limit.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.conversation.terms import Limits
from bot.ports.language import N_

if TYPE_CHECKING:
    from bot.conversation.intake_store import UsageStore
    from bot.ports.queries import Usage, UsageQuery

_RESETS = (
    N_("1 January (UTC)"),
    N_("1 February (UTC)"),
    N_("1 March (UTC)"),
    N_("1 April (UTC)"),
    N_("1 May (UTC)"),
    N_("1 June (UTC)"),
    N_("1 July (UTC)"),
    N_("1 August (UTC)"),
    N_("1 September (UTC)"),
    N_("1 October (UTC)"),
    N_("1 November (UTC)"),
    N_("1 December (UTC)"),
)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A calendar month, in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.datetime) -> Month:
        """Return the month of a day."""
        return cls(year=day.year, number=day.month)

    @classmethod
    def now(cls) -> Month:
        """Return this month."""
        return cls.of(dt.datetime.now(dt.UTC))

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-11". Raise ValueError."""
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"“{text[:20]}” is no month. Write it as 2026-11.")
        year, number = int(match[1]), int(match[2])
        if not (1 <= number <= 12 and 2000 <= year <= 9998):
            raise ValueError(f"“{text[:20]}” is no month. Write it as 2026-11.")
        return cls(year=year, number=number)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def starts(self) -> dt.datetime:
        """When it begins."""
        return dt.datetime(self.year, self.number, 1, tzinfo=dt.UTC)

    @property
    def following(self) -> Month:
        """The month after it."""
        return Month.of(self.starts + dt.timedelta(days=31))

    @property
    def name(self) -> str:
        """In words: November 2026."""
        return f"{self.starts:%B %Y}"

    @property
    def resets(self) -> str:
        """The day when the next one begins, in words to be translated: 1 December (UTC)."""
        return _RESETS[self.following.number - 1]


async def get_usage(store: UsageStore, query: UsageQuery) -> Usage | None:
    """Add up a month; None: the query names none."""
    try:
        month = Month.parse(query.month) if query.month else Month.now()
    except ValueError:
        return None
    since, until = month.starts.timestamp(), month.following.starts.timestamp()
    return replace(await store.get_usage(query, since, until), month=str(month), name=month.name)


class Budget:
    """The limits of this installation."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def limits(self) -> Limits:
        """Return the limits as they hold now."""
        now = dt.datetime.now(dt.UTC)
        month = Month.of(now)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return replace(
            self._limits,
            since=month.starts.timestamp(),
            resets=month.resets,
            day=day.timestamp(),
        )
