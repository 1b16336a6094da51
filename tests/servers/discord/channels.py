"""Where do people talk? Text channels, forums, direct messages, and threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from tests.servers.discord.clock import born, iso
from tests.servers.discord.codes import ChannelType
from tests.servers.discord.permissions import May

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import Guild, User
    from tests.servers.discord.messages import Message

#: minutes after which a quiet thread may be archived
ARCHIVE_AFTER = (60, 1440, 4320, 10080)


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel gives or takes from one role or member."""

    id: int
    #: whether `id` is a member's, else a role's
    member: bool
    allow: May = May.NOTHING
    deny: May = May.NOTHING

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "type": int(self.member),
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


@dataclass(eq=False, repr=False, kw_only=True)
class Channel:
    id: int
    kind: ChannelType
    name: str
    guild: Guild | None = None
    #: of a direct message
    people: tuple[User, ...] = ()
    topic: str | None = None
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    #: what everybody can see, by id, in order
    messages: dict[int, Message] = field(default_factory=dict)
    #: what only one person can see
    ephemerals: list[Message] = field(default_factory=list)
    last_message_id: int | None = None
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<{self.kind.name.lower()} {self.name} {self.id}>"

    @property
    def parent(self) -> Channel | None:
        return None

    @property
    def is_private(self) -> bool:
        return False

    @property
    def thread_members(self) -> AbstractSet[int]:
        return frozenset()

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def threads(self) -> list[Thread]:
        """Threads of this channel, oldest first, archived ones too."""
        if self.guild is None:
            return []
        around = self.guild.channels.values()
        return [c for c in around if isinstance(c, Thread) and c.parent is self]

    def payload(self, viewer: User) -> Json:
        about: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "flags": 0,
            "last_message_id": _id(self.last_message_id),
        }
        if self.guild is None:
            others = [p.payload() for p in self.people if p is not viewer]
            return {**about, "recipients": others}
        return {**about, **self._in_guild(self.guild)}

    def _in_guild(self, guild: Guild) -> Json:
        about: Json = {
            "name": self.name,
            "guild_id": str(guild.id),
            "position": self.position,
            "permission_overwrites": [over.payload() for over in self.overwrites.values()],
            "nsfw": False,
            "parent_id": None,
            "topic": self.topic,
            "rate_limit_per_user": 0,
            "default_auto_archive_duration": 1440,
        }
        if self.kind == ChannelType.FORUM:
            about["available_tags"] = []
            about["default_reaction_emoji"] = None
            about["default_sort_order"] = None
            about["default_forum_layout"] = 0
        return about


@dataclass(eq=False, repr=False, kw_only=True)
class Thread(Channel):
    within: Channel
    owner: User
    auto_archive: int = 1440
    archived: bool = False
    archive_at: datetime
    locked: bool = False
    joined: dict[int, datetime] = field(default_factory=dict)
    sent: int = 0

    @property
    def parent(self) -> Channel:
        return self.within

    @property
    def home(self) -> Guild:
        """The guild; a thread always has one."""
        return cast("Guild", self.guild)

    @property
    def is_private(self) -> bool:
        return self.kind == ChannelType.PRIVATE_THREAD

    @property
    def thread_members(self) -> AbstractSet[int]:
        return self.joined.keys()

    def quiet_since(self) -> datetime:
        """Return the last moment that counts as activity."""
        last = born(self.last_message_id) if self.last_message_id else self.archive_at
        return max(self.archive_at, last)

    def is_due(self, now: datetime) -> bool:
        """Whether the thread has been quiet for long enough to be archived."""
        return not self.archived and now >= self.quiet_since() + timedelta(
            minutes=self.auto_archive
        )

    def member_payload(self, user: User) -> Json:
        return {
            "id": str(self.id),
            "user_id": str(user.id),
            "join_timestamp": iso(self.joined[user.id]),
            "flags": 1,
        }

    def payload(self, viewer: User) -> Json:
        mine = {"member": self.member_payload(viewer)} if viewer.id in self.joined else {}
        return {
            "id": str(self.id),
            "type": int(self.kind),
            "guild_id": str(self.home.id),
            "parent_id": str(self.within.id),
            "owner_id": str(self.owner.id),
            "name": self.name,
            "flags": 0,
            "applied_tags": [],
            "last_message_id": _id(self.last_message_id),
            "rate_limit_per_user": 0,
            "message_count": len([m for m in self.messages.values() if m.id != self.id]),
            "member_count": min(50, len(self.joined)),
            "total_message_sent": self.sent,
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": self.auto_archive,
                "archive_timestamp": iso(self.archive_at),
                "locked": self.locked,
                "create_timestamp": iso(born(self.id)),
            },
            **mine,
        }


def _id(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)
