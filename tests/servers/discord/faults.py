"""What can go wrong between the app and Discord, on purpose?"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from tests.servers.discord.errors import ApiError
from tests.servers.discord.rates import cloudflare, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.calls import Call


class Cut(Enum):
    """Where the connection is cut."""

    BEFORE = "nothing was done"
    AFTER = "it was done, the answer is lost"


@dataclass(eq=False, slots=True, kw_only=True)
class Fault:
    """One fault of one route."""

    #: as in `POST /channels/{channel_id}/messages`; attachments are `GET /attachments`
    route: str
    #: the answer instead of the real one
    status: int | None = None
    #: how often it happens; None: for ever
    times: int | None = 1
    #: whether a 5xx comes after the work was done
    done: bool = False
    #: seconds before the call is worked on
    delay: float = 0.0
    cut: Cut | None = None
    #: of a 429: whether Discord sends it, else the firewall before it
    via: bool = True
    #: of a 429, seconds
    retry_after: float = 0.05
    #: which calls it hits
    when: Callable[[Call], bool] = field(default=lambda _: True)
    #: how often it happened
    happened: int = 0

    def error(self) -> ApiError | None:
        """Return the answer that the fault makes, if it makes one."""
        if self.status is None:
            return None
        if self.status == 429:
            return too_many(self.retry_after, {}) if self.via else cloudflare()
        if self.status >= 500:
            return ApiError(self.status, f"<html><h1>{self.status}</h1></html>")
        return ApiError(self.status, {"message": f"{self.status}: fault", "code": 0})


class Faults:
    """The faults of a Discord, by route as in `POST /channels/{channel_id}/messages`."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def next_for(self, call: Call) -> Fault | None:
        """Take the fault that hits this call; one that is used up is gone."""
        for fault in self._faults:
            if fault.route == call.route and fault.when(call):
                fault.happened += 1
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None
