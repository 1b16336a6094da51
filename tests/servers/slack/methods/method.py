"""What does one method of the Web API get, and what may it ask?"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.slack.channel import HISTORY
from tests.servers.slack.values import Json, SlackError, with_problems

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.workspace import Workspace


@dataclass(kw_only=True)
class Asked:
    """One authorised call: who asks, and with which arguments."""

    slack: SlackServer
    workspace: Workspace
    method: str
    args: Json
    #: does the token speak for a whole organization?
    is_of_organization: bool = False

    def has(self, name: str) -> bool:
        value = self.args.get(name)
        return value is not None and value != ""

    def text(self, name: str, default: str | None = None) -> str:
        """Return an argument as text; invalid_arguments where it is needed and missing."""
        value = self.args.get(name)
        if value is None or value == "":
            if default is None:
                problem = f"missing required field: {name} [json-pointer:/{name}]"
                raise with_problems("invalid_arguments", [problem])
            return default
        if isinstance(value, dict | list):
            problem = f"must provide a string [json-pointer:/{name}]"
            raise with_problems("invalid_arguments", [problem])
        return str(value)

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int, high: int) -> int:
        try:
            found = int(self.text(name, str(default)))
        except ValueError:
            found = default
        return max(1, min(found, high))

    def document(self, name: str, refusal: str) -> Any:
        """Return an argument that holds JSON, written out or as text; None: not given."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise SlackError(refusal) from None

    # what the caller may do

    def need(self, *scopes: str) -> None:
        """Refuse unless one of these scopes is granted."""
        if scopes and not self.workspace.scopes.intersection(scopes):
            provided = ",".join(sorted(self.workspace.scopes))
            raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """Find a channel by id, as far as the app can see it: public ones, and those it is in."""
        found = self.workspace.channels.get(self.text(name))
        if found is None or (found.kind != "public" and not found.bot_is_in):
            raise SlackError("channel_not_found")
        return found

    def history_of(self, channel: Channel) -> None:
        """Refuse to show a channel without its history scope, or from outside."""
        self.need(HISTORY[channel.kind])
        if not channel.bot_is_in:
            raise SlackError("not_in_channel")

    def message(self, channel: Channel) -> Message:
        found = channel.by_ts.get(self.text("ts"))
        if found is None or found.deleted:
            raise SlackError("message_not_found")
        return found

    def person(self, name: str) -> Person:
        found = self.workspace.people.get(self.text(name))
        if found is None:
            raise SlackError("user_not_found")
        return found


Work = Callable[[Asked], Awaitable[Json]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: what it does and what it needs."""

    work: Work
    #: one of these scopes; empty: none, or the method asks by itself
    scopes: tuple[str, ...] = ()
    #: bot or app: the kind of token
    token: str = "bot"
    #: does it read a JSON body? Methods that only read take a query or a form
    takes_json: bool = True
