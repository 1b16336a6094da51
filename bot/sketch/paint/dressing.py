"""What makes a landscape lived in: woods on the hills, grass, pebbles, a road, the wall's window?"""

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Brush, Canvas, Shape
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.land import ground_colours, layer
from bot.sketch.paint.things.table import LOOKS
from bot.sketch.scene import Scene
from bot.sketch.terrain import Terrain

GREENS = ("#4f8447", "#5d9150", "#6d9f55")
FALL = ("#c4742f", "#d2a03a", "#a8522e")


def paint_woods(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint a row of far trees along the horizon, and a nearer one."""
    if "forest" not in scene.far or scene.land in {"room", "plain", "space", "underwater"}:
        return
    greens = FALL if scene.season == "autumn" else GREENS
    tint = scene.tint("forest")
    dice = Dice("woods", scene.seed)
    frame, gap = canvas.frame, terrain.shore - terrain.horizon
    for row, (haze, tall) in enumerate(((0.5, 0.15), (0.3, 0.2), (0.08, 0.27))):
        if row == 2 and scene.water != "none":
            continue
        foot = terrain.horizon + gap * (0.2 + 0.4 * row)
        x = -40.0
        while x < frame.width + 40:
            height = frame.height * tall * dice.real(0.6, 1)
            wide = height * dice.real(0.3, 0.42)
            colour = darker(tint or dice.pick(greens), 0.1)
            _far_tree(canvas, (x, foot + dice.real(0, 8)), (wide, height), (colour, haze))
            x += wide * dice.real(0.5, 0.9)
        floor = mass_of(frame.width, foot - 4, foot + gap)
        far, near = ground_colours(scene)
        layer(canvas, floor, (darker(far, 0.16), darker(near, 0.06)), haze * 0.6)


def paint_village(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint a far row of houses around a church."""
    if "village" not in scene.far or scene.land in {"room", "plain", "space", "underwater", "open"}:
        return
    dice = Dice("village", scene.seed)
    frame, gap = canvas.frame, terrain.shore - terrain.horizon
    middle, count = dice.pick((0.3, 0.7)), 7
    row = [("church" if index == 3 else "house", index) for index in range(count)]
    for name, index in sorted(row, key=lambda one: one[0] == "house"):
        look = LOOKS[name]
        x = frame.width * (middle + (index - count // 2) * 0.075 + dice.real(-0.012, 0.012))
        y = terrain.horizon + gap * (0.3 if name == "church" else dice.real(0.34, 0.6))
        tall = frame.short * (0.15 if name == "church" else dice.real(0.07, 0.09))
        place = paths.Place(x=x, y=y, scale=tall / 100, flip=dice.chance(0.5))
        brush = Brush(canvas, place, seed=dice.seed(), haze=0.22)
        look.paint(brush, dice.pick(look.mains), dice.pick(look.accents))


def mass_of(width: float, top: float, bottom: float) -> str:
    """Return a strip of ground with a gently bent upper edge."""
    return f"M-5 {top:.0f}Q{width / 2:.0f} {top - 9:.0f} {width + 5:.0f} {top:.0f}L{width + 5:.0f} {bottom:.0f} -5 {bottom:.0f}Z"


def _far_tree(
    canvas: Canvas, foot: paths.Point, size: tuple[float, float], look: tuple[str, float]
) -> None:
    (x, y), (wide, tall), (colour, haze) = foot, size, look
    d = (
        f"M{x:.0f} {y - tall:.0f}L{x + wide * 0.24:.0f} {y - tall * 0.62:.0f} {x + wide * 0.16:.0f} {y - tall * 0.62:.0f}"
        f" {x + wide * 0.38:.0f} {y - tall * 0.32:.0f} {x + wide * 0.27:.0f} {y - tall * 0.32:.0f}"
        f" {x + wide * 0.5:.0f} {y:.0f} {x - wide * 0.5:.0f} {y:.0f} {x - wide * 0.27:.0f} {y - tall * 0.32:.0f}"
        f" {x - wide * 0.38:.0f} {y - tall * 0.32:.0f} {x - wide * 0.16:.0f} {y - tall * 0.62:.0f}"
        f" {x - wide * 0.24:.0f} {y - tall * 0.62:.0f}Z"
    )
    layer(canvas, d, (lighter(colour, 0.1), darker(colour, 0.15)), haze)


def paint_road(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint a road that crosses the near ground."""
    if "road" not in scene.far or scene.land in {"room", "plain", "space", "underwater"}:
        return
    frame = canvas.frame
    top, bottom = terrain.ground(0.3), terrain.ground(0.82)
    wide = frame.width
    d = (
        f"M-10 {top + 8:.0f}Q{wide / 2:.0f} {top - 14:.0f} {wide + 10:.0f} {top + 4:.0f}"
        f"L{wide + 10:.0f} {bottom:.0f}Q{wide / 2:.0f} {bottom - 8:.0f} -10 {bottom + 6:.0f}Z"
    )
    layer(canvas, d, ("#8b9098", "#70757e"))
    edge, middle = canvas.seen("#f2efe6"), (top + bottom) / 2
    for step in range(-1, 14):
        x = step * wide / 12
        dash = f"M{x:.0f} {middle:.0f}L{x + wide / 22:.0f} {middle:.0f} {x + wide / 22 + 4:.0f} {middle + 7:.0f} {x + 4:.0f} {middle + 7:.0f}Z"
        canvas.add(Shape(d=dash, fill=edge, role="mark", alpha=0.85))


def paint_tufts(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint what covers the near ground: blades, flowers, pebbles, drifts."""
    if terrain.open_water or scene.land in {"room", "plain", "street"} or canvas.quality == "low":
        return
    if scene.land == "space":
        return
    dice = Dice("tufts", scene.seed)
    far, near = ground_colours(scene)
    wintry = near == "#d3e0ee"
    amount = 52 if canvas.quality == "medium" else 150
    if "flowers" in scene.far:
        amount = int(amount * 2.2)
    for _ in range(amount):
        depth = dice.real() ** 0.85
        x = dice.real(0, canvas.frame.width)
        y = terrain.foot(x / canvas.frame.width, depth * 1.04)
        if _on_water(scene, terrain, (x, y)) or ("road" in scene.far and 0.22 < depth < 0.86):
            continue
        size = 5 + 15 * terrain.nearness(y) ** 2
        if scene.land == "underwater" and dice.chance(0.3):
            _weed(canvas, dice, (x, y, size * 5))
        elif scene.land in {"beach", "desert", "rock", "underwater"} or wintry:
            _pebble(canvas, dice, (x, y, size), near, wintry=wintry)
        elif (
            ("flowers" in scene.far or scene.season == "spring") and dice.chance(0.6)
        ) or dice.chance(0.08):
            _bloom(canvas, dice, (x, y, size))
        else:
            _blades(canvas, dice, (x, y, size), (far, near))


def _on_water(scene: Scene, terrain: Terrain, point: paths.Point) -> bool:
    if scene.water != "river":
        return False
    middle, half = terrain.river_x(point[1])
    return abs(point[0] / terrain.frame.width - middle) < half + 0.02


def _blades(
    canvas: Canvas, dice: Dice, at: tuple[float, float, float], colours: tuple[str, str]
) -> None:
    x, y, size = at
    tone = darker(colours[1], 0.2) if dice.chance(0.6) else lighter(colours[0], 0.2)
    parts = []
    for index in (-1, 0, 1):
        lean = index * size * 0.42 + dice.real(-2, 2)
        tall = size * dice.real(0.7, 1.2)
        foot = x + index * size * 0.2
        parts.append(
            f"M{foot - 1.4:.1f} {y:.1f}Q{foot:.1f} {y - tall * 0.6:.1f} {foot + lean:.1f} {y - tall:.1f}Q{foot + 2:.1f} {y - tall * 0.5:.1f} {foot + 1.6:.1f} {y:.1f}Z"
        )
    canvas.add(Shape(d="".join(parts), fill=canvas.seen(tone), alpha=0.8, role="mark"))


def _bloom(canvas: Canvas, dice: Dice, at: tuple[float, float, float]) -> None:
    x, y, size = at
    colour = dice.pick(("#f5f3ec", "#f2c53d", "#e2678a", "#c96fd0", "#e5533d", "#f7a8c4"))
    canvas.line(f"M{x:.1f} {y:.1f}L{x:.1f} {y - size * 0.7:.1f}", canvas.seen("#4d7f3c"), 1.8, 0.9)
    radius = size * 0.26
    head = y - size * 0.8
    petals = "".join(
        paths.oval((x + dx * radius, head + dy * radius * 0.8, radius * 0.72, radius * 0.62))
        for dx, dy in ((-0.8, 0), (0.8, 0), (0, -0.8), (0, 0.8))
    )
    canvas.add(Shape(d=petals, fill=canvas.seen(colour), role="mark"))
    middle = paths.oval((x, head, radius * 0.42, radius * 0.38))
    canvas.add(Shape(d=middle, fill=canvas.seen("#f0b93a"), role="mark"))


def _weed(canvas: Canvas, dice: Dice, at: tuple[float, float, float]) -> None:
    """Paint a tuft of seaweed that sways."""
    x, y, size = at
    tone = dice.pick(("#2f8f6a", "#3fa37a", "#6a9f4a", "#c46a7f"))
    for index in range(dice.whole(2, 4)):
        foot, tall = x + index * size * 0.16, size * dice.real(0.7, 1.5)
        sway = dice.real(-0.3, 0.3) * size
        d = (
            f"M{foot - size * 0.05:.1f} {y:.1f}C{foot - sway:.1f} {y - tall * 0.35:.1f} {foot + sway:.1f}"
            f" {y - tall * 0.65:.1f} {foot + sway * 0.4:.1f} {y - tall:.1f}C{foot + sway * 1.4:.1f}"
            f" {y - tall * 0.6:.1f} {foot - sway * 0.5:.1f} {y - tall * 0.3:.1f} {foot + size * 0.06:.1f} {y:.1f}Z"
        )
        canvas.add(Shape(d=d, fill=canvas.seen(tone), role="mark", alpha=0.9))


def _pebble(
    canvas: Canvas, dice: Dice, at: tuple[float, float, float], near: str, *, wintry: bool
) -> None:
    x, y, size = at
    if dice.chance(0.6) or wintry:
        wide = size * dice.real(1.4, 3.4)
        tone = "#ffffff" if wintry else lighter(near, 0.35)
        d = f"M{x - wide:.0f} {y:.0f}Q{x:.0f} {y - 4:.0f} {x + wide:.0f} {y:.0f}Q{x:.0f} {y + 2:.0f} {x - wide:.0f} {y:.0f}Z"
        canvas.add(Shape(d=d, fill=canvas.seen(tone), alpha=0.5, role="shine"))
        return
    tone = mix(darker(near, 0.25), dice.pick(("#a58f84", "#8f9aa0", "#d8c8b0")), 0.5)
    d = paths.oval((x, y, size * 0.36, size * 0.2))
    canvas.add(Shape(d=d, fill=canvas.seen(tone), role="mark", alpha=0.9))


def paint_room(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the wall with a window that shows the hour."""
    if scene.land != "room":
        return
    frame = canvas.frame
    wall = scene.tint("background") or "#d9cbb4"
    layer(canvas, paths.box((0, 0, frame.width, terrain.horizon)), (lighter(wall, 0.2), wall))
    x, y, w, h = window_box(scene, terrain)
    brush = Brush(canvas, paths.Place())
    brush.rect((x - 14, y - 14, w + 28, h + 28), "#f6f1e6", radius=4)
    sky = [canvas.ink.tone(colour) for colour in canvas.light.sky]
    fill: str | Blend = sky[2]
    if not canvas.flat:
        fill = Blend(stops=tuple((index / 3, colour, 1.0) for index, colour in enumerate(sky)))
    canvas.add(Shape(d=paths.box((x, y, w, h)), fill=fill, role="mark"))
    hills = f"M{x:.0f} {y + h * 0.8:.0f}Q{x + w * 0.3:.0f} {y + h * 0.6:.0f} {x + w * 0.6:.0f} {y + h * 0.78:.0f}Q{x + w * 0.8:.0f} {y + h * 0.7:.0f} {x + w:.0f} {y + h * 0.76:.0f}L{x + w:.0f} {y + h:.0f} {x:.0f} {y + h:.0f}Z"
    canvas.add(Shape(d=hills, fill=canvas.seen("#7ba367", 0.2), role="mark"))


def paint_frame(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint the window's bars and curtains, and the skirting, in front of the view."""
    if scene.land != "room":
        return
    x, y, w, h = window_box(scene, terrain)
    brush = Brush(canvas, paths.Place())
    brush.rect((x + w / 2 - 5, y, 10, h), "#f6f1e6", role="mark")
    brush.rect((x, y + h * 0.45, w, 9), "#f6f1e6", role="mark")
    brush.rect((x - 26, y + h + 8, w + 52, 16), "#efe6d4", radius=4)
    for side in (-1, 1):
        edge = x + w / 2 + side * (w / 2 + 34)
        inner = x + w / 2 + side * w * 0.3
        brush.path(
            f"M{edge:.0f} {y - 34:.0f}L{inner:.0f} {y - 34:.0f}C{inner + side * 6:.0f} {y + h * 0.4:.0f} {edge - side * 30:.0f} {y + h * 0.6:.0f} {edge - side * 24:.0f} {y + h + 40:.0f}L{edge + side * 16:.0f} {y + h + 40:.0f}Z",
            "#c9705c",
        )
    brush.rect((x - 60, y - 44, w + 120, 11), "#8a5f3f", radius=5)
    brush.rect((0, terrain.horizon - 20, canvas.frame.width, 20), "#f3ecde", role="mark")


def window_box(scene: Scene, terrain: Terrain) -> tuple[float, float, float, float]:
    """Return the wall's window: left, top, width, height."""
    frame = terrain.frame
    wide = min(frame.width * 0.34, 400)
    tall = min(terrain.horizon * 0.5, wide * 1.15)
    left = frame.width * (0.14 if scene.seed % 2 else 0.52)
    return left, terrain.horizon * 0.2, wide, tall
