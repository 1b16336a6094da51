"""Which troubles can a test make: for calls, for uploads and response URLs, for sockets?

Those for calls take the name of a method ("*": any; "upload", "url_private", "response_url" for what is none),
how many calls it strikes (None: all until it is removed) and which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from tests.servers.slack.faults import Fault, Faults, Kind
from tests.servers.slack.values import Call

if TYPE_CHECKING:
    from tests.servers.slack.sockets import Sockets

Which = Callable[[Call], bool]


def any_call(_call: Call) -> bool:
    return True


class Troubles:
    """Ways to switch faults on."""

    def __init__(self, sockets: Sockets) -> None:
        self.faults = Faults()
        self.sockets = sockets

    def limit(
        self, method: str, retry_after: int = 1, times: int | None = 1, when: Which = any_call
    ) -> Fault:
        """Answer the next calls with 429."""
        return self._fault(method, "limited", times, when=when, seconds=retry_after)

    def fail(self, method: str, code: str, times: int | None = 1, when: Which = any_call) -> Fault:
        """Refuse the next calls with an error code; `times=None`: all."""
        return self._fault(method, "error", times, when=when, code=code)

    def break_down(self, method: str, status: int = 500) -> Fault:
        """Answer the next call with an HTTP error and a page."""
        return self._fault(method, "status", 1, status=status)

    def cut(self, method: str, times: int = 1) -> Fault:
        """Close the connection before doing anything."""
        return self._fault(method, "cut", times)

    def lose_answer(self, method: str) -> Fault:
        """Do it, then close the connection without an answer."""
        return self._fault(method, "lose", 1)

    def hold(self, method: str, times: int | None = 1, *, done: bool = False) -> Fault:
        """Wait for `release()` before doing it; `done`: after doing it, before the answer."""
        return self._fault(method, "hold_answer" if done else "hold", times)

    def _fault(self, method: str, kind: Kind, times: int | None, **more: Any) -> Fault:
        return self.faults.add(Fault(method=method, kind=kind, times=times, **more))

    # sockets

    def drop_sockets(self) -> None:
        """Cut all sockets, without a good-bye."""
        for socket in list(self.sockets.open):
            socket.drop()

    async def say_good_bye(
        self,
        reason: Literal["refresh_requested", "warning", "link_disabled"] = "refresh_requested",
    ) -> None:
        """Ask the app to change to a new socket, as Slack does now and then."""
        await self.sockets.good_bye(reason)

    def refuse_upgrades(self) -> None:
        """Let no new socket in."""
        self.sockets.refusing = True

    def allow_upgrades(self, *, tickets_expired: bool = False) -> None:
        """Let sockets in again; `tickets_expired`: only with new tickets."""
        self.sockets.refusing = False
        if tickets_expired:
            self.sockets.expire_tickets()
