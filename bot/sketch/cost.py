"""How bad is a place for a thing: what it hides, what it leaves empty, what was asked?"""

import math
from collections.abc import Sequence
from typing import Final

from bot.sketch.scene import Scene, Thing
from bot.sketch.standing import Box, box_of, overlap
from bot.sketch.terrain import Terrain
from bot.sketch.vocabulary.kinds import CELESTIAL
from bot.sketch.wanted import Wanted

#: Closer than this share of the short side, middle to middle, things crowd each other.
ROOM: Final = 0.36
#: As far as this, another picture of the same wish puts it somewhere else.
ELSEWHERE: Final = 0.34
WHEELED: Final = frozenset({"car", "truck", "bus", "bicycle"})
Placed = Sequence[tuple[Thing, Box]]


def cost_of(scene: Scene, terrain: Terrain, thing: Thing, placed: Placed, wanted: Wanted) -> float:
    """Return how bad a place is; only comparisons matter."""
    box = box_of(scene, terrain, thing)
    cost = sum(_hidden(box, taken, thing, other, wanted) for other, taken in placed)
    if wanted.across is None and not wanted.relation:
        cost += _crowded(terrain, box, thing, placed) + _lopsided(thing, placed)
    cost += sum(
        0.9 * max(0.0, 1 - math.hypot(thing.x - x, 0.6 * (thing.y - y)) / ELSEWHERE)
        for x, y in wanted.avoid
    )
    cost += _wet(scene, terrain, thing, box)
    if "road" in scene.far and thing.zone == "ground":
        on_road = 0.32 < thing.y < 0.8
        cost += 0.9 if (thing.kind in WHEELED) != on_road else 0.0
    edge = max(0.0, -box[0], box[2] - terrain.frame.width, -box[1]) / terrain.frame.short
    return cost + 2.0 * edge


def _hidden(box: Box, taken: Box, thing: Thing, other: Thing, wanted: Wanted) -> float:
    share = overlap(box, taken)
    if "rainbow" in {other.kind, thing.kind}:
        share *= 0.15
    elif wanted.relation in {"behind", "front"} and other.id == wanted.beside:
        share = abs(share - 0.35)
    elif other.on and other.on == thing.on:
        share *= 0.5
    return share * (2.2 if other.zone == thing.zone else 1.5)


def _crowded(terrain: Terrain, box: Box, thing: Thing, placed: Placed) -> float:
    """Return how close it comes to others: to its own kind, and in the sky to all."""
    cost = 0.0
    for other, taken in placed:
        if (other.kind in CELESTIAL) != (thing.kind in CELESTIAL):
            continue
        across = (box[0] + box[2] - taken[0] - taken[2]) / 2
        down = (box[1] + box[3] - taken[1] - taken[3]) / 2
        apart = math.hypot(across, down) / terrain.frame.short
        cost += 0.3 * max(0.0, 1 - apart / ROOM)
    return cost


def _lopsided(thing: Thing, placed: Placed) -> float:
    """Return how far it pulls the picture to one side."""
    if thing.kind in CELESTIAL:
        return 0.0
    others = [other.x for other, _ in placed if other.kind not in CELESTIAL]
    return 0.3 * abs((sum(others) + thing.x) / (len(others) + 1) - 0.5)


def _wet(scene: Scene, terrain: Terrain, thing: Thing, box: Box) -> float:
    """Return how wrong it is beside or in a river, and at the foot of a cliff."""
    cost = 0.0
    if scene.water == "river" and thing.kind == "bridge":
        middle, _ = terrain.river_x(box[3] - 0.03 * terrain.frame.height)
        cost += 9.0 * abs(thing.x - middle) + 2.0 * abs(thing.y - 0.6)
    elif scene.water == "river" and thing.zone == "ground":
        middle, half = terrain.river_x(box[3])
        reach = half + (box[2] - box[0]) / 2 / terrain.frame.width
        cost += 3.0 * max(0.0, reach - abs(thing.x - middle))
    elif scene.water == "river" and thing.zone == "water":
        middle, _ = terrain.river_x(box[3])
        cost += 6.0 * abs(thing.x - middle)
    if terrain.cliff and thing.zone == "water":
        inward = 1 - thing.x if terrain.cliff > 0 else thing.x
        cost += 3.0 * max(0.0, 0.5 - inward)
    return cost
