"""Is a button, a select, a text field one that Discord takes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.discord.errors import Json
    from tests.servers.discord.form import Part


class Elements:
    """Reads what people press and fill; one a message or form, for custom ids are unique in it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def custom_id(self, part: Part) -> str:
        found = part.text("custom_id", least=1, most=100, required=True)
        if found in self._taken and found:
            says = "Component custom id cannot be duplicated"
            part.wrong("COMPONENT_CUSTOM_ID_DUPLICATED", says, "custom_id")
        self._taken.add(found)
        return found

    def button(self, part: Part) -> Json:
        return {
            "style": part.one_of("style", range(1, 5)),
            "label": part.text("label", least=1, most=80, required=True),
            "disabled": part.flag("disabled", default=False),
            "custom_id": self.custom_id(part),
        }

    def select(self, part: Part) -> Json:
        least = part.whole("min_values", 1, most=25) or 0
        most = part.whole("max_values", 1, least=1, most=25) or 1
        if least > most:
            part.wrong(
                "SELECT_COMPONENT_MIN_VALUES", "min_values is above max_values", "min_values"
            )
        return {
            "custom_id": self.custom_id(part),
            "placeholder": part.text("placeholder", most=150) or None,
            "min_values": least,
            "max_values": most,
            "disabled": part.flag("disabled", default=False),
            "options": options(part),
        }

    def text_input(self, part: Part) -> Json:
        least = part.whole("min_length", 0, most=4000) or 0
        most = part.whole("max_length", 4000, least=1, most=4000) or 4000
        if least > most:
            part.wrong(
                "TEXT_INPUT_COMPONENT_MIN_LENGTH", "min_length is above max_length", "min_length"
            )
        value = part.text("value", most=4000)
        if len(value) > most:
            part.wrong("BASE_TYPE_BAD_LENGTH", f"Must be {most} or fewer in length.", "value")
        return {
            "custom_id": self.custom_id(part),
            "style": part.one_of("style", (1, 2)),
            "placeholder": part.text("placeholder", most=100) or None,
            "value": value or None,
            "required": part.flag("required", default=True),
            "min_length": least,
            "max_length": most,
        }


def some_when_required(part: Part, read: Json) -> None:
    if read["required"] and read["min_values"] == 0:
        says = "min_values must be at least 1 when the component is required."
        part.wrong("COMPONENT_MIN_VALUES_REQUIRED", says, "min_values")


def options(part: Part) -> list[Json]:
    """Read the options of a select; their values are unique."""
    read: list[Json] = []
    for option in part.each("options", least=1, most=25, required=True):
        value = option.text("value", least=1, most=100, required=True)
        if any(value == other["value"] for other in read):
            says = "The specified option value is already used"
            option.wrong("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", says, "value")
        read.append(
            {
                "label": option.text("label", least=1, most=100, required=True),
                "value": value,
                "description": option.text("description", most=100) or None,
                "default": option.flag("default", default=False),
            }
        )
    return read
