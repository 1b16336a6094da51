"""How does a new picture come together, and where does a further thing go?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from bot.sketch.grammar import COLOURS, Noun, Step
from bot.sketch.scene import MOST_THINGS, Scene, Thing, Words, Zone, dice, seed_of
from bot.sketch.things import drawings, height_of, rows, zone_of
from bot.sketch.words import called, drawings_of, say

#: Light that belongs to the hour; drawn unless something else is asked for.
HEAVENLY: Final = frozenset({"sun", "full-moon", "cloud"})
#: Lands without a sky of their own.
INSIDE: Final = frozenset({"room", "space", "moon", "underwater", "plain"})
_AT_HOME: Final = {land: set(names.split()) for land, names in rows("homes.txt")}
_ACROSS: Final = (0.5, 0.34, 0.66, 0.2, 0.8, 0.42, 0.58, 0.12, 0.88)
#: What swims, and the sun, keep to the left of a cliff.
_BESIDE_CLIFF: Final = (0.34, 0.2, 0.46, 0.12)
_DEPTHS: Final = {"sky": (0.42, 0.24, 0.62), "water": (0.5, 0.25, 0.8), "ground": (0.5, 0.28, 0.75)}
#: Where x or y is put by a word for a place.
WHERE: Final = {
    "left": (0.2, None), "right": (0.8, None), "middle": (0.5, 0.5), "up": (None, 0.3), "down": (None, 0.92),
    "behind": (None, 0.06),
}  # fmt: skip
#: How high the sun or moon stands at an hour, 0 top to 1 horizon.
LIGHT_AT: Final = {"day": 0.26, "night": 0.24, "golden": 0.72, "dusk": 0.98, "dawn": 0.98}
#: What a card holds beside what was asked for.
_BIRTHDAY: Final = ("birthday-cake", "balloon", "party-popper", "wrapped-gift")
_CARD: Final = ("red-heart", "tulip", "sunflower", "love-letter")


@dataclass(slots=True)
class Result:
    """A scene, and what is to be said about how it came to be."""

    scene: Scene
    variation: int = 0  #: A further picture of the same prompt has another number.
    fresh: bool = False
    #: Each: what was done ("added", "removed", …) and to which drawing or word.
    done: list[tuple[str, str]] = field(default_factory=list)
    #: Drawings that were spoken of and are not there.
    missing: list[str] = field(default_factory=list)

    def did(self, what: str, which: str) -> None:
        """Note a change that people are told of."""
        self.done.append((what, which))


def frame(result: Result, steps: Sequence[Step], language: str) -> list[str]:
    """Find the place, the hour and the scale for what is named; return the drawings among it."""
    stage = [name for step in steps for name, _ in step.stage]
    named = [n for s in steps if s.do != "remove" for n in s.nouns]
    kinds = [kind for noun in named for kind in drawings_of(noun.name)]
    scene = result.scene
    if "place" not in stage and scene.photo is None:
        scene = _landscape(scene, kinds)
    if "full-moon" in kinds and "time" not in stage:
        scene = replace(scene, time="night")
    if scene.style == "poster" and scene.land == "plain":
        paper = dice("poster", scene.seed).choice(list(COLOURS.values())[:8])
        scene = replace(scene, tints={"ground": paper})
    seen = [noun for noun in named if drawings_of(noun.name)]
    if scene.layout in {"chart", "diagram"} and seen and not any(step.text for step in steps):
        first, as_said = seen[0], "+" in seen[0].name or language == "en"
        title = first.word if as_said else called(first.name, language)
        scene = replace(scene, words=(Words(text=f"{title[:1].upper()}{title[1:]}"),))
    amount = sum(noun.count or (3 if noun.plural else 1) for noun in seen)
    tallest = max((height_of(kind) for kind in kinds), default=0.4)
    aim = {1: 0.5, 2: 0.42, 3: 0.4}.get(amount, 0.36) if amount < 7 else 0.28
    aim *= {"plain": 1.15, "underwater": 0.8}.get(scene.land, 1)
    result.scene = replace(scene, zoom=round(max(0.6, min(3.0, aim / tallest)), 4))
    return kinds


def _landscape(scene: Scene, kinds: Sequence[str]) -> Scene:
    lands = [kind for kind in kinds if kind not in HEAVENLY]
    small = bool(lands) and all(drawings()[kind].group in {4, 7, 8} for kind in lands)
    if scene.layout != "none" or small or (scene.style == "poster" and not kinds):
        return replace(scene, land="plain") if scene.water == "none" else scene
    swimmers = [kind for kind in lands if drawings()[kind].subgroup == 38]
    if lands and swimmers == lands and not {"crab", "spiral-shell", "oyster"} & set(lands):
        return replace(scene, land="underwater")
    for land, at_home in _AT_HOME.items():
        if at_home & set(lands):
            return replace(scene, land=cast("Any", land))
    swims = any(zone_of(kind) == "water" for kind in lands) or "lighthouse" in lands
    return replace(scene, water="sea") if swims and scene.water == "none" else scene


def complete(result: Result, kinds: Sequence[str], language: str) -> None:
    """Add what belongs to a new picture though nobody said so: a card's greeting, the light of the hour."""
    scene = result.scene
    if scene.layout in {"card", "birthday"}:
        birthday = scene.layout == "birthday" or "birthday-cake" in kinds
        # whom it is for is not in it
        kept = tuple(t for t in scene.things if drawings()[t.kind].group != 1)
        words = scene.words or ((Words(text=say("birthday", language)),) if birthday else ())
        result.scene = replace(scene, things=kept, words=words)
        for kind in _BIRTHDAY if birthday else _CARD:
            if kind not in kinds:
                put(result, Noun(name=kind, count=1))
    if scene.words and not scene.things and scene.land == "plain":
        middle = tuple(replace(words, row="middle") for words in scene.words)
        result.scene = replace(scene, words=middle)
    _heaven(result, kinds)


def _outdoors(scene: Scene) -> bool:
    return scene.land not in INSIDE and scene.photo is None


def _heaven(result: Result, kinds: Sequence[str]) -> None:
    """Put the sun or moon of the hour, and clouds, where nobody asked for others."""
    scene, rolled = result.scene, dice("heaven", result.scene.seed)
    if not _outdoors(scene) or scene.weather in {"rain", "storm", "snow", "fog"}:
        return
    cliff = "cliff" in scene.far
    x = rolled.choice((0.18, 0.26) if cliff else (0.18, 0.82, 0.26, 0.74))
    spots: list[tuple[str, float, float, float]] = []
    if not {"sun", "full-moon"} & set(kinds):
        kind = "full-moon" if scene.time == "night" else "sun"
        spots.append((kind, x, LIGHT_AT[scene.time], 1.0))
    if scene.time != "night" and "cloud" not in kinds:
        for low, high in ((0.3, 0.45), (0.58, 0.75)):
            at = rolled.uniform(low, high), rolled.uniform(0.2, 0.42)
            spots.append(("cloud", *at, rolled.uniform(0.7, 1)))
    for kind, x, y, factor in spots:
        x, y, size = round(x, 4), round(y, 4), round(height_of(kind) * factor, 4)  # noqa: PLW2901
        thing = Thing(id=scene.next_id(), kind=kind, zone="sky", x=x, y=y, size=size)
        scene = replace(scene, things=(*scene.things, thing))
    result.scene = scene


def put(result: Result, noun: Noun) -> None:
    """Place what a noun names into the scene."""
    full = result.scene.layout in {"logo", "icon"}
    if full and any(thing.kind not in HEAVENLY for thing in result.scene.things):
        return
    for _ in range(noun.count or (3 if noun.plural else 1)):
        for kind in drawings_of(noun.name):
            if len(result.scene.things) < MOST_THINGS:
                _place(result, kind, noun)
                result.did("added", kind)


def _place(result: Result, kind: str, noun: Noun) -> None:
    scene = result.scene
    zone: Zone = "sky" if noun.where == "up" else cast("Zone", zone_of(kind))
    if zone == "water" and scene.water == "none":
        if result.fresh or not _outdoors(scene):
            zone = "ground"
        else:
            scene = replace(scene, water="sea")
    if scene.land in {"underwater", "plain"}:
        zone = "water" if scene.land == "underwater" else "ground"
    size, number = round(min(1.4, height_of(kind) * scene.zoom * noun.factor), 4), scene.next_id()
    thing = Thing(id=number, kind=kind, zone=zone, x=0.5, y=0.5, size=size, colour=noun.colour)
    anchor = newest(scene, noun.beside)
    if noun.relation == "on" and anchor:
        thing = replace(thing, x=anchor.x, y=anchor.y)
    else:
        thing = _best(scene, thing, noun.where, anchor, result.variation)
    result.scene = replace(scene, things=(*scene.things, thing), focus=thing.id)
    if noun.relation == "on" and anchor:
        stack(result, noun, thing)


def newest(scene: Scene, name: str | None) -> Thing | None:
    """Return the thing of that name that came last."""
    kinds = drawings_of(name or "")
    return next((thing for thing in reversed(scene.things) if thing.kind in kinds), None)


def stack(result: Result, noun: Noun, below: Thing) -> None:
    """Let what was named before stand on this."""
    upper, things = newest(result.scene, noun.beside), result.scene.things
    if upper is None or below.on or any(thing.on == upper.id for thing in things):
        return
    for thing in things if upper.id != below.id else ():
        if thing.kind == upper.kind and thing.on is None and thing.id != below.id:
            raised = replace(thing, on=below.id, zone=below.zone, x=below.x, y=below.y)
            result.scene = result.scene.with_thing(raised)


def _best(
    scene: Scene, thing: Thing, where: str | None, anchor: Thing | None, variation: int
) -> Thing:
    """Return the thing at the place that hides least."""
    rolled = dice("place", scene.seed, thing.id, thing.kind, variation)
    at_x, at_y = WHERE.get(where or "", (None, None))
    depths = (0.62,) if scene.land == "plain" else _DEPTHS[thing.zone]
    tall = thing.size > 0.4 and thing.zone == "ground" and len(scene.things) > 0
    half = min(0.5, thing.size * 500 / scene.frame[0])
    best, least = thing, 1e9
    across = _BESIDE_CLIFF if "cliff" in scene.far and thing.zone == "water" else _ACROSS
    for x in across if at_x is None else (at_x, at_x - 0.1, at_x + 0.1):
        for y in depths if at_y is None else (at_y,):
            inside = min(1 - half, max(half, x + rolled.uniform(-0.03, 0.03)))
            one = replace(thing, x=round(inside, 4), y=round(y + rolled.uniform(-0.04, 0.04), 4))
            cost = sum(_overlap(scene, one, other) for other in scene.things if other.on is None)
            cost += 0.25 * abs(x - 0.5) + rolled.uniform(0, 0.06)
            cost += 0.3 * y if tall else 0.1 * abs(y - 0.5)
            if anchor and anchor.zone == one.zone:
                cost += abs(one.x - anchor.x) + abs(one.y - anchor.y)
            if cost < least:
                best, least = one, cost
    return best


def _overlap(scene: Scene, one: Thing, other: Thing) -> float:
    """Return how much two things cover of each other, roughly: 0 apart, 2 in one place."""
    if (one.zone == "sky") != (other.zone == "sky"):
        return 0.0
    reach = (one.size + other.size) / 2 * 1000
    across = abs(one.x - other.x) * scene.frame[0] / reach
    down = abs(one.y - other.y) * scene.frame[1] * 0.4 / reach
    return 2 * max(0.0, 1 - across) * max(0.0, 1 - down * 0.6)


def another(scene: Scene, variation: int) -> Scene:
    """Return the same things composed otherwise."""
    fresh = replace(scene, seed=seed_of("another", scene.seed, variation), things=())
    for thing in scene.things:
        fixed = thing.on is not None or thing.kind in HEAVENLY
        placed = thing if fixed else _best(fresh, thing, None, None, variation)
        fresh = replace(fresh, things=(*fresh.things, placed))
    return fresh
