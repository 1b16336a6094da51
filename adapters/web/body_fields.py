"""How is one field of a call's body read, refused with a sentence, and described for `openapi`? Pure."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.messages import Attachment

TOO_MANY_FILES = f"A message takes up to {limits.MAX_ATTACHMENTS} pictures."


def attachment(number: int, name: str, data: bytes, media_type: str) -> Attachment:
    """Return the value of a file that came along."""
    return Attachment(
        id=str(number), name=name[:200], media_type=media_type[:100], size=len(data), data=data
    )


def _parse_count(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("“n” is the number of images to draw. Choose 1 or 2.")  # noqa: TRY004 - pydantic's way
    return value


def _decode_files(given: object) -> list[Attachment]:
    """Read data URLs; they leave the list, so that each is in memory once."""
    if not given:
        return []
    wrong = ValueError("“files” is a list of data URLs, such as data:image/png;base64,….")
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise wrong
    if len(given) > limits.MAX_ATTACHMENTS:
        raise ValueError(TOO_MANY_FILES)
    found = []
    for number in range(len(given)):
        head, _, payload = given.pop(0).partition(",")
        media_type = head.removeprefix("data:").removesuffix(";base64")
        try:
            data = base64.b64decode(payload, validate=True) if media_type != head else b""
        except ValueError:
            data = b""
        if not data:
            raise wrong
        found.append(attachment(number, f"file {number + 1}", data, media_type))
    return found


def _parse_action(value: object) -> Action:
    known = [action.value for action in Action]
    name = value or ""
    if not isinstance(name, str):
        raise ValueError("“action” must be text.")  # noqa: TRY004 - pydantic's way to refuse
    if name not in known:
        raise ValueError(
            f"There's no action “{name[:40]}”. Choose {', '.join(known[:-1])} or {known[-1]}."
        )
    return Action(name)


def _parse_flag(value: object) -> bool | None:
    found = (
        {"": None, "true": True, "false": False}.get(value, value)
        if isinstance(value, str)
        else value
    )
    if found is not None and not isinstance(found, bool):
        raise ValueError("“starred” and “seen” are true or false.")
    return found


def _parse_fields(given: object) -> dict[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not all(
        isinstance(value, str | int) and not isinstance(value, bool) for value in given.values()
    ):
        raise ValueError("“fields” must be an object whose values are text.")
    return {str(key): str(value) for key, value in given.items()} or None


#: text, or nothing: "" and null are as if it was left out
Text = Annotated[str | None, WithJsonSchema({"type": "string"})]
Files = Annotated[
    list[Any],  # of Attachment
    PlainValidator(_decode_files),
    WithJsonSchema({"type": "array", "items": {"type": "string", "contentMediaType": "image/*"}}),
]
Count = Annotated[
    int | None,
    BeforeValidator(_parse_count),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2}),
]
AnAction = Annotated[
    Action, PlainValidator(_parse_action), WithJsonSchema({"enum": [one.value for one in Action]})
]
Flag = Annotated[bool | None, BeforeValidator(_parse_flag), WithJsonSchema({"type": "boolean"})]
Fields = Annotated[
    dict[str, str] | None,
    BeforeValidator(_parse_fields),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "integer"]}}),
]
