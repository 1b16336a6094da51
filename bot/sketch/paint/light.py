"""What light lies on the scene?

One palette a time of day, changed by the weather. Every colour that is painted passes through it, so
that a house at dusk belongs to its dusk.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.sketch.paint.colour import mix, multiply
from bot.sketch.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The light of one scene."""

    #: The sky's colours from the top to the horizon.
    sky: tuple[str, ...]
    #: What far things fade into.
    haze: str
    #: What every colour is multiplied with.
    ambient: str
    #: The glow around the sun or moon.
    glow: str
    #: The sunlit side of clouds, and their shaded side.
    cloud: tuple[str, str]
    #: The colour of things' shadows on the ground, and how dark.
    shadow: str
    depth: float
    #: Windows and lamps are lit.
    lit: bool = False
    #: Stars are seen.
    stars: bool = False
    #: From where it comes: -1 left, 1 right.
    side: float = -1.0

    def on(self, colour: str, haze: float = 0.0) -> str:
        """Return a colour as this light shows it, that far away (0 near to 1 horizon)."""
        seen = multiply(colour, self.ambient)
        return mix(seen, self.haze, haze) if haze else seen


_TIMES: Final = {
    "day": Light(
        sky=("#3f8fd9", "#7fc0ef", "#bfe2f5", "#e8f3ee"), haze="#c4dff0", ambient="#ffffff",
        glow="#fff6c8", cloud=("#ffffff", "#cfdfec"), shadow="#20304a", depth=0.26,
    ),
    "dawn": Light(
        sky=("#6a83c4", "#b9a3cf", "#f5b9b2", "#ffe0b0"), haze="#f0c8c0", ambient="#f7e2e0",
        glow="#ffe9bd", cloud=("#ffe6dc", "#c9a8c6"), shadow="#3a2a58", depth=0.25,
    ),
    "golden": Light(
        sky=("#5b8fc7", "#a9bfc9", "#f6cf8c", "#ffd98a"), haze="#f6d49a", ambient="#ffebc9",
        glow="#fff0b0", cloud=("#fff3d6", "#e3b98d"), shadow="#4a3048", depth=0.3,
    ),
    "dusk": Light(
        sky=("#232a63", "#6a4a92", "#d8688a", "#ffae6b"), haze="#b5708f", ambient="#c2a4bd",
        glow="#ffd089", cloud=("#f2a08f", "#6d5192"), shadow="#1b1440", depth=0.34, lit=True,
    ),
    "night": Light(
        sky=("#070d2b", "#0f1c4d", "#1f3570", "#3a5490"), haze="#2d4684", ambient="#8492c4",
        glow="#cfe0ff", cloud=("#4a5f98", "#22336b"), shadow="#03061a", depth=0.4, lit=True,
        stars=True,
    ),
}  # fmt: skip
#: What a grey weather mixes into every colour of the sky, and how much.
_WEATHERS: Final = {
    "cloudy": ("#b8c2cc", 0.42, "#eef1f4"),
    "rain": ("#8494a6", 0.62, "#d6dde6"),
    "storm": ("#3d4660", 0.72, "#a9b2c6"),
    "snow": ("#c9d5e2", 0.6, "#f0f5fb"),
    "fog": ("#d3dade", 0.72, "#eceff0"),
}
_SPACE: Final = Light(
    sky=("#05051a", "#0d0b33", "#1b1450", "#2a1a5e"), haze="#1b1450", ambient="#e6e6ff",
    glow="#fff2c4", cloud=("#6a55a8", "#2c2160"), shadow="#04041a", depth=0.42, stars=True,
)  # fmt: skip
_UNDERWATER: Final = Light(
    sky=("#5fd0df", "#2aa2c4", "#12719f", "#0b4a78"), haze="#1d7fa8", ambient="#cdeaf4",
    glow="#e8ffff", cloud=("#bfeef2", "#68bfd2"), shadow="#052a4a", depth=0.3,
)  # fmt: skip


def _graded(colour: str, base: Light) -> tuple[str, ...]:
    """Make a sky of a colour that people asked for, in the light of the hour."""
    dark = {"night": 0.5, "dusk": 0.3}.get(
        "night" if base.stars else "dusk" if base.lit else "", 0.0
    )
    top = mix(mix(colour, "#12163c", 0.22), "#070d2b", dark)
    low = mix(mix(colour, "#fff6e4", 0.55), "#1f2d66", dark * 0.8)
    middle = mix(colour, "#0b1236", dark * 0.8)
    return (top, middle, mix(middle, low, 0.5), low)


def light_of(scene: Scene) -> Light:
    """Return the light of a scene."""
    if scene.land == "space":
        light = _SPACE
    elif scene.land == "underwater":
        light = _UNDERWATER
        if scene.time == "night":
            light = replace(
                light, sky=("#1b5a86", "#0e3a68", "#082348", "#05152e"), ambient="#7f9cc0",
                haze="#0e3a68", lit=True,
            )  # fmt: skip
    else:
        light = _weathered(_TIMES[scene.time], scene)
    if scene.sky:
        light = replace(light, sky=scene.sky, haze=mix(scene.sky[-1], light.haze, 0.35))
    colour = scene.tint("sky")
    if colour:
        light = replace(light, sky=_graded(colour, light))
        light = replace(light, haze=mix(light.haze, light.sky[-1], 0.6))
    return replace(light, side=_side(scene))


def _weathered(light: Light, scene: Scene) -> Light:
    grey = _WEATHERS.get(scene.weather)
    if grey is None:
        return light
    colour, share, ambient = grey
    veil = multiply(colour, light.ambient)
    return replace(
        light,
        sky=tuple(mix(shade, veil, share) for shade in light.sky),
        haze=mix(light.haze, veil, share),
        ambient=multiply(light.ambient, ambient),
        cloud=(mix(light.cloud[0], veil, share * 0.6), mix(light.cloud[1], veil, share)),
        depth=light.depth * 0.6,
        stars=light.stars and scene.weather == "cloudy",
    )


def _side(scene: Scene) -> float:
    """Return where the light stands: with the sun or moon, else from the seed."""
    for thing in scene.things:
        if thing.kind in {"sun", "moon"}:
            return max(-1.0, min(1.0, (thing.x - 0.5) * 2.4))
    return -0.8 if scene.seed % 2 else 0.8
