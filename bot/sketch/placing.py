"""How is a thing moved, made larger, or replaced, where it stands?"""

from dataclasses import replace
from typing import Final

from bot.sketch.compose import place, shown, zone_for
from bot.sketch.language.steps import Noun
from bot.sketch.scene import Scene, Thing
from bot.sketch.standing import carries, keep_inside, spot
from bot.sketch.terrain import terrain_of
from bot.sketch.vocabulary.kinds import kind_of
from bot.sketch.wanted import Wanted

STEP: Final = 0.2
LARGEST: Final = 0.95
SMALLEST: Final = 0.02


def moved_step(scene: Scene, thing: Thing, direction: str) -> Scene:
    """Return the scene with the thing moved one step; nearer means larger."""
    if thing.held:
        thing = put_down(scene, thing)
    across = {"left": -STEP, "right": STEP}.get(direction, 0.0)
    down = {"up": -STEP, "down": STEP}.get(direction, 0.0)
    terrain = terrain_of(scene)
    new = replace(thing, x=thing.x + across, y=thing.y + down * (1.2 if thing.zone != "sky" else 1))
    if down and thing.zone == "ground" and thing.on is None:
        new = replace(new, y=max(0.0, min(1.0, new.y)))
        ratio = terrain.nearness(terrain.ground(new.y)) / terrain.nearness(terrain.ground(thing.y))
        new = replace(new, size=min(LARGEST, thing.size * ratio))
    return scene.with_thing(keep_inside(scene, terrain, new))


def put_down(scene: Scene, thing: Thing) -> Thing:
    """Return a held thing where its holder stands."""
    terrain = terrain_of(scene)
    holder = scene.thing(thing.on)
    x = spot(scene, terrain, thing)[0] / terrain.frame.width
    depth = holder.y if holder is not None else thing.y
    return replace(thing, on=None, held=False, x=x, y=depth)


def moved(scene: Scene, thing: Thing, noun: Noun, beside: int | None) -> Scene:
    """Return the scene with the thing where the noun says."""
    if thing.held:
        thing = put_down(scene, thing)
    rest = replace(scene, things=tuple(t for t in scene.things if t.id != thing.id))
    below = scene.thing(beside)
    if below is not None and carries(scene, below, thing):
        beside, noun = None, replace(noun, relation=None)
    wanted = Wanted(
        kind=thing.kind, colour=thing.colour, accent=thing.accent, across=noun.across, down=noun.down,
        relation=noun.relation if beside != thing.id else None,
        beside=beside if beside != thing.id else None, wears=thing.wears,
    )  # fmt: skip
    if noun.across is not None and noun.down is None and thing.on is None and not noun.relation:
        x = noun.across
        return scene.with_thing(keep_inside(scene, terrain_of(scene), replace(thing, x=x)))
    put = place(rest, wanted).things[-1]
    size = (
        put.size
        if put.on is not None
        else thing.size * min(1.6, max(0.6, put.size / max(0.01, thing.size)))
    )
    x = put.x if noun.across is not None or noun.relation else thing.x
    new = replace(thing, x=x, y=put.y, zone=put.zone, on=put.on, held=put.held, size=size)
    return scene.with_thing(keep_inside(scene, terrain_of(scene), new))


def resized(scene: Scene, thing: Thing, factor: float) -> Scene:
    """Return the scene with the thing larger or smaller; its foot stays."""
    size = max(SMALLEST, min(LARGEST, thing.size * factor))
    return scene.with_thing(keep_inside(scene, terrain_of(scene), replace(thing, size=size)))


def replaced(scene: Scene, thing: Thing, noun: Noun, variation: int) -> Scene:
    """Return the scene with another kind in the thing's place."""
    old, kind = kind_of(thing.kind), kind_of(noun.name)
    zone = zone_for(scene, kind)
    rest = replace(scene, things=tuple(t for t in scene.things if t.id != thing.id))
    put = place(rest, Wanted(kind=kind.name, variation=variation)).things[-1]
    ratio = shown(kind.metres, 0.1) / shown(old.metres, 0.1)
    size = thing.size * ratio if kind.metres and old.metres else put.size
    y = thing.y if zone == thing.zone else put.y
    new = replace(
        put, id=thing.id, x=thing.x, y=y, zone=zone, size=max(0.03, min(size * noun.scale, kind.hero * 1.4)),
        colour=noun.colour, accent=noun.accent, on=thing.on if zone == thing.zone else None,
        flip=thing.flip, wears=noun.wears or (thing.wears if kind.head else ()),
    )  # fmt: skip
    return scene.with_thing(keep_inside(scene, terrain_of(scene), new))
