"""Which commands has the app registered, and are they ones that Discord takes?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.servers.discord.errors import Json, refused
from tests.servers.discord.form import Form, Part

if TYPE_CHECKING:
    from tests.servers.discord.clock import Clock

CHAT, MESSAGE = 1, 3
SUB = 1
STRING, INTEGER, ATTACHMENT = 3, 4, 11
WITH_CHOICES = (STRING, INTEGER)

#: how many of each type
MOST = {CHAT: 100, MESSAGE: 15}

_NAME = re.compile(r"^[-_'\w]{1,32}$")


class CommandBook:
    """The global commands; ids are kept as long as type and name stay."""

    def __init__(self, clock: Clock, application_id: int) -> None:
        self._clock = clock
        self._application_id = application_id
        self.all: list[Json] = []

    def named(self, name: str, kind: int) -> Json | None:
        for command in self.all:
            if (command["name"], command["type"]) == (name, kind):
                return command
        return None

    def replace(self, body: Any) -> list[Json]:
        """Overwrite all commands."""
        form = Form()
        listed = Part(form, (), {"commands": body}).each("commands", most=130, required=True)
        parts = [Part(form, (index,), part.value) for index, part in enumerate(listed)]
        read = [read_command(part) for part in parts]
        names = Counter((command["type"], command["name"]) for command in read)
        for part, command in zip(parts, read, strict=True):
            if names[command["type"], command["name"]] > 1:
                says = "Application command names must be unique"
                part.wrong("APPLICATION_COMMANDS_DUPLICATE_NAME", says)
        form.check()
        kinds = Counter(command["type"] for command in read)
        if any(kinds[kind] > most for kind, most in MOST.items()):
            raise refused(30032)
        self.all = [self._keep(command) for command in read]
        return self.all

    def _keep(self, read: Json) -> Json:
        old = self.named(read["name"], read["type"])
        about: Json = {
            "id": old["id"] if old else str(self._clock.snowflake()),
            "application_id": str(self._application_id),
            **read,
        }
        same = old is not None and {**old, "version": None} == {**about, "version": None}
        about["version"] = old["version"] if old and same else str(self._clock.snowflake())
        return about


def read_command(part: Part) -> Json:
    """Read one command as Discord keeps it."""
    kind = part.one_of("type", (CHAT, MESSAGE), required=False) or CHAT
    read: Json = {
        "type": kind,
        "name": _name(part) if kind == CHAT else part.text("name", least=1, most=32, required=True),
        "description": part.text(
            "description", least=int(kind == CHAT), most=100, required=kind == CHAT
        ),
        "contexts": _few(part, "contexts", (0, 1, 2)),
        "integration_types": _few(part, "integration_types", (0, 1)) or [0],
        **_localizations(part, named=kind == CHAT),
    }
    if kind != CHAT:
        if read["description"]:
            part.wrong(
                "APPLICATION_COMMAND_DESCRIPTION",
                "Context menus have no description",
                "description",
            )
        return read
    read["options"] = _options(part, inside=False)
    if _size(read) > 8000:
        part.wrong("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    return read


def _name(part: Part) -> str:
    name = part.text("name", least=1, most=32, required=True)
    if name and (not _NAME.match(name) or name != name.lower()):
        part.wrong("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid", "name")
    return name


#: the languages that Discord knows, of those that anybody here writes
_LOCALES = {"de", "en-GB", "en-US", "es-419", "es-ES", "fr", "ja", "pt-BR"}


def _localizations(part: Part, *, named: bool, most: int = 32) -> Json:
    """Read what a part is called, and described as, in other languages. `named`: is its name one of a command?"""
    read: Json = {}
    for key, longest in (("name_localizations", most), ("description_localizations", 100)):
        if not part.given(key):
            continue
        for locale, text in part.value[key].items():
            if locale not in _LOCALES or not isinstance(text, str):
                part.wrong("BASE_TYPE_CHOICES", "Unknown locale", key, locale)
            elif not 1 <= len(text) <= longest:
                part.wrong("BASE_TYPE_BAD_LENGTH", "Must be shorter.", key, locale)
            elif named and key[0] == "n" and (not _NAME.match(text) or text != text.lower()):
                part.wrong("APPLICATION_COMMAND_INVALID_NAME", "Invalid name", key, locale)
        read[key] = dict(part.value[key])
    return read


def without_localizations(read: Any) -> Any:
    """Return what Discord says of commands where nobody asks for their localizations."""
    if isinstance(read, list):
        return [without_localizations(one) for one in read]
    if isinstance(read, dict):
        left = {key: one for key, one in read.items() if not key.endswith("_localizations")}
        return {key: without_localizations(one) for key, one in left.items()}
    return read


def _few(part: Part, key: str, allowed: tuple[int, ...]) -> list[int] | None:
    found = part.value.get(key)
    if found is None:
        return None
    if not isinstance(found, list) or any(isinstance(f, bool) or f not in allowed for f in found):
        part.wrong("BASE_TYPE_CHOICES", f"Value must be one of {allowed}.", key)
        return None
    return list(found)


def _options(part: Part, *, inside: bool) -> list[Json]:
    parts = part.each("options", most=25)
    read = [_option(option, inside=inside) for option in parts]
    optional = False
    for option, one in zip(parts, read, strict=True):
        if one["name"] in [other["name"] for other in read if other is not one]:
            option.wrong(
                "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique", "name"
            )
        if one.get("required") and optional:
            says = "Required options must be placed before non-required options"
            option.wrong("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", says)
        optional = optional or not one.get("required", True)
    if len({one["type"] == SUB for one in read}) > 1:
        says = "Sub-command option types are mutually exclusive to all other types"
        part.wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", says, "options")
    return read


def _option(part: Part, *, inside: bool) -> Json:
    kinds = (STRING, INTEGER, ATTACHMENT) if inside else (SUB, STRING, INTEGER, ATTACHMENT)
    kind = part.one_of("type", kinds) or STRING
    read: Json = {
        "type": kind,
        "name": _name(part),
        "description": part.text("description", least=1, most=100, required=True),
        **_localizations(part, named=True),
    }
    if kind == SUB:
        return {**read, "options": _options(part, inside=True)}
    read["required"] = part.flag("required", default=False)
    read["autocomplete"] = part.flag("autocomplete", default=False)
    if part.given("choices"):
        read["choices"] = [read_choice(choice, kind) for choice in part.each("choices", most=25)]
    if read["autocomplete"] and read.get("choices"):
        says = "autocomplete and choices are mutually exclusive"
        part.wrong("APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", says)
    if (read["autocomplete"] or "choices" in read) and kind not in WITH_CHOICES:
        part.wrong("APPLICATION_COMMAND_CHOICES_TYPE", "This type has no choices")
    for key in ("min_length", "max_length"):
        if part.given(key):
            read[key] = part.value[key]
    return read


def read_choice(part: Part, kind: int) -> Json:
    """Read one choice, of a command or of an autocomplete answer."""
    name = part.text("name", least=1, most=100, required=True)
    value = part.value.get("value")
    if kind == STRING:
        value = part.text("value", least=1, most=100, required=True)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        part.wrong("NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.', "value")
    return {"name": name, "value": value, **_localizations(part, named=False, most=100)}


def _size(read: Json) -> int:
    total = len(read["name"]) + len(read["description"])
    for choice in read.get("choices", []):
        total += len(choice["name"]) + len(str(choice["value"]))
    return total + sum(_size(option) for option in read.get("options", []))
