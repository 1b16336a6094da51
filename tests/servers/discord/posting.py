"""How does a message come into being, change and go?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.discord.channels import Thread
from tests.servers.discord.codes import ChannelType, Flag, MessageType
from tests.servers.discord.components import walk
from tests.servers.discord.drafts import Draft
from tests.servers.discord.errors import refused
from tests.servers.discord.mentions import Allowed, Speaker
from tests.servers.discord.messages import Message, Reference
from tests.servers.discord.permissions import May, allowed
from tests.servers.discord.threads import awaken, join

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.guilds import User
    from tests.servers.discord.threads import Plan
    from tests.servers.discord.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a message carries besides what was drafted."""

    kind: MessageType = MessageType.DEFAULT
    reference: Reference | None = None
    flags: Flag = Flag.NONE
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: Json | None = None
    only_for: User | None = None
    #: whether a reply may notify who is replied to
    pings: bool = True
    #: None: the next id
    message_id: int | None = None


def post(world: World, channel: Channel, author: User, draft: Draft, stamp: Stamp) -> Message:
    """Post a message: awaken an archived thread, note who is notified, tell the app."""
    if isinstance(channel, Thread) and stamp.only_for is None:
        awaken(world, channel)
        join(world, channel, author)
    message = Message(
        id=stamp.message_id or world.clock.snowflake(),
        channel=channel,
        author=author,
        links=world.links,
        kind=stamp.kind,
        reference=stamp.reference,
        flags=(draft.flags & ~Flag.EPHEMERAL) | stamp.flags,
        nonce=draft.nonce,
        webhook_id=stamp.webhook_id,
        application_id=stamp.application_id,
        interaction=stamp.interaction or {},
        only_for=stamp.only_for,
    )
    _fill(world, message, draft)
    replied = (
        stamp.reference.message.author if stamp.reference and stamp.reference.message else None
    )
    _mention(world, message, draft.allowed, replied if stamp.pings else None)
    _file_away(world, message)
    world.events.message_created(message)
    world.changes.tell()
    return message


def _file_away(world: World, message: Message) -> None:
    channel = message.channel
    if message.only_for is not None:
        channel.ephemerals.append(message)
        world.changes.tell()
        return
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if isinstance(channel, Thread):
        channel.sent += 1


def _fill(world: World, message: Message, draft: Draft) -> None:
    if draft.content is not None:
        message.content = draft.content
    if draft.components is not None:
        message.components = draft.components
    if draft.attachments is not None:
        message.attachments = draft.attachments
        world.attachments.update({a.id: a for a in draft.attachments})


def _mention(world: World, message: Message, allow: Allowed, replied: User | None) -> None:
    shown = [message.content, *(c["content"] for c in walk(message.components) if "content" in c)]
    member = message.guild.member(message.author) if message.guild else None
    may = allowed(member, message.channel) if member else May.NOTHING
    speaker = Speaker(
        users=world.users, channel=message.channel, everyone=May.MENTION_EVERYONE in may
    )
    message.mentions = speaker.find("\n".join(shown), allow, replied)
    if Flag.LOADING not in message.flags:
        message.notified |= message.mentions.notified(message.channel, message.author)


def edit(world: World, message: Message, draft: Draft) -> None:
    """Change a message; the first change of a deferred answer is not shown as an edit."""
    first = message.thinking
    message.flags |= draft.flags & Flag.COMPONENTS_V2
    message.flags &= ~Flag.LOADING
    _fill(world, message, draft)
    if draft.speaks:
        _mention(world, message, draft.allowed, None)
    if not first:
        message.edited_at = world.clock.now()
        message.edits += 1
    world.events.message_updated(message)
    world.changes.tell()


def delete(world: World, message: Message) -> None:
    channel = message.channel
    message.deleted = True
    channel.messages.pop(message.id, None)
    if message in channel.ephemerals:
        channel.ephemerals.remove(message)
    world.events.message_deleted(message)
    world.changes.tell()


def react(world: World, message: Message, user: User, emoji: str) -> None:
    if emoji not in message.reactions and len(message.reactions) >= 20:
        raise refused(30010)
    ids = message.reactions.setdefault(emoji, [])
    if user.id not in ids:
        ids.append(user.id)
        world.changes.tell()


NOBODY = Allowed(parse=frozenset())


def note(world: World, channel: Channel, author: User, stamp: Stamp, text: str = "") -> Message:
    """Write a note of Discord's own."""
    return post(world, channel, author, Draft(content=text, allowed=NOBODY), stamp)


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
