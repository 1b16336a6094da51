"""Is a form one that Discord shows?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.codes import Kind
from tests.servers.discord.components import kind_of, number, walk
from tests.servers.discord.elements import Elements, some_when_required

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.interactions import Interaction

IN_LABEL = (Kind.TEXT_INPUT, Kind.STRING_SELECT)


def read_modal(body: Part) -> Modal:
    """Read the body of a modal answer; complaints go to its form."""
    elements = Elements()
    parts = body.each("components", least=1, most=5, required=True)
    components = [_top(part, elements) for part in parts]
    number(components)
    return Modal(
        custom_id=body.text("custom_id", least=1, most=100, required=True),
        title=body.text("title", least=1, most=45, required=True),
        components=components,
    )


def _top(part: Part, elements: Elements) -> Json:
    kind = kind_of(part, (Kind.TEXT, Kind.LABEL))
    if kind is None:
        return {"type": 0}
    about: Json = {"type": int(kind), "id": part.whole("id", 0, most=2**31 - 1)}
    if kind == Kind.TEXT:
        return {**about, "content": part.text("content", least=1, most=4000, required=True)}
    inner = part.child("component", required=True)
    return {
        **about,
        "label": part.text("label", least=1, most=45, required=True),
        "description": part.text("description", most=100) or None,
        "component": _field(inner, elements) if inner else {},
    }


def _field(part: Part, elements: Elements) -> Json:
    kind = kind_of(part, IN_LABEL)
    if kind is None:
        return {"type": 0}
    readers: dict[Kind, Callable[[Part], Json]] = {
        Kind.TEXT_INPUT: elements.text_input,
        Kind.STRING_SELECT: elements.select,
    }
    read = readers[kind](part)
    if kind == Kind.STRING_SELECT:
        read["required"] = part.flag("required", default=True)
        some_when_required(part, read)
    return {"type": int(kind), "id": part.whole("id", 0, most=2**31 - 1), **read}


class Modal:
    """A form that a person has open; it stays open whatever happens to the app."""

    def __init__(self, custom_id: str, title: str, components: list[Json]) -> None:
        self.custom_id = custom_id
        self.title = title
        self.components = components
        #: what it was the answer to
        self.opened_by: Interaction | None = None

    @property
    def fields(self) -> dict[str, Json]:
        """What can be filled, by custom id."""
        return {c["custom_id"]: c for c in walk(self.components) if "custom_id" in c}
