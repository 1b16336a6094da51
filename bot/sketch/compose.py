"""Where does a new thing go?

Where it belongs, where people said, and where there is room: a few dozen places are tried, and the one
that overlaps least and balances best is taken. What is there already is never moved by it.
"""

import math
from dataclasses import replace
from typing import Final

from bot.sketch.cost import cost_of
from bot.sketch.dice import Dice
from bot.sketch.scene import Scene, Thing, Zone
from bot.sketch.standing import box_of, keep_inside, spot
from bot.sketch.terrain import CLIFF, FLOATING, Terrain, terrain_of
from bot.sketch.vocabulary.holding import GRIPS
from bot.sketch.vocabulary.kind import Kind
from bot.sketch.vocabulary.kinds import CELESTIAL, kind_of
from bot.sketch.wanted import Wanted

#: How strongly differences in size are shown: 1 as in the world, 0 not at all.
SHOWN: Final = 0.52
#: How tall subjects are when there are one, two, three or more of them.
ON_LAND: Final = (1.0, 0.82, 0.72, 0.62)
IN_THE_AIR: Final = (1.0, 0.76, 0.62, 0.5)
TRIES: Final = 48
#: Where things sit on another one, as shares of its width from its middle, one after the other.
SEATS: Final = (0.0, -0.42, 0.42, -0.2, 0.2)


def zone_for(scene: Scene, kind: Kind) -> Zone:
    """Return where such a thing is in this scene."""
    if scene.land == "space" and kind.zone == "water":
        return "sky"
    if scene.land in {"room", "plain"} and kind.name in {"heart", "star", "rocket", "butterfly"}:
        return "ground" if kind.name == "rocket" else "sky"
    if scene.land in {"room", "plain"} and kind.zone == "sky" and kind.name not in CELESTIAL:
        return (
            "sky"
            if kind.name in {"balloon", "kite", "bird", "bee", "hot-air balloon", "plane"}
            else "ground"
        )
    if kind.zone == "water" and scene.water == "none" and scene.land != "underwater":
        return "ground"
    return kind.zone


def shown(metres: float, least: float = 0.0) -> float:
    """Return how tall something is drawn, before zoom and nearness."""
    return math.pow(max(least, metres), SHOWN)


def hero_zoom(kind: Kind, crowd: int) -> float:
    """Return the zoom at which this kind is as tall as a subject should be."""
    shares = IN_THE_AIR if kind.zone == "sky" else ON_LAND
    hero = kind.hero * shares[min(crowd, len(shares)) - 1]
    return hero / shown(kind.metres, 0.05)


def place(scene: Scene, wanted: Wanted) -> Scene:
    """Return the scene with the wanted thing in it."""
    kind = kind_of(wanted.kind)
    terrain = terrain_of(scene)
    dice = Dice("place", scene.seed, wanted.kind, len(scene.things), wanted.variation)
    zone = zone_for(scene, kind)
    seed = dice.seed()
    flip = wanted.flip if wanted.flip is not None else dice.chance(0.4)
    thing = Thing(
        id=scene.next_id(), kind=kind.name, zone=zone, x=0.5, y=0.5, size=0.2, seed=seed, flip=flip,
        colour=wanted.colour, accent=wanted.accent, wears=wanted.wears if kind.head else (),
    )  # fmt: skip
    wanted = _up_there(scene, wanted, kind)
    beside = scene.thing(wanted.beside)
    if wanted.beside == CLIFF:
        thing = _on_cliff(scene, terrain, thing, wanted)
    elif beside is not None and wanted.relation == "held":
        thing = _held(thing, beside, wanted)
    elif beside is not None and _mounts(wanted, kind, beside):
        thing = _upon(scene, thing, beside, wanted)
    else:
        thing = _best(scene, terrain, thing, wanted, dice)
    if wanted.flip is None and beside is None and zone != "sky":
        thing = replace(thing, flip=thing.x > 0.56 or (flip and thing.x > 0.44))
    return replace(scene, things=(*scene.things, thing))


def _up_there(scene: Scene, wanted: Wanted, kind: Kind) -> Wanted:
    """Put what stands beside something on a table, or on the cliff, there too."""
    beside = scene.thing(wanted.beside)
    if beside is None or beside.on is None or beside.held or kind.zone != "ground":
        return wanted
    if wanted.relation not in {"near", "left", "right"} or kind.metres > 4:
        return wanted
    return replace(wanted, relation="on", beside=beside.on)


def _mounts(wanted: Wanted, kind: Kind, below: Thing) -> bool:
    """Return whether it is to stand on the other thing: also "in" what has room on it."""
    if kind.zone != "ground":
        return False
    return wanted.relation == "on" or (
        wanted.relation == "in" and kind_of(below.kind).top is not None
    )


def _on_cliff(scene: Scene, terrain: Terrain, thing: Thing, wanted: Wanted) -> Thing:
    kind = kind_of(thing.kind)
    usual = scene.zoom * shown(kind.metres) * 0.6
    size = min(0.42, kind.hero * 0.66 if kind.metres > 8 else usual)
    size = max(0.04, size * wanted.scale)
    half = size * terrain.frame.short * kind.aspect / 2 / terrain.frame.width
    taken = sum(1 for other in scene.things if other.on == CLIFF)
    shift = (0.0, 0.14, 0.07, 0.21)[(taken + wanted.variation % 2) % 4]
    inward = max(0.14, half + 0.02) + shift
    return replace(thing, on=CLIFF, x=1 - inward if terrain.cliff > 0 else inward, y=0.0, size=size)


def _upon(scene: Scene, thing: Thing, below: Thing, wanted: Wanted) -> Thing:
    """Put a thing on top of another one."""
    kind = kind_of(thing.kind)
    usual = max(scene.zoom * shown(kind.metres), 0.045)
    limit = below.size * (0.9 if kind_of(below.kind).top is not None else 0.6)
    taken = sum(1 for other in scene.things if other.on == below.id and not other.held)
    x = 0.5 + SEATS[(taken + wanted.variation % 3) % len(SEATS)]
    size = max(min(usual, limit) * wanted.scale, 0.03)
    return replace(thing, on=below.id, zone=below.zone, x=x, y=below.y, size=size)


def _held(thing: Thing, holder: Thing, wanted: Wanted) -> Thing:
    """Put a thing into the hand of another one."""
    share = GRIPS.get(thing.kind, (0.4, 0.2))[1]
    size = max(0.02, share * holder.size * wanted.scale)
    return replace(
        thing, on=holder.id, held=True, zone=holder.zone, x=0.5, y=holder.y, size=size,
        flip=holder.flip,
    )  # fmt: skip


def _size(scene: Scene, terrain: Terrain, thing: Thing, scale: float) -> float:
    """Return how tall a thing is drawn where it is."""
    kind = kind_of(thing.kind)
    if kind.name in CELESTIAL or kind.metres == 0:
        return kind.hero * scale * (0.62 if kind.name == "star" else 1.0)
    if thing.zone == "sky" or scene.land in {"underwater", "space"}:
        usual = scene.zoom * shown(kind.metres)
        room = 0.96 * terrain.horizon / terrain.frame.short
        return min(room, max(0.035, min(usual, kind.hero * 1.15)) * scale)
    near = terrain.nearness(spot(scene, terrain, thing)[1])
    usual = scene.zoom * shown(kind.metres) * (0.45 + 0.62 * near)
    return max(0.03, min(usual, kind.hero * 1.5, 0.78)) * scale


def _best(scene: Scene, terrain: Terrain, thing: Thing, wanted: Wanted, dice: Dice) -> Thing:
    boxes = [(other, box_of(scene, terrain, other)) for other in scene.things]
    beside = scene.thing(wanted.beside)
    best, least = thing, math.inf
    for index in range(TRIES):
        x, y = _guess(scene, thing, wanted, dice, index)
        tried = replace(thing, x=x, y=y)
        tried = replace(tried, size=min(0.95, _size(scene, terrain, tried, wanted.scale)))
        if beside is not None and wanted.relation:
            tried = _beside(scene, terrain, tried, beside, wanted.relation, dice)
        tried = keep_inside(scene, terrain, tried)
        cost = cost_of(scene, terrain, tried, boxes, wanted) + dice.real(0, 0.06)
        if cost < least:
            best, least = tried, cost
    return best


def _guess(
    scene: Scene, thing: Thing, wanted: Wanted, dice: Dice, index: int
) -> tuple[float, float]:
    alone = not any(t.kind not in CELESTIAL for t in scene.things)
    kind = kind_of(thing.kind)
    x, y = dice.real(0.06, 0.94), dice.real(0.02, 0.95)
    if alone and kind.name in {"planet", "comet"}:
        x, y = 0.5 + dice.real(-0.12, 0.12), dice.real(0.5, 0.62)
    elif kind.name in CELESTIAL:
        x, y = _at_the_firmament(scene, kind, dice, x)
    elif alone and index < TRIES * 2 // 3:
        x, y = _as_subject(scene, thing, wanted, dice)
    elif thing.zone == "sky":
        y = dice.real(0.3, 0.86)
    elif thing.zone == "ground" and kind.metres > 4:
        y = dice.real(0.0, 0.45)
    elif thing.zone == "ground" and kind.metres < 1.3:
        y = dice.real(0.35, 0.95)
    if wanted.across is not None:
        x = wanted.across + dice.real(-0.07, 0.07)
    if wanted.down is not None:
        y = max(0.12, min(0.95, wanted.down + dice.real(-0.08, 0.08)))
    return x, y


def _at_the_firmament(scene: Scene, kind: Kind, dice: Dice, x: float) -> tuple[float, float]:
    if kind.name == "rainbow":
        return dice.real(0.3, 0.7), 1.02
    if kind.name in {"sun", "moon"}:
        low = {"dawn": 0.86, "golden": 0.8, "dusk": 0.9}.get(scene.time, 0.34)
        return dice.pick((0.17, 0.24, 0.76, 0.83)), low if kind.name == "sun" else 0.34
    return x, dice.real(0.16, 0.55)


def _as_subject(scene: Scene, thing: Thing, wanted: Wanted, dice: Dice) -> tuple[float, float]:
    """Guess where the first thing of a picture is: about the middle."""
    spread = 0.06 + 0.1 * min(3, wanted.variation % 4)
    x = dice.pick((0.5, 0.42, 0.58)) + dice.real(-spread, spread)
    if thing.zone == "sky":
        return x, dice.real(*((0.6, 0.72) if scene.land in FLOATING else (0.8, 0.96)))
    tall = kind_of(thing.kind).metres > 5 and thing.zone == "ground"
    return x, dice.real(0.1, 0.32) if tall else dice.real(0.4, 0.62)


def _beside(
    scene: Scene, terrain: Terrain, thing: Thing, other: Thing, relation: str, dice: Dice
) -> Thing:
    """Move a thing to where the relation says, as seen from the other one."""
    frame = terrain.frame
    ox, _, otall = spot(scene, terrain, other)
    half = otall * kind_of(other.kind).aspect / 2
    own = thing.size * frame.short * kind_of(thing.kind).aspect / 2
    side = {"left": -1, "right": 1}.get(relation) or dice.pick((-1, 1))
    gap = (half + own) * dice.real(1.0, 1.25) + 8
    same = thing.zone == other.zone and not other.on
    depth = other.y if same else thing.y
    if relation in {"near", "left", "right"}:
        moved = replace(thing, x=(ox + side * gap) / frame.width)
        near = (
            min(1.0, max(0.0, depth + dice.real(0.0, 0.16)))
            if same and thing.zone == "ground"
            else depth
        )
        return replace(moved, y=near)
    if relation == "behind":
        shift = side * dice.real(0.35, 0.95) * half
        return replace(thing, x=(ox + shift) / frame.width, y=max(0.0, depth - 0.2))
    if relation == "front":
        shift = side * dice.real(0.1, 0.8) * half
        return replace(thing, x=(ox + shift) / frame.width, y=min(1.0, depth + 0.26))
    if relation in {"above", "on"}:
        _, oy, _ = spot(scene, terrain, other)
        floor = frame.height if scene.land == "space" else terrain.horizon
        top = (oy - otall * (1.12 if relation == "above" else 0.98)) / max(1.0, floor)
        low = thing.size * frame.short / max(1.0, floor) + 0.03
        zone: Zone = "sky" if thing.zone != "sky" else thing.zone
        x = (ox + dice.real(-0.8, 0.8) * half) / frame.width
        return replace(thing, zone=zone, x=x, y=max(low, top))
    if relation == "below":
        return replace(thing, x=(ox + dice.real(-0.4, 0.4) * half) / frame.width)
    return thing
