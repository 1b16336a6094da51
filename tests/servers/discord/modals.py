"""Is a form one that Discord shows?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.codes import SELECTS, Kind
from tests.servers.discord.components import kind_of, number, walk
from tests.servers.discord.elements import Elements

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part
    from tests.servers.discord.interactions import Interaction

TOP = (Kind.ROW, Kind.TEXT, Kind.LABEL)
IN_LABEL = (
    Kind.TEXT_INPUT,
    *SELECTS,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
)


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
    kind = kind_of(part, TOP)
    if kind is None:
        return {"type": 0}
    about: Json = {"type": int(kind), "id": part.whole("id", 0, most=2**31 - 1)}
    if kind == Kind.TEXT:
        return {**about, "content": part.text("content", least=1, most=4000, required=True)}
    if kind == Kind.ROW:
        children = part.each("components", least=1, most=1, required=True)
        return {**about, "components": [_field(c, elements, (Kind.TEXT_INPUT,)) for c in children]}
    inner = part.child("component", required=True)
    return {
        **about,
        "label": part.text("label", least=1, most=45, required=True),
        "description": part.text("description", most=100) or None,
        "component": _field(inner, elements, IN_LABEL) if inner else {},
    }


def _field(part: Part, elements: Elements, allowed: tuple[Kind, ...]) -> Json:
    kind = kind_of(part, allowed)
    if kind is None:
        return {"type": 0}
    if part.value.get("disabled") is True:
        part.wrong(
            "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled", "disabled"
        )
    readers: dict[Kind, Callable[[Part], Json]] = {
        Kind.TEXT_INPUT: elements.text_input,
        Kind.FILE_UPLOAD: elements.file_upload,
        Kind.RADIO_GROUP: elements.choices,
        Kind.CHECKBOX_GROUP: elements.choices,
        Kind.CHECKBOX: elements.checkbox,
    }
    read = readers.get(kind, elements.select)(part)
    if kind in SELECTS:
        read["required"] = part.flag("required", default=True)
        if read["required"] and read["min_values"] == 0:
            says = "min_values must be at least 1 when the component is required."
            part.wrong("COMPONENT_MIN_VALUES_REQUIRED", says, "min_values")
    about = {"type": int(kind), "id": part.whole("id", 0, most=2**31 - 1)}
    if allowed == (Kind.TEXT_INPUT,):
        read["label"] = part.text("label", least=1, most=45, required=True)
    return {**about, **read}


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

    @property
    def labels(self) -> dict[str, str]:
        """The words above each field, by the field's custom id."""
        found = {}
        for component in self.components:
            inner: Any = component.get("component") or next(
                iter(component.get("components", [])), {}
            )
            if "custom_id" in inner:
                found[inner["custom_id"]] = component.get("label") or inner.get("label") or ""
        return found

    @property
    def plain(self) -> str:
        """All words of the form."""
        lines = [self.title]
        for component in self.components:
            lines += [component.get("content") or component.get("label") or ""]
            lines += [component.get("description") or ""]
        return "\n".join(line for line in lines if line)
