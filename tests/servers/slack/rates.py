"""How many calls a minute does Slack allow?

Off until a test switches it on: then the numbers of Slack's tiers hold for each workspace, and for
chat.postMessage one a second in each channel after a short burst. Calls that go out before a Retry-After
that was told has passed are kept in `premature`, whoever told it: the numbers, or a test's fault.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.slack.clock import Clock
    from tests.servers.slack.values import Call

#: Calls a minute for the whole workspace.
PER_MINUTE = {
    "apps.connections.open": 50,
    "assistant.threads.setStatus": 600,
    "assistant.threads.setSuggestedPrompts": 100,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.delete": 50,
    "files.getUploadURLExternal": 100,
    "files.info": 100,
    "usergroups.list": 20,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
    "views.update": 100,
}
#: Messages that a channel takes at once before it is one a second.
BURST = 5


class Rates:
    """Sliding windows of a minute, on the server's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._allowed: dict[str, int] = {}
        self._per_channel = False
        self._calls: dict[tuple[str, str], deque[float]] = {}
        #: when a caller may call again, by token and what the limit is about
        self._held_until: dict[tuple[str | None, str], float] = {}
        #: calls that did not wait as long as they were told
        self.premature: list[Call] = []

    def came(self, call: Call) -> None:
        """Note a call that comes before its time."""
        if self._clock.now() < self._held_until.get(_about(call), 0.0):
            self.premature.append(call)

    def hold(self, call: Call, seconds: int) -> None:
        """Note that a caller was told to wait."""
        self._held_until[_about(call)] = self._clock.now() + seconds

    def on(self, method: str | None = None, per_minute: int | None = None) -> None:
        """Switch on Slack's numbers for all methods, or for one; `per_minute`: another number."""
        if method is None:
            self._allowed = dict(PER_MINUTE)
            self._per_channel = True
        else:
            self._allowed[method] = PER_MINUTE[method] if per_minute is None else per_minute

    def wait(self, team: str, call: Call) -> int | None:
        """Count this call; give the whole seconds to wait where it is one too many."""
        if call.method == "chat.postMessage" and self._per_channel:
            place = (team, str(call.args.get("channel")))
            return self._window(place, BURST, float(BURST))
        allowed = self._allowed.get(call.method)
        return None if allowed is None else self._window((team, call.method), allowed, 60.0)

    def _window(self, key: tuple[str, str], allowed: int, seconds: float) -> int | None:
        now = self._clock.now()
        recent = self._calls.setdefault(key, deque())
        while recent and recent[0] <= now - seconds:
            recent.popleft()
        if len(recent) >= allowed:
            return max(1, math.ceil(recent[0] + seconds - now))
        recent.append(now)
        return None


def _about(call: Call) -> tuple[str | None, str]:
    """Return what a limit is about: a method for the whole workspace, posting for each channel."""
    posting = call.method == "chat.postMessage"
    return call.token, f"{call.method} {call.args.get('channel') if posting else ''}"
