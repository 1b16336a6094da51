"""What does a workspace set for itself, below what whoever runs Easel allows?"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

#: who may ask for pictures: everybody, or those only who manage the workspace
Drawers = Literal["everybody", "managers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What managers of a workspace set in it. None: not set, so that what whoever runs Easel set holds."""

    #: US dollars of one person: in a day, in a calendar month
    person_day: float | None = None
    person: float | None = None
    #: US dollars of everybody there in a calendar month
    workspace: float | None = None
    #: drawings at once
    drawings: int | None = None
    #: US dollars of one press above which it is asked first
    confirm_above: float | None = None
    drawers: Drawers | None = None

    def over(self, other: Quota) -> Quota:
        """Return what is set here, and where nothing is set, what `other` sets."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        held = {
            name: getattr(other, name) if value is None else value for name, value in own.items()
        }
        return Quota(**held)


def lower(one: float | None, other: float | None) -> float | None:
    """Return the lower of two limits; None is no limit."""
    set_ = [limit for limit in (one, other) if limit is not None]
    return min(set_) if set_ else None
