"""How are the same things composed anew: differently, or for another shape?"""

from dataclasses import replace
from typing import Final

from bot.sketch.compose import place
from bot.sketch.scene import Scene, Size
from bot.sketch.standing import box_of, overlap
from bot.sketch.terrain import CLIFF, terrain_of
from bot.sketch.vocabulary.kinds import kind_of
from bot.sketch.wanted import Wanted

#: The share of a thing that others may cover after a change of shape.
CROWDED: Final = 0.45


def recomposed(scene: Scene, seed: int) -> Scene:
    """Return the same things and landscape in another composition."""
    bare = replace(scene, seed=seed, things=())
    new = bare
    ids: dict[int, int] = {}
    for thing in sorted(
        scene.things, key=lambda t: (t.on is not None, t.own, -kind_of(t.kind).metres)
    ):
        on = CLIFF if thing.on == CLIFF else ids.get(thing.on or -1)
        wanted = Wanted(
            kind=thing.kind, colour=thing.colour, accent=thing.accent, wears=thing.wears,
            relation="on" if on is not None else None, beside=on, variation=seed % 89,
        )  # fmt: skip
        new = place(new, wanted)
        made = replace(new.things[-1], own=thing.own)
        if thing.own and thing.kind == "cloud":
            made = replace(made, size=thing.size)
        ids[thing.id] = made.id
        new = replace(new, things=(*new.things[:-1], made))
    made_of = {thing.id: thing for thing in new.things}
    things = tuple(made_of[ids[thing.id]] for thing in scene.things)
    return replace(new, things=things, focus=ids.get(scene.focus or -1))


def reshaped(scene: Scene, size: Size) -> Scene:
    """Return the scene composed for another shape: everything stays, what would collide makes room."""
    if scene.size == size:
        return scene
    new = replace(scene, size=size)
    terrain = terrain_of(new)
    for thing in new.things:
        if thing.on is not None or thing.own:
            continue
        boxes = [
            box_of(new, terrain, t)
            for t in new.things
            if t.id < thing.id and t.zone == thing.zone and t.on is None
        ]
        if any(overlap(box_of(new, terrain, thing), box) > CROWDED for box in boxes):
            rest = replace(new, things=tuple(t for t in new.things if t.id != thing.id))
            put = place(rest, Wanted(kind=thing.kind, colour=thing.colour, accent=thing.accent))
            new = new.with_thing(replace(thing, x=put.things[-1].x, y=put.things[-1].y))
    return new
