"""How does a thread start, fall asleep, wake and go?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import ChannelType, Flag
from tests.servers.discord.errors import refused

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.guilds import User
    from tests.servers.discord.messages import Message
    from tests.servers.discord.world import World


def awaken(world: World, thread: Thread) -> None:
    """Unarchive a thread, as a message in it does."""
    if thread.archived:
        thread.archived, thread.archive_at = False, world.clock.now()
        world.events.thread_updated(thread)
        world.events.own_membership(thread)


def archive(world: World, thread: Thread) -> None:
    if not thread.archived:
        thread.archived, thread.archive_at = True, world.clock.now()
        world.events.thread_updated(thread)
        world.changes.tell()


def join(world: World, thread: Thread, user: User) -> None:
    if user.id in world.users and user.id not in thread.joined:
        was_seen = world.bot_sees(thread)
        thread.joined[user.id] = world.clock.now()
        if user is world.app.bot and not was_seen:
            world.events.thread_created(thread, newly=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A thread to be."""

    name: str
    kind: ChannelType = ChannelType.PUBLIC_THREAD
    auto_archive: int = 1440
    #: the message that it starts from
    message: Message | None = None


def start_thread(world: World, parent: Channel, owner: User, plan: Plan) -> Thread:
    """Start a thread; one that starts from a message has the message's id."""
    guild = parent.guild
    if guild is None:
        raise refused(50024)
    thread = Thread(
        id=plan.message.id if plan.message else world.clock.snowflake(),
        kind=plan.kind,
        name=plan.name,
        guild=guild,
        within=parent,
        owner=owner,
        auto_archive=plan.auto_archive,
        archive_at=world.clock.now(),
    )
    world.channels[thread.id] = guild.channels[thread.id] = thread
    thread.joined[owner.id] = world.clock.now()
    world.events.thread_created(thread, newly=True)
    if plan.message is not None:
        plan.message.thread = thread
        plan.message.flags |= Flag.HAS_THREAD
        world.events.message_updated(plan.message)
    world.changes.tell()
    return thread


def remove_channel(world: World, channel: Channel) -> None:
    """Delete a channel or a thread, with all that is in it."""
    if isinstance(channel, Thread):
        world.events.thread_deleted(channel)
    else:
        for thread in channel.threads:
            _forget(world, thread)
        world.events.channel("CHANNEL_DELETE", channel)
    _forget(world, channel)
    world.changes.tell()


def _forget(world: World, channel: Channel) -> None:
    channel.deleted = True
    world.channels.pop(channel.id, None)
    if channel.guild is not None:
        channel.guild.channels.pop(channel.id, None)
