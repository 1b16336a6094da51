"""Who may do what where?"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from tests.servers.discord.errors import refused

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.guilds import Member


class May(IntFlag):
    NOTHING = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = May((1 << 53) - 1)

#: what a new guild gives everyone
USUAL = (
    May.ADD_REACTIONS
    | May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
    | May.MENTION_EVERYONE
    | May.USE_APPLICATION_COMMANDS
    | May.CREATE_PUBLIC_THREADS
    | May.CREATE_PRIVATE_THREADS
    | May.SEND_MESSAGES_IN_THREADS
    | May.USE_EXTERNAL_APPS
)

#: what every interaction lets the app do in its answers
OF_ANSWERS = May.ATTACH_FILES | May.EMBED_LINKS | May.MENTION_EVERYONE


def allowed(member: Member, channel: Channel) -> May:
    """Work out a member's permissions in a channel of the guild; a thread has its parent's."""
    place = channel.parent or channel
    if member.guild.owner is member.user:
        return EVERYTHING
    may = May.NOTHING
    for role in member.all_roles:
        may |= role.permissions
    if May.ADMINISTRATOR in may:
        return EVERYTHING
    for ids in ([member.guild.id], [role.id for role in member.roles], [member.user.id]):
        chosen = [place.overwrites[i] for i in ids if i in place.overwrites]
        for over in chosen:
            may &= ~over.deny
        for over in chosen:
            may |= over.allow
    return may if May.VIEW_CHANNEL in may else May.NOTHING


def can_see(member: Member | None, channel: Channel) -> bool:
    """Whether a member sees a channel; a private thread is for its members and moderators."""
    if member is None:
        return False
    may = allowed(member, channel)
    if May.VIEW_CHANNEL not in may:
        return False
    return (
        not channel.is_private
        or member.user.id in channel.thread_members
        or May.MANAGE_THREADS in may
    )


def demand(member: Member | None, channel: Channel, *needed: May) -> May:
    """Refuse with 50001 who can't see the channel, with 50013 who lacks a permission."""
    if member is None or not can_see(member, channel):
        raise refused(50001)
    may = allowed(member, channel)
    if any(need not in may for need in needed):
        raise refused(50013)
    return may
