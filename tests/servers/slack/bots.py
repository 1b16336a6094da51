"""Which bots write messages, and how does Slack sign what they write?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.values import Json
    from tests.servers.slack.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Bot:
    """The app under test, as a member of one workspace."""

    team_id: str
    user_id: str
    bot_id: str
    app_id: str
    name: str

    @property
    def profile(self) -> Json:
        return {
            "id": self.bot_id,
            "deleted": False,
            "name": self.name,
            "updated": 1700000000,
            "app_id": self.app_id,
            "user_id": self.user_id,
            "icons": {"image_36": "https://a.slack-edge.com/80588/img/plugins/app/bot_36.png"},
            "team_id": self.team_id,
        }

    def signature(self, _message: Message) -> Json:
        return {
            "user": self.user_id,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "bot_profile": self.profile,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class OtherBot:
    """Another app's bot. A classic one posts with subtype bot_message and has no user."""

    workspace: Workspace
    bot: Bot
    classic: bool = False

    @property
    def user_id(self) -> str:
        return self.bot.bot_id if self.classic else self.bot.user_id

    @property
    def name(self) -> str:
        return self.bot.name

    def signature(self, message: Message) -> Json:
        if self.classic:
            return {"username": self.bot.name, "bot_id": self.bot.bot_id}
        return self.bot.signature(message)

    async def say(
        self, channel: Channel, text: str, *, thread: Message | str | None = None
    ) -> Message:
        """Post as this bot: the app gets a `message` event with another bot_id."""
        subtype = "bot_message" if self.classic else None
        message = self.workspace.compose(channel, self, text=text, thread=thread, subtype=subtype)
        return await self.workspace.post(message)
