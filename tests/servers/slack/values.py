"""Which small values do the rooms of the local Slack share?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.slack.message import Message

#: a JSON object, as it goes over the wire
Json = dict[str, Any]


@dataclass(kw_only=True, eq=False)
class Call:
    """One request to the Web API (or to an upload URL, a response URL, a file), as it came."""

    method: str
    args: Json
    token: str | None
    #: the server's clock
    time: float
    #: what was answered; None: nothing yet, or the connection was cut
    answer: Json | None = None
    status: int | None = None

    @property
    def error(self) -> str | None:
        """Slack's error code; None: it went well, or nothing was answered."""
        return None if self.answer is None else self.answer.get("error")

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.answer is not None and self.answer.get("ok") is True


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something the app wrote that notifies people: what, and where it stood."""

    #: "<!channel>", "<@U…>", "<!subteam^S…>"
    mention: str
    #: channel id
    channel: str
    ts: str
    #: the method that wrote it
    source: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something Slack swallows in silence that a test may want to know of."""

    #: no_text, unseen
    kind: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one command, press, shortcut or form, as the person sees it."""

    #: the payload as the app got it
    sent: Json
    #: what the acknowledgement carried; None: nothing
    body: Json | None = None
    #: what the person is told instead: operation_timeout, dispatch_failed, http_service_error…
    error: str | None = None
    #: a form's errors, by block_id
    errors: Mapping[str, str] = field(default_factory=dict)
    #: the message that the acknowledgement itself put on the screen
    message: Message | None = None
    #: until the acknowledgement
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Was it acknowledged, and did a form close or go on?"""
        return self.error is None and not self.errors


class SlackError(Exception):
    """A refusal of the Web API: `{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @property
    def answer(self) -> Json:
        return {"ok": False, "error": self.code, **self.extra}


class PersonCannot(AssertionError):
    """A test asked a person for something that Slack's own client does not let them do."""


def with_problems(code: str, problems: list[str]) -> SlackError:
    """Make the refusal that names each problem the way Slack does."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(code, errors=problems, response_metadata={"messages": messages})
