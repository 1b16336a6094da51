"""What does a person read in this message?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.slack.typing_in import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.servers.slack.values import Json

_MARKUP = re.compile(r"<([^<>]+)>")


def plain_text(text: str, name_of: Callable[[str], str | None]) -> str:
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


def read_blocks(blocks: Iterable[Json], name_of: Callable[[str], str | None]) -> list[str]:
    """Give a line or two for each block."""
    lines: list[str] = []
    for block in blocks:
        lines += _read(block, name_of)
    return [line for line in lines if line]


def _text(value: Json | str | None, name_of: Callable[[str], str | None]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if value["type"] == "mrkdwn":
        return plain_text(value["text"], name_of)
    return str(value["text"])


def _read(block: Json, name_of: Callable[[str], str | None]) -> list[str]:
    kind = block["type"]
    if kind == "rich_text":
        return [_rich(one, name_of) for one in block["elements"]]
    if kind == "image":
        title = _text(block.get("title"), name_of)
        return [f"[image: {block['alt_text']}]" + (f" {title}" if title else "")]
    if kind == "table":
        return [" | ".join(_cell(cell, name_of) for cell in row) for row in block["rows"]]
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
        lines += read_blocks(block["elements"], name_of)
    else:
        lines.append(" ".join(_element(one, name_of) for one in block.get("elements", ())))
    lines += read_blocks(block.get("child_blocks", ()), name_of)
    return lines + read_blocks(block.get("tasks", ()), name_of)


def _cell(cell: Json, name_of: Callable[[str], str | None]) -> str:
    return " ".join(_read(cell, name_of)) if cell["type"] == "rich_text" else str(cell["text"])


def _element(element: Json, name_of: Callable[[str], str | None]) -> str:
    if element["type"] in {"mrkdwn", "plain_text"}:
        return _text(element, name_of)
    return _control(element)


def _control(element: Json) -> str:
    match element["type"]:
        case "image":
            return f"[image: {element['alt_text']}]"
        case "button" | "workflow_button" | "icon_button":
            return f"[{element['text']['text']}]"
        case "overflow":
            return "[⋯ " + ", ".join(one["text"]["text"] for one in element["options"]) + "]"
        case "feedback_buttons":
            sides = (element["positive_button"], element["negative_button"])
            return " ".join(f"[{side['text']['text']}]" for side in sides)
        case _:
            chosen = element.get("initial_option")
            value = chosen["text"]["text"] if chosen else element.get("initial_value", "")
            return f"[{element['type']} {value}".rstrip() + "]"


def _rich(element: Json, name_of: Callable[[str], str | None]) -> str:
    match element["type"]:
        case "text":
            return str(element["text"])
        case "link":
            return str(element.get("text") or element["url"])
        case "user":
            return f"@{name_of(element['user_id']) or element['user_id']}"
        case "usergroup":
            return f"@{name_of(element['usergroup_id']) or element['usergroup_id']}"
        case "channel":
            return f"#{name_of(element['channel_id']) or element['channel_id']}"
        case "broadcast":
            return f"@{element['range']}"
        case "emoji":
            return f":{element['name']}:"
        case "rich_text_list":
            return "\n".join(f"• {_rich(one, name_of)}" for one in element["elements"])
        case _:
            inner = element.get("elements", ())
            return "".join(_rich(one, name_of) for one in inner) or str(element.get("fallback", ""))
