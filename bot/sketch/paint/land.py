"""What does the landscape look like: far hills, near ground, floor and wall?"""

import math

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Brush, Canvas, Shape
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.scene import Scene
from bot.sketch.terrain import INDOORS, Terrain

#: The far and the near colour of each land.
GROUNDS = {
    "meadow": ("#a8c66c", "#5c9a46"),
    "beach": ("#f4e2b6", "#e3c488"),
    "desert": ("#f0cf94", "#d99e5c"),
    "snow": ("#f6f9fc", "#d3e0ee"),
    "street": ("#a9aeb5", "#787e87"),
    "forest floor": ("#8aa35c", "#4d703c"),
    "rock": ("#a5a8a4", "#6d7276"),
    "underwater": ("#e2d2a0", "#b79a66"),
    "space": ("#8d8aa6", "#57557a"),
    "room": ("#c99a6b", "#a87648"),
    "plain": ("#efe3cf", "#dccbb0"),
    "open": ("#e9d6a4", "#cdb07a"),
}
SEASONS = {
    "autumn": ("#d3bd6a", "#a5893f"),
    "winter": ("#f4f8fc", "#d3e0ee"),
    "spring": ("#bfdc85", "#72b552"),
    "summer": ("#b5c968", "#679e3f"),
}


def ground_colours(scene: Scene) -> tuple[str, str]:
    """Return the far and the near colour of the ground."""
    tint = scene.tint("ground") or (scene.tint("background") if scene.land == "plain" else None)
    if tint:
        return lighter(tint, 0.22), darker(tint, 0.06)
    if scene.land in {"meadow", "forest floor"} and scene.season in SEASONS:
        return SEASONS[scene.season]
    if scene.weather == "snow" and scene.land in {"meadow", "forest floor", "street", "rock"}:
        return GROUNDS["snow"]
    return GROUNDS[scene.land]


def ridge(dice: Dice, width: float, base: float, swell: tuple[float, float]) -> list[paths.Point]:
    """Return a rolling line across the picture: (height of the waves, length of the waves)."""
    height, length = swell
    points: list[paths.Point] = []
    x = -length * dice.real(0.3, 1)
    up = dice.chance(0.5)
    while x < width + length:
        points.append((x, base + (-1 if up else 0.35) * height * dice.real(0.35, 1)))
        up = not up
        x += length * dice.real(0.7, 1.3)
    points.append((x, base))
    return points


def mass(points: list[paths.Point], bottom: float) -> str:
    """Return the area below a line."""
    top = paths.smooth(points)
    return f"{top}L{points[-1][0]:.1f} {bottom:.1f} {points[0][0]:.1f} {bottom:.1f}Z"


def layer(canvas: Canvas, d: str, colours: tuple[str, str], haze: float = 0.0) -> None:
    """Paint a part of the land: its upper and lower colour, seen through that much air."""
    top, low = canvas.seen(colours[0], haze), canvas.seen(colours[1], haze * 0.55)
    fill: str | Blend = (
        mix(top, low, 0.35) if canvas.flat else Blend(stops=((0, top, 1), (1, low, 1)))
    )
    canvas.add(Shape(d=d, fill=fill, role="back"))


def paint_hills(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the land between horizon and near ground."""
    if scene.land in {*INDOORS, "space", "underwater", "open"}:
        return
    dice = Dice("hills", scene.seed)
    frame, gap = canvas.frame, terrain.shore - terrain.horizon
    far, near = ground_colours(scene)
    tint = scene.tint("hills")
    hilly = "hills" in scene.far or (scene.land in {"meadow", "forest floor", "snow", "desert"})
    height = frame.height * (0.085 if "hills" in scene.far else 0.03) * hilly
    if scene.land == "desert":
        height *= 1.2
    if scene.water == "sea" and "hills" not in scene.far:
        return
    rows = ((0.02, 0.5, 1.35), (0.3, 0.32, 1.0), (0.62, 0.16, 0.6))
    for share, haze, factor in rows[: 1 if scene.water != "none" else 3]:
        base = terrain.horizon + gap * share
        points = ridge(dice, frame.width, base, (height * factor + 6, frame.short * 0.34))
        colour = tint or mix(far, darker(near, 0.12), 0.25 + share * 0.5)
        layer(
            canvas,
            mass(points, terrain.shore + gap),
            (lighter(colour, 0.14), darker(colour, 0.06)),
            haze,
        )


def paint_ground(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the near ground with what grows or lies on it."""
    if terrain.open_water or (scene.land == "space" and terrain.horizon >= canvas.frame.height):
        return
    if scene.land in INDOORS:
        _floor(canvas, scene, terrain)
        return
    dice = Dice("ground", scene.seed)
    frame = canvas.frame
    far, near = ground_colours(scene)
    swell = {"beach": 16, "desert": 26, "street": 0.5, "space": 10}.get(scene.land, 13)
    points = ridge(dice, frame.width, terrain.shore, (swell, frame.width * 0.4))
    if terrain.hill:
        points = _hilly(points, terrain)
    area = mass(points, frame.height + 20)
    if scene.land == "beach" or scene.water == "sea":
        _surf(canvas, scene, points)
    layer(canvas, area, (lighter(far, 0.1), darker(near, 0.1)))
    if scene.land in {"meadow", "forest floor", "desert", "snow", "beach", "underwater"}:
        _folds(canvas, dice, terrain, (far, near))
    if scene.land == "street" and canvas.quality != "low":
        _paving(canvas, terrain, canvas.seen(darker(near, 0.2)))
    if scene.land == "space":
        _craters(canvas, dice, terrain)


def _hilly(points: list[paths.Point], terrain: Terrain) -> list[paths.Point]:
    """Return the near land's line with the hill in it."""
    wide = terrain.frame.width
    steps = [index / 24 for index in range(-2, 27)]
    line = [(wide * x, terrain.shore - terrain.rise(x, 0.0)) for x in steps]
    sway = points[1][1] - terrain.shore
    return [(x, y + sway * math.sin(x / wide * 5 + 1)) for x, y in line]


def _surf(canvas: Canvas, scene: Scene, points: list[paths.Point]) -> None:
    """Paint the wet edge between sea and land."""
    white = canvas.seen("#ffffff")
    wide = 16 if scene.land == "beach" else 7
    for up, width, alpha in ((3, wide, 0.55), (22, 4, 0.4))[: 1 if canvas.flat else 2]:
        edge = paths.smooth([(x, y - up) for x, y in points])
        canvas.add(Shape(d=edge, fill=white, role="line", width=width, alpha=alpha))


def _folds(canvas: Canvas, dice: Dice, terrain: Terrain, colours: tuple[str, str]) -> None:
    """Paint the folds of the ground, each a little darker at its upper edge."""
    frame, span = canvas.frame, canvas.frame.height - terrain.shore
    rows = (0.3, 0.62) if canvas.quality != "low" else (0.5,)
    for index, share in enumerate(rows):
        base = terrain.shore + span * share
        points = ridge(dice, frame.width, base, (span * 0.05, frame.width * 0.38))
        tone = canvas.seen(mix(colours[0], colours[1], 0.45 + 0.4 * share))
        low = canvas.seen(darker(colours[1], 0.06 + 0.08 * index))
        fill: str | Blend = tone if canvas.flat else Blend(stops=((0, tone, 0.9), (1, low, 0.9)))
        canvas.add(Shape(d=mass(points, frame.height + 20), fill=fill, role="back"))


def _paving(canvas: Canvas, terrain: Terrain, colour: str) -> None:
    """Paint the joints of a square's slabs, in perspective."""
    frame, top = canvas.frame, terrain.shore
    joints = []
    for index in range(-9, 10):
        near, far = (frame.width * (0.5 + index * share) for share in (0.16, 0.085))
        joints.append(f"M{far:.0f} {top + 2:.0f}L{near:.0f} {frame.height:.0f}")
    for row in range(1, 6):
        y = top + (frame.height - top) * (row / 6) ** 1.4
        joints.append(f"M0 {y:.0f}L{frame.width:g} {y:.0f}")
    canvas.add(Shape(d="".join(joints), fill=colour, role="line", width=1.8, alpha=0.35))


def _craters(canvas: Canvas, dice: Dice, terrain: Terrain) -> None:
    brush = Brush(canvas, paths.Place())
    for _ in range(9):
        y = terrain.ground(dice.real(0.02, 1))
        x, wide = (
            dice.real(0, canvas.frame.width),
            24 + 40 * terrain.nearness(y) * dice.real(0.4, 1),
        )
        brush.oval((x, y, wide, wide * 0.24), "#4a4868", role="mark")
        brush.oval((x + 3, y + wide * 0.06, wide * 0.86, wide * 0.17), "#6e6c90", role="mark")


def _floor(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    far, near = ground_colours(scene)
    frame = canvas.frame
    if scene.land == "plain":
        tint = scene.tint("background") or "#efe3cf"
        middle, edge = canvas.seen(lighter(tint, 0.34)), canvas.seen(darker(tint, 0.05))
        wall: str | Blend = canvas.seen(tint)
        if not canvas.flat:
            wall = Blend(stops=((0, middle, 1), (1, edge, 1)), vector=(0.5, 0.42, 0.75))
        area = paths.box((0, 0, frame.width, frame.height))
        canvas.add(Shape(d=area, fill=wall, role="back"))
        floor = f"M0 {terrain.horizon:.0f}Q{frame.width / 2:.0f} {terrain.horizon - 14:.0f} {frame.width} {terrain.horizon:.0f}"
        if not canvas.flat:
            low = Blend(
                stops=((0, edge, 0.0), (0.4, edge, 0.55), (1, canvas.seen(darker(tint, 0.16)), 0.8))
            )
            canvas.add(
                Shape(
                    d=f"{floor}L{frame.width} {frame.height} 0 {frame.height}Z",
                    fill=low,
                    role="back",
                )
            )
        return
    area = paths.box((0, terrain.horizon, frame.width, frame.height - terrain.horizon))
    layer(canvas, area, (far, near))
    if canvas.quality != "low":
        _boards(canvas, terrain, darker(near, 0.22))


def _boards(canvas: Canvas, terrain: Terrain, colour: str) -> None:
    """Paint floor boards that run to the vanishing point."""
    frame = canvas.frame
    middle, top = frame.width / 2, terrain.horizon
    seen = canvas.seen(colour)
    for index in range(-9, 10):
        near, far = middle + index * frame.width * 0.13, middle + index * frame.width * 0.068
        d = f"M{far:.0f} {top:.0f}L{near:.0f} {frame.height:.0f}"
        canvas.add(Shape(d=d, fill=seen, role="line", width=2.2, alpha=0.45))
