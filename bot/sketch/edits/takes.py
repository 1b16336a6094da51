"""How does another picture of the same wish differ from the first, so that people see it at once?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch import stage
from bot.sketch.edits.outcome import Outcome
from bot.sketch.edits.recompose import recomposed
from bot.sketch.language import steps as do
from bot.sketch.scene import Scene, Thing
from bot.sketch.terrain import CLIFF, terrain_of

#: Things that moved less than this are where they were.
SAME_PLACE: Final = 0.1
#: Lands whose ground, hills and sky follow from the scene's seed.
SEEDED: Final = frozenset(
    {"meadow", "beach", "desert", "snow", "street", "forest floor", "rock", "open"}
)
SEEDS: Final = 40
SIDES: Final = frozenset({"left", "right"})


def places(outcomes: Sequence[Outcome]) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return where the things of these pictures are, by kind."""
    found: dict[str, list[tuple[float, float]]] = {}
    for out in outcomes:
        for thing in out.scene.things:
            if not thing.own and thing.on is None:
                found.setdefault(thing.kind, []).append((thing.x, thing.y))
    return {kind: tuple(several) for kind, several in found.items()}


def alike(one: Scene, other: Scene) -> bool:
    """Return whether both would look much the same: as many things, at the same places."""
    mine, theirs = _asked_for(one), _asked_for(other)
    if [thing.kind for thing in mine] != [thing.kind for thing in theirs]:
        return False
    return all(
        abs(a.x - b.x) < SAME_PLACE and abs(a.y - b.y) < SAME_PLACE and a.on == b.on
        for a, b in zip(mine, theirs, strict=True)
    )


def _asked_for(scene: Scene) -> list[Thing]:
    return [thing for thing in scene.things if not thing.own]


def sided(steps: Sequence[do.Step]) -> bool:
    """Return whether the steps say left or right: then a mirrored picture would be wrong."""
    for step in steps:
        noun = getattr(step, "noun", None)
        if isinstance(noun, do.Noun) and (noun.across is not None or noun.relation in SIDES):
            return True
        if getattr(step, "step", None) in SIDES or getattr(step, "side", None) in SIDES:
            return True
    return False


def another(scene: Scene, seed: int, *, take: int, fixed: bool) -> Scene:
    """Return the same things in a picture that is clearly another; `fixed`: sides stay."""
    mirrored = take % 2 == 1 and not fixed
    if scene.photo or scene.land not in SEEDED:
        if mirrored:
            return _mirrored(replace(scene, seed=scene.seed ^ 1))
        return _farther(scene) if fixed or scene.photo else recomposed(scene, seed)
    new = _mirrored(scene) if mirrored else scene
    return _reseeded(new, seed, sign=-1 if mirrored else 1)


def _mirrored(scene: Scene) -> Scene:
    things = tuple(
        replace(thing, x=1 - thing.x, flip=thing.flip if thing.held else not thing.flip)
        for thing in scene.things
    )
    sides = {"left": "right", "right": "left"}
    words = tuple(replace(line, side=sides.get(line.side, line.side)) for line in scene.words)
    return replace(scene, things=things, words=words)


def _farther(scene: Scene) -> Scene:
    """Return the scene from a few steps back."""
    things = tuple(
        replace(thing, size=thing.size * 0.8, x=0.5 + (thing.x - 0.5) * 0.84)
        for thing in scene.things
    )
    return replace(scene, things=things, zoom=scene.zoom * 0.8)


def _reseeded(scene: Scene, seed: int, *, sign: int) -> Scene:
    """Return the scene in another landscape of its kind; a cliff stays under what stands on it."""
    old = terrain_of(scene)
    bound = any(thing.on == CLIFF for thing in scene.things) or scene.water == "river"
    for step in range(SEEDS):
        new = replace(scene, seed=(seed + step * 7919) >> 1)
        terrain = terrain_of(new)
        if not bound or (terrain.cliff == sign * old.cliff and terrain.bend * old.bend * sign > 0):
            break
    else:
        return scene
    kept = tuple(t for t in new.things if not (t.own and t.kind in {"cloud", "sun", "moon"}))
    return stage.clouded(stage.relit(replace(new, things=kept)))
