"""How is a scene written as JSON, and read back when it may have been tampered with?

Reading checks every value: what isn't a scene that we could have written gives None, never an error.
"""

import base64
import binascii
import math
import re
from typing import Any, Final

import orjson

from bot.sketch.scene import (
    CAMERAS,
    FARS,
    LANDS,
    MOST_LETTERS,
    MOST_THINGS,
    MOST_WORDS,
    SEASONS,
    SIZES,
    STYLES,
    SURFACES,
    TIMES,
    VERSION,
    WATERS,
    WEATHERS,
    Scene,
    Thing,
    Words,
)  # fmt: skip
from bot.sketch.vocabulary.kinds import kind_table
from bot.sketch.vocabulary.words import WEARABLES

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MOST_PHOTO: Final = 900_000
MOST_ID: Final = 1_000_000
MOST_SEED: Final = 1 << 53


class _Wrong(Exception):
    """A value that no scene of ours has."""


def dump(scene: Scene) -> bytes:
    """Return the scene as compact JSON; defaults are left out."""
    plain = Scene(seed=0)
    data: dict[str, Any] = {"v": VERSION, "seed": scene.seed}
    for name in (
        "size", "land", "water", "far", "time", "weather", "season", "style", "camera", "tints",
        "photo", "sky", "focus", "bare",
    ):  # fmt: skip
        value = getattr(scene, name)
        if value != getattr(plain, name):
            data[name] = value
    data["zoom"] = scene.zoom
    data["things"] = [_thing(thing) for thing in scene.things]
    data["words"] = [[w.text, w.colour, w.row, w.side, w.size] for w in scene.words]
    return orjson.dumps(data)


def _thing(thing: Thing) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": thing.id, "kind": thing.kind, "zone": thing.zone, "x": thing.x,
        "y": thing.y, "size": thing.size, "seed": thing.seed,
    }  # fmt: skip
    for name in ("colour", "accent", "on", "wears"):
        value = getattr(thing, name)
        if value not in (None, ()):
            data[name] = value
    for name in ("flip", "own", "held"):
        if getattr(thing, name):
            data[name] = True
    return data


def load(raw: bytes) -> Scene | None:
    """Read a scene; None where it isn't one."""
    try:
        return _scene(_record(orjson.loads(raw)))
    except (orjson.JSONDecodeError, _Wrong):
        return None


def _record(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Wrong
    return value


def _rows(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _Wrong
    return value


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _Wrong
    if not low <= value <= high:
        raise _Wrong
    return float(value)


def _whole(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _Wrong
    return value


def _one_of(value: object, choices: tuple[str, ...]) -> Any:  # noqa: ANN401  (the literal types of the fields)
    if not isinstance(value, str) or value not in choices:
        raise _Wrong
    return value


def _colour(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _COLOUR.match(value):
        raise _Wrong
    return value


def _scene(data: dict[str, Any]) -> Scene:
    if data.get("v") != VERSION:
        raise _Wrong
    things = tuple(_read_thing(_record(row)) for row in _rows(data.get("things", []), MOST_THINGS))
    ids = [thing.id for thing in things]
    if len(set(ids)) != len(ids) or _circular(things):
        raise _Wrong
    tints = [_rows(pair, 2) for pair in _rows(data.get("tints", []), len(SURFACES))]
    if any(len(pair) != 2 or _colour(pair[1]) is None for pair in tints):
        raise _Wrong
    focus = data.get("focus")
    return Scene(
        seed=_whole(data.get("seed"), 0, MOST_SEED),
        size=_one_of(data.get("size", SIZES[0]), SIZES),
        land=_one_of(data.get("land", LANDS[0]), LANDS),
        water=_one_of(data.get("water", WATERS[0]), WATERS),
        far=tuple(_one_of(name, FARS) for name in _rows(data.get("far", []), len(FARS))),
        time=_one_of(data.get("time", TIMES[0]), TIMES),
        weather=_one_of(data.get("weather", WEATHERS[0]), WEATHERS),
        season=_one_of(data.get("season", SEASONS[0]), SEASONS),
        style=_one_of(data.get("style", STYLES[0]), STYLES),
        camera=_one_of(data.get("camera", CAMERAS[0]), CAMERAS),
        tints=tuple((_one_of(name, SURFACES), str(colour)) for name, colour in tints),
        things=things,
        words=tuple(_read_words(_rows(row, 5)) for row in _rows(data.get("words", []), MOST_WORDS)),
        photo=_photo(data.get("photo")),
        sky=_sky(data.get("sky", [])),
        zoom=_number(data.get("zoom", 0.2), 0.001, 10),
        focus=None if focus is None else _whole(focus, 0, MOST_ID),
        bare=tuple(
            _one_of(name, ("sun", "moon", "cloud")) for name in _rows(data.get("bare", []), 3)
        ),
    )


def _circular(things: tuple[Thing, ...]) -> bool:
    """Return whether things stand on each other in a circle, or on what isn't there."""
    below = {thing.id: thing.on for thing in things}
    for thing in things:
        number, steps = thing.on, 0
        while number:
            steps += 1
            if number not in below or steps > len(things):
                return True
            number = below[number]
    return False


def _sky(value: object) -> tuple[str, ...]:
    colours = [_colour(colour) for colour in _rows(value, 4)]
    if colours and (len(colours) != 4 or None in colours):
        raise _Wrong
    return tuple(colour for colour in colours if colour)


def _photo(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MOST_PHOTO:
        raise _Wrong
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _Wrong from None
    if not raw.startswith(b"\xff\xd8\xff"):
        raise _Wrong
    return value


def _read_thing(row: dict[str, Any]) -> Thing:
    on = row.get("on")
    wears = []
    for pair in _rows(row.get("wears", []), 4):
        item, *colour = _rows(pair, 2) or [None]
        wears.append(
            (_one_of(item, tuple(set(WEARABLES.values()))), _colour(colour[0] if colour else None))
        )
    return Thing(
        id=_whole(row.get("id"), 1, MOST_ID),
        kind=_one_of(row.get("kind"), tuple(kind_table())),
        zone=_one_of(row.get("zone"), ("ground", "water", "sky")),
        x=_number(row.get("x"), -1, 2),
        y=_number(row.get("y"), -1, 2),
        size=_number(row.get("size"), 0.005, 2),
        seed=_whole(row.get("seed"), 0, MOST_SEED),
        colour=_colour(row.get("colour")),
        accent=_colour(row.get("accent")),
        flip=row.get("flip") is True,
        own=row.get("own") is True,
        held=row.get("held") is True,
        on=None if on is None else _whole(on, 0, MOST_ID),
        wears=tuple(wears),
    )


def _read_words(row: list[Any]) -> Words:
    if len(row) != 5 or not isinstance(row[0], str) or len(row[0]) > MOST_LETTERS:
        raise _Wrong
    return Words(
        text=_CONTROL.sub(" ", row[0]),
        colour=_colour(row[1]),
        row=_one_of(row[2], ("top", "middle", "bottom")),
        side=_one_of(row[3], ("left", "middle", "right")),
        size=_number(row[4], 0.1, 4),
    )
