"""What is a channel, and what stands in it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.servers.slack.transcript import shortened, transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person
    from tests.servers.slack.values import Json
    from tests.servers.slack.workspace import Workspace

ChannelKind = Literal["public", "private", "im"]

#: How events, and their scopes, call each kind.
EVENT_KIND = {"public": "channel", "private": "group", "im": "im"}
HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history"}


@dataclass(frozen=True, kw_only=True)
class Status:
    """What `assistant.threads.setStatus` showed below a thread."""

    thread_ts: str
    text: str
    #: the server's clock
    time: float


@dataclass(kw_only=True, eq=False)
class Channel:
    """A channel, or somebody's direct messages."""

    workspace: Workspace
    id: str
    name: str
    kind: ChannelKind
    #: user ids, the bot's among them if it is in
    members: set[str] = field(default_factory=set)
    archived: bool = False
    #: all there ever was, by ts: deleted ones too
    by_ts: dict[str, Message] = field(default_factory=dict)
    #: what single people were shown
    ephemerals: list[Message] = field(default_factory=list)
    _on: dict[str, Status] = field(default_factory=dict)
    #: suggested prompts by thread; "" is the Messages tab
    prompts: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def bot_is_in(self) -> bool:
        return self.workspace.bot.user_id in self.members

    @property
    def messages(self) -> list[Message]:
        """What stands there now, oldest first: roots, replies, joins; nothing ephemeral."""
        return sorted(
            (one for one in self.by_ts.values() if not one.deleted), key=lambda one: one.ts
        )

    @property
    def roots(self) -> list[Message]:
        """What the channel itself shows: no replies."""
        return [one for one in self.messages if not one.is_reply]

    def ephemerals_for(self, person: Person) -> list[Message]:
        return [one for one in self.ephemerals if one.only_for is person and not one.deleted]

    def find(
        self,
        where: str | Callable[[Message], bool] | None,
        author: str | None,
        thread: Message | str | None,
    ) -> list[Message]:
        ts = thread if isinstance(thread, str) or thread is None else thread.root.ts

        def fits(one: Message) -> bool:
            if author is not None and one.author.user_id != author:
                return False
            if ts is not None and (one.thread_ts != ts or one.ts == ts):
                return False
            if where is None:
                return True
            return where in one.plain if isinstance(where, str) else where(one)

        return [one for one in self.messages if fits(one)]

    async def message(
        self,
        where: str | Callable[[Message], bool] | None = None,
        *,
        thread: Message | str | None = None,
        author: str | None = "",
        seconds: float = 30.0,
    ) -> Message:
        """Wait for the app's first message that says this; give it.

        `thread`: only replies there. `author`: a user id; None: whoever wrote it.
        """
        who = self.workspace.bot.user_id if author == "" else author
        slack = self.workspace.slack
        found = await slack.until(
            lambda: self.find(where, who, thread),
            seconds=seconds,
            what=lambda: shortened(transcript(self)),
        )
        return found[0]

    async def ephemeral(
        self,
        person: Person,
        where: str | Callable[[Message], bool] | None = None,
        *,
        seconds: float = 30.0,
    ) -> Message:
        """Wait for something that only this person sees here."""
        slack = self.workspace.slack

        def look() -> list[Message]:
            shown = self.ephemerals_for(person)
            if where is None:
                return shown
            if isinstance(where, str):
                return [one for one in shown if where in one.plain]
            return [one for one in shown if where(one)]

        found = await slack.until(look, seconds=seconds, what=lambda: shortened(transcript(self)))
        return found[0]

    # the status below a thread

    def show_status(self, status: Status) -> None:
        self._on.pop(status.thread_ts, None)
        if status.text:
            self._on[status.thread_ts] = status

    def status(self, thread: Message | str) -> Status | None:
        """Return the status that people see below this thread now; it goes after two minutes."""
        ts = thread if isinstance(thread, str) else thread.root.ts
        on = self._on.get(ts)
        return on if on is not None and self.workspace.slack.clock.now() < on.time + 120 else None

    def clear_status(self, ts: str) -> None:
        """Take the status away, as the app's next message in the thread does."""
        self._on.pop(ts, None)

    def payload(self) -> Json:
        flags = {
            "is_channel": self.kind in {"public", "private"},
            "is_group": False,
            "is_im": self.kind == "im",
            "is_mpim": False,
            "is_private": self.kind != "public",
        }
        own: Json = {"id": self.id, **flags, "is_archived": self.archived, "created": 1700000000}
        if self.kind == "im":
            others = self.members - {self.workspace.bot.user_id}
            return own | {"user": next(iter(others)), "is_open": True}
        return own | {
            "name": self.name,
            "name_normalized": self.name,
            "is_member": self.bot_is_in,
            "context_team_id": self.workspace.id,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
