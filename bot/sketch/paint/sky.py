"""What is behind everything: sky, stars, the glow of the light, weather's deck of clouds?"""

import math
from itertools import pairwise

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Brush, Canvas, Shape
from bot.sketch.paint.colour import lighter, mix
from bot.sketch.paint.things.heavens import HEAVENS
from bot.sketch.scene import Scene
from bot.sketch.terrain import Terrain


def paint_sky(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the sky down to a little below the horizon."""
    frame = canvas.frame
    colours = [canvas.ink.tone(colour) for colour in canvas.light.sky]
    foot = min(frame.height, terrain.horizon + 0.06 * frame.height)
    if canvas.ink.bare:
        area = paths.box((0, 0, frame.width, frame.height))
        canvas.add(Shape(d=area, fill=colours[2], role="soft"))
    elif canvas.flat:
        _bands(canvas, colours, foot)
    else:
        stops = tuple(
            (offset, colour, 1.0)
            for offset, colour in zip((0, 0.4, 0.76, 1), colours, strict=False)
        )
        area = paths.box((0, 0, frame.width, foot))
        canvas.add(Shape(d=area, fill=Blend(stops=stops), role="back"))
    if scene.land == "underwater":
        _rays(canvas)
        return
    if scene.land == "space":
        _nebula(canvas, scene)
    if canvas.light.stars:
        _stars(canvas, scene, terrain)


def _bands(canvas: Canvas, colours: list[str], foot: float) -> None:
    frame = canvas.frame
    shown = colours if canvas.quality != "low" else colours[1:]
    canvas.add(Shape(d=paths.box((0, 0, frame.width, frame.height)), fill=shown[0], role="back"))
    for index, colour in enumerate(shown[1:], start=1):
        y = foot * index / len(shown)
        d = (
            f"M0 {y:.1f}C{frame.width * 0.3:.1f} {y - 26:.1f} {frame.width * 0.7:.1f} {y - 26:.1f}"
            f" {frame.width} {y:.1f}L{frame.width} {foot:.1f} 0 {foot:.1f}Z"
        )
        canvas.add(Shape(d=d, fill=colour, role="back"))


def _stars(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    dice = Dice("stars", scene.seed)
    frame = canvas.frame
    space = scene.land == "space"
    amount = {"low": 40, "medium": 110, "high": 210}[canvas.quality]
    height = frame.height if space else terrain.horizon * 0.92
    brush = Brush(canvas, paths.Place())
    for index in range(amount):
        x, y = dice.real(0, frame.width), height * dice.real() ** (1.0 if space else 1.3)
        bright = dice.real(0.25, 1) * (1 - 0.6 * y / max(1.0, height) * (not space))
        radius = dice.real(0.7, 2.1)
        if index % 23 == 0 and not canvas.flat:
            brush.halo((x, y, 13, 13), "#dfe8ff", 0.45)
            radius = 2.7
        brush.oval((x, y, radius, radius), "#f5f3ff", alpha=bright, role="glow")


def _nebula(canvas: Canvas, scene: Scene) -> None:
    if canvas.flat:
        return
    dice = Dice("nebula", scene.seed)
    frame = canvas.frame
    brush = Brush(canvas, paths.Place())
    for colour in ("#7a3fb0", "#2f62c4", "#c2497f"):
        x, y = dice.real(0.1, 0.9) * frame.width, dice.real(0.15, 0.8) * frame.height
        brush.halo((x, y, dice.real(280, 460), dice.real(200, 330)), colour, 0.4)


def _rays(canvas: Canvas) -> None:
    if canvas.flat:
        return
    frame = canvas.frame
    seen = canvas.ink.tone("#eaffff")
    blend = Blend(stops=((0, seen, 0.3), (1, seen, 0.0)))
    for index, x in enumerate((0.06, 0.24, 0.4, 0.6, 0.8)):
        wide = 0.05 + 0.03 * (index % 3)
        top = x * frame.width
        lean = (0.5 - x) * 180
        d = paths.polygon(
            [
                (top, -10), (top + wide * frame.width, -10),
                (top + wide * 2.2 * frame.width - lean, frame.height * 0.78),
                (top - wide * 0.5 * frame.width - lean, frame.height * 0.78),
            ]
        )  # fmt: skip
        canvas.add(Shape(d=d, fill=blend, role="soft"))


def paint_glow(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Paint the light around the sun or the moon at that point."""
    if canvas.flat:
        return
    brush = Brush(canvas, paths.Place())
    colour = canvas.light.glow
    strong = 0.5 if canvas.light.stars else 0.85
    brush.halo((x, y, radius * 5.2, radius * 5.2), colour, strong)
    if canvas.quality == "high":
        for index in range(12):
            angle = index * math.tau / 12 + 0.13
            near, far = radius * 1.5, radius * (5.2 if index % 2 else 3.9)
            half = 0.035
            d = paths.polygon(
                [
                    (x + near * math.cos(angle - half), y + near * math.sin(angle - half)),
                    (
                        x + far * math.cos(angle - half * 1.5),
                        y + far * math.sin(angle - half * 1.5),
                    ),
                    (
                        x + far * math.cos(angle + half * 1.5),
                        y + far * math.sin(angle + half * 1.5),
                    ),
                    (x + near * math.cos(angle + half), y + near * math.sin(angle + half)),
                ]
            )
            canvas.add(Shape(d=d, fill=canvas.ink.tone(colour), alpha=0.09, role="soft"))


def paint_deck(canvas: Canvas, scene: Scene) -> None:
    """Paint the clouds of a grey weather along the top."""
    if scene.weather not in {"cloudy", "rain", "storm", "snow"} or scene.land in {
        "space",
        "underwater",
    }:
        return
    frame = canvas.frame
    dice = Dice("deck", scene.seed)
    light, dark = canvas.light.cloud
    rows = 2 if scene.weather in {"cloudy", "snow"} else 3
    for row in reversed(range(rows)):
        base = frame.height * (0.055 + 0.07 * row)
        tone = canvas.ink.tone(mix(light, dark, 1 - row / rows))
        points = [(-80.0, -40.0)]
        x = -80.0
        while x < frame.width + 80:
            points.append((x, base + dice.real(-24, 30)))
            x += dice.real(70, 150)
        points += [(frame.width + 90, base), (frame.width + 90, -40)]
        d = _billows(points)
        fill: str | Blend = tone
        if not canvas.flat:
            fill = Blend(stops=((0, canvas.ink.tone(dark), 1), (1, lighter(tone, 0.12), 0.94)))
        canvas.add(Shape(d=d, fill=fill, alpha=0.94, role="soft" if canvas.flat else "back"))


def paint_bolt(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the lightning of a storm, where nobody asked for one of their own."""
    if scene.weather != "storm" or any(thing.kind == "lightning" for thing in scene.things):
        return
    if scene.land in {"room", "plain", "space", "underwater"}:
        return
    look = HEAVENS["lightning"]
    x = canvas.frame.width * Dice("bolt", scene.seed).pick((0.14, 0.24, 0.74, 0.86))
    place = paths.Place(x=x, y=terrain.horizon * 0.94, scale=terrain.horizon * 0.0062)
    look.paint(Brush(canvas, place), look.mains[0], look.accents[0])


def _billows(points: list[paths.Point]) -> str:
    """Connect the lower edge with round bulges."""
    first, *middle, end, last = points
    parts = [f"M{first[0]:.1f} {first[1]:.1f}L{middle[0][0]:.1f} {middle[0][1]:.1f}C"]
    for one, two in pairwise(middle):
        wide = two[0] - one[0]
        parts.append(
            f"{one[0] + wide * 0.1:.1f} {one[1] + wide * 0.42:.1f} "
            f"{two[0] - wide * 0.1:.1f} {two[1] + wide * 0.42:.1f} {two[0]:.1f} {two[1]:.1f} "
        )
    parts.append(f"L{end[0]:.1f} {end[1]:.1f} {last[0]:.1f} {last[1]:.1f}Z")
    return "".join(parts)
