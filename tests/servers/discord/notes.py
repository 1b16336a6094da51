"""What does Discord itself write? Notes whose author is the person who caused them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.codes import ChannelType, MessageType
from tests.servers.discord.drafts import Draft
from tests.servers.discord.errors import refused
from tests.servers.discord.mentions import Allowed
from tests.servers.discord.messages import Message, Reference
from tests.servers.discord.posting import Stamp, post

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel, Thread
    from tests.servers.discord.guilds import User
    from tests.servers.discord.threads import Plan
    from tests.servers.discord.world import World

#: messages that can be pinned in a channel
MOST_PINS = 250

NOBODY = Allowed(parse=frozenset())


def note(world: World, channel: Channel, author: User, stamp: Stamp, text: str = "") -> Message:
    """Write a note of Discord's own."""
    return post(world, channel, author, Draft(content=text, allowed=NOBODY), stamp)


def pin(world: World, message: Message, by: User) -> None:
    channel = message.channel
    if message in channel.pins:
        return
    if len(channel.pins) >= MOST_PINS:
        raise refused(30003)
    message.pinned_at = world.clock.now()
    channel.pins.insert(0, message)
    world.events.pins_changed(channel)
    world.events.message_updated(message)
    pinned = Reference(channel=channel, message_id=message.id, message=message)
    kind = MessageType.CHANNEL_PINNED_MESSAGE
    note(world, channel, by, Stamp(kind=kind, reference=pinned, pings=False))


def unpin(world: World, message: Message) -> None:
    if message in message.channel.pins:
        message.channel.pins.remove(message)
        message.pinned_at = None
        world.events.pins_changed(message.channel)
        world.events.message_updated(message)


def introduce(world: World, thread: Thread, plan: Plan) -> None:
    """Note that a thread of a text channel was started."""
    if plan.message is not None:
        start = Reference(channel=thread.parent, message_id=plan.message.id, message=plan.message)
        kind = MessageType.THREAD_STARTER_MESSAGE
        note(world, thread, thread.owner, Stamp(kind=kind, reference=start, pings=False))
    elif plan.kind == ChannelType.PUBLIC_THREAD:
        start = Reference(channel=thread, message_id=None, message=None)
        stamp = Stamp(kind=MessageType.THREAD_CREATED, reference=start)
        note(world, thread.parent, thread.owner, stamp, plan.name)


def rename(world: World, thread: Thread, by: User, name: str) -> None:
    thread.name = name
    world.events.thread_updated(thread)
    note(world, thread, by, Stamp(kind=MessageType.CHANNEL_NAME_CHANGE), name)


def welcome(world: World, channel: Channel, newcomer: User) -> None:
    note(world, channel, newcomer, Stamp(kind=MessageType.USER_JOIN))
