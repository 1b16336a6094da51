"""What can a person do in Slack?

Everything goes the way of Slack's own client: what it would not let them do raises PersonCannot.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tests.servers.slack import events, forms, gestures
from tests.servers.slack.files import StoredFile
from tests.servers.slack.typing_in import typed
from tests.servers.slack.values import PersonCannot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.values import Json, Outcome
    from tests.servers.slack.views import View
    from tests.servers.slack.workspace import Workspace

_OURS = uuid.UUID("5a1e0000-0000-4000-8000-000000000000")


@dataclass(kw_only=True, eq=False)
class Person:
    """Somebody in a workspace."""

    workspace: Workspace
    id: str
    name: str
    #: a guest with few channels; an admin of the workspace
    guest: bool = False
    #: what they set in Slack
    locale: str = "en-US"
    admin: bool = False
    #: the workspace of another company that they come from (Slack Connect); None: this one
    home: str | None = None

    @property
    def user_id(self) -> str:
        return self.id

    @property
    def username(self) -> str:
        return self.name.lower().replace(" ", ".")

    @property
    def dm(self) -> Channel:
        """Their direct messages with the app: its Messages tab."""
        return self.workspace.dm(self)

    @property
    def views(self) -> list[View]:
        """The modals open before them, the topmost last."""
        return self.workspace.views.before(self)

    def payload(self) -> Json:
        """Write who did it, as interactions do."""
        name = self.username
        return {
            "id": self.id,
            "username": name,
            "name": name,
            "team_id": self.home or self.workspace.id,
        }

    def signature(self, message: Message) -> Json:
        if message.subtype is not None:
            return {"user": self.id}
        typed_as = uuid.uuid5(_OURS, f"{message.channel.id}{message.ts}")
        return {"user": self.id, "client_msg_id": str(typed_as)}

    # words

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        thread: Message | str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        connect: bool = False,
    ) -> Message:
        """Write a message; "@Easel", "@Ben", "@channel" become mentions.

        `connect`: its files are of another company's workspace, so that events carry no more than their ids.
        """
        workspace = self.workspace
        workspace.must_be_in(self, channel)
        if channel.kind == "im" and not workspace.slack.manifest.messages_tab:
            raise PersonCannot("sending messages to this app has been turned off")
        if not text.strip() and not files:
            raise PersonCannot("an empty message cannot be sent")
        if isinstance(thread, str) and thread not in channel.by_ts:
            raise PersonCannot(f"there is no thread {thread}")
        written, blocks = typed(text, workspace.names)
        message = workspace.compose(
            channel,
            self,
            text=written,
            blocks=blocks,
            thread=thread,
            files=[self._sent(name, data, connect=connect) for name, data in files],
            subtype="file_share" if files else None,
        )
        return await workspace.post(message)

    def _sent(self, name: str, data: bytes, *, connect: bool) -> StoredFile:
        """Make a file that a person sends: it is processed when the message appears."""
        made = StoredFile(
            workspace=self.workspace,
            id=self.workspace.slack.ids.make("F"),
            name=name,
            title=name,
            user=self.id,
            created=int(self.workspace.slack.clock.now()),
            length=len(data),
            data=data,
            completed=True,
            connect=connect,
        )
        made.process()
        self.workspace.files[made.id] = made
        return made

    async def reply(
        self, message: Message, text: str = "", *, files: Sequence[tuple[str, bytes]] = ()
    ) -> Message:
        """Write in the thread of a message."""
        return await self.say(message.channel, text, thread=message, files=files)

    def _own(self, message: Message) -> None:
        if message.author is not self or message.deleted:
            raise PersonCannot(f"{self.name} can only change what {self.name} wrote")

    async def edit(self, message: Message, text: str) -> None:
        """Change an own message; the app gets `message_changed`."""
        self._own(message)
        before = message.payload()
        message.text, message.blocks = typed(text, self.workspace.names)
        message.edited = {"user": self.id, "ts": self.workspace.next_ts()}
        await self.workspace.changed(message, before)

    async def delete(self, message: Message) -> None:
        """Delete an own message; the app gets `message_deleted`, or a tombstone for a thread's root."""
        self._own(message)
        await self.workspace.removed(message)

    async def join(self, channel: Channel) -> Message:
        """Join a public channel: a `channel_join` message."""
        if channel.kind != "public":
            raise PersonCannot("only public channels can be joined")
        return await self._joined(channel, self.id)

    async def invite_app(self, channel: Channel) -> Message:
        """Bring the app into a channel (`/invite @Easel`)."""
        self.workspace.must_be_in(self, channel)
        bot = self.workspace.bot
        if channel.bot_is_in:
            raise PersonCannot(f"{bot.name} is already in this channel")
        return await self._joined(channel, bot.user_id)

    async def _joined(self, channel: Channel, who: str) -> Message:
        workspace = self.workspace
        channel.members.add(who)
        author = self if who == self.id else workspace.bot
        text = f"<@{who}> has joined the channel"
        message = workspace.compose(channel, author, text=text, subtype="channel_join")
        await workspace.post(message)
        event = events.joined(channel, who, self)
        message.events += await workspace.tell("member_joined_channel", event, channel)
        return message

    # gestures

    async def command(
        self, command: str, text: str = "", channel: Channel | None = None
    ) -> Outcome:
        """Use a slash command; without a channel in the direct messages with the app."""
        return await gestures.command(self, command, text, channel or self.dm)

    async def press(
        self, target: Message | View, which: str, *, value: str | None = None
    ) -> Outcome:
        """Press a button, by its label or its action_id; `value`: tells equal ones apart."""
        return await gestures.press(self, target, which, value)

    async def choose(self, target: Message | View, which: str, option: str) -> Outcome:
        """Choose from an overflow menu or a select: its action_id, and the option's label or value."""
        return await gestures.choose(self, target, which, option)

    async def shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        return await gestures.shortcut(self, callback_id)

    async def message_shortcut(self, callback_id: str, message: Message) -> Outcome:
        """Use a shortcut from a message's menu; works on every message, in threads too."""
        return await gestures.message_shortcut(self, callback_id, message)

    async def open_home(self, tab: Literal["home", "messages"] = "home") -> None:
        """Open the app's own page in Slack."""
        manifest = self.workspace.slack.manifest
        if not (manifest.home_tab if tab == "home" else manifest.messages_tab):
            raise PersonCannot(f"the app has no {tab} tab")
        await self.workspace.tell("app_home_opened", events.home_opened(self, tab), None)

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill in fields and submit a modal; `errors` of the outcome are the app's, by block.

        The keys of `values` are an action_id, a block_id or a label.
        """
        return await forms.submit(self, view, values or {})
