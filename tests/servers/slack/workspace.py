"""What does one workspace hold, and how does something get into it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.slack import events
from tests.servers.slack.bots import Bot, OtherBot
from tests.servers.slack.channel import Channel, ChannelKind
from tests.servers.slack.files import StoredFile
from tests.servers.slack.message import Message
from tests.servers.slack.person import Person
from tests.servers.slack.values import Json, Notice, PersonCannot
from tests.servers.slack.views import Views

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.servers.slack.installing import Organization
    from tests.servers.slack.server import SlackServer


@dataclass(kw_only=True, eq=False)
class Workspace:
    """A team with the app installed: its own tokens, people, channels and files."""

    slack: SlackServer
    id: str
    domain: str
    bot: Bot
    #: "": the app is not in it (any more)
    bot_token: str
    #: what was granted; a test may take some away
    scopes: set[str]
    #: the Enterprise Grid that it is part of
    organization: Organization | None = None
    people: dict[str, Person] = field(default_factory=dict)
    bots: list[OtherBot] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    #: user group id → its handle and members
    groups: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    views: Views = field(init=False)
    _last_ts: int = 0

    def __post_init__(self) -> None:
        self.views = Views(self)

    @property
    def is_in_organization(self) -> bool:
        """Is the app in it through its organization's token?"""
        grants = self.slack.installing.grants
        token = self.bot_token
        return any(one.place is self.organization and one.token == token for one in grants)

    # who and where

    def person(self, name: str) -> Person:
        """Return the person of this name; they join the workspace with their first mention here."""
        for one in self.people.values():
            if one.name == name:
                return one
        made = Person(workspace=self, id=self.slack.ids.make("U"), name=name)
        self.people[made.id] = made
        return made

    def channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "public",
        bot: bool = True,
        members: Iterable[Person] = (),
    ) -> Channel:
        """Return the channel of this name, made at first; `bot`: is the app in it?"""
        for one in self.channels.values():
            if one.name == name:
                return one
        made = Channel(
            workspace=self,
            id=self.slack.ids.make("C"),
            name=name,
            kind=kind,
            members={one.id for one in members} | ({self.bot.user_id} if bot else set()),
        )
        self.channels[made.id] = made
        return made

    def dm(self, person: Person) -> Channel:
        """Return this person's direct messages with the app: its Messages tab."""
        for one in self.channels.values():
            if one.kind == "im" and person.id in one.members:
                return one
        members = {person.id, self.bot.user_id}
        made = Channel(
            workspace=self, id=self.slack.ids.make("D"), name="", kind="im", members=members
        )
        self.channels[made.id] = made
        return made

    def other_bot(self, name: str, *, classic: bool = False) -> OtherBot:
        make = self.slack.ids.make
        bot = Bot(team_id=self.id, user_id=make("U"), bot_id=make("B"), app_id=make("A"), name=name)
        made = OtherBot(workspace=self, bot=bot, classic=classic)
        self.bots.append(made)
        return made

    @property
    def names(self) -> dict[str, str]:
        """Names that a person can mention, and the user ids."""
        bots = {one.name: one.bot.user_id for one in self.bots}
        people = {one.name: one.id for one in self.people.values()}
        return {**bots, **people, self.bot.name: self.bot.user_id}

    def name_of(self, some_id: str) -> str | None:
        if some_id in self.channels:
            return self.channels[some_id].name
        if some_id in self.groups:
            return self.groups[some_id][0]
        return {one: name for name, one in self.names.items()}.get(some_id)

    def file_of(self, slack_file: Any) -> StoredFile | None:
        """Find the file that a block names by id or URL."""
        if "id" in slack_file:
            return self.files.get(slack_file["id"])
        for one in self.files.values():
            if slack_file.get("url") in {one.url_private, one.permalink}:
                return one
        return None

    def refuse_file(self, slack_file: Any) -> str | None:
        file = self.file_of(slack_file)
        return None if file is not None and file.may_show() else "invalid slack file"

    def next_ts(self) -> str:
        """Return the moment now, later than any given before."""
        self._last_ts = max(self._last_ts + 1, int(self.slack.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # what happens in it

    def compose(
        self,
        channel: Channel,
        author: Person | Bot | OtherBot,
        *,
        thread: Message | str | None = None,
        **content: Any,
    ) -> Message:
        """Make a message that nobody has seen yet."""
        thread_ts = thread.root.ts if isinstance(thread, Message) else thread
        return Message(
            channel=channel, author=author, ts=self.next_ts(), thread_ts=thread_ts, **content
        )

    async def post(self, message: Message) -> Message:
        """Put it in its channel, and tell the app as far as it may know."""
        channel = message.channel
        channel.by_ts[message.ts] = message
        self.share(message)
        if message.author is self.bot and message.thread_ts is not None:
            channel.clear_status(message.thread_ts)
        self.slack.changes.tell()
        sent = await self.tell(f"message.{_PLURAL[channel.kind]}", events.posted(message), channel)
        message.events += sent
        mention = f"<@{self.bot.user_id}>"
        if mention in message.text and channel.kind != "im" and message.author is not self.bot:
            message.events += await self.tell("app_mention", events.mentioned(message), channel)
        return message

    def share(self, message: Message) -> None:
        """Let the people of the channel see the files that a message holds."""
        for file in {
            one for one in [*message.files, *message.images] if isinstance(one, StoredFile)
        }:
            messages = file.shared.setdefault(message.channel.id, [])
            if message not in messages:
                messages.append(message)

    async def changed(self, message: Message, before: Json) -> None:
        """Announce that a message looks different now; `before` is its old payload."""
        message.earlier.append(before)
        self.share(message)
        self.slack.changes.tell()
        name = f"message.{_PLURAL[message.channel.kind]}"
        event = events.changed(message, before, self.next_ts())
        message.events += await self.tell(name, event, message.channel)

    async def removed(self, message: Message) -> None:
        """Take a message away. A root with replies leaves a tombstone, as an edit."""
        before = message.payload()
        root_of_thread = bool(message.replies) and not message.is_reply
        message.deleted = True
        self.slack.changes.tell()
        now = self.next_ts()
        event = events.tombstone(message, before, now)
        if not root_of_thread:
            event = events.deleted(message, before, now)
        name = f"message.{_PLURAL[message.channel.kind]}"
        message.events += await self.tell(name, event, message.channel)

    async def tell(self, subscription: str, event: Json, channel: Channel | None) -> list[Any]:
        """Send an event if the app subscribed to it, has its scope and is in the channel."""
        if not self.bot_token or (channel is not None and not channel.bot_is_in):
            return []
        sent = await self.slack.delivery.event(self, subscription, event)
        return [] if sent is None else [sent]

    def note(self, message: Message, mentions: Iterable[str], source: str) -> None:
        """Keep what the app's words notify; what stood there before notifies nobody again."""
        for mention in mentions:
            if mention not in message.notified:
                message.notified.add(mention)
                where = {"channel": message.channel.id, "ts": message.ts}
                self.notices.append(Notice(mention=mention, source=source, **where))

    def must_be_in(self, person: Person, channel: Channel) -> None:
        """Let them into a public channel that they write in; fail for others that they are not in."""
        if channel.kind == "public":
            channel.members.add(person.id)
        elif person.id not in channel.members:
            raise PersonCannot(f"{person.name} is not in {channel.name or channel.id}")


_PLURAL = {"public": "channels", "private": "groups", "im": "im"}
