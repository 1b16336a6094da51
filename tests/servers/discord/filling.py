"""What does Discord send when somebody fills in a form or chooses from a list?

It sends only what its own client lets people do: everything else raises `CannotDo`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.codes import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.discord.errors import Json
    from tests.servers.discord.modals import Modal


class CannotDo(AssertionError):
    """A person can't do that in Discord."""


def fill(modal: Modal, values: Mapping[str, Any]) -> list[Json]:
    """Fill in each field of a form with its value, or with what the form was pre-filled with."""
    unknown = values.keys() - modal.fields.keys()
    if unknown:
        raise CannotDo(f"the form has {sorted(modal.fields)}, not {sorted(unknown)}")
    return [_top(component, values) for component in modal.components]


def _top(component: Json, values: Mapping[str, Any]) -> Json:
    about = {"type": component["type"], "id": component["id"]}
    if component["type"] == Kind.LABEL:
        return {**about, "component": _field(component["component"], values)}
    return about


def _field(field: Json, values: Mapping[str, Any]) -> Json:
    custom_id, kind = field["custom_id"], field["type"]
    about = {"type": kind, "id": field["id"], "custom_id": custom_id}
    given = values.get(custom_id)
    if kind == Kind.TEXT_INPUT:
        return {**about, "value": _typed(field, given)}
    return {**about, "values": chosen_from(field, given)}


def _typed(field: Json, given: Any) -> str:
    text = str(field["value"] or "" if given is None else given)
    if not text and not field["required"]:
        return ""
    least = max(field["min_length"], int(field["required"]))
    if not least <= len(text) <= field["max_length"]:
        raise CannotDo(
            f"{field['custom_id']} takes {least}–{field['max_length']} characters, not {len(text)}"
        )
    if field["style"] == 1 and "\n" in text:
        raise CannotDo(f"{field['custom_id']} is a single line")
    return text


def chosen_from(field: Json, given: Any) -> list[str]:
    """Choose values of a select, by value or by label; None leaves its defaults."""
    offered = field.get("options", [])
    if given is None:
        values = [option["value"] for option in offered if option["default"]]
    else:
        wanted = [given] if isinstance(given, str | int) else list(given)
        values = [_value(field, str(one)) for one in wanted]
    _enough(field, len(values))
    return values


def _value(field: Json, wanted: str) -> str:
    for option in field["options"]:
        if wanted in (option["value"], option["label"]):
            found: str = option["value"]
            return found
    offered = [option["value"] for option in field["options"]]
    raise CannotDo(f"{field['custom_id']} offers {offered}, not {wanted!r}")


def _enough(field: Json, count: int) -> None:
    if count == 0 and not field.get("required", True):
        return
    if not field["min_values"] <= count <= field["max_values"]:
        raise CannotDo(
            f"{field['custom_id']} takes {field['min_values']}–{field['max_values']} values, not {count}"
        )
