"""Who is where? Users, guilds, their roles and members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.clock import iso
from tests.servers.discord.permissions import USUAL, May

if TYPE_CHECKING:
    from datetime import datetime

    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json


@dataclass(eq=False, slots=True, kw_only=True)
class User:
    id: int
    name: str
    bot: bool = False
    #: "0000" marks the author of a webhook's message
    discriminator: str = "0"
    #: whether somebody else may open a direct message
    takes_messages: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name.lower().replace(" ", "."),
            "global_name": None if self.bot else self.name,
            "discriminator": self.discriminator,
            "avatar": None,
            "bot": self.bot,
            "system": False,
            "public_flags": 0,
        }


@dataclass(eq=False, slots=True, kw_only=True)
class Role:
    id: int
    name: str
    permissions: May = May.NOTHING
    position: int = 1
    mentionable: bool = False
    #: the role that came with a bot
    managed_for: User | None = None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def payload(self) -> Json:
        tags = {"tags": {"bot_id": str(self.managed_for.id)}} if self.managed_for else {}
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed_for is not None,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
            **tags,
        }


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Member:
    user: User
    guild: Guild
    joined_at: datetime
    #: without @everyone
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None

    @property
    def all_roles(self) -> list[Role]:
        return [self.guild.everyone, *self.roles]

    def payload(self, *, with_user: bool = True) -> Json:
        about: Json = {
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": iso(self.joined_at),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }
        return {**about, "user": self.user.payload()} if with_user else about


@dataclass(eq=False, repr=False, slots=True, kw_only=True)
class Guild:
    id: int
    name: str
    owner: User
    #: boost tier 0–3
    tier: int = 0
    locale: str = "en-US"
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    #: where Discord says who joined; None: nowhere
    system_channel: Channel | None = None

    def __repr__(self) -> str:
        return f"<guild {self.name}>"

    def member(self, user: User) -> Member | None:
        return self.members.get(user.id)

    @classmethod
    def founded(cls, snowflake: int, name: str, owner: User, tier: int) -> Guild:
        """Make a guild; @everyone has the guild's id."""
        everyone = Role(id=snowflake, name="@everyone", permissions=USUAL, position=0)
        return cls(
            id=snowflake,
            name=name,
            owner=owner,
            tier=tier,
            everyone=everyone,
            roles={everyone.id: everyone},
        )

    def partial(self) -> Json:
        """As interactions carry it."""
        return {"id": str(self.id), "locale": self.locale, "features": []}

    def payload(self) -> Json:
        """As REST shows it: without channels, threads and members."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "description": None,
            "owner_id": str(self.owner.id),
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": [role.payload() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "nsfw_level": 0,
            "application_id": None,
            "system_channel_id": str(self.system_channel.id) if self.system_channel else None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "vanity_url_code": None,
            "banner": None,
            "premium_tier": self.tier,
            "premium_subscription_count": (0, 2, 7, 14)[self.tier],
            "preferred_locale": self.locale,
            "max_members": 500_000,
            "approximate_member_count": len(self.members),
            "approximate_presence_count": len(self.members),
        }
