"""Is a body as it should be, and if not, where exactly?

A `Form` collects complaints; a `Part` is one JSON object of the body and knows its place in it.
Nothing here raises on odd JSON: every odd thing becomes a complaint.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.discord.errors import Json, invalid_form

if TYPE_CHECKING:
    from collections.abc import Collection

MISSING = "This field is required"


class Form:
    """All complaints about one body, in Discord's nested shape."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: tuple[str | int, ...], code: str, says: str) -> None:
        here = self.errors
        for step in path:
            here = here.setdefault(str(step), {})
        here.setdefault("_errors", []).append({"code": code, "message": says})

    def check(self) -> None:
        """Raise all complaints, if there are any."""
        if self.errors:
            raise invalid_form(self.errors)


@dataclass(frozen=True, slots=True)
class Part:
    form: Form
    path: tuple[str | int, ...]
    value: Json

    def wrong(self, code: str, says: str, *at: str | int) -> None:
        self.form.wrong((*self.path, *at), code, says)

    def given(self, key: str) -> bool:
        return self.value.get(key) is not None

    def missing(self, key: str) -> None:
        self.wrong("BASE_TYPE_REQUIRED", MISSING, key)

    def text(
        self, key: str, *, most: int | None = None, least: int = 0, required: bool = False
    ) -> str:
        """Read a string; "" when it is absent or wrong."""
        found = self.value.get(key)
        if found is None:
            if required:
                self.missing(key)
            return ""
        if not isinstance(found, str):
            self.wrong("STRING_TYPE_CONVERT", f'Could not interpret "{found}" as string.', key)
            return ""
        self._length(key, len(found), least, most)
        return found

    def _length(self, key: str, size: int, least: int, most: int | None) -> None:
        if most is not None and not least <= size <= most:
            if least and size >= least:
                says = f"Must be between {least} and {most} in length."
            elif size > most:
                says = f"Must be {most} or fewer in length."
            else:
                says = f"Must be between {least} and {most} in length."
            self.wrong("BASE_TYPE_BAD_LENGTH", says, key)

    def whole(
        self, key: str, default: int | None = None, *, least: int = 0, most: int | None = None
    ) -> int | None:
        """Read a whole number between `least` and `most`."""
        found = self.value.get(key)
        if found is None:
            return default
        number = as_whole(found)
        if number is None:
            self.wrong("NUMBER_TYPE_COERCE", f'Value "{found}" is not int.', key)
            return default
        if number < least:
            self.wrong(
                "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.", key
            )
        if most is not None and number > most:
            self.wrong("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.", key)
        return number

    def flag(self, key: str, *, default: bool) -> bool:
        found = self.value.get(key)
        if found is None:
            return default
        if not isinstance(found, bool):
            self.wrong("BOOLEAN_TYPE_CONVERT", "Must be either true or false.", key)
            return default
        return found

    def one_of(self, key: str, allowed: Collection[Any], *, required: bool = True) -> Any:
        """Read one of a few values; None when it is absent or another."""
        found = self.value.get(key)
        if found is None:
            if required:
                self.missing(key)
            return None
        if isinstance(found, bool | list | dict) or found not in allowed:
            shown = ", ".join(map(str, sorted(allowed, key=str)))
            self.wrong("BASE_TYPE_CHOICES", f"Value must be one of {{{shown}}}.", key)
            return None
        return found

    def child(self, key: str, *, required: bool = False) -> Part | None:
        """Read an object."""
        found = self.value.get(key)
        if found is None:
            if required:
                self.missing(key)
            return None
        if not isinstance(found, dict):
            self.wrong("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType", key)
            return None
        return Part(self.form, (*self.path, key), found)

    def each(self, key: str, *, least: int = 0, most: int, required: bool = False) -> list[Part]:
        """Read a list of objects; what is not an object is complained about and left out."""
        found = self.value.get(key)
        if found is None:
            if required:
                self.missing(key)
            return []
        if not isinstance(found, list):
            self.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType", key)
            return []
        self._length(key, len(found), least, most)
        parts = []
        for index, item in enumerate(found):
            if isinstance(item, dict):
                parts.append(Part(self.form, (*self.path, key, index), item))
            else:
                says = "Only dictionaries may be used in a DictType"
                self.wrong("DICT_TYPE_CONVERT", says, key, index)
        return parts


def as_whole(found: Any) -> int | None:
    """Read a whole number as Discord does, from a number or from digits in a string."""
    if isinstance(found, bool):
        return None
    if isinstance(found, float) and math.isfinite(found) and found == int(found):
        return int(found)
    if isinstance(found, int):
        return found
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 20:
        return int(found)
    return None
