"""What does a person read in this message?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.slack.typing_in import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.servers.slack.values import Json

    NameOf = Callable[[str], str | None]

_MARKUP = re.compile(r"<([^<>]+)>")


def plain_text(text: str, name_of: NameOf) -> str:
    """Read mrkdwn: mentions and links as people see them, entities undone."""

    def shown(found: re.Match[str]) -> str:
        inner, _, label = found[1].partition("|")
        if label:
            return label
        if inner[0] in "@#":
            return f"{inner[0]}{name_of(inner[1:]) or inner[1:]}"
        if inner.startswith("!subteam^"):
            return f"@{name_of(inner[9:]) or inner[9:]}"
        return f"@{inner[1:]}" if inner[0] == "!" else inner

    return unescape(_MARKUP.sub(shown, text))


def read_blocks(blocks: Iterable[Json], name_of: NameOf) -> list[str]:
    """Return a line or two for each block."""
    lines: list[str] = []
    for block in blocks:
        lines += _read(block, name_of)
    return [line for line in lines if line]


def _text(value: Json | None, name_of: NameOf) -> str:
    if value is None:
        return ""
    return plain_text(value["text"], name_of) if value["type"] == "mrkdwn" else str(value["text"])


def _read(block: Json, name_of: NameOf) -> list[str]:
    kind = block["type"]
    if kind == "rich_text":
        return ["".join(_typed(part, name_of) for part in block["elements"][0]["elements"])]
    if kind == "image":
        title = _text(block.get("title"), name_of)
        return [f"[image: {block['alt_text']}]" + (f" {title}" if title else "")]
    lines = [_text(block.get(key), name_of) for key in ("title", "subtitle", "text", "body")]
    lines += [_text(one, name_of) for one in block.get("fields", ())]
    if kind == "input":
        lines.append(f"{_text(block['label'], name_of)}: {_control(block['element'])}")
        lines.append(_text(block.get("hint"), name_of))
    if "hero_image" in block:
        lines.append(f"[image: {block['hero_image']['alt_text']}]")
    if "accessory" in block:
        lines.append(_control(block["accessory"]))
    lines.append(" ".join(_element(one, name_of) for one in block.get("actions", ())))
    if kind == "carousel":
        return lines + read_blocks(block["elements"], name_of)
    return [*lines, " ".join(_element(one, name_of) for one in block.get("elements", ()))]


def _element(element: Json, name_of: NameOf) -> str:
    if element["type"] in {"mrkdwn", "plain_text"}:
        return _text(element, name_of)
    return _control(element)


def _control(element: Json) -> str:
    match element["type"]:
        case "image":
            return f"[image: {element['alt_text']}]"
        case "button":
            return f"[{element['text']['text']}]"
        case "overflow":
            return "[⋯ " + ", ".join(one["text"]["text"] for one in element["options"]) + "]"
        case _:
            chosen = element.get("initial_option")
            value = chosen["text"]["text"] if chosen else element.get("initial_value", "")
            return f"[{element['type']} {value}".rstrip() + "]"


def _typed(part: Json, name_of: NameOf) -> str:
    """Read a part of what a person typed."""
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part["url"])
        case "user":
            return f"@{name_of(part['user_id']) or part['user_id']}"
        case "channel":
            return f"#{name_of(part['channel_id']) or part['channel_id']}"
        case _:
            return f"@{part['range']}"
