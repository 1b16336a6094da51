"""Where does a thing stand on the canvas, what does it cover, and is it inside the picture?"""

from dataclasses import replace
from typing import Final

from bot.sketch.scene import Scene, Thing
from bot.sketch.terrain import CLIFF, Terrain
from bot.sketch.vocabulary.holding import GRIPS, HANDS
from bot.sketch.vocabulary.kinds import kind_of

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]
#: What may reach a little over the edge.
LOOSE: Final = frozenset({"cloud", "tree", "pine"})
#: What hangs outside, and is seen through a room's window.
OUTSIDE: Final = frozenset({"sun", "moon", "cloud", "star", "planet", "comet"})


def spot(scene: Scene, terrain: Terrain, thing: Thing) -> tuple[float, float, float]:
    """Return where a thing's foot is on the canvas, and how tall it is."""
    frame = terrain.frame
    tall = thing.size * frame.short
    x = thing.x * frame.width
    below = scene.thing(thing.on) if thing.on else None
    if below is not None:
        return (*_carried(scene, terrain, thing, below), tall)
    if thing.on == CLIFF and terrain.cliff:
        return x, terrain.cliff_top(thing.x) + 0.012 * frame.height, tall
    if thing.zone == "sky" or (scene.land == "underwater" and thing.zone == "water"):
        floor = frame.height if scene.land == "space" else terrain.horizon
        return x, thing.y * floor, tall
    if thing.zone == "water" and scene.land not in {"room", "plain", "space"} and not scene.photo:
        return x, terrain.water(thing.y), tall
    return x, terrain.foot(thing.x, thing.y), tall


def _carried(scene: Scene, terrain: Terrain, thing: Thing, below: Thing) -> tuple[float, float]:
    """Return the foot of what stands on another thing, or is held by it."""
    x, y, tall = spot(scene, terrain, below)
    kind = kind_of(below.kind)
    if thing.held and below.kind in HANDS:
        across, down = HANDS[below.kind]
        grip = GRIPS.get(thing.kind, (0.4, 0.2))[0] * thing.size * terrain.frame.short
        return x + (-across if below.flip else across) * tall / 100, y + down * tall / 100 + grip
    return x + (thing.x - 0.5) * tall * kind.aspect * 0.5, y - tall * (kind.top or 0.9)


def box_of(scene: Scene, terrain: Terrain, thing: Thing) -> Box:
    """Return what a thing covers on the canvas."""
    x, y, tall = spot(scene, terrain, thing)
    half = tall * kind_of(thing.kind).aspect / 2
    return (x - half, y - tall, x + half, y)


def overlap(one: Box, other: Box) -> float:
    """Return which share of the smaller box is covered by the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    area = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return wide * tall / max(1.0, area)


def keep_inside(scene: Scene, terrain: Terrain, thing: Thing) -> Thing:
    """Keep a thing inside the picture."""
    frame = terrain.frame
    kind = kind_of(thing.kind)
    half = thing.size * frame.short * kind.aspect / 2 / frame.width
    margin = min(0.5, half * (0.8 if kind.name in LOOSE else 1.0) + 0.015)
    if kind.name == "rainbow":
        margin = 0.2
    x = max(margin, min(1 - margin, thing.x))
    y = thing.y
    if thing.zone == "sky" or scene.land == "underwater":
        floor = frame.height if scene.land == "space" else terrain.horizon
        low = min(0.98, thing.size * frame.short / max(1.0, floor) + 0.03)
        y = max(low, min(1.02, y))
    if scene.land == "room" and kind.name in OUTSIDE:
        return _in_window(scene, terrain, thing)
    return replace(thing, x=x, y=max(0.0, y) if thing.zone == "sky" else max(0.0, min(1.0, y)))


def _in_window(scene: Scene, terrain: Terrain, thing: Thing) -> Thing:
    left = terrain.frame.width * (0.14 if scene.seed % 2 else 0.52)
    wide = min(terrain.frame.width * 0.34, 400)
    x = (left + wide * 0.72) / terrain.frame.width
    return replace(thing, x=x, y=0.42, size=0.07)


def carries(scene: Scene, below: Thing, thing: Thing) -> bool:
    """Return whether the first stands on the second, directly or not: then it can't carry it."""
    seen: Thing | None = below
    for _ in scene.things:
        if seen is None or seen.id == thing.id:
            break
        seen = scene.thing(seen.on) if seen.on else None
    return seen is not None and seen.id == thing.id
