"""What is behind the things: light, sky, land and water?

Landscapes are layers of SVG in `assets/layers`, 1500 units wide and drawn from the horizon (y = 0) up and down. Every
colour of theirs passes through the hour's light, so that a meadow at dusk belongs to its dusk.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from bot.sketch.compose import INSIDE
from bot.sketch.scene import Scene, dice
from bot.sketch.things import ASSETS, apart, inside, lit, mix, multiply, rows


@dataclass(frozen=True, slots=True)
class Light:
    """The light of one scene."""

    sky: tuple[str, ...]  #: The sky's colours from the top to the horizon.
    haze: str  #: What far things fade into.
    ambient: str  #: What every colour is multiplied with.
    glow: str  #: The glow around the sun or moon.
    dark: bool = False  #: Windows are lit; at night and in space there are stars.
    stars: bool = False


_PALETTE: Final = {k: [part.strip() for part in v.split("|")] for k, v in rows("light.txt")}
#: Layers behind the near ground, and those upon it.
_BEHIND: Final = {"city": "skyline", "forest": "trees"}
_UPON: Final = dict(rows("upon.txt"))
#: How high the ground's line rolls, in units.
_ROLLING: Final = {"beach": 16, "desert": 30, "city": 0, "moon": 8}
_HORIZON: Final = {"room": 0.66, "plain": 0.66, "underwater": 0.84, "moon": 0.72, "space": 1.0}


def _light_of(scene: Scene) -> Light:
    elsewhere = {"space": "space", "moon": "space", "underwater": "underwater"}
    name = elsewhere.get(scene.land, scene.time)
    colours, haze, ambient, glow, dark, stars = _PALETTE[name]
    light = Light(tuple(colours.split()), haze, ambient, glow, bool(dark), bool(stars))
    if scene.land == "underwater" and scene.time == "night":
        light = replace(light, ambient="#7f9cc0")
    if scene.weather != "clear" and scene.land not in INSIDE:
        light = _veiled(light, *_PALETTE[f"weather {scene.weather}"])
    if tint := scene.tints.get("sky"):
        deep = mix(tint, "#0b1236", 0.55 if light.stars else 0.12)
        pale = mix(deep, "#fff6e4", 0.15 if light.stars else 0.5)
        sky = (mix(deep, "#12163c", 0.25), deep, mix(deep, pale, 0.5), pale)
        light = replace(light, sky=sky, haze=mix(light.haze, pale, 0.6))
    if scene.land == "plain" or scene.layout != "none":
        light = replace(light, ambient="#ffffff")
    return light


def _veiled(light: Light, colour: str, amount: str, ambient: str) -> Light:
    veil, share = multiply(colour, light.ambient), float(amount)
    sky = tuple(mix(shade, veil, share) for shade in light.sky)
    haze, ambient = mix(light.haze, veil, share), multiply(light.ambient, ambient)
    return replace(light, sky=sky, haze=haze, ambient=ambient, stars=False)


@dataclass(slots=True)
class Canvas:
    """The SVG of one scene in the making, in units of which the short side has 1000."""

    scene: Scene
    light: Light
    width: float
    height: float
    horizon: float
    shore: float  #: Where the near land begins.
    parts: list[str] = field(default_factory=list)
    _gradients: dict[str, str] = field(default_factory=dict)

    def lit(self, colour: str, haze: float = 0.0) -> str:
        """Return a colour as the light shows it, that far away (0 near to 1 horizon)."""
        return mix(multiply(colour, self.light.ambient), self.light.haze, haze)

    def area(self, d: str, fill: str, alpha: float = 1.0) -> None:
        """Paint a filled path."""
        self.parts.append(f'<path d="{d}" fill="{fill}" fill-opacity="{alpha:.3g}"/>')

    def rect(self, x: float, y: float, w: float, h: float, fill: str) -> None:
        """Paint a rectangle."""
        self.area(f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z", fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str, alpha: float = 1.0) -> None:
        """Paint an ellipse."""
        self.parts.append(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}"'
            f' fill-opacity="{alpha:.3g}"/>'
        )

    def group(self, transform: str, body: str) -> None:
        """Put a piece of SVG where it belongs."""
        self.parts.append(f'<g transform="{transform}">{body}</g>')

    def fade(self, *stops: tuple[str, float], outwards: bool = False) -> str:
        """Return a fill that goes from the top down, or outwards: colours with their opacity."""
        inner = "".join(
            f'<stop offset="{i / (len(stops) - 1):.3g}" stop-color="{c}" stop-opacity="{a:g}"/>'
            for i, (c, a) in enumerate(stops)
        )
        tag = "radialGradient" if outwards else "linearGradient"
        name = self._gradients.setdefault(f"{tag}|{inner}", f"fade{len(self._gradients)}")
        return f"url(#{name})"

    def layer(self, name: str, y: float, haze: float = 0.0, *, lit_too: bool = True) -> None:
        """Lay a drawn layer over the picture, its horizon at a height; another part of it for each seed."""
        whole = name in {"room", "margin"}
        spare = 0.0 if whole else max(0.0, 1500 - self.width)
        left = -spare * (0.4 if name == "cliff" else dice(name, self.scene.seed).random())
        across, down = self.width / 1500 if whole else 1.0, self.height / 1000
        body = _layer(name, self.light.dark)
        if lit_too:
            body = lit(body, self.light.ambient, self.light.haze, haze)
        at = f"translate({left:.0f} {y:.0f}) scale({across:.3g} {down:.3g})"
        self.group(at, apart(body, f"{name}{len(self.parts)}"))

    def svg(self, head: str) -> str:
        """Return the whole document."""
        made = []
        for key, name in self._gradients.items():
            tag, _, inner = key.partition("|")
            along = "" if tag == "radialGradient" else ' x1="0" y1="0" x2="0" y2="1"'
            made.append(f'<{tag} id="{name}"{along}>{inner}</{tag}>')
        size = f'viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}"'
        return f"{head} {size}><defs>{''.join(made)}</defs>{''.join(self.parts)}</svg>"


@cache
def _layer(name: str, windows_lit: bool) -> str:  # noqa: FBT001 - part of the cache's key
    body = inside((ASSETS / "layers" / f"{name}.svg").read_text())
    return body.replace("#dfe9f4", "#f0e68c") if windows_lit else body


def canvas_of(scene: Scene) -> Canvas:
    """Return an empty canvas with the scene's light and horizon."""
    width, height = scene.frame
    horizon = height * _HORIZON.get(scene.land, 0.57)
    near = {"beach": 0.42, "room": 0.0, "moon": 0.02}.get(scene.land, 0.12)
    if scene.water in {"sea", "lake"} and scene.land != "beach":
        near = 0.6
    shore = horizon + near * (height - horizon)
    return Canvas(scene, _light_of(scene), width, height, horizon, shore)


def paint_backdrop(canvas: Canvas) -> None:
    """Paint all that is behind the things."""
    scene, light, width, height = canvas.scene, canvas.light, canvas.width, canvas.height
    if scene.photo:
        canvas.parts.append(
            f'<image width="{width:g}" height="{height:g}" preserveAspectRatio="xMidYMid slice"'
            f' xlink:href="data:image/jpeg;base64,{scene.photo}"/><rect width="100%" height="100%"'
            f' fill="{light.ambient}" style="mix-blend-mode:multiply"/>'
        )
    elif scene.land == "plain":
        tint = scene.tints.get("ground") or scene.tints.get("sky") or "#efe3cf"
        pale, edge = mix(tint, "#ffffff", 0.45), mix(tint, "#3a2a18", 0.06)
        canvas.rect(0, 0, width, height, canvas.fade((pale, 1), (edge, 1), outwards=True))
    elif scene.land == "room":
        canvas.layer("room", canvas.horizon)
    else:
        _sky(canvas)
        if "mountains" in scene.far:
            canvas.layer("mountains-far", canvas.horizon, 0.42)
            canvas.layer("mountains", canvas.horizon, 0.2)
        for row, haze in enumerate((0.52, 0.3, 0.08) if scene.land in _BEHIND else (), 1):
            canvas.layer(f"{_BEHIND[scene.land]}-{row}", canvas.shore, haze)
        if scene.water != "none" and scene.land not in INSIDE:
            _water(canvas)
        if scene.land != "space":
            _ground(canvas)


def _sky(canvas: Canvas) -> None:
    scene, light = canvas.scene, canvas.light
    canvas.rect(0, 0, canvas.width, canvas.height, canvas.fade(*((c, 1.0) for c in light.sky)))
    if scene.land == "underwater":
        canvas.layer("rays", 0)
    if scene.land in {"space", "moon"}:
        canvas.layer("nebula", 0)
    if light.stars:
        canvas.layer("stars", 0)
    if scene.weather in {"cloudy", "rain", "storm", "snow"} and scene.land not in INSIDE:
        canvas.layer("deck", 0, 0.2)


def _rolling(canvas: Canvas, base: float, rise: float, key: str) -> str:
    rolled, x = dice(key, canvas.scene.seed), -200.0
    d = f"M{x:.0f} {base:.0f}"
    while x < canvas.width + 100:
        step = rolled.uniform(220, 420)
        peak = base - rise * rolled.uniform(-0.4, 1)
        d += f"S{x + step * 0.6:.0f} {peak:.0f} {x + step:.0f} {peak:.0f}"
        x += step
    return f"{d}V{canvas.height + 20:.0f}H-200z"


def _ground(canvas: Canvas) -> None:
    scene, land = canvas.scene, canvas.scene.land
    white = scene.weather == "snow" and land in {"meadow", "forest", "city"}
    far, near = _PALETTE[f"ground {'snow' if white else land}"]
    if tint := scene.tints.get("ground"):
        far, near = mix(tint, "#fff6df", 0.22), mix(tint, "#151a38", 0.06)
    if scene.water == "none" and land in {"meadow", "flowers", "snow", "desert", "forest"}:
        rise = canvas.height * (0.12 if "hills" in scene.far else 0.04)
        for share, haze in ((0.0, 0.45), (0.5, 0.25)):
            base = canvas.horizon + (canvas.shore - canvas.horizon) * share
            tone = canvas.lit(mix(far, near, share), haze)
            canvas.area(_rolling(canvas, base, rise, f"hills{share}"), tone)
    area = _rolling(canvas, canvas.shore, _ROLLING.get(land, 14), "ground")
    if scene.water == "sea" or land == "beach":
        foam = f'<path d="{area}" fill="none" stroke="{canvas.lit("#ffffff")}" stroke-opacity=".5"'
        canvas.parts.append(f'{foam} stroke-width="{16 if land == "beach" else 7}"/>')
    top, foot = canvas.lit(mix(far, "#fff6df", 0.1)), canvas.lit(mix(near, "#151a38", 0.1))
    canvas.area(area, canvas.fade((top, 1), (foot, 1)))
    if "cliff" in scene.far:
        canvas.layer("cliff", canvas.horizon)
    if land in _UPON and not white:
        canvas.layer(_UPON[land], canvas.shore)


def _water(canvas: Canvas) -> None:
    scene = canvas.scene
    sky, tint = canvas.light.sky, scene.tints.get("water")
    base = tint or "#2f86b5"
    far = mix(canvas.lit(mix(base, "#fff6df", 0.25)), sky[-1], 0.25 if tint else 0.5)
    near = mix(canvas.lit(mix(base, "#151a38", 0.2)), sky[0], 0.15 if tint else 0.3)
    foot = canvas.height if scene.water == "river" else canvas.shore + 0.06 * canvas.height
    water = canvas.fade((far, 1), (near, 1))
    canvas.rect(0, canvas.horizon, canvas.width, foot - canvas.horizon, water)
    if scene.water == "lake":
        far_shore = _rolling(canvas, canvas.horizon, canvas.height * 0.06, "lake")
        canvas.area(far_shore, canvas.lit(_PALETTE[f"ground {scene.land}"][0], 0.4))
        canvas.rect(0, canvas.horizon + 12, canvas.width, foot - canvas.horizon, water)
    canvas.layer("waves", canvas.horizon)
