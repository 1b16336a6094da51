"""How do people write, edit, react and join?"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tests.servers.slack import events
from tests.servers.slack.files import StoredFile
from tests.servers.slack.typing_in import typed
from tests.servers.slack.values import PersonCannot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message
    from tests.servers.slack.person import Person

_OURS = uuid.UUID("5a1e0000-0000-4000-8000-000000000000")


def client_msg_id(message: Message) -> str:
    return str(uuid.uuid5(_OURS, f"{message.channel.id}{message.ts}"))


async def say(
    person: Person,
    channel: Channel,
    text: str,
    *,
    thread: Message | str | None,
    files: Sequence[tuple[str, bytes]],
    broadcast: bool,
    connect: bool,
) -> Message:
    workspace = person.workspace
    workspace.must_be_in(person, channel)
    if channel.kind == "im" and not workspace.slack.manifest.messages_tab:
        raise PersonCannot("sending messages to this app has been turned off")
    if not text.strip() and not files:
        raise PersonCannot("an empty message cannot be sent")
    if isinstance(thread, str) and thread not in channel.by_ts:
        raise PersonCannot(f"there is no thread {thread}")
    written, blocks = typed(text, workspace.names)
    message = workspace.compose(
        channel,
        person,
        text=written,
        blocks=blocks,
        thread=thread,
        files=[_sent(person, name, data, connect=connect) for name, data in files],
        subtype="file_share" if files else None,
        broadcast=broadcast,
    )
    return await workspace.post(message)


def _sent(person: Person, name: str, data: bytes, *, connect: bool) -> StoredFile:
    """Make a file that a person sends: it is processed when the message appears."""
    workspace = person.workspace
    made = StoredFile(
        workspace=workspace,
        id=workspace.slack.ids.make("F"),
        name=name,
        title=name,
        user=person.id,
        created=int(workspace.slack.clock.now()),
        length=len(data),
        data=data,
        completed=True,
        connect=connect,
    )
    made.process()
    workspace.files[made.id] = made
    return made


def _own(person: Person, message: Message) -> None:
    if message.author is not person or message.deleted:
        raise PersonCannot(f"{person.name} can only change what {person.name} wrote")


async def edit(person: Person, message: Message, text: str) -> Message:
    """Change an own message; the app gets `message_changed`."""
    _own(person, message)
    before = message.payload()
    message.text, message.blocks = typed(text, person.workspace.names)
    message.edited = {"user": person.id, "ts": person.workspace.next_ts()}
    await person.workspace.changed(message, before)
    return message


async def delete(person: Person, message: Message) -> None:
    """Delete an own message; the app gets `message_deleted`, or a tombstone for a thread's root."""
    _own(person, message)
    await person.workspace.removed(message)


async def react(person: Person, message: Message, name: str, *, added: bool) -> None:
    person.workspace.must_be_in(person, message.channel)
    users = message.reactions.setdefault(name, [])
    if (person.id in users) is added:
        raise PersonCannot("a reaction is there once, or not at all")
    if added:
        users.append(person.id)
    else:
        users.remove(person.id)
        if not users:
            del message.reactions[name]
    person.workspace.slack.changes.tell()
    event = events.reaction(message, person, name, added=added)
    message.events += await person.workspace.tell(event["type"], event, message.channel)


async def join(person: Person, channel: Channel) -> Message:
    """Join a public channel: a `channel_join` message, and member_joined_channel if subscribed."""
    if channel.kind != "public":
        raise PersonCannot("only public channels can be joined")
    return await _joined(channel, person, person.id, None)


async def invite_app(person: Person, channel: Channel) -> Message:
    person.workspace.must_be_in(person, channel)
    bot = person.workspace.bot
    if channel.bot_is_in:
        raise PersonCannot(f"{bot.name} is already in this channel")
    return await _joined(channel, person, bot.user_id, person.id)


async def _joined(channel: Channel, author: Person, who: str, inviter: str | None) -> Message:
    workspace = channel.workspace
    channel.members.add(who)
    message = workspace.compose(
        channel,
        author if who == author.id else workspace.bot,
        text=f"<@{who}> has joined the channel",
        subtype="channel_join",
    )
    await workspace.post(message)
    event = events.joined(who, channel, inviter)
    message.events += await workspace.tell("member_joined_channel", event, channel)
    return message
