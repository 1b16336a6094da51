"""What do people read and see of a message?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.discord.codes import SELECTS, Kind
from tests.servers.discord.components import walk

if TYPE_CHECKING:
    from tests.servers.discord.errors import Json
    from tests.servers.discord.messages import Message


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    #: None: a link
    custom_id: str | None
    disabled: bool
    #: 1 primary, 2 secondary, 3 success, 4 danger, 5 link
    style: int
    url: str | None


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
    #: of a string select; others offer people, roles or channels
    options: tuple[Option, ...]
    min_values: int
    max_values: int


def button_of(component: Json) -> Button:
    emoji = component.get("emoji", {}).get("name") or ""
    return Button(
        label=f"{emoji} {component['label'] or ''}".strip(),
        custom_id=component.get("custom_id"),
        disabled=component["disabled"],
        style=component["style"],
        url=component.get("url"),
    )


def select_of(component: Json) -> Select:
    return Select(
        custom_id=component["custom_id"],
        placeholder=component["placeholder"],
        disabled=component["disabled"],
        options=tuple(Option(**option) for option in component.get("options", [])),
        min_values=component["min_values"],
        max_values=component["max_values"],
    )


def buttons_in(components: list[Json]) -> list[Button]:
    return [button_of(c) for c in walk(components) if c["type"] == Kind.BUTTON]


def selects_in(components: list[Json]) -> list[Select]:
    return [select_of(c) for c in walk(components) if c["type"] in SELECTS]


def plain_text(content: str, components: list[Json], embeds: list[Json]) -> str:
    """Put together all text that people read, a line for each piece."""
    pieces = [content]
    pieces += [c["content"] for c in walk(components) if c["type"] == Kind.TEXT]
    for embed in embeds:
        pieces += [str(embed.get(key) or "") for key in ("title", "description")]
        for entry in embed.get("fields", []):
            pieces += [entry["name"], entry["value"]]
    return "\n".join(piece for piece in pieces if piece)


def drawn(message: Message) -> list[str]:
    """Draw a message as lines of text, with its pictures and controls."""
    lines = message.content.splitlines()
    if message.thinking:
        lines.append("… is thinking")
    files = {a.id: a for a in message.attachments}
    if not message.is_v2:
        lines += [_file(a.name, a.pixels, len(a.data)) for a in message.attachments]
    for embed in message.embeds:
        lines.append(f"▌ {plain_text('', [], [embed])}")
    for component in message.components:
        lines += _drawn(component, files)
    if message.reactions:
        lines.append(" ".join(f"{emoji} {len(ids)}" for emoji, ids in message.reactions.items()))
    return lines


def _drawn(component: Json, files: dict[int, Any]) -> list[str]:
    kind = component["type"]
    inside = component.get("components", [])
    if kind == Kind.TEXT:
        return str(component["content"]).splitlines()
    if kind == Kind.ROW:
        return [" ".join(_control(child) for child in inside)]
    if kind == Kind.SECTION:
        beside = _drawn(component["accessory"], files)
        return [*(line for child in inside for line in _drawn(child, files)), *beside]
    if kind == Kind.CONTAINER:
        return [f"│ {line}" for child in inside for line in _drawn(child, files)]
    if kind == Kind.SEPARATOR:
        return ["───"]
    if kind == Kind.BUTTON:
        return [_control(component)]
    items = component.get("items", [component])
    return [_medium(item, files) for item in items]


def _medium(item: Json, files: dict[int, Any]) -> str:
    media = item.get("media") or item["file"]
    found = files.get(int(media["attachment_id"]))
    if found is None:
        return f"[missing {media['url']}]"
    shown = _file(found.name, found.pixels, len(found.data))
    return f"{shown} “{item['description']}”" if item.get("description") else shown


def _file(name: str, pixels: tuple[int, int] | None, size: int) -> str:
    shape = f" {pixels[0]}×{pixels[1]}" if pixels else ""
    return f"[{name}{shape}, {size} bytes]"


def _control(component: Json) -> str:
    if component["type"] == Kind.BUTTON:
        button = button_of(component)
        return f"({button.label}{' ✗' if button.disabled else ''})"
    select = select_of(component)
    return f"<{select.placeholder or ''}: {' | '.join(o.label for o in select.options)}>"
