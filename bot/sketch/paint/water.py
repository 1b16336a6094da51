"""How does water look: the sea, a lake, a river, and what it mirrors?"""

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Canvas, Shape
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.land import ground_colours, layer
from bot.sketch.scene import Scene
from bot.sketch.terrain import Terrain

BLUE = "#2f86b5"


def water_colours(canvas: Canvas, scene: Scene) -> tuple[str, str]:
    """Return the far and the near colour of the water, as seen: it mirrors the sky."""
    sky = canvas.light.sky
    tint = scene.tint("water")
    base = tint or BLUE
    far = mix(canvas.light.on(lighter(base, 0.25)), sky[-1], 0.25 if tint else 0.5)
    near = mix(canvas.light.on(darker(base, 0.2)), sky[0], 0.15 if tint else 0.3)
    return canvas.ink.tone(far), canvas.ink.tone(near)


def paint_water(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the water of the scene."""
    if scene.water == "none" or scene.land in {"room", "plain", "space", "underwater"}:
        return
    if scene.water == "river":
        _river(canvas, scene, terrain)
        return
    frame = canvas.frame
    far, near = water_colours(canvas, scene)
    if scene.water == "lake":
        area, top, bottom = _lake(terrain)
    else:
        top = terrain.horizon
        bottom = frame.height if terrain.open_water else terrain.shore + 0.05 * frame.height
        area = paths.box((0, top, frame.width, bottom - top))
    fill: str | Blend = (
        mix(far, near, 0.5) if canvas.flat else Blend(stops=((0, far, 1), (1, near, 1)))
    )
    if scene.water == "lake":
        rim = canvas.seen(darker(ground_colours(scene)[1], 0.22))
        canvas.add(Shape(d=area, fill=rim, role="line", width=9, alpha=0.55))
    canvas.add(Shape(d=area, fill=fill, role="back"))
    inset = 0.14 if scene.water == "lake" else 0.0
    _waves(canvas, scene, (top, bottom, inset))


def _lake(terrain: Terrain) -> tuple[str, float, float]:
    frame, gap = terrain.frame, terrain.shore - terrain.horizon
    top, bottom = terrain.horizon + gap * 0.16, terrain.shore + gap * 0.02
    w, middle = frame.width, (top + bottom) / 2
    points = [
        (-0.04 * w, middle), (0.1 * w, top + gap * 0.08), (0.36 * w, top), (0.7 * w, top + gap * 0.03),
        (0.94 * w, top + gap * 0.12), (1.05 * w, middle), (0.9 * w, bottom - gap * 0.02),
        (0.62 * w, bottom + gap * 0.05), (0.34 * w, bottom - gap * 0.03), (0.1 * w, bottom),
    ]  # fmt: skip
    return paths.smooth(points, closed=True), top, bottom


def _waves(canvas: Canvas, scene: Scene, area: tuple[float, float, float]) -> None:
    """Paint ripples: longer and farther apart towards the front."""
    top, bottom, inset = area
    frame, dice = canvas.frame, Dice("waves", scene.seed)
    wild = scene.weather in {"storm", "wind"}
    amount = {"low": 12, "medium": 46, "high": 92}[canvas.quality]
    far, near = water_colours(canvas, scene)
    for _ in range(amount):
        share = dice.real() ** 1.25
        y = top + 6 + (bottom - top - 8) * share
        half = (16 + 90 * share) * dice.real(0.5, 1.2)
        x = frame.width * dice.real(inset, 1 - inset)
        thick = (0.8 + 3.4 * share) * (2.2 if wild else 1)
        tone = lighter(far, 0.4) if dice.chance(0.6) else darker(near, 0.22)
        d = (
            f"M{x - half:.0f} {y:.0f}Q{x:.0f} {y - thick:.1f} {x + half:.0f} {y:.0f}"
            f"Q{x:.0f} {y + thick:.1f} {x - half:.0f} {y:.0f}Z"
        )
        canvas.add(Shape(d=d, fill=tone, alpha=0.32, role="shine"))


def paint_glitter(canvas: Canvas, scene: Scene, terrain: Terrain, x: float) -> None:
    """Paint the road of light under the sun or moon."""
    if scene.water not in {"sea", "lake"} or canvas.quality == "low" or scene.land == "underwater":
        return
    dice = Dice("glitter", scene.seed)
    if scene.water == "lake":
        _, top, bottom = _lake(terrain)
    else:
        top = terrain.horizon
        bottom = canvas.frame.height * 0.96 if terrain.open_water else terrain.shore
    colour = canvas.ink.tone(canvas.light.glow)
    rows = 34 if canvas.quality == "high" else 20
    for row in range(rows):
        share = row / rows
        y = top + 3 + (bottom - top - 6) * share
        half = (8 + 60 * share) * dice.real(0.35, 1.1)
        middle = x + dice.real(-1, 1) * (6 + 46 * share)
        thick = 1.2 + 3.2 * share
        d = (
            f"M{middle - half:.0f} {y:.0f}Q{middle:.0f} {y - thick:.1f} {middle + half:.0f} {y:.0f}"
            f"Q{middle:.0f} {y + thick:.1f} {middle - half:.0f} {y:.0f}Z"
        )
        canvas.add(Shape(d=d, fill=colour, alpha=0.62 - 0.34 * share, role="glow"))


def _river(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    frame = canvas.frame
    left: list[paths.Point] = []
    right: list[paths.Point] = []
    for step in range(15):
        y = terrain.horizon + 6 + (frame.height + 30 - terrain.horizon) * (step / 14) ** 1.2
        middle, half = terrain.river_x(y)
        left.append(((middle - half) * frame.width, y))
        right.append(((middle + half) * frame.width, y))
    far, near = water_colours(canvas, scene)
    bank = canvas.seen(darker(ground_colours(scene)[1], 0.25))
    outline = f"{paths.smooth(left)}L{paths.smooth(right[::-1])[1:]}Z"
    canvas.add(Shape(d=outline, fill=bank, role="line", width=8, alpha=0.6))
    fill: str | Blend = (
        mix(far, near, 0.5) if canvas.flat else Blend(stops=((0, far, 1), (1, near, 1)))
    )
    canvas.add(Shape(d=outline, fill=fill, role="back"))
    if canvas.quality == "low":
        return
    dice = Dice("flow", scene.seed)
    for _ in range(26):
        y = terrain.horizon + 20 + (frame.height - terrain.horizon) * dice.real() ** 0.8
        middle, half = terrain.river_x(y)
        x = (middle + half * dice.real(-0.6, 0.6)) * frame.width
        wide = half * frame.width * 0.4
        canvas.line(
            f"M{x - wide:.0f} {y:.0f}Q{x:.0f} {y - 3:.0f} {x + wide:.0f} {y:.0f}",
            lighter(far, 0.4),
            2.2,
            0.4,
        )


def paint_islet(canvas: Canvas, middle: tuple[float, float], half: float, *, rock: bool) -> None:
    """Paint the little island under something that can't swim."""
    x, y = middle
    tones = ("#a39a8c", "#6f675f") if rock else ("#e9d6a4", "#c3a26a")
    foot = half * 0.3
    d = (
        f"M{x - half:.1f} {y + foot * 0.5:.1f}C{x - half * 0.8:.1f} {y - foot * 0.35:.1f} {x - half * 0.3:.1f}"
        f" {y - foot * 0.6:.1f} {x:.1f} {y - foot * 0.5:.1f}C{x + half * 0.4:.1f} {y - foot * 0.6:.1f}"
        f" {x + half * 0.8:.1f} {y - foot * 0.3:.1f} {x + half:.1f} {y + foot * 0.5:.1f}"
        f"C{x + half * 0.6:.1f} {y + foot:.1f} {x - half * 0.6:.1f} {y + foot:.1f} {x - half:.1f} {y + foot * 0.5:.1f}Z"
    )
    foam = paths.oval((x, y + foot * 0.55, half * 1.12, foot * 0.5))
    canvas.add(Shape(d=foam, fill=canvas.seen("#ffffff"), alpha=0.4, role="shine"))
    layer(canvas, d, tones)


def paint_wake(canvas: Canvas, middle: tuple[float, float], half: float) -> None:
    """Paint the water line around something that swims."""
    x, y = middle
    white = canvas.seen("#ffffff")
    canvas.add(
        Shape(
            d=paths.oval((x, y + half * 0.03, half * 1.06, half * 0.07)),
            fill=white,
            alpha=0.35,
            role="shine",
        )
    )
