"""How does a description become a new scene?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.sketch import stage
from bot.sketch.compose import hero_zoom, place
from bot.sketch.edits.adding import add, count_of, suited
from bot.sketch.edits.apply import apply
from bot.sketch.edits.outcome import Outcome
from bot.sketch.language import steps as do
from bot.sketch.scene import Scene, Size
from bot.sketch.terrain import terrain_of
from bot.sketch.vocabulary.kinds import CELESTIAL, kind_of
from bot.sketch.vocabulary.settings import STAGES
from bot.sketch.wanted import Wanted

#: Landscapes that are looked at for one with its cliff on the right side.
SEEDS: Final = 24


def fresh(
    steps: Sequence[do.Step], *, seed: int, size: Size, variation: int = 0, photo: str | None = None
) -> Outcome:
    """Return a new scene for a description; on a photo where there is one."""
    out = Outcome(scene=Scene(seed=seed, size=size, photo=photo), variation=variation, fresh=True)
    stages = [step for step in steps if isinstance(step, do.Stage)]
    staged = [step for step in stages if step.field == "stage"]
    lands = sorted(staged, key=lambda land: STAGES[land.value][0] is None)
    for land in lands:
        out.scene = stage.with_stage(out.scene, land.value, fresh=True)
    for look in stages:
        if look.field in {"time", "weather", "season", "style"}:
            out.scene = stage.with_look(out.scene, look.field, look.value)
    adds = [step for step in steps if isinstance(step, do.Add) and step.noun.what == "thing"]
    names = [step.noun.name for step in adds]
    adds = _at_home(out, adds, stages)
    earthly = sorted((n for n in names if n not in CELESTIAL), key=_carriers(adds)) or names
    out.scene = stage.home_of(out.scene, earthly, staged=bool(staged or photo))
    if not names:
        _without_things(out, staged)
    if out.scene.land == "meadow" and (out.scene.season == "winter" or out.scene.weather == "snow"):
        out.scene = replace(out.scene, land="snow")
    for name in names:
        out.scene = stage.watered(out.scene, name)
    adds = [replace(step, noun=suited(out.scene, step.noun)) for step in adds]
    out.scene = _sided(replace(out.scene, zoom=_zoom(adds)), adds)
    _furnish(out, adds)
    for step in steps:
        if isinstance(step, do.Remove) and step.noun.name in {"cloud", "sun", "moon"}:
            out.scene = replace(out.scene, bare=(*out.scene.bare, step.noun.name))
    out.scene = stage.clouded(stage.relit(out.scene))
    rest = [step for step in steps if not _done_first(step)]
    for step in rest:
        apply(out, step)
    out.scene = replace(out.scene, focus=next((t.id for t in out.scene.things if not t.own), None))
    return out


def _without_things(out: Outcome, staged: Sequence[do.Stage]) -> None:
    """Make a picture of its landscape alone, where it isn't one of a photo."""
    if not out.scene.photo:
        out.scene = _empty(out.scene, staged)
    elif staged:
        out.cannot.append("I draw on your photo as it is: I can't take its background away.")


def _empty(scene: Scene, staged: Sequence[do.Stage]) -> Scene:
    """Return a landscape without a subject: the sea is the open sea, and the sun sets over a beach."""
    if not staged and scene.time in {"dawn", "golden", "dusk"}:
        return replace(scene, land="beach", water="sea")
    if scene.water == "sea" and all(STAGES[step.value][0] is None for step in staged):
        return replace(scene, land="open")
    return scene


def _carriers(adds: Sequence[do.Add]) -> Callable[[str], bool]:
    """Return a key that sorts what others stand on to the front: it says where they are."""
    below = {
        step.noun.beside.name
        for step in adds
        if step.noun.beside is not None and step.noun.relation in {"on", "in"}
    }
    return lambda name: name not in below


def _at_home(out: Outcome, adds: list[do.Add], stages: Sequence[do.Stage]) -> list[do.Add]:
    """Do what a thing by itself suggests: a lighthouse stands on its cliff, the moon shines at night."""
    said = {step.field for step in stages}
    names = {step.noun.name for step in adds}
    names |= {step.noun.beside.name for step in adds if step.noun.beside is not None}
    if "moon" in names and "sun" not in names and not said & {"time", "light"}:
        out.scene = replace(out.scene, time="night")
    if "lightning" in names and "weather" not in said:
        out.scene = replace(out.scene, weather="storm")
    if "stage" in said or out.scene.photo:
        return adds
    return [
        replace(step, noun=replace(step.noun, cliff=True))
        if step.noun.name == "lighthouse"
        and step.noun.relation is None
        and count_of(step.noun) == 1
        else step
        for step in adds
    ]


def _sided(scene: Scene, adds: Sequence[do.Add]) -> Scene:
    """Return the scene with its cliff on the side where what stands on it is to be."""
    across = next((step.noun.across for step in adds if step.noun.cliff), None)
    if across is None or across == 0.5:
        return scene
    seeds = (replace(scene, seed=scene.seed ^ step) for step in range(SEEDS))
    return next((new for new in seeds if terrain_of(new).cliff * (across - 0.5) >= 0), scene)


def _done_first(step: do.Step) -> bool:
    if isinstance(step, do.Stage):
        return step.field in {"stage", "time", "weather", "season", "style"}
    return isinstance(step, do.Add) or (isinstance(step, do.Remove) and step.noun.what != "words")


def _zoom(adds: list[do.Add]) -> float:
    """Return the zoom at which the largest thing is as tall as a subject should be, and the first is seen."""
    kinds = [(kind_of(step.noun.name), count_of(step.noun)) for step in adds]
    solid = [(kind, count) for kind, count in kinds if kind.name not in CELESTIAL]
    if not solid:
        return 0.2
    crowd = min(4, sum(count for _, count in solid))
    largest, count = max(solid, key=lambda pair: pair[0].metres)
    zoom = hero_zoom(largest, max(count, 1 if crowd == 1 else 2))
    subject = hero_zoom(solid[0][0], crowd)
    return max(zoom, min(0.6 * subject, 1.5 * zoom))


def _furnish(out: Outcome, adds: list[do.Add]) -> None:
    """Place all that a description names, and a table under what belongs on one."""
    _place_all(out, adds)
    names = [step.noun.name for step in adds]
    laid = bool(names) and all(kind_of(name).home == "table" for name in names)
    if not laid or out.scene.land != "room":
        return
    scene = replace(out.scene, things=(), zoom=hero_zoom(kind_of("table"), 1) * 1.25)
    scene = place(scene, Wanted(kind="table", across=0.5, down=0.5))
    table = replace(scene.things[0], size=min(0.42, scene.things[0].size), own=True)
    out.scene = replace(scene, things=(table,))
    _place_all(
        out, [replace(step, noun=replace(step.noun, scale=step.noun.scale * 1.5)) for step in adds]
    )


def _place_all(out: Outcome, adds: list[do.Add]) -> None:
    """Place what others refer to first, large before small; in the scene the order is as it was said."""
    order = sorted(adds, key=lambda s: (s.noun.relation is not None, -kind_of(s.noun.name).metres))
    rank = {thing.id: -1 for thing in out.scene.things}
    for step in order:
        before = len(out.scene.things)
        add(out, step)
        for thing in out.scene.things[before:]:
            rank[thing.id] = adds.index(step) if thing.kind == step.noun.name else len(adds)
    out.scene = replace(out.scene, things=tuple(sorted(out.scene.things, key=lambda t: rank[t.id])))
