"""What do people read and see of a message?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.discord.channels import Thread
from tests.servers.discord.clock import born
from tests.servers.discord.codes import Kind, MessageType
from tests.servers.discord.components import walk

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.messages import Message


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    custom_id: str
    disabled: bool
    #: 1 primary, 2 secondary, 3 success, 4 danger
    style: int


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str
    description: str | None
    default: bool


@dataclass(frozen=True, slots=True)
class Select:
    custom_id: str
    placeholder: str | None
    disabled: bool
    options: tuple[Option, ...]
    min_values: int
    max_values: int


def button_of(component: Json) -> Button:
    return Button(
        label=component["label"],
        custom_id=component["custom_id"],
        disabled=component["disabled"],
        style=component["style"],
    )


def select_of(component: Json) -> Select:
    return Select(
        custom_id=component["custom_id"],
        placeholder=component["placeholder"],
        disabled=component["disabled"],
        options=tuple(Option(**option) for option in component["options"]),
        min_values=component["min_values"],
        max_values=component["max_values"],
    )


def buttons_in(components: list[Json]) -> list[Button]:
    return [button_of(c) for c in walk(components) if c["type"] == Kind.BUTTON]


def selects_in(components: list[Json]) -> list[Select]:
    return [select_of(c) for c in walk(components) if c["type"] == Kind.STRING_SELECT]


def plain_text(content: str, components: list[Json]) -> str:
    """Put together all text that people read, a line for each piece."""
    pieces = [content, *(c["content"] for c in walk(components) if c["type"] == Kind.TEXT)]
    return "\n".join(piece for piece in pieces if piece)


def drawn(message: Message) -> list[str]:
    """Draw a message as lines of text, with its files and controls."""
    lines = message.plain.splitlines()
    if message.thinking:
        lines.append("… is thinking")
    lines += [f"[{one.name}, {len(one.data)} bytes]" for one in message.shown]
    controls = [f"({one.label})" for one in message.buttons]
    controls += [f"<{' | '.join(o.label for o in one.options)}>" for one in message.selects]
    controls += [f"{emoji} {len(ids)}" for emoji, ids in message.reactions.items()]
    return [*lines, " ".join(controls)] if controls else lines


_NOTES = {
    MessageType.CHANNEL_NAME_CHANGE: "changed the name:",
    MessageType.THREAD_CREATED: "started a thread:",
    MessageType.THREAD_STARTER_MESSAGE: "started this thread from a message",
}


def transcript(channel: Channel) -> str:
    """Draw a channel with all its messages, its threads, and what only one person sees."""
    title = f"🧵 {channel.name}" if isinstance(channel, Thread) else f"# {channel.name}"
    if isinstance(channel, Thread) and channel.archived:
        title += " (archived)"
    messages = sorted([*channel.messages.values(), *channel.ephemerals], key=lambda m: m.id)
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
