"""What does Discord send of the options that somebody gave a command?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.discord.attachments import Attachment, Upload
from tests.servers.discord.filling import CannotDo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.servers.discord.channels import Channel
    from tests.servers.discord.errors import Json
    from tests.servers.discord.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)


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
            INTEGER: lambda o, v: _number(o, int(_chosen(o, v))),
            NUMBER: lambda o, v: _number(o, float(_chosen(o, v))),
            BOOLEAN: lambda _, v: bool(v),
            USER: self._user,
            MENTIONABLE: self._user,
            CHANNEL: self._to_channel,
            ROLE: self._role,
            ATTACHMENT: self._attachment,
        }
        read = readers[option["type"]](option, value)
        return {"name": option["name"], "type": option["type"], "value": read}

    def _resolve(self, kind: str, snowflake: int, payload: Json) -> str:
        self.resolved.setdefault(kind, {})[str(snowflake)] = payload
        return str(snowflake)

    def _user(self, _: Json, value: Any) -> str:
        user = getattr(value, "user", value)
        member = self._channel.guild.member(user) if self._channel.guild else None
        if member is not None:
            payload = {**member.payload(with_user=False), "permissions": "0"}
            self._resolve("members", user.id, payload)
        return self._resolve("users", user.id, user.payload())

    def _to_channel(self, _: Json, value: Any) -> str:
        payload = {**value.payload(self._world.app.bot), "permissions": "0"}
        return self._resolve("channels", value.id, payload)

    def _role(self, _: Json, value: Any) -> str:
        return self._resolve("roles", value.id, value.payload())

    def _attachment(self, _: Json, value: Any) -> str:
        made = uploaded(self._world, self._channel, value, ephemeral=True)
        return self._resolve("attachments", made.id, self._world.links.payload(made))


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


def _number(option: Json, value: Any) -> Any:
    least, most = option.get("min_value", value), option.get("max_value", value)
    if not least <= value <= most:
        raise CannotDo(f"{option['name']} takes {least}–{most}, not {value}")
    return value
