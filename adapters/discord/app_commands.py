"""Which application commands are there? They are registered when they have changed, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import structlog
from discord.http import Route

from adapters.discord.text import clean
from bot.ports.language import N_, _, speak

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.client import Client
    from bot.ports.cards import Field, Form
    from bot.ports.messages import Json

_log = structlog.stdlib.get_logger("easel.discord")

#: the commands of the context menu
EDIT_IMAGE, USE_AS_REFERENCE = "Edit this image", "Use as reference"

_CHAT, _MESSAGE = 1, 3
_SUB, _STRING, _INTEGER, _FILE = 1, 3, 4, 11
#: for guilds and for people; in guilds, with the bot, among people
_EVERYWHERE: Json = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
#: the option of a command that says for whom something is, and its choices
WHOSE = "for"
_SCOPES = {"channel": "channel", "workspace": "server"}
#: what the subcommands are called elsewhere; `/imagine` is called so everywhere
_SUBCOMMANDS = {
    "new": N_("/easel new"),
    "batch": N_("/easel batch"),
    "home": N_("/easel home"),
    "gallery": N_("/easel gallery"),
    "limits": N_("/easel limits"),
    "usage": N_("/easel usage"),
    "kit": N_("/easel kit"),
    "settings": N_("/easel settings"),
    "help": N_("/easel help"),
}
#: Discord's locales, by the languages that are spoken here
_LOCALES = {
    "de": ("de",),
    "fr": ("fr",),
    "es": ("es-ES", "es-419"),
    "pt-BR": ("pt-BR",),
    "ja": ("ja",),
}
#: choices of an option; more are typed, with suggestions
MAX_CHOICES = 25
#: characters of a prompt in a command
_MAX_LENGTH = 6000


def build_commands(form: Form) -> list[Json]:
    """Return the commands as JSON; `form` is what is asked for a first prompt."""
    fields = [one for one in form.fields if one.kind == "choice"]
    prompt = {
        **_option("prompt", N_("What to draw or change"), _STRING),
        "required": True,
        "max_length": _MAX_LENGTH,
        "autocomplete": True,
    }
    options = [
        prompt,
        *(_choice(field) for field in fields),
        _option("image", N_("A picture to start from"), _FILE),
    ]
    commands = [
        {
            **_command("imagine", N_("Draw a picture in a thread where replies edit it")),
            "options": options,
        },
        {
            **_command("easel", N_("About Easel")),
            "options": [
                {
                    **_option(
                        "new", N_("Start a new picture, even where there are no threads"), _SUB
                    ),
                    "options": [prompt],
                },
                {
                    **_option("batch", N_("Draw a list of prompts; you see the price first"), _SUB),
                    "options": [
                        _option(
                            "list", N_("A CSV or text file; without one, type the prompts"), _FILE
                        )
                    ],
                },
                _option("home", N_("Your canvases, spending and defaults"), _SUB),
                _option("gallery", N_("This channel's starred pictures"), _SUB),
                _option(
                    "limits",
                    N_("What this server limits, and who can draw (for its managers)"),
                    _SUB,
                ),
                _option("usage", N_("This month's spending"), _SUB),
                {
                    **_option("kit", N_("The brand kit of this channel or server"), _SUB),
                    "options": [_whose()],
                },
                _option("settings", N_("Settings for this thread, or for you"), _SUB),
                _option("help", N_("How to use Easel"), _SUB),
            ],
        },
        {"name": EDIT_IMAGE, "type": _MESSAGE, **_EVERYWHERE},
        {"name": USE_AS_REFERENCE, "type": _MESSAGE, **_EVERYWHERE},
    ]
    return [_localize(one) for one in commands]


def _localize(part: Json) -> Json:
    """Add what a command, and all in it, is called and described as in other languages."""
    name = str(part["name"])
    is_own_name = "value" in part or (part.get("type") == _MESSAGE and "description" not in part)
    texts = {
        "name": name if is_own_name else _SUBCOMMANDS.get(name, ""),
        "description": str(part.get("description", "")),
    }
    added = {
        f"{key}_localizations": found for key, text in texts.items() if (found := _translate(text))
    }
    inner: Json = {
        key: [_localize(one) for one in part[key]] for key in ("options", "choices") if key in part
    }
    return {**part, **added, **inner}


def _translate(text: str) -> dict[str, str]:
    """Return a text by Discord's locale, where it has another language's; of "/easel new", its last word."""
    found: dict[str, str] = {}
    for tag, locales in _LOCALES.items():
        with speak(tag):
            said = _(text)
        if said != text:
            found |= dict.fromkeys(locales, said.rpartition(" ")[2] if text[:1] == "/" else said)
    return found


def _whose() -> Json:
    choices = [{"name": f"this {name}", "value": value} for value, name in _SCOPES.items()]
    return {**_option(WHOSE, N_("Whose kit"), _STRING), "choices": choices}


def _command(name: str, description: str) -> Json:
    return {"name": name, "description": description, "type": _CHAT, **_EVERYWHERE}


def _option(name: str, description: str, kind: int) -> Json:
    return {"name": name, "description": description, "type": kind}


def _choice(field: Field) -> Json:
    number = all(value.isdecimal() for value, _ in field.choices)
    option = _option(field.name, field.label, _INTEGER if number else _STRING)
    if len(field.choices) > MAX_CHOICES:
        return {**option, "autocomplete": True}
    shown = [
        {"name": clean(name, 100), "value": int(value) if number else value}
        for value, name in field.choices
    ]
    return {**option, "choices": shown}


def build_suggestion(text: str) -> Json | None:
    """Return an autocomplete choice that is the text itself; None: it is too long for that."""
    return {"name": clean(text, 100), "value": text} if 0 < len(text) <= 100 else None


async def register(client: Client, wanted: Sequence[Json]) -> bool:
    """Register the commands; False: Discord has them already."""
    id_ = client.application_id
    assert id_ is not None  # noqa: S101 - known after the login
    route = Route("GET", "/applications/{application_id}/commands", application_id=id_)
    asked = client.http.request(route, params={"with_localizations": "true"})
    known = cast("list[Json]", await asked)
    by_key = {(one["type"], one["name"]): one for one in known}
    if len(known) == len(wanted) and all(
        _is_same(one, by_key.get((one["type"], one["name"]))) for one in wanted
    ):
        return False
    await client.http.bulk_upsert_global_commands(id_, list(wanted))
    _log.info("commands registered", count=len(wanted))
    return True


def _is_same(wanted: object, known: object) -> bool:
    """Return whether Discord has what is wanted; it adds defaults of its own."""
    if isinstance(wanted, dict):
        has = known if isinstance(known, dict) else None
        if has is None:
            return False
        keys = set(wanted) | (set(has) & {"options", "choices", "required", "autocomplete"})
        return all(_is_same(wanted.get(key), has.get(key)) for key in keys)
    if isinstance(wanted, list):
        if not isinstance(known, list) or len(wanted) != len(known):
            return not wanted and not known
        return all(map(_is_same, wanted, known))
    return (wanted or None) == (known or None)
