"""What do the files of models (`EASEL_MODELS`) and of prices (`EASEL_PRICES`) say? A table a model.

`["*"]` is for all models; `docs/models.md` describes the keys. Each mistake is a sentence: the file, the key,
what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from bot.model.catalog.entry import parse_price
from bot.model.catalog.known import combine_sizes, describe_unknown, known_models
from bot.model.requests.profiles import PROFILES, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bot.model.catalog.entry import ModelEntry


def _require(is_valid: Callable[[Any], object]) -> AfterValidator:
    def validate(value: object) -> object:
        if not is_valid(value):
            raise ValueError("not allowed")
        return value

    return AfterValidator(validate)


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0


_Text = Annotated[str, _require(lambda one: one.strip() and one.isprintable())]
_Size = Annotated[str, StringConstraints(pattern=r"^\d{2,5}x\d{2,5}$")]
_Shape = Annotated[str, StringConstraints(pattern=r"^\d{1,3}:\d{1,3}$")]
_Fineness = Annotated[str, StringConstraints(pattern=r"^(\d{1,2}K|512)$")]
_Host = Annotated[
    str, StringConstraints(pattern=r"^([A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?)$")
]
_Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")]
_Price = Annotated[Any, _require(lambda one: parse_price(one) is not None)]
_Seconds = Annotated[float, Field(ge=0.1, le=3600)]

#: what each key may hold, and how that is said
_KEYS: dict[str, tuple[Any, str]] = {
    "id": (_Text, "the gateway's name of the model, a text"),
    "aliases": (list[_Text], 'a list of names, such as ["banana"]'),
    "protocol": (Literal["chat", "images"], '"chat" or "images"'),
    "profile": (Annotated[str, _require(PROFILES.__contains__)], f"one of {', '.join(PROFILES)}"),
    "url": (
        Annotated[str, _require(_is_address)],
        'an address such as "https://gateway.example/v1"',
    ),
    "key_env": (
        _Text,
        'the name of an environment variable that holds the key, such as "OTHER_KEY"',
    ),
    "listed": (bool, "true or false"),
    "edits": (bool, "true or false: does it draw a picture that it is shown anew?"),
    "strengths": (
        list[Literal["photo"]],
        'a list of what it is better at than the default: ["photo"]',
    ),
    "sizes": (list[_Size], 'a list of sizes in pixels, such as ["1024x1024", "1536x1024"]'),
    "aspect_ratios": (list[_Shape], 'a list of shapes, such as ["1:1", "16:9"]'),
    "image_sizes": (list[_Fineness], 'a list such as ["1K", "2K", "4K"]'),
    "qualities": (
        list[_Text],
        'a list from the least on, such as ["low", "high"]; [] where it has none',
    ),
    "n": (Annotated[int, Field(ge=1, le=4)], "a whole number from 1 to 4"),
    "prices": (
        dict[str, _Price],
        'US dollars an image, by size and quality: "1024x1024 medium" = 0.04, high = 0.2, "2K" = 0.1 or any = 0.04',
    ),
    "body": (dict[str, Any], "a table of further fields, such as seed = 7"),
    "headers": (
        dict[_Header, _Text],
        'a table of headers, such as X-Team = "design"; "$NAME" takes one from the environment',
    ),
    "query": (dict[_Text, _Text], 'a table, such as api-version = "2025-04-01-preview"'),
    "history": (Literal["assistant", "user"], '"assistant" or "user"'),
    "tools": (bool, "true or false"),
    "streams": (bool, "true or false"),
    "partial_images": (Annotated[int, Field(ge=0, le=3)], "a whole number from 0 to 3"),
    "timeouts": (
        dict[Literal["connect", "silence", "whole"], _Seconds],
        "a table of seconds with connect, silence (between two pieces of an answer) and whole",
    ),
    "trusted_hosts": (list[_Host], 'a list of hosts, such as ["images.internal:9000"]'),
    "max_request_mb": (
        Annotated[float, Field(ge=0.1, le=1000)],
        "megabytes, from 0.1 to 1000",
    ),
}
#: keys of the file that are a profile's own
_PROFILE_KEYS = ("tools", "streams", "partial_images", "timeouts", "query", "max_request_mb")
#: what everybody's table cannot hold: it is of one model
_ONE_MODEL = frozenset({"id", "aliases"})


@dataclass(frozen=True, slots=True)
class ModelsFile:
    """What the file says."""

    models: tuple[ModelEntry, ...]
    #: of models that are not in it
    profile: Profile
    #: by model, as `ModelEntry.prices`
    prices: Mapping[str, Mapping[str, float]]


def read_models(path: Path, profile: Profile) -> ModelsFile:
    """Read the file; the models that Easel knows are there too. Raise ValueError with a sentence."""
    tables = _read_toml(path)
    for name, table in tables.items():
        _validate(path, name, table)
    common = tables.pop("*", {})
    start = _start_profile(common, profile)
    for_all = _profile(path, "*", common, start)
    found = {one.name: _entry(path, one, common, for_all) for one in known_models(for_all)}
    for name, table in tables.items():
        own = _profile(path, name, table, _profile(path, "*", common, _start_profile(table, start)))
        like = next(
            (one for one in known_models(own) if one.name == name), describe_unknown(name, own)
        )
        found[name] = _entry(path, like, {**common, **table}, own)
    _check_names(path, found)
    prices = {
        name: {key: float(one) for key, one in table["prices"].items()}
        for name, table in {**dict.fromkeys(found, common), **tables}.items()
        if "prices" in table
    }
    return ModelsFile(tuple(found.values()), for_all, prices)


def read_prices(path: Path) -> dict[str, dict[str, float]]:
    """Read US dollars by model, keys as in `ModelEntry.prices`. Raise ValueError with a sentence."""
    found: dict[str, dict[str, float]] = {}
    for name, table in _read_toml(path).items():
        prices = (
            {key: parse_price(value) for key, value in table.items()}
            if isinstance(table, dict)
            else {}
        )
        wrong = [key for key, price in prices.items() if price is None]
        if wrong or not prices:
            raise ValueError(
                f"{path}: [{name}] must hold prices such as “1024x1024 medium” = 0.04"
                + (f"; {wrong[0]!r} is none" if wrong else "")
            )
        found[name] = {key: price for key, price in prices.items() if price is not None}
    return found


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read ({getattr(error, 'strerror', error)})") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None


def _start_profile(table: Mapping[str, Any], profile: Profile) -> Profile:
    return PROFILES[table["profile"]] if "profile" in table else profile


def _validate(path: Path, name: str, table: object) -> None:
    if not isinstance(table, dict):
        raise ValueError(  # noqa: TRY004 - a sentence about the file, as all of these
            f"{path}: {name!r} stands outside of a table. Write the model's name above it: [gpt-4o-image]"
        )
    for key, value in table.items():
        if key not in _KEYS or (name == "*" and key in _ONE_MODEL):
            raise ValueError(f"{path}: [{name}] cannot hold {key!r}. Allowed: {', '.join(_KEYS)}")
        kind, allowed = _KEYS[key]
        try:
            TypeAdapter(kind, config=ConfigDict(strict=True)).validate_python(value)
        except ValidationError:
            raise ValueError(f"{path}: [{name}] {key} must be {allowed}") from None
    if "sizes" in table and "aspect_ratios" in table:
        raise ValueError(f"{path}: [{name}] can hold sizes or aspect_ratios, not both")
    if "image_sizes" in table and "aspect_ratios" not in table:
        raise ValueError(f"{path}: [{name}] image_sizes must stand beside aspect_ratios")
    for key in ("sizes", "aspect_ratios"):
        if table.get(key) == []:
            raise ValueError(f"{path}: [{name}] {key} must hold at least one")


def _profile(path: Path, name: str, table: Mapping[str, Any], base: Profile) -> Profile:
    """Return a profile with what a table changes of it."""
    changed: dict[str, Any] = {key: table[key] for key in _PROFILE_KEYS if key in table}
    for key in ("query", "timeouts"):
        if key in table:
            changed[key] = {**getattr(base, key), **table[key]}
    if "headers" in table:
        given = {key: _from_environment(path, name, one) for key, one in table["headers"].items()}
        changed["headers"] = {**base.headers, **given}
    if "body" in table:
        changed["extra_body"] = {**base.extra_body, **table["body"]}
    if "history" in table:
        styles = {"assistant": "assistant", "user": "user_reattach"}
        changed["history_style"] = styles[table["history"]]
    if "trusted_hosts" in table:
        changed["trusted_hosts"] = (*base.trusted_hosts, *table["trusted_hosts"])
    if "url" in table:
        changed["url"] = table["url"].rstrip("/")
        changed["key"] = None  # the installation's key is for the installation's gateway
    if "key_env" in table:
        changed["key"] = _from_environment(path, name, f"${table['key_env']}")
    return replace(base, **changed)


def _from_environment(path: Path, name: str, value: str) -> str:
    """Return a value, or what the environment holds under the name behind its "$"."""
    if not value.startswith("$"):
        return value
    found = os.environ.get(value[1:], "").strip()
    if not found or not (found.isascii() and found.isprintable()):
        raise ValueError(
            f"{path}: [{name}] names the environment variable {value[1:]}, which is not set"
        )
    return found


def _entry(path: Path, like: ModelEntry, table: Mapping[str, Any], profile: Profile) -> ModelEntry:
    changed: dict[str, Any] = {
        key: table[key] for key in ("id", "protocol", "listed", "edits", "n") if key in table
    }
    for key in ("sizes", "qualities", "strengths"):
        if key in table:
            changed[key] = tuple(table[key])
    if "aliases" in table:
        changed["aliases"] = (*like.aliases, *table["aliases"])
    if "aspect_ratios" in table:
        fineness = tuple(table.get("image_sizes", ()))
        changed["sizes"] = combine_sizes(tuple(table["aspect_ratios"]), fineness)
        if len(changed["sizes"]) > 25:
            raise ValueError(
                f"{path}: [{like.name}] gives more than 25 sizes to choose from; name fewer"
            )
    if profile.size_style == "image_config" and (table.get("qualities") or table.get("n", 1) > 1):
        raise ValueError(
            f"{path}: [{like.name}] promises qualities or several images, which its profile has no words for. "
            "Write qualities = [] and n = 1"
        )
    if profile.url is not None and "listed" not in table:
        changed["listed"] = False  # the installation's gateway knows nothing of it
    return replace(like, profile=profile, **changed)


def _check_names(path: Path, models: Mapping[str, ModelEntry]) -> None:
    taken: dict[str, str] = {}
    for model in models.values():
        for name in dict.fromkeys(one.casefold() for one in (model.name, *model.aliases)):
            if name in taken:
                raise ValueError(
                    f"{path}: [{model.name}] and [{taken[name]}] are both called {name!r}. Name each once"
                )
            taken[name] = model.name
