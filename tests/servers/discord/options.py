"""What does Discord send of the options that somebody gave a command?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.attachments import Attachment, Upload
from tests.servers.discord.commands import ATTACHMENT, INTEGER, STRING
from tests.servers.discord.filling import CannotDo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.world import World


def uploaded(world: World, channel: Channel, file: Any, *, ephemeral: bool) -> Attachment:
    """Put a file on Discord that somebody gives as (name, bytes) or (name, bytes, type)."""
    upload = file if isinstance(file, Upload) else Upload(*file)
    made = Attachment.of(upload, world.clock.snowflake(), channel.id, ephemeral=ephemeral)
    world.attachments[made.id] = made
    return made


class Options:
    """Reads the options of one use of a command; `resolved` is what they refer to."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self.resolved: dict[str, Json] = {}

    def given(self, leaf: Json, values: Mapping[str, Any]) -> list[Json]:
        """Read the options of a finished command."""
        offered = {option["name"]: option for option in leaf["options"]}
        unknown = values.keys() - offered.keys()
        if unknown:
            raise CannotDo(f"{leaf['name']!r} has options {sorted(offered)}, not {sorted(unknown)}")
        lacking = [n for n, o in offered.items() if o["required"] and values.get(n) is None]
        if lacking:
            raise CannotDo(f"{leaf['name']!r} needs {lacking}")
        chosen = {name: value for name, value in values.items() if value is not None}
        return [self._option(offered[name], value) for name, value in chosen.items()]

    def typed(self, leaf: Json, focused: str, text: str, values: Mapping[str, Any]) -> list[Json]:
        """Read the options of a command that somebody is still typing."""
        offered = {option["name"]: option for option in leaf["options"]}
        if not offered.get(focused, {}).get("autocomplete"):
            raise CannotDo(f"{leaf['name']!r} completes nothing for {focused!r}")
        others = [self._option(offered[name], value) for name, value in values.items()]
        kind = offered[focused]["type"]
        return [*others, {"name": focused, "type": kind, "value": text, "focused": True}]

    def _option(self, option: Json, value: Any) -> Json:
        readers: dict[int, Callable[[Json, Any], Any]] = {
            STRING: _text,
            INTEGER: lambda o, v: int(_chosen(o, v)),
            ATTACHMENT: self._attachment,
        }
        read = readers[option["type"]](option, value)
        return {"name": option["name"], "type": option["type"], "value": read}

    def _attachment(self, _: Json, value: Any) -> str:
        made = uploaded(self._world, self._channel, value, ephemeral=True)
        attachments = self.resolved.setdefault("attachments", {})
        attachments[str(made.id)] = self._world.links.payload(made)
        return str(made.id)


def _chosen(option: Json, value: Any) -> Any:
    """Choose by value or by name; only what is offered, where something is offered."""
    choices = option.get("choices")
    if not choices:
        return value
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    raise CannotDo(f"{option['name']} offers {[c['value'] for c in choices]}, not {value!r}")


def _text(option: Json, value: Any) -> str:
    text = str(_chosen(option, value)).strip()
    least, most = max(1, option.get("min_length", 0)), option.get("max_length", 6000)
    if not least <= len(text) <= most:
        raise CannotDo(f"{option['name']} takes {least}–{most} characters, not {len(text)}")
    return text
