"""How does a channel look, as lines of text?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.channels import Thread
from tests.servers.discord.clock import born
from tests.servers.discord.codes import MessageType
from tests.servers.discord.reading import drawn

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.messages import Message

_NOTES = {
    MessageType.CHANNEL_NAME_CHANGE: "changed the name:",
    MessageType.CHANNEL_PINNED_MESSAGE: "pinned a message",
    MessageType.USER_JOIN: "joined",
    MessageType.THREAD_CREATED: "started a thread:",
    MessageType.THREAD_STARTER_MESSAGE: "started this thread from a message",
}


def transcript(channel: Channel) -> str:
    """Draw a channel with all its messages, its threads, and what only one person sees."""
    title = f"🧵 {channel.name}" if isinstance(channel, Thread) else f"# {channel.name}"
    if isinstance(channel, Thread) and channel.archived:
        title += " (archived)"
    messages = sorted([*channel.messages.values(), *channel.whispers], key=lambda m: m.id)
    lines = [title, *(line for message in messages for line in _message(message))]
    for thread in channel.threads:
        lines += [f"    {line}" for line in transcript(thread).splitlines()]
    return "\n".join(lines)


def _message(message: Message) -> list[str]:
    who = f"{message.author.name}{' [app]' if message.author.bot else ''}"
    head = f"  {born(message.id):%H:%M:%S} {who}"
    note = _NOTES.get(message.kind)
    if note is not None:
        return [f"{head} {note} {message.content}".rstrip()]
    if message.edits:
        head += f" (edited ×{message.edits})"
    if message.only_for is not None:
        head += f" (only {message.only_for.name} sees this)"
    command = message.interaction.get("interaction")
    if command:
        head += f" ← {command['user']['global_name']} used {command['name']}"
    elif message.kind == MessageType.REPLY and message.reference and message.reference.message:
        said = message.reference.message.plain.split("\n")[0][:40]
        head += f" ↱ {message.reference.message.author.name}: {said}"
    return [head, *(f"      {line}" for line in drawn(message))]
