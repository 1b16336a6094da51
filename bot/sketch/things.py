"""Which drawings are there, how large are such things, where do they belong, and how do they take a colour?

Microsoft's Fluent Emoji, flat (MIT), packed by `scripts/pack_things.py`, and a handful of our own: 32 × 32 units.
"""

import colorsys
import gzip
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import orjson

ASSETS: Final = files("bot.sketch") / "assets"
_FILL: Final = re.compile(r'(fill|stroke|stop-color)="(#[0-9a-f]{3,6})"')
_ID: Final = re.compile(r'((?:id="|url\(#|href="#))([\w-]+)')


class Drawing(NamedTuple):
    """One drawing of the set."""

    body: str  #: SVG without its outer element.
    group: int  #: Unicode's group (people, animals, food …) and subgroup.
    subgroup: int
    colours: list[str]  #: Its fills, the largest area first.


@cache
def rows(name: str) -> tuple[tuple[str, str], ...]:
    """Return the rows of a text file, each split at its first colon; comments are left out."""
    lines = (line for line in (ASSETS / name).read_text().splitlines() if line and line[0] != "#")
    return tuple((key, rest.strip()) for key, _, rest in (line.partition(":") for line in lines))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return what people say in more than a word, from `patterns.txt`."""
    return re.compile(dict(rows("patterns.txt"))[name])


def inside(document: str) -> str:
    """Return what is inside an SVG file's outer element."""
    return document[document.index(">") + 1 : document.rindex("</svg>")]


@cache
def _odd() -> tuple[dict[str, float], dict[str, str]]:
    """Return what is said of single drawings: how tall they are, and where they are at home."""
    each = [(value, name) for value, names in rows("heights.txt") for name in names.split()]
    heights = {name: float(value) for value, name in each if value[0] == "0"}
    return heights, {name: value for value, name in each if value[0] != "0"}


def packed(name: str) -> dict[str, Any]:
    """Return what is in a packed data file."""
    found: dict[str, Any] = orjson.loads(gzip.decompress((ASSETS / name).read_bytes()))
    return found


@cache
def drawings() -> dict[str, Drawing]:
    """Return all drawings by their names."""
    found = {name: Drawing(*parts) for name, parts in packed("things.json.gz").items()}
    for file in (ASSETS / "own").iterdir():
        text = file.read_text()
        main = re.findall(r'data-main="(#[0-9a-f]{6})"', text)
        found[file.name.removesuffix(".svg")] = Drawing(inside(text), 5, 51, main)
    return found


def height_of(name: str) -> float:
    """Return how tall such a thing is, as a share of the short side."""
    heights = _odd()[0]
    return heights.get(name) or heights.get(f"#{drawings()[name].subgroup}", 0.17)


def zone_of(name: str) -> str:
    """Return where such a thing belongs: ground, water or sky."""
    subgroup = drawings()[name].subgroup
    usual = "sky" if subgroup in {56, 59} else "water" if subgroup in {38, 55} else "ground"
    return _odd()[1].get(name, usual)


def _full(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


@lru_cache(maxsize=4096)
def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(_full(colour)[1:])
    return colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)


@lru_cache(maxsize=512)
def recoloured(name: str, colour: str | None) -> str:
    """Return the body with the hue of its dominant fills turned to a colour (``#rrggbb``)."""
    drawing = drawings()[name]
    if colour is None:
        return drawing.body
    # what people mean: not the white of an eye or the black of a line
    mains = [c for c in drawing.colours if 0.16 < _hls(c)[1] < 0.93] or drawing.colours
    main = mains[0] if mains else "#888888"
    hue, light, strong = _hls(main)
    to_hue, to_light, to_strong = _hls(colour)

    def turned(match: re.Match[str]) -> str:
        own_hue, own_light, own_strong = _hls(match[2])
        away = min(abs(own_hue - hue), 1 - abs(own_hue - hue))
        near = own_strong <= 0.18 if strong <= 0.18 else away < 0.1 and own_strong > 0.18
        if match[2] != main and not (near and 0.12 < own_light < 0.96):
            return match[0]
        shade = min(0.97, max(0.06, to_light + (own_light - light) * 0.8))
        parts = colorsys.hls_to_rgb(to_hue, shade, to_strong)
        return f'{match[1]}="{_hex(round(part * 255) for part in parts)}"'

    return _FILL.sub(turned, drawing.body)


def _hex(parts: Iterable[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def mix(one: str, other: str, share: float) -> str:
    """Return a colour on the way from one to the other."""
    both = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return _hex(round(a + (b - a) * share) for a, b in both)


def multiply(one: str, other: str) -> str:
    """Return one colour as seen under the light of the other."""
    both = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return _hex(a * b // 255 for a, b in both)


def brightness(colour: str) -> float:
    """Return how bright a colour looks, 0 to 1."""
    red, green, blue = bytes.fromhex(colour[1:])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


@lru_cache(maxsize=64)
def lit(body: str, ambient: str, haze: str = "#ffffff", share: float = 0.0) -> str:
    """Return the body with every colour multiplied by the light, then a share of the haze mixed in."""
    if ambient == "#ffffff" and not share:
        return body

    def seen(match: re.Match[str]) -> str:
        return f'{match[1]}="{mix(multiply(_full(match[2]), ambient), haze, share)}"'

    return _FILL.sub(seen, body)


def apart(body: str, name: object) -> str:
    """Return the body with ids of its own, so that two copies don't share a gradient."""
    return _ID.sub(rf"\g<1>{name}-\g<2>", body) if "id=" in body else body
