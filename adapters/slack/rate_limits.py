"""How many calls may go out now? As many as Slack takes, and none before a Retry-After has passed.

Slack counts each method for the whole workspace, and besides what is posted in each channel. Who waits goes in order.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from contextlib import suppress

from bot.ports.lru import LRU

#: calls a minute that Slack takes of an app in a workspace
_A_MINUTE = {
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
    "views.update": 100,
}
#: updates a minute
UPDATES = _A_MINUTE["chat.update"]
#: seconds of that minute: what is counted here arrives at Slack a little earlier or later
_MINUTE = 60.5
#: messages that a channel takes at once, before it is one a second
_BURST = 4
#: seconds after a limit in which a channel gets no more than one message a second
_STRICT = 60.0
#: seconds that a call without an answer keeps the next back, so that a limit is known before that goes out
_ONE_BY_ONE = 1.0
#: methods whose calls go one by one
_IN_TURN = frozenset({"chat.update", "chat.postMessage", "chat.delete"})
#: channels that are remembered
_CHANNELS = 4096


class Busy(Exception):
    """It would have to wait longer than it may."""


class _Line:
    """What is counted together: a method, or the messages of a channel."""

    def __init__(self, allowed: float, seconds: float, *, in_turn: bool, burst: bool) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._in_turn = in_turn
        self._burst = burst
        self._gate = asyncio.Lock()
        self._news = asyncio.Event()
        #: when calls were answered
        self._times: deque[float] = deque()
        #: calls that wait to go out, and those that are out
        self._waiting = self._out = 0
        self._since = self._until = self._limited = -math.inf

    def used(self) -> int:
        """Count the calls that Slack counts now, and those that wait."""
        return self._counted() + self._waiting

    def _counted(self) -> int:
        while self._times and self._times[0] <= time.monotonic() - self._seconds:
            self._times.popleft()
        return len(self._times) + self._out

    async def enter(self) -> None:
        """Wait until a call may go out; `leave` ends it."""
        self._waiting += 1
        try:
            async with self._gate:
                while (left := self._left()) > 0:
                    self._news.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), left)
                self._out += 1
                self._since = time.monotonic()
        finally:
            self._waiting -= 1

    def is_free(self) -> bool:
        """Tell whether a call may go out at once."""
        return not self._gate.locked() and self._left() <= 0

    def _left(self) -> float:
        """Give the seconds to the next moment at which a call may perhaps go out."""
        now, counted = time.monotonic(), self._counted()
        strict = self._burst and now - self._limited < _STRICT
        left = self._until - now
        if strict and self._times:
            left = max(left, self._times[-1] + self._seconds / self._allowed - now)
        if self._out and (strict or self._in_turn):
            left = max(left, self._since + _ONE_BY_ONE - now)
        if counted >= self._allowed:
            left = max(left, (self._times[0] + self._seconds - now) if self._times else 1.0)
        return left

    def leave(self) -> None:
        """Note that a call was answered, or nobody waits for its answer any more."""
        self._out -= 1
        self._times.append(time.monotonic())
        self._news.set()

    def hold(self, seconds: float) -> None:
        """Let nothing out for a while: Slack said so."""
        self._limited = time.monotonic()
        self._until = max(self._until, self._limited + seconds)


class Limits:
    """The limits of one workspace."""

    def __init__(self) -> None:
        self._methods: dict[str, _Line] = {}
        self._channels: LRU[str, _Line] = LRU(_CHANNELS)
        #: when a limit was last met, on the monotonic clock
        self._limited = -math.inf

    async def enter(self, method: str, channel: str, within: float) -> _Line:
        """Wait until a call may go out, at most `within` seconds. Raises Busy."""
        line = self._line(method, channel)
        if within <= 0 and not line.is_free():
            raise Busy(method)
        try:
            async with asyncio.timeout(within if 0 < within < math.inf else None):
                await line.enter()
        except TimeoutError:
            raise Busy(method) from None
        return line

    def hold(self, line: _Line, seconds: float) -> None:
        """Note what Slack says: not before so many seconds."""
        self._limited = time.monotonic()
        line.hold(seconds)

    def used(self, method: str) -> int:
        """Count the calls of a method that Slack counts now, and those that wait."""
        return self._line(method, "").used()

    def met(self, within: float) -> bool:
        """Tell whether a limit of any method was met in the last so many seconds."""
        return time.monotonic() - self._limited < within

    def _line(self, method: str, channel: str) -> _Line:
        if method == "chat.postMessage":
            line = self._channels.get(channel) or _Line(_BURST, _BURST, in_turn=True, burst=True)
            self._channels[channel] = line
            return line
        if method not in self._methods:
            allowed = _A_MINUTE.get(method, math.inf)
            self._methods[method] = _Line(allowed, _MINUTE, in_turn=method in _IN_TURN, burst=False)
        return self._methods[method]
