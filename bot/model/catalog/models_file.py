"""What does the file of models (`EASEL_MODELS`) say? A table a model; `["*"]` holds for all of them.

`docs/models.md` describes it. Each mistake is told in a sentence: the file, the key, what is allowed.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.model.catalog.known import known, sizes_of, unknown
from bot.model.catalog.prices import price_of
from bot.model.requests.profiles import PROFILES, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.model.catalog.entry import ModelEntry

_PIXELS = re.compile(r"\d{2,5}x\d{2,5}")
_SHAPE = re.compile(r"\d{1,3}:\d{1,3}")
_FINENESS = re.compile(r"\d{1,2}K|512")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_TIMEOUTS = ("connect", "silence", "whole")


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _texts(pattern: re.Pattern[str] | None = None) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        return isinstance(value, list) and all(
            _text(one) and (pattern is None or pattern.fullmatch(one)) for one in value
        )

    return fits


def _number(least: float, most: float) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    )


def _whole(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and _number(least, most)(value)


def _table(key: Callable[[str], object], value: Callable[[object], object]) -> Any:  # noqa: ANN401 - a Callable
    return lambda given: (
        isinstance(given, dict) and all(key(name) and value(one) for name, one in given.items())
    )


def _switch(value: object) -> bool:
    return isinstance(value, bool)


def _address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


#: what each key may hold, and how that is said
_KEYS: dict[str, tuple[Callable[[object], bool], str]] = {
    "id": (_text, "the gateway's name of the model, a text"),
    "aliases": (_texts(), 'a list of names, such as ["banana"]'),
    "protocol": (lambda one: one in {"chat", "images"}, '"chat" or "images"'),
    "profile": (lambda one: one in PROFILES, f"one of {', '.join(PROFILES)}"),
    "url": (_address, 'an address such as "https://gateway.example/v1"'),
    "key_env": (
        _text,
        'the name of an environment variable that holds the key, such as "OTHER_KEY"',
    ),
    "listed": (_switch, "true or false"),
    "sizes": (_texts(_PIXELS), 'a list of sizes in pixels, such as ["1024x1024", "1536x1024"]'),
    "aspect_ratios": (_texts(_SHAPE), 'a list of shapes, such as ["1:1", "16:9"]'),
    "image_sizes": (_texts(_FINENESS), 'a list such as ["1K", "2K", "4K"]'),
    "qualities": (
        _texts(),
        'a list from the least on, such as ["low", "high"]; [] where it has none',
    ),
    "n": (_whole(1, 4), "a whole number from 1 to 4"),
    "prices": (
        _table(str, lambda one: price_of(one) is not None),
        'US dollars an image, by size and quality: "1024x1024 medium" = 0.04, high = 0.2, "2K" = 0.1 or any = 0.04',
    ),
    "body": (_table(str, lambda _: True), "a table of further fields, such as seed = 7"),
    "headers": (
        _table(_HEADER.fullmatch, _text),
        'a table of headers, such as X-Team = "design"; "$NAME" takes one from the environment',
    ),
    "query": (_table(_text, _text), 'a table, such as api-version = "2025-04-01-preview"'),
    "history": (lambda one: one in {"assistant", "user"}, '"assistant" or "user"'),
    "tools": (_switch, "true or false"),
    "streams": (_switch, "true or false"),
    "partial_images": (_whole(0, 3), "a whole number from 0 to 3"),
    "timeouts": (
        _table(_TIMEOUTS.__contains__, _number(0.1, 3600)),
        "a table of seconds with connect, silence (between two pieces of an answer) and whole",
    ),
    "trusted_hosts": (_texts(_HOST), 'a list of hosts, such as ["images.internal:9000"]'),
    "max_request_mb": (_number(0.1, 1000), "megabytes, from 0.1 to 1000"),
}
#: keys of the file that are a dialect's own
_PLAIN = ("tools", "streams", "partial_images", "timeouts", "headers", "query", "max_request_mb")
#: what everybody's table cannot hold: it is of one model
_OWN = frozenset({"id", "aliases"})


@dataclass(frozen=True, slots=True)
class ModelsFile:
    """What the file says."""

    models: tuple[ModelEntry, ...]
    #: of what it says nothing of
    profile: Profile
    #: by model, as `ModelEntry.prices`
    prices: Mapping[str, Mapping[str, float]]


def read_models(path: Path, profile: Profile) -> ModelsFile:
    """Read the file; the models that Easel knows are there too. Raise ValueError with a sentence."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read ({getattr(error, 'strerror', error)})") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    for name, table in tables.items():
        _check(path, name, table)
    every = tables.pop("*", {})
    usual = _base(every, profile)
    all_of_them = _dialect(path, "*", every, usual)
    found = {one.name: _model(path, one, every, all_of_them) for one in known(all_of_them)}
    for name, table in tables.items():
        own = _dialect(path, name, table, _dialect(path, "*", every, _base(table, usual)))
        like = next((one for one in known(own) if one.name == name), unknown(name, own))
        found[name] = _model(path, like, {**every, **table}, own)
    _names_are_one(path, found)
    prices = {
        name: {key: float(one) for key, one in table["prices"].items()}
        for name, table in {**dict.fromkeys(found, every), **tables}.items()
        if "prices" in table
    }
    return ModelsFile(tuple(found.values()), all_of_them, prices)


def _base(table: Mapping[str, Any], profile: Profile) -> Profile:
    return PROFILES[table["profile"]] if "profile" in table else profile


def _check(path: Path, name: str, table: object) -> None:
    if not isinstance(table, dict):
        raise ValueError(  # noqa: TRY004 - a sentence about the file, as all of these
            f"{path}: {name!r} stands outside of a table. Write the model's name above it: [gpt-4o-image]"
        )
    for key, value in table.items():
        if key not in _KEYS or (name == "*" and key in _OWN):
            raise ValueError(f"{path}: [{name}] cannot hold {key!r}. Allowed: {', '.join(_KEYS)}")
        fits, allowed = _KEYS[key]
        if not fits(value):
            raise ValueError(f"{path}: [{name}] {key} must be {allowed}")
    if "sizes" in table and "aspect_ratios" in table:
        raise ValueError(f"{path}: [{name}] can hold sizes or aspect_ratios, not both")
    if "image_sizes" in table and "aspect_ratios" not in table:
        raise ValueError(f"{path}: [{name}] image_sizes must stand beside aspect_ratios")
    for key in ("sizes", "aspect_ratios"):
        if table.get(key) == []:
            raise ValueError(f"{path}: [{name}] {key} must hold at least one")


def _dialect(path: Path, name: str, table: Mapping[str, Any], base: Profile) -> Profile:
    """Return a profile with what a table changes of it."""
    changed: dict[str, Any] = {key: table[key] for key in _PLAIN if key in table}
    for key in ("headers", "query", "timeouts"):
        if key in table:
            changed[key] = {**getattr(base, key), **table[key]}
    if "headers" in table:
        given = {key: _of_environment(path, name, one) for key, one in table["headers"].items()}
        changed["headers"] = {**base.headers, **given}
    if "body" in table:
        changed["extra_body"] = {**base.extra_body, **table["body"]}
    if "history" in table:
        changed["history_style"] = (
            "assistant" if table["history"] == "assistant" else "user_reattach"
        )
    if "trusted_hosts" in table:
        changed["trusted_hosts"] = (*base.trusted_hosts, *table["trusted_hosts"])
    if "url" in table:
        changed["url"] = table["url"].rstrip("/")
        changed["key"] = None  # the installation's key is for the installation's gateway
    if "key_env" in table:
        changed["key"] = _of_environment(path, name, f"${table['key_env']}")
    return replace(base, **changed)


def _of_environment(path: Path, name: str, value: str) -> str:
    """Return a value, or what the environment holds under the name behind its "$"."""
    if not value.startswith("$"):
        return value
    found = os.environ.get(value[1:], "").strip()
    if not found or not (found.isascii() and found.isprintable()):
        raise ValueError(
            f"{path}: [{name}] names the environment variable {value[1:]}, which is not set"
        )
    return found


def _model(path: Path, like: ModelEntry, table: Mapping[str, Any], dialect: Profile) -> ModelEntry:
    changed: dict[str, Any] = {
        key: table[key] for key in ("id", "protocol", "listed", "n") if key in table
    }
    for key in ("sizes", "qualities"):
        if key in table:
            changed[key] = tuple(table[key])
    if "aliases" in table:
        changed["aliases"] = (*like.aliases, *table["aliases"])
    if "aspect_ratios" in table:
        fineness = tuple(table.get("image_sizes", ()))
        changed["sizes"] = sizes_of(tuple(table["aspect_ratios"]), fineness)
        if len(changed["sizes"]) > 25:
            raise ValueError(
                f"{path}: [{like.name}] gives more than 25 sizes to choose from; name fewer"
            )
    if dialect.size_style == "image_config" and (table.get("qualities") or table.get("n", 1) > 1):
        raise ValueError(
            f"{path}: [{like.name}] promises qualities or several images, which its profile has no words for. "
            "Write qualities = [] and n = 1"
        )
    if dialect.url is not None and "listed" not in table:
        changed["listed"] = False  # the installation's gateway knows nothing of it
    return replace(like, profile=dialect, **changed)


def _names_are_one(path: Path, models: Mapping[str, ModelEntry]) -> None:
    taken: dict[str, str] = {}
    for model in models.values():
        for name in dict.fromkeys(one.casefold() for one in (model.name, *model.aliases)):
            if name in taken:
                raise ValueError(
                    f"{path}: [{model.name}] and [{taken[name]}] are both called {name!r}. Name each once"
                )
            taken[name] = model.name
