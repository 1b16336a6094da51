"""How does a channel look to somebody who reads it?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.servers.slack.reading import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.slack.channel import Channel
    from tests.servers.slack.message import Message

_WIDE = 14


def transcript(channel: Channel) -> str:
    """Write a channel down: who said what, threads below their roots, ephemeral messages marked."""
    title = f"#{channel.name}" if channel.name else "direct messages"
    lines = [f"── {title} ──"]
    for root in channel.roots:
        lines += _lines(root, "")
        lines += [line for reply in root.replies for line in _lines(reply, "    ")]
        status = channel.status(root.ts)
        if status is not None:
            lines.append(f"    … {channel.workspace.bot.name} {status.text}")
        lines += [line for one in _ephemerals(channel, root.ts) for line in _lines(one, "    ")]
    lines += [line for one in _ephemerals(channel, None) for line in _lines(one, "")]
    return "\n".join(lines)


def _ephemerals(channel: Channel, thread_ts: str | None) -> Iterator[Message]:
    return (one for one in channel.ephemerals if one.thread_ts == thread_ts and not one.deleted)


def _names(message: Message) -> str:
    names = message.channel.workspace.name_of
    return " ".join(sorted(plain_text(one, names) for one in message.notified))


def shortened(text: str, most: int = 30) -> str:
    """Return the last lines of something long."""
    lines = text.splitlines()
    left = len(lines) - most
    return text if left <= 0 else "\n".join([f"… {left} lines", *lines[-most:]])


def _lines(message: Message, indent: str) -> list[str]:
    moment = time.strftime("%H:%M:%S", time.localtime(float(message.ts)))
    who = message.author.name
    if message.only_for is not None:
        who += f" (only {message.only_for.name} sees this)"
    flags = [
        *(["edited"] if message.edited else []),
        *([f"notifies {_names(message)}"] if message.notified else []),
    ]
    words = message.plain.splitlines() or [""]
    words += [f"[file: {file.name}, {file.length} bytes]" for file in message.files]
    if flags:
        words[0] = f"{words[0]}  ({', '.join(flags)})"
    head = f"{indent}{moment} {who:<{_WIDE}} "
    return [head + words[0], *(" " * len(head) + line for line in words[1:])]
