"""Which commands are there, and does Discord know them? Registered when they changed, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import structlog

from adapters.discord import words
from adapters.discord.parse import EDIT_IMAGE, USE_AS_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.client import Client
    from bot.ports.cards import Field, Form

_log = structlog.stdlib.get_logger("easel.discord")

Json = dict[str, Any]

_CHAT, _MESSAGE = 1, 3
_SUB, _STRING, _INTEGER, _FILE = 1, 3, 4, 11
#: for guilds and for people; in guilds, with the bot, among people
_EVERYWHERE: Json = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
#: choices of an option; more are typed, with suggestions
MOST_CHOICES = 25
#: characters of a prompt in a command
_LONGEST = 6000


def commands(form: Form) -> list[Json]:
    """Describe the commands; `form` is what is asked for a first prompt."""
    fields = [one for one in form.fields if one.kind == "choice"]
    prompt = {
        **_option("prompt", "What to draw, or to change here", _STRING),
        "required": True,
        "max_length": _LONGEST,
        "autocomplete": True,
    }
    options = [
        prompt,
        *(_choice(field) for field in fields),
        _option("image", "A picture to begin with", _FILE),
    ]
    return [
        {
            **_command("imagine", "Draw a picture, in a thread where replies edit it"),
            "options": options,
        },
        {
            **_command("easel", "About Easel"),
            "options": [
                {
                    **_option("new", "Begin a new picture, also where there are no threads", _SUB),
                    "options": [prompt],
                },
                _option("usage", "What was spent this month", _SUB),
                _option("settings", "What holds in this thread, or for you, from now on", _SUB),
                _option("help", "What can be said and done", _SUB),
            ],
        },
        {"name": EDIT_IMAGE, "type": _MESSAGE, **_EVERYWHERE},
        {"name": USE_AS_REFERENCE, "type": _MESSAGE, **_EVERYWHERE},
    ]


def _command(name: str, description: str) -> Json:
    return {"name": name, "description": description, "type": _CHAT, **_EVERYWHERE}


def _option(name: str, description: str, kind: int) -> Json:
    return {"name": name, "description": description, "type": kind}


def _choice(field: Field) -> Json:
    number = all(value.isdecimal() for value, _ in field.choices)
    option = _option(field.name, field.label, _INTEGER if number else _STRING)
    if len(field.choices) > MOST_CHOICES:
        return {**option, "autocomplete": True}
    shown = [
        {"name": words.label(name, 100), "value": int(value) if number else value}
        for value, name in field.choices
    ]
    return {**option, "choices": shown}


def suggestion(text: str) -> Json | None:
    """Offer a text to be taken over as it is; None: it is too long for that."""
    return {"name": words.label(text, 100), "value": text} if 0 < len(text) <= 100 else None


async def register(client: Client, wanted: Sequence[Json]) -> bool:
    """Have Discord know the commands; False: it does already."""
    id_ = client.application_id
    assert id_ is not None  # noqa: S101 - known after the login
    known = cast("list[Json]", await client.http.get_global_commands(id_))
    by_key = {(one["type"], one["name"]): one for one in known}
    if len(known) == len(wanted) and all(
        _same(one, by_key.get((one["type"], one["name"]))) for one in wanted
    ):
        return False
    await client.http.bulk_upsert_global_commands(id_, list(wanted))
    _log.info("commands registered", count=len(wanted))
    return True


def _same(wanted: object, known: object) -> bool:
    """Compare what is wanted with what Discord has, which adds defaults of its own."""
    if isinstance(wanted, dict):
        has = known if isinstance(known, dict) else None
        if has is None:
            return False
        keys = set(wanted) | (set(has) & {"options", "choices", "required", "autocomplete"})
        return all(_same(wanted.get(key), has.get(key)) for key in keys)
    if isinstance(wanted, list):
        if not isinstance(known, list) or len(wanted) != len(known):
            return not wanted and not known
        return all(map(_same, wanted, known))
    return (wanted or None) == (known or None)
