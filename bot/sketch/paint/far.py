"""What stands far away: mountains, woods, the city's skyline, a headland?"""

from itertools import pairwise

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Brush, Canvas, Shape
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.land import ground_colours, layer
from bot.sketch.scene import Scene
from bot.sketch.terrain import Terrain


def paint_far(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the far features, the farthest first."""
    if "mountains" in scene.far:
        for row in range(2):
            _mountains(canvas, scene, terrain, row)
    if "volcano" in scene.far:
        _volcano(canvas, scene, terrain)
    if "city" in scene.far:
        for row in range(3):
            _skyline(canvas, scene, terrain, row)


def _jagged(dice: Dice, left: paths.Point, right: paths.Point, rough: float) -> list[paths.Point]:
    """Return a broken line between two points."""
    points = [left, right]
    for _ in range(4):
        finer = [points[0]]
        for one, two in pairwise(points):
            middle = (one[0] + two[0]) / 2, (one[1] + two[1]) / 2 + dice.real(-rough, rough)
            finer += [middle, two]
        points, rough = finer, rough * 0.52
    return points


def _mountains(canvas: Canvas, scene: Scene, terrain: Terrain, row: int) -> None:
    dice = Dice("mountains", scene.seed, row)
    frame = canvas.frame
    colour = scene.tint("mountains") or ("#7d92b8", "#5f7499")[row]
    foot = terrain.horizon + 0.05 * frame.height
    tall = frame.height * (0.3, 0.19)[row]
    haze = (0.42, 0.22)[row]
    x = -0.12 * frame.width + dice.real(0, 0.1) * frame.width
    while x < frame.width * 1.06:
        wide = frame.short * dice.real(0.34, 0.6)
        peak = (x + wide * dice.real(0.42, 0.58), foot - tall * dice.real(0.62, 1.0))
        _mountain(canvas, dice, (x, peak, x + wide, foot), (colour, haze))
        x += wide * dice.real(0.42, 0.62)


def _mountain(
    canvas: Canvas, dice: Dice, at: tuple[float, paths.Point, float, float], look: tuple[str, float]
) -> None:
    left, peak, right, foot = at
    colour, haze = look
    rough = (foot - peak[1]) * 0.09
    rise = _jagged(dice, (left, foot), peak, rough)
    fall = _jagged(dice, peak, (right, foot), rough)
    layer(canvas, paths.polygon([*rise, *fall[1:]]), (colour, mix(colour, "#8fae9a", 0.5)), haze)
    spine = _jagged(
        dice, peak, (peak[0] + (right - left) * dice.real(-0.06, 0.1), foot), rough * 0.8
    )
    dark = fall if canvas.light.side < 0 else list(reversed(rise))
    shade = canvas.seen(darker(colour, 0.34), haze)
    area = paths.polygon([*spine, *reversed(dark)])
    fill: str | Blend = shade if canvas.flat else Blend(stops=((0, shade, 0.75), (1, shade, 0.05)))
    canvas.add(Shape(d=area, fill=fill, alpha=0.5 if canvas.flat else 1, role="shade"))
    _snow_cap(canvas, rise, fall, haze)


def _snow_cap(
    canvas: Canvas, rise: list[paths.Point], fall: list[paths.Point], haze: float
) -> None:
    peak = rise[-1]
    line = peak[1] + (rise[0][1] - peak[1]) * 0.3
    left = [p for p in rise if p[1] <= line]
    right = [p for p in fall if p[1] <= line]
    if len(left) < 2 or len(right) < 2:
        return
    low, step = line + (rise[0][1] - peak[1]) * 0.06, (right[-1][0] - left[0][0]) / 5
    teeth = [
        (right[-1][0] - step * (index + 0.5), low if index % 2 == 0 else line - 8)
        for index in range(5)
    ]
    snow = canvas.seen("#f7fafd", haze * 0.5)
    canvas.add(Shape(d=paths.polygon([*left, *right[1:], *teeth]), fill=snow, role="mark"))
    dark = right if canvas.light.side < 0 else left
    half = [
        peak,
        *([p for p in dark if p != peak] if canvas.light.side < 0 else reversed(dark[:-1])),
    ]
    shade = canvas.seen("#a9bcd8", haze * 0.5)
    canvas.add(
        Shape(d=paths.polygon([*half, (peak[0], line)]), fill=shade, alpha=0.65, role="shade")
    )


def _volcano(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    frame = canvas.frame
    x = frame.width * (0.3 if scene.seed % 2 else 0.68)
    foot, tall, wide = terrain.horizon + 0.04 * frame.height, frame.short * 0.4, frame.short * 0.42
    brush = Brush(canvas, paths.Place(x=x, y=foot, scale=tall / 100), haze=0.25)
    half = wide / tall * 100
    brush.halo((0, -104, 60, 46), "#ff8a3c", 0.7)
    for index, (cx, cy, r) in enumerate(
        ((0, -116, 13), (10, -134, 17), (26, -154, 22), (50, -172, 27))
    ):
        brush.oval(
            (cx, cy, r * 1.2, r), mix("#8d8790", "#c9c3c8", index / 4), alpha=0.9, role="soft"
        )
    brush.path(
        f"M{-half:.0f} 0C-40 -30 -20 -70 -15 -100Q0 -95 15 -100C20 -70 40 -30 {half:.0f} 0Z",
        "#6d6474",
    )
    brush.path(
        "M-14 -100Q0 -94 14 -100C13 -86 9 -80 7 -64C4 -76 0 -82 -3 -58C-7 -78 -12 -84 -14 -100Z",
        "#ff7a33",
        role="glow",
    )


def _skyline(canvas: Canvas, scene: Scene, terrain: Terrain, row: int) -> None:
    dice = Dice("city", scene.seed, row)
    frame = canvas.frame
    tint = scene.tint("city")
    haze = (0.55, 0.34, 0.12)[row]
    tall = frame.height * (0.36, 0.27, 0.17)[row] * (1.4 if scene.land == "street" else 1)
    foot = terrain.shore + 0.03 * frame.height
    x = -dice.real(0, 40)
    brush = Brush(canvas, paths.Place(), haze=haze)
    while x < frame.width:
        wide = frame.short * dice.real(0.055, 0.12)
        top = foot - tall * dice.real(0.5, 1)
        colour = tint or dice.pick(("#7f8aa0", "#93859a", "#6f8796", "#a08f88", "#7a7f96"))
        layer(canvas, paths.box((x, top, wide, foot - top)), (lighter(colour, 0.1), colour), haze)
        if dice.chance(0.35):
            brush.rect((x + wide * 0.3, top - 18, wide * 0.4, 19), colour, role="back")
            brush.line(
                f"M{x + wide / 2:.0f} {top - 18:.0f}L{x + wide / 2:.0f} {top - 46:.0f}", colour, 2.5
            )
        if row and canvas.quality != "low":
            _panes(brush, dice, (x, top, wide, foot - top))
        x += wide * dice.real(0.9, 1.06)


def _panes(brush: Brush, dice: Dice, area: tuple[float, float, float, float]) -> None:
    """Paint rows of windows; at night some are lit."""
    x, top, wide, tall = area
    columns = max(2, int(wide // 21))
    gap = wide / columns
    for line in range(int(tall // 27)):
        for column in range(columns):
            lit = brush.lit and dice.chance(0.45)
            pane = (x + gap * (column + 0.28), top + 12 + line * 27, gap * 0.44, 13)
            if lit:
                brush.rect(pane, "#ffd98a", alpha=0.85, role="glow")
            elif not brush.lit or dice.chance(0.5):
                brush.rect(pane, "#dfe9f4" if not brush.lit else "#2c355c", alpha=0.5, role="mark")


def paint_cliff(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the headland: rock that rises from the shore, with grass on it."""
    if not terrain.cliff:
        return
    frame = canvas.frame
    dice = Dice("cliff", scene.seed)
    edge = [step / 20 for step in range(-1, 12)]
    across = [1 - x if terrain.cliff > 0 else x for x in edge]
    tops = [(x * frame.width, terrain.cliff_top(x)) for x in across]
    tops = [(x, y) for x, y in tops if y < terrain.horizon + 0.02 * frame.height]
    foot = terrain.shore + 0.05 * frame.height
    inner, outer = tops[-1], tops[0]
    lean = -terrain.cliff * frame.width * 0.05
    side = _jagged(dice, inner, (inner[0] + lean, foot), 16)
    rock = "#8b8079" if scene.land != "snow" else "#8d96a5"
    layer(
        canvas,
        paths.polygon([*tops, *side[1:], (outer[0], foot + 40)]),
        (lighter(rock, 0.2), darker(rock, 0.25)),
        0.1,
    )
    _strata(canvas, dice, tops, foot)
    far, near = ground_colours(scene)
    depth = frame.height * 0.03
    grass = [*tops, *((x, y + depth * dice.real(0.6, 1.3)) for x, y in reversed(tops))]
    layer(canvas, paths.smooth(grass, closed=True), (lighter(far, 0.05), near), 0.05)


def _strata(canvas: Canvas, dice: Dice, tops: list[paths.Point], foot: float) -> None:
    """Paint the faces of the rock: shaded facets from the grass down to the water."""
    if canvas.quality == "low":
        return
    shade, shine = canvas.seen("#3d3a4c"), canvas.seen("#e0d2c0")
    for index, ((x1, y1), (x2, y2)) in enumerate(pairwise(tops[1:])):
        dark = (index + (canvas.light.side > 0)) % 2 == 0
        drop = (foot - y1) * dice.real(0.75, 1.0)
        lean = dice.real(-18, 18)
        d = paths.polygon(
            [(x1, y1 + 8), (x2, y2 + 8), (x2 + lean, y2 + drop), (x1 + lean, y1 + drop * 0.9)]
        )
        blend = Blend(
            stops=((0, shade if dark else shine, 0.34 if dark else 0.22), (1, shade, 0.02))
        )
        canvas.add(Shape(d=d, fill=blend, role="shade"))
