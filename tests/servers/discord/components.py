"""Is a message's layout one that Discord takes?

What comes in is any JSON; what goes out are components as Discord keeps them: known keys only, an id
each, and `attachment_id` where media was an `attachment://`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.codes import Kind
from tests.servers.discord.elements import Elements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.limits import Limits

TOP = (Kind.ROW, Kind.SECTION, Kind.TEXT, Kind.GALLERY, Kind.FILE)
IN_ROW = (Kind.BUTTON, Kind.STRING_SELECT)


class Layout:
    """Reads the components of one message."""

    def __init__(self, limits: Limits, find: Callable[[str], int | None]) -> None:
        self._limits = limits
        #: a media link → the id of the attachment that it means
        self._find = find
        self._elements = Elements()
        self._count = 0
        self._text = 0

    def read(self, body: Part) -> list[Json]:
        """Read `components` of a message's body."""
        parts = body.each("components", most=self._limits.components)
        read = [self._one(part, TOP) for part in parts]
        if self._count > self._limits.components:
            says = f"Must be {self._limits.components} or fewer components in total."
            body.wrong("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", says, "components")
        if self._text > self._limits.text:
            says = (
                f"The total displayable text size exceeds the maximum size of {self._limits.text}."
            )
            body.wrong("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", says, "components")
        number(read)
        return read

    def _one(self, part: Part, allowed: tuple[Kind, ...]) -> Json:
        kind = kind_of(part, allowed)
        if kind is None:
            return {}
        self._count += 1
        readers: dict[Kind, Callable[[Part], Json]] = {
            Kind.ROW: self._row,
            Kind.SECTION: self._section,
            Kind.THUMBNAIL: self._item,
            Kind.BUTTON: self._elements.button,
            Kind.STRING_SELECT: self._elements.select,
            Kind.TEXT: self._display,
            Kind.GALLERY: self._gallery,
            Kind.FILE: self._file,
        }
        read = readers[kind](part)
        return {"type": int(kind), "id": part.whole("id", 0, most=2**31 - 1), **read}

    def _row(self, part: Part) -> Json:
        children = part.each("components", least=1, most=5, required=True)
        kinds = [child.value.get("type") for child in children]
        if len(kinds) > 1 and Kind.STRING_SELECT in kinds:
            says = "The specified component exceeds the maximum width"
            part.wrong("COMPONENT_LAYOUT_WIDTH_EXCEEDED", says, "components")
        return {"components": [self._one(child, IN_ROW) for child in children]}

    def _section(self, part: Part) -> Json:
        texts = part.each("components", least=1, most=3, required=True)
        beside = part.child("accessory", required=True)
        accessory = self._one(beside, (Kind.BUTTON, Kind.THUMBNAIL)) if beside else {}
        return {
            "components": [self._one(one, (Kind.TEXT,)) for one in texts],
            "accessory": accessory,
        }

    def _display(self, part: Part) -> Json:
        content = part.text("content", least=1, most=self._limits.text, required=True)
        self._text += len(content)
        return {"content": content}

    def _gallery(self, part: Part) -> Json:
        items = part.each("items", least=1, most=10, required=True)
        return {"items": [self._item(item) for item in items]}

    def _file(self, part: Part) -> Json:
        return {"file": self._media(part, "file"), "spoiler": part.flag("spoiler", default=False)}

    def _item(self, part: Part) -> Json:
        described = part.text("description", most=1024) or None
        return {
            "media": self._media(part, "media"),
            "description": described,
            "spoiler": part.flag("spoiler", default=False),
        }

    def _media(self, part: Part, key: str) -> Json:
        media = part.child(key, required=True)
        if media is None:
            return {}
        url = media.text("url", least=1, most=2048, required=True)
        found = self._find(url) if url else None
        if url and found is None:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            media.wrong(code, f"The referenced attachment was not found: {url[:80]}", "url")
        return {"url": url, "attachment_id": str(found)}


def kind_of(part: Part, allowed: tuple[Kind, ...]) -> Kind | None:
    """Read a component's type; None, with a complaint, when it may not stand here."""
    found = part.value.get("type")
    if found is None:
        part.missing("type")
        return None
    if isinstance(found, bool) or not isinstance(found, int) or found not in allowed:
        shown = ", ".join(str(int(kind)) for kind in sorted(allowed))
        part.wrong("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({shown}).')
        return None
    return Kind(found)


def walk(components: list[Json]) -> Iterator[Json]:
    """Go through components and all inside them, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for beside in ("component", "accessory"):
            if component.get(beside):
                yield from walk([component[beside]])


def number(components: list[Json]) -> None:
    """Assign an id to each component that has none."""
    everything = list(walk(components))
    taken = {component.get("id") for component in everything}
    free = (i for i in range(1, 10_000) if i not in taken)
    for component in everything:
        if not component.get("id"):
            component["id"] = next(free)


def attached(value: Any) -> list[int]:
    """Find the ids of attachments that components show, in order."""
    if isinstance(value, list):
        return [found for item in value for found in attached(item)]
    if not isinstance(value, dict):
        return []
    if str(value.get("attachment_id", "")).isdigit():
        return [int(value["attachment_id"])]
    return [found for item in value.values() for found in attached(item)]
