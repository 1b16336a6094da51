"""How are colours mixed?"""

import colorsys
from functools import lru_cache

Rgb = tuple[float, float, float]


@lru_cache(maxsize=4096)
def rgb(colour: str) -> Rgb:
    """Read ``#rrggbb`` as three shares of one."""
    return (
        int(colour[1:3], 16) / 255,
        int(colour[3:5], 16) / 255,
        int(colour[5:7], 16) / 255,
    )


def hexed(value: Rgb) -> str:
    """Write three shares of one as ``#rrggbb``."""
    red, green, blue = (max(0, min(255, round(part * 255))) for part in value)
    return f"#{red:02x}{green:02x}{blue:02x}"


@lru_cache(maxsize=8192)
def mix(one: str, other: str, share: float) -> str:
    """Return a colour on the way from one to the other."""
    first, second = rgb(one), rgb(other)
    return hexed(
        (
            first[0] + (second[0] - first[0]) * share,
            first[1] + (second[1] - first[1]) * share,
            first[2] + (second[2] - first[2]) * share,
        )
    )


def lighter(colour: str, share: float) -> str:
    """Return it with more light on it: warmer than plain white."""
    return mix(colour, "#fff6df", share)


def darker(colour: str, share: float) -> str:
    """Return it in shade: cooler than plain black."""
    return mix(colour, "#151a38", share)


@lru_cache(maxsize=4096)
def multiply(one: str, other: str) -> str:
    """Return one as seen under the light of the other."""
    first, second = rgb(one), rgb(other)
    return hexed((first[0] * second[0], first[1] * second[1], first[2] * second[2]))


@lru_cache(maxsize=4096)
def vivid(colour: str, factor: float, lightness: float | None = None) -> str:
    """Return it with another saturation, and the lightness asked for."""
    hue, light, colourful = colorsys.rgb_to_hls(*rgb(colour))
    return hexed(
        colorsys.hls_to_rgb(
            hue, light if lightness is None else lightness, max(0.0, min(1.0, colourful * factor))
        )
    )


def brightness(colour: str) -> float:
    """Return how bright it looks, 0 to 1."""
    red, green, blue = rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
