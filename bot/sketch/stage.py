"""How do landscape, hour and weather change, and what follows from that for what stands there?"""

from dataclasses import replace
from typing import Final

from bot.sketch.compose import place, zone_for
from bot.sketch.dice import Dice
from bot.sketch.scene import Scene, Thing
from bot.sketch.standing import box_of, overlap
from bot.sketch.terrain import CLIFF, terrain_of
from bot.sketch.vocabulary.kinds import CELESTIAL, KINDS, kind_of
from bot.sketch.vocabulary.settings import HOMES, STAGES
from bot.sketch.vocabulary.things.people import PEOPLE
from bot.sketch.wanted import Wanted

DARKER: Final = {
    "day": "golden",
    "golden": "dusk",
    "dawn": "dusk",
    "dusk": "night",
    "night": "night",
}
BRIGHTER: Final = {"night": "dusk", "dusk": "golden", "golden": "day", "dawn": "day", "day": "day"}
WET: Final = frozenset({"whale", "dolphin", "ship", "shark", "submarine", "octopus"})
#: Lands that keep what stands far away when they change.
LASTING: Final = frozenset({"mountains", "hills", "hill", "volcano"})
UNDER_ROOF: Final = frozenset({"room", "plain", "space", "underwater"})
_BEACHY: Final = frozenset(kind.name for kind in PEOPLE) | {
    kind.name for kind in KINDS if kind.home == "beach"
} | {"dog", "umbrella", "ball", "chair", "crab", "turtle", "bicycle", "tent", "campfire"}  # fmt: skip


def with_stage(scene: Scene, name: str, *, instead: bool = False, fresh: bool = False) -> Scene:
    """Return the scene in that landscape; `instead`: the old landscape goes."""
    land, water, far = STAGES[name]
    if instead and land is None:
        land = "meadow" if scene.land in UNDER_ROOF else scene.land
    if scene.land in UNDER_ROOF and land is None and not fresh and (far or water):
        land = "meadow"
    features = scene.far if not (instead or (land not in {None, scene.land})) else ()
    if not instead:
        features = tuple(f for f in scene.far if f in LASTING or land in {None, scene.land})
    changed = replace(
        scene,
        land=land or scene.land,
        water=water if water is not None else ("none" if instead else scene.water),
        far=tuple(dict.fromkeys((*features, *far))),
        photo=None if instead or (land and not fresh) else scene.photo,
    )
    if "cliff" not in changed.far:
        changed = _off_cliff(changed)
    if instead or land:
        changed = changed.tinted("ground", None).tinted("background", None)
    return rezoned(changed)


def without_stage(scene: Scene, name: str) -> Scene:
    """Return the scene without a feature of the landscape."""
    _, water, far = STAGES.get(name, (None, None, ()))
    if name in {"style", scene.style}:
        return replace(scene, style="none")
    if name in {"season", scene.season}:
        return replace(scene, season="none")
    if name == "background":
        return with_stage(scene, "plain background", instead=True)
    kept = tuple(feature for feature in scene.far if feature not in far)
    dry = (water is not None and water == scene.water) or (water and scene.water != "none")
    land = "meadow" if dry and scene.land in {"open", "beach"} else scene.land
    changed = replace(scene, far=kept, water="none" if dry else scene.water, land=land)
    if "cliff" in far:
        changed = _off_cliff(changed)
    return rezoned(changed)


def _off_cliff(scene: Scene) -> Scene:
    """Return the scene with what stood on the cliff on the ground."""
    things = tuple(replace(t, on=None, y=0.25) if t.on == CLIFF else t for t in scene.things)
    return replace(scene, things=things)


def rezoned(scene: Scene) -> Scene:
    """Return the scene with every thing in the zone that it now belongs to."""
    things = []
    for thing in scene.things:
        kind = kind_of(thing.kind)
        zone = zone_for(scene, kind)
        if (
            thing.on is not None
            or zone == thing.zone
            or (kind.zone == "ground" and thing.zone == "sky")
        ):
            things.append(thing)
        else:
            y = 0.6 if zone == "sky" else 0.5
            things.append(replace(thing, zone=zone, y=y))
    return replace(scene, things=tuple(things))


def with_field(scene: Scene, field: str, value: str) -> Scene:
    """Return the scene with another hour, weather, season, style or camera."""
    if field == "light":
        value = (DARKER if value == "darker" else BRIGHTER)[scene.time]
        field = "time"
    if field == "camera":
        return _camera(scene, value)
    changed = with_look(scene, field, value)
    if (
        field == "season"
        and value == "winter"
        and scene.weather == "clear"
        and scene.land == "meadow"
    ):
        changed = replace(changed, land="snow")
    elif (
        field == "season"
        and value != "winter"
        and scene.season == "winter"
        and scene.land == "snow"
    ):
        changed = replace(changed, land="meadow")
    if field == "weather" and value == "snow" and scene.land == "meadow":
        changed = replace(changed, land="snow")
    if field == "time":
        changed = replace(changed, sky=(), tints=tuple(t for t in changed.tints if t[0] != "sky"))
    return relit(changed) if field in {"time", "weather"} else changed


def with_look(scene: Scene, field: str, value: str) -> Scene:
    """Return the scene with one field changed, and nothing that follows from it."""
    match field:
        case "time":
            return replace(scene, time=value)
        case "weather":
            return replace(scene, weather=value)
        case "season":
            return replace(scene, season=value)
        case _:
            return replace(scene, style=value)


def _camera(scene: Scene, value: str) -> Scene:
    """Return the scene seen from nearer or farther: things grow or shrink about the middle."""
    factor = {"close": 1.6, "wide": 0.62}.get(value, 1.0)
    if scene.camera == value and value != "above":
        factor = 1.12 if value == "close" else 0.9
    things = tuple(
        thing if thing.kind in CELESTIAL
        else replace(thing, size=min(0.95, thing.size * factor), x=0.5 + (thing.x - 0.5) * min(1.25, factor) * 0.98)
        for thing in scene.things
    )  # fmt: skip
    return replace(scene, camera=value, things=things, zoom=scene.zoom * factor)


def relit(scene: Scene) -> Scene:
    """Return the scene with the sun, moon and clouds of its hour and weather, unless unwanted."""
    kept = tuple(
        thing for thing in scene.things if not (thing.own and thing.kind in {"sun", "moon"})
    )
    before = next((t for t in scene.things if t.own and t.kind in {"sun", "moon"}), None)
    bare = replace(scene, things=kept)
    if scene.land in UNDER_ROOF or scene.photo or any(t.kind in {"sun", "moon"} for t in kept):
        return bare
    kind = "moon" if scene.time == "night" else "sun"
    if kind in scene.bare:
        return bare
    lit = place(bare, Wanted(kind=kind))
    made = replace(lit.things[-1], own=True)
    if before is not None:
        made = replace(made, seed=before.seed, id=before.id)
        same = replace(made, x=before.x)
        hidden = _covering(bare, same)
        if all(thing.own for thing in hidden):
            gone = {thing.id for thing in hidden}
            made = same
            lit = replace(lit, things=tuple(t for t in lit.things if t.id not in gone))
    return replace(lit, things=(*lit.things[:-1], made))


def _covering(scene: Scene, light: Thing) -> list[Thing]:
    """Return the things that would hide it."""
    terrain = terrain_of(scene)
    box = box_of(scene, terrain, light)
    return [thing for thing in scene.things if overlap(box, box_of(scene, terrain, thing)) > 0.06]


def clouded(scene: Scene) -> Scene:
    """Return the scene with a few clouds of its own where the sky is wide and clear."""
    if (
        scene.land in UNDER_ROOF
        or scene.photo
        or "cloud" in scene.bare
        or scene.weather not in {"clear", "wind"}
    ):
        return scene
    if any(thing.kind == "cloud" for thing in scene.things):
        return scene
    dice = Dice("clouds", scene.seed)
    for index in range(dice.whole(2, 3)):
        wanted = Wanted(kind="cloud", scale=dice.real(0.55, 1.0), variation=index)
        scene = place(scene, wanted)
        made = replace(scene.things[-1], own=True)
        scene = replace(scene, things=(*scene.things[:-1], made))
    return scene


def home_of(scene: Scene, kinds: list[str], *, staged: bool) -> Scene:
    """Return the scene where its first subject is at home, as far as nothing else was said."""
    subject = kind_of(kinds[0]) if kinds else None
    afloat = subject is not None and all(kind_of(k).zone != "ground" for k in kinds)
    if staged:
        if scene.water == "sea" and scene.land == "meadow" and "cliff" not in scene.far and subject:
            if afloat and any(kind_of(k).zone == "water" for k in kinds):
                return replace(scene, land="open")
            if subject.name in _BEACHY:
                return replace(scene, land="beach")
        return scene
    if subject is None:
        return scene
    homes = [kind_of(kind).home for kind in kinds]
    home = homes[0]
    if home == "meadow":
        home = next((h for h in homes if h in {"coast", "road", "river"}), home)
    if home == "sea" and not afloat:
        home = (
            "coast"
            if any(kind_of(k).metres > 3 for k in kinds if kind_of(k).zone == "ground")
            else "beach"
        )
    if home == "room" and subject.name in {"chair", "guitar", "plant"} and len(kinds) == 1:
        home = "room"
    land, water, far = HOMES[home]
    changed = replace(scene, land=land, water=water, far=tuple(dict.fromkeys((*scene.far, *far))))
    return replace(changed, time="night") if home == "night" and scene.time == "day" else changed


def watered(scene: Scene, kind: str) -> Scene:
    """Return the scene with water in it, where this kind needs some."""
    if (
        kind_of(kind).zone != "water"
        or scene.water != "none"
        or scene.land in UNDER_ROOF
        or scene.photo
    ):
        return scene
    return rezoned(replace(scene, water="sea" if kind in WET else "lake"))
