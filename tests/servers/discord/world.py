"""What is there on this Discord? Every user, guild, channel and interaction, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.changes import Changes
from tests.servers.discord.application import Application
from tests.servers.discord.attachments import Links
from tests.servers.discord.channels import Thread
from tests.servers.discord.clock import Clock
from tests.servers.discord.commands import CommandBook
from tests.servers.discord.errors import refused
from tests.servers.discord.events import Events
from tests.servers.discord.form import as_whole
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.guilds import User
from tests.servers.discord.permissions import can_see

if TYPE_CHECKING:
    from tests.servers.discord.attachments import Attachment
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.codes import Intent
    from tests.servers.discord.guilds import Guild, Member
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.limits import Limits
    from tests.servers.discord.messages import Message


class World:
    def __init__(self, limits: Limits, approved: Intent) -> None:
        self.limits = limits
        self.clock = Clock()
        self.changes = Changes()
        self.links = Links(self.clock, limits.link_life)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        #: threads and direct messages too
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        #: by token
        self.interactions: dict[str, Interaction] = {}
        #: (author, nonce) → the message and when it was made
        self.nonces: dict[tuple[int, str | int], tuple[Message, float]] = {}
        self.app = self._register(approved)
        self.gateway = Gateway(self)
        self.events = Events(self)

    def _register(self, approved: Intent) -> Application:
        bot, owner = self.user("Easel", bot=True), self.user("Olga Owner")
        application_id = bot.id
        return Application(
            id=application_id,
            name="Easel",
            bot=bot,
            owner=owner,
            token=f"local.{application_id}.secret",
            approved=approved,
            commands=CommandBook(self.clock, application_id),
        )

    def user(self, name: str, *, bot: bool = False) -> User:
        user = User(id=self.clock.snowflake(), name=name, bot=bot)
        self.users[user.id] = user
        return user

    @property
    def bot_guilds(self) -> list[Guild]:
        return [guild for guild in self.guilds.values() if self.app.bot.id in guild.members]

    def bot_in(self, guild: Guild | None) -> Member | None:
        return guild.member(self.app.bot) if guild else None

    def bot_sees(self, channel: Channel) -> bool:
        if channel.guild is None:
            return self.app.bot in channel.people
        return can_see(self.bot_in(channel.guild), channel)

    def find_channel(self, given: str) -> Channel:
        channel = self.channels.get(as_whole(given) or 0)
        if channel is None:
            raise refused(10003)
        return channel

    def channel_for_bot(self, given: str) -> Channel:
        """Find a channel that the bot sees; refuse with 10003 or 50001."""
        channel = self.find_channel(given)
        if not self.bot_sees(channel):
            raise refused(50001)
        return channel

    def find_guild(self, given: str) -> Guild:
        """Find a guild that the bot is in; refuse with 10004 or 50001."""
        guild = self.guilds.get(as_whole(given) or 0)
        if guild is None:
            raise refused(10004)
        if self.bot_in(guild) is None:
            raise refused(50001)
        return guild

    def find_message(self, channel: Channel, given: str) -> Message:
        message = channel.messages.get(as_whole(given) or 0)
        if message is None:
            raise refused(10008)
        return message

    def find_user(self, given: str) -> User:
        user = self.users.get(as_whole(given) or 0)
        if user is None:
            raise refused(10013)
        return user

    def threads_for_bot(self, guild: Guild) -> list[Thread]:
        """Active threads that the bot may see."""
        threads = [c for c in guild.channels.values() if isinstance(c, Thread)]
        return [t for t in threads if not t.archived and self.bot_sees(t)]

    def file_bytes(self, guild: Guild | None) -> int:
        """Return the largest file, in bytes, that may be uploaded to a guild or a direct message."""
        return self.limits.file_bytes[guild.tier if guild else 0]
