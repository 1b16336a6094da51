"""How does a test furnish its Discord: guilds, channels, roles, people?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.channels import Channel, Overwrite
from tests.servers.discord.codes import ChannelType
from tests.servers.discord.drafts import Draft
from tests.servers.discord.guilds import Guild, Member, Role, User
from tests.servers.discord.mentions import OF_WEBHOOKS
from tests.servers.discord.people import Person
from tests.servers.discord.permissions import May
from tests.servers.discord.posting import Stamp, post
from tests.servers.discord.threads import archive, remove_channel

if TYPE_CHECKING:
    from tests.servers.discord.channels import Thread
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World

#: what the bot's own role gives it
OF_THE_BOT = (
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.SEND_MESSAGES_IN_THREADS
    | May.CREATE_PUBLIC_THREADS
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
)


class Scene:
    """Everything around the bot; what is added later is told to connected apps."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def bot(self) -> User:
        return self.world.app.bot

    def guild(self, name: str = "Studio", *, tier: int = 0, bot: bool = True) -> Guild:
        """Found a guild, with or without the bot in it."""
        world = self.world
        guild = Guild.founded(world.clock.snowflake(), name, world.app.owner, tier)
        world.guilds[guild.id] = guild
        self._seat(guild, world.app.owner)
        if bot:
            self.add_bot(guild)
        return guild

    def _seat(self, guild: Guild, user: User) -> Member:
        member = Member(user=user, guild=guild, joined_at=self.world.clock.now())
        guild.members[user.id] = member
        return member

    def add_bot(self, guild: Guild) -> None:
        member = self._seat(guild, self.bot)
        role = self.role(guild, self.bot.name, OF_THE_BOT)
        role.managed_for = self.bot
        member.roles.append(role)
        self.world.events.guild_created(guild)

    def role(self, guild: Guild, name: str, permissions: May = May.NOTHING) -> Role:
        role = Role(id=self.world.clock.snowflake(), name=name, permissions=permissions)
        guild.roles[role.id] = role
        self.world.events.role_created(guild, role)
        return role

    def text_channel(self, guild: Guild, name: str = "general") -> Channel:
        return self._channel(guild, name, ChannelType.TEXT)

    def forum(self, guild: Guild, name: str = "ideas") -> Channel:
        return self._channel(guild, name, ChannelType.FORUM)

    def _channel(self, guild: Guild, name: str, kind: ChannelType) -> Channel:
        position = len(guild.channels)
        made = Channel(
            id=self.world.clock.snowflake(), kind=kind, name=name, guild=guild, position=position
        )
        self.world.channels[made.id] = guild.channels[made.id] = made
        self.world.events.channel("CHANNEL_CREATE", made)
        return made

    def delete_channel(self, channel: Channel) -> None:
        remove_channel(self.world, channel)

    def lock(self, thread: Thread, *, archived: bool = False) -> None:
        """Lock a thread, as a moderator does."""
        thread.locked = True
        self.world.events.thread_updated(thread)
        if archived:
            archive(self.world, thread)

    def unlock(self, thread: Thread) -> None:
        thread.locked = False
        self.world.events.thread_updated(thread)

    def deny(self, channel: Channel, who: User | Role | Person, *permissions: May) -> None:
        """Take permissions from somebody in a channel (and its threads)."""
        self._overwrite(channel, who, May.NOTHING, _together(permissions))

    def allow(self, channel: Channel, who: User | Role | Person, *permissions: May) -> None:
        """Grant permissions to somebody in a channel (and its threads)."""
        self._overwrite(channel, who, _together(permissions), May.NOTHING)

    def _overwrite(self, channel: Channel, who: Any, allow: May, deny: May) -> None:
        old = channel.overwrites.get(who.id, Overwrite(who.id, member=not isinstance(who, Role)))
        channel.overwrites[who.id] = Overwrite(
            who.id, old.member, (old.allow & ~deny) | allow, (old.deny & ~allow) | deny
        )
        self.world.events.channel("CHANNEL_UPDATE", channel)

    def person(self, name: str, *guilds: Guild, roles: tuple[Role, ...] = ()) -> Person:
        """Bring somebody, as a member of guilds."""
        return self._bring(name, guilds, roles, bot=False)

    def admit(self, guild: Guild, person: Person) -> None:
        """Let somebody into another guild."""
        self._seat(guild, person.user)

    def other_bot(self, name: str, *guilds: Guild) -> Person:
        return self._bring(name, guilds, (), bot=True)

    def _bring(
        self, name: str, guilds: tuple[Guild, ...], roles: tuple[Role, ...], *, bot: bool
    ) -> Person:
        user = self.world.user(name, bot=bot)
        for guild in guilds:
            self._seat(guild, user).roles.extend(role for role in roles if role.id in guild.roles)
        return Person(self.world, user)

    def webhook_says(self, channel: Channel, name: str, text: str) -> Message:
        """Write a message as a webhook of somebody else's."""
        hook = self.world.clock.snowflake()
        author = User(id=hook, name=name, bot=True, discriminator="0000")
        draft = Draft(content=text, allowed=OF_WEBHOOKS)
        return post(self.world, channel, author, draft, Stamp(webhook_id=hook))


def _together(permissions: tuple[May, ...]) -> May:
    may = May.NOTHING
    for one in permissions:
        may |= one
    return may
