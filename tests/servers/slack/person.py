"""What can a person do in Slack?

Everything goes the way of Slack's own client: what it would not let them do raises PersonCannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tests.servers.slack import forms, gestures, talk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.values import Json, Outcome
    from tests.servers.slack.views import View
    from tests.servers.slack.workspace import Workspace


@dataclass(kw_only=True, eq=False)
class Person:
    """Somebody in a workspace."""

    workspace: Workspace
    id: str
    name: str

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
        return self.workspace.views.stacks.get(self.id, [])

    @property
    def home(self) -> View | None:
        """What the app published to their Home tab."""
        return self.workspace.views.homes.get(self.id)

    def signature(self, message: Message) -> Json:
        by_hand = {"client_msg_id": talk.client_msg_id(message)} if message.subtype is None else {}
        return {"user": self.id, **by_hand}

    # words

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        thread: Message | str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        broadcast: bool = False,
        connect: bool = False,
    ) -> Message:
        """Write a message; "@Easel", "@Ben", "@channel" become mentions.

        `broadcast`: a reply that is also sent to the channel. `connect`: its files are of another
        company's workspace, so that events carry no more than their ids.
        """
        return await talk.say(
            self, channel, text, thread=thread, files=files, broadcast=broadcast, connect=connect
        )

    async def reply(
        self, message: Message, text: str = "", *, files: Sequence[tuple[str, bytes]] = ()
    ) -> Message:
        """Write in the thread of a message."""
        return await self.say(message.channel, text, thread=message, files=files)

    async def edit(self, message: Message, text: str) -> Message:
        return await talk.edit(self, message, text)

    async def delete(self, message: Message) -> None:
        await talk.delete(self, message)

    async def react(self, message: Message, name: str) -> None:
        await talk.react(self, message, name, added=True)

    async def unreact(self, message: Message, name: str) -> None:
        await talk.react(self, message, name, added=False)

    async def join(self, channel: Channel) -> Message:
        return await talk.join(self, channel)

    async def invite_app(self, channel: Channel) -> Message:
        """Bring the app into a channel (`/invite @Easel`)."""
        return await talk.invite_app(self, channel)

    # gestures

    async def command(
        self,
        command: str,
        text: str = "",
        channel: Channel | None = None,
        *,
        thread: Message | None = None,
    ) -> Outcome:
        """Use a slash command; without a channel in the direct messages with the app."""
        return await gestures.command(self, command, text, channel or self.dm, thread)

    async def press(
        self,
        target: Message | View,
        which: str,
        *,
        value: str | None = None,
        block: str | None = None,
    ) -> Outcome:
        """Press a button, by its label or its action_id; `value`, `block`: tell equal ones apart."""
        return await gestures.press(self, target, which, value=value, block=block)

    async def choose(self, target: Message | View, which: str, option: str) -> Outcome:
        """Choose from an overflow menu, a select, radio buttons or checkboxes.

        `which` is an action_id, or "⋯" for the only overflow menu; `option` a label or a value.
        """
        return await gestures.choose(self, target, which, option)

    async def shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        return await gestures.shortcut(self, callback_id)

    async def message_shortcut(self, callback_id: str, message: Message) -> Outcome:
        """Use a shortcut from a message's menu; works on every message, in threads too."""
        return await gestures.message_shortcut(self, callback_id, message)

    async def open_home(self, tab: Literal["home", "messages"] = "home") -> None:
        """Open the app's own page in Slack."""
        await gestures.open_home(self, tab)

    # forms

    def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Fill in fields; keys are "block/action", an action_id, a block_id or a label."""
        forms.fill(view, values)

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill in fields and submit a modal; `errors` of the outcome are the app's, by block."""
        return await forms.submit(self, view, values or {})

    async def close(self, view: View, *, whole_stack: bool = False) -> Outcome | None:
        """Close a modal; None: the app did not ask to be told."""
        return await forms.close(self, view, whole_stack=whole_stack)

    def payload(self) -> Json:
        """Write who did it, as interactions do."""
        return {
            "id": self.id,
            "username": self.username,
            "name": self.username,
            "team_id": self.workspace.id,
        }
