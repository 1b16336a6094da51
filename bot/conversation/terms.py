"""On what terms may somebody ask for a picture: how much money, how often, and whether at all?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.ports.quota import lower

if TYPE_CHECKING:
    from bot.conversation.turn import Failure
    from bot.ports.messages import Defaults
    from bot.ports.quota import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be spent in a calendar month, in US dollars. None: no limit."""

    person: float | None = None
    channel: float | None = None
    workspace: float | None = None
    #: the whole installation
    month: float | None = None
    #: of one person in a day
    person_day: float | None = None
    #: Unix time when the month began, and the day when the next one does, in words
    since: float = 0.0
    resets: str = ""
    #: Unix time when the day began
    day: float = 0.0

    @property
    def has_any(self) -> bool:
        """Is anything limited?"""
        own = (self.person, self.channel, self.workspace, self.month, self.person_day)
        return any(limit is not None for limit in own)

    def tightened(self, quota: Quota) -> Limits:
        """Return these limits with what a workspace sets for itself, where that is lower."""
        return replace(
            self,
            person=lower(self.person, quota.person),
            workspace=lower(self.workspace, quota.workspace),
            person_day=lower(self.person_day, quota.person_day),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How much one person may ask for."""

    #: prompts, within so many seconds
    count: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """On what terms may somebody ask for a picture?"""

    #: why they may not at all; None: they may
    refusal: Failure | None = None
    #: why they may not where guests may not; None: they are no guest
    guest_refusal: Failure | None = None
    #: why they may not where only managers may; None: they are one
    manager_refusal: Failure | None = None
    rates: tuple[Rate, ...] = ()
    limits: Limits = Limits()

    def refusal_at(self, defaults: Defaults) -> Failure | None:
        """Return why they may not where these settings hold; None: they may."""
        if self.refusal is not None:
            return self.refusal
        if defaults.quota.drawers == "managers" and self.manager_refusal is not None:
            return self.manager_refusal
        return None if defaults.guests else self.guest_refusal
