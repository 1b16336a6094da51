"""How many calls may go out now? As many as Slack takes, and none before a Retry-After has passed.

Slack counts each method for the whole workspace, and besides what is posted in each channel. Calls that wait go in order.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from contextlib import suppress

from bot.ports.lru import LRU

#: calls a minute that Slack takes of an app in a workspace
_PER_MINUTE = {
    "assistant.threads.setStatus": 600,
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
UPDATES_PER_MINUTE = _PER_MINUTE["chat.update"]
#: seconds of that minute: what is counted here arrives at Slack a little earlier or later
_MINUTE = 60.5
#: messages that a channel takes at once, before it is one a second
_BURST = 4
#: seconds after a 429 in which a channel gets no more than one message a second
_STRICT = 60.0
#: seconds that a call without an answer holds back the next, so that a 429 is known before that goes out
_SERIAL_GAP = 1.0
#: methods whose calls go out one by one
_SERIAL = frozenset({"chat.update", "chat.postMessage", "chat.delete"})
_MAX_CHANNELS = 4096


class Window:
    """A sliding window of calls that are counted together: of a method, or the messages of a channel."""

    def __init__(self, limit: float, seconds: float, *, serial: bool, burst: bool = False) -> None:
        self._limit = limit
        self._seconds = seconds
        self._serial = serial
        self._burst = burst
        self._gate = asyncio.Lock()
        self._changed = asyncio.Event()
        #: when calls were answered
        self._answered: deque[float] = deque()
        self._waiting = self._in_flight = 0
        self._last_sent = self._held_until = self._limited_at = -math.inf

    def used(self) -> int:
        """Return the number of calls that Slack counts now, and of those that wait."""
        return self._counted() + self._waiting

    def _counted(self) -> int:
        while self._answered and self._answered[0] <= time.monotonic() - self._seconds:
            self._answered.popleft()
        return len(self._answered) + self._in_flight

    async def enter(self) -> None:
        """Wait until a call may go out; `leave` ends it."""
        self._waiting += 1
        try:
            async with self._gate:
                while (delay := self._delay()) > 0:
                    self._changed.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(delay):
                            await self._changed.wait()
                self._in_flight += 1
                self._last_sent = time.monotonic()
        finally:
            self._waiting -= 1

    def is_free(self) -> bool:
        """Return whether a call may go out at once."""
        return not self._gate.locked() and self._delay() <= 0

    def _delay(self) -> float:
        """Return the seconds to the next moment at which a call might go out."""
        now, counted = time.monotonic(), self._counted()
        strict = self._burst and now - self._limited_at < _STRICT
        moments = [self._held_until]
        if strict and self._answered:
            moments.append(self._answered[-1] + self._seconds / self._limit)
        if self._in_flight and (strict or self._serial):
            moments.append(self._last_sent + _SERIAL_GAP)
        if counted >= self._limit:
            moments.append(self._answered[0] + self._seconds if self._answered else now + 1)
        return max(moments) - now

    def leave(self) -> None:
        """Note that a call was answered, or that nobody waits for its answer any more."""
        self._in_flight -= 1
        self._answered.append(time.monotonic())
        self._changed.set()

    def hold(self, seconds: float) -> None:
        """Let nothing out for a while: Slack said so."""
        self._limited_at = time.monotonic()
        self._held_until = max(self._held_until, self._limited_at + seconds)


class RateLimits:
    """The limits of one workspace."""

    def __init__(self) -> None:
        self._methods: dict[str, Window] = {}
        self._channels: LRU[str, Window] = LRU(_MAX_CHANNELS)
        #: when a 429 came last, on the monotonic clock
        self._limited_at = -math.inf

    async def enter(self, method: str, channel: str, max_wait: float) -> Window | None:
        """Wait until a call may go out, and return its window; None where that takes longer than `max_wait`."""
        window = self._window(method, channel)
        if max_wait <= 0 and not window.is_free():
            return None
        try:
            async with asyncio.timeout(max_wait if 0 < max_wait < math.inf else None):
                await window.enter()
        except TimeoutError:
            return None
        return window

    def hold(self, window: Window, seconds: float) -> None:
        """Note a 429: nothing more before so many seconds."""
        self._limited_at = time.monotonic()
        window.hold(seconds)

    def used(self, method: str) -> int:
        """Return the number of calls of a method that Slack counts now, and of those that wait."""
        return self._window(method, "").used()

    def was_limited(self, seconds: float) -> bool:
        """Return whether a 429 came in the last so many seconds."""
        return time.monotonic() - self._limited_at < seconds

    def _window(self, method: str, channel: str) -> Window:
        if method == "chat.postMessage":
            window = self._channels.get(channel) or Window(_BURST, _BURST, serial=True, burst=True)
            self._channels[channel] = window
            return window
        if method not in self._methods:
            limit = _PER_MINUTE.get(method, math.inf)
            self._methods[method] = Window(limit, _MINUTE, serial=method in _SERIAL)
        return self._methods[method]
