"""What goes wrong at the local Slack, when and how often?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.slack.values import Call

#: error: refuse with a code. status: answer with this HTTP status. limited: 429. cut: close the
#: connection, nothing done. lose: do it, then close the connection. hold, hold_answer: wait for the
#: test before doing it, or between doing and answering.
Kind = Literal["error", "status", "limited", "cut", "lose", "hold", "hold_answer"]
#: Faults that strike once the work is done.
LATE: frozenset[Kind] = frozenset({"lose", "hold_answer"})


@dataclass(kw_only=True, eq=False)
class Fault:
    """Something that a test switched on."""

    method: str
    kind: Kind
    #: how many calls it still strikes; None: every one
    times: int | None = None
    when: Callable[[Call], bool] = lambda _call: True
    #: an error code
    code: str = ""
    status: int = 500
    #: seconds
    seconds: float = 0.0
    #: set when the first call has come to a hold
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the held calls go on, and those that come later."""
        self.times = 0
        self._released.set()

    async def wait(self) -> None:
        """Wait for the release."""
        self.entered.set()
        await self._released.wait()


class Faults:
    """The faults that are on, in the order of switching them on; the first that fits strikes."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._on.append(fault)
        return fault

    def strike(self, call: Call, *, late: bool) -> Fault | None:
        """Take the fault that strikes this call before its work, or after it (`late`)."""
        for fault in self._on:
            wanted = fault.method in {call.method, "*"} and (fault.kind in LATE) is late
            if wanted and fault.times != 0 and fault.when(call):
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    def clear(self) -> None:
        """Switch everything off, and let everybody go on."""
        for fault in self._on:
            fault.release()
        self._on.clear()
