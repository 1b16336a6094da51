"""Whom does a message mention, and who is notified?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.discord.form import as_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.guilds import Guild, Role, User

TYPES = ("users", "roles", "everyone")

_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Which mentions may ping."""

    parse: frozenset[str]
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied_user: bool = False

    def user(self, user: User) -> bool:
        return "users" in self.parse or user.id in self.users

    def role(self, role: Role) -> bool:
        return "roles" in self.parse or role.id in self.roles


#: what holds when a bot's message says nothing
OF_MESSAGES = Allowed(parse=frozenset(TYPES), replied_user=True)
#: what holds when an answer to an interaction or a webhook's message says nothing
OF_WEBHOOKS = Allowed(parse=frozenset({"users"}), replied_user=True)


def read_allowed(body: Part, unsaid: Allowed) -> Allowed:
    """Read `allowed_mentions`; `unsaid` holds where there are none."""
    part = body.child("allowed_mentions")
    if part is None:
        return unsaid
    parse = part.value.get("parse") or []
    named = {key: _ids(part, key) for key in ("users", "roles")}
    if not isinstance(parse, list) or any(p not in TYPES for p in parse if isinstance(p, str)):
        part.wrong("BASE_TYPE_CHOICES", "Value must be one of {users, roles, everyone}.", "parse")
        parse = []
    for key, ids in named.items():
        if ids and key in parse:
            code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
            part.wrong(code, f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.')
    return Allowed(
        parse=frozenset(p for p in parse if isinstance(p, str)),
        users=named["users"],
        roles=named["roles"],
        replied_user=part.flag("replied_user", default=False),
    )


def _ids(part: Part, key: str) -> frozenset[int]:
    found: Any = part.value.get(key) or []
    if not isinstance(found, list):
        part.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType", key)
        return frozenset()
    if len(found) > 100:
        part.wrong("BASE_TYPE_BAD_LENGTH", "Must be 100 or fewer in length.", key)
    numbers = [as_whole(item) for item in found]
    if None in numbers:
        part.wrong("NUMBER_TYPE_COERCE", "Value is not snowflake.", key)
    return frozenset(n for n in numbers if n is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Whom a message mentions with effect."""

    users: tuple[User, ...] = ()
    roles: tuple[Role, ...] = ()
    everyone: bool = False

    def notified(self, channel: Channel, author: User) -> set[int]:
        """Ids of the people who get a notification; nobody notifies themselves."""
        ids = {user.id for user in self.users}
        if channel.guild is not None:
            for member in channel.guild.members.values():
                if self.everyone or any(role in self.roles for role in member.roles):
                    ids.add(member.user.id)
        return ids - {author.id}

    def payload(self, guild: Guild | None) -> Json:
        return {
            "mentions": [_mention(user, guild) for user in self.users],
            "mention_roles": [str(role.id) for role in self.roles],
            "mention_everyone": self.everyone,
        }


def _mention(user: User, guild: Guild | None) -> Json:
    member = guild.member(user) if guild else None
    if member is None:
        return user.payload()
    return {**user.payload(), "member": member.payload(with_user=False)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """What counts when a text is searched for mentions."""

    #: everybody on this Discord
    users: Mapping[int, User]
    channel: Channel
    #: has MENTION_EVERYONE
    everyone: bool

    def find(self, text: str, allowed: Allowed, replied: User | None) -> Mentions:
        """Find the mentions that have an effect; those in code have none."""
        seen = _CODE.sub(" ", text)
        named = [self.users[i] for i in _numbers(_USER, seen) if i in self.users]
        users = [user for user in named if allowed.user(user)]
        if replied is not None and allowed.replied_user and replied not in users:
            users.append(replied)
        roles = self.channel.guild.roles if self.channel.guild else {}
        called = [roles[i] for i in _numbers(_ROLE, seen) if i in roles]
        return Mentions(
            users=tuple(users),
            roles=tuple(r for r in called if allowed.role(r) and (r.mentionable or self.everyone)),
            everyone=self.everyone
            and "everyone" in allowed.parse
            and self.channel.guild is not None
            and _EVERYONE.search(seen) is not None,
        )


def _numbers(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))
