"""What becomes of a scene when a step is done? What no step names stays as it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

from bot.sketch import compose
from bot.sketch.compose import HEAVENLY, LIGHT_AT, WHERE, Result, put
from bot.sketch.grammar import Noun, Step
from bot.sketch.scene import MOST_LETTERS, MOST_WORDS, Scene, Surface, Thing, Words, Zone
from bot.sketch.things import drawings, height_of, rows, zone_of
from bot.sketch.words import drawings_of

_PLACES: Final = {k: dict(said.split("=") for said in v.split()) for k, v in rows("places.txt")}


def drawn(steps: Sequence[Step], scene: Scene, variation: int, language: str) -> Result:
    """Return a new picture of what the steps name, on an empty scene."""
    result = Result(scene=scene, variation=variation, fresh=True)
    for step in steps:
        _stage(result, step)
    kinds = compose.frame(result, steps, language)
    for step in steps:
        do = "add" if step.do in {"restart", "again"} else step.do
        apply(result, replace(step, do=do, stage=()))
    compose.complete(result, kinds, language)
    result.done.clear()
    return result


def apply(result: Result, step: Step) -> None:
    """Do one step."""
    if step.do == "remove":
        _remove(result, step)
        return
    _stage(result, step)
    if step.do == "write":
        _write(result, step)
    elif step.do == "swap" and len(step.nouns) > 1:
        _swap(result, step.nouns[0], step.nouns[1])
    elif step.do in {"make", "move", "flip", "zoom"} or step.colour or step.factor != 1:
        _change(result, step)
    elif step.do == "add":
        for noun in step.nouns:
            _add(result, noun, step)


def _stage(result: Result, step: Step) -> None:
    scene = result.scene
    for name, value in step.stage:
        changes: dict[str, Any] = {name: value}
        if name == "place":
            changes = {"photo": None} | _PLACES.get(value, {"land": value, "water": "none"})
        if {value, scene.land} in ({"snow", "forest"}, {"snow", "city"}):
            changes = {"land": value if scene.land == "snow" else scene.land, "weather": "snow"}
        if "far" in changes:
            changes["far"] = tuple(dict.fromkeys((*scene.far, changes["far"])))
        scene = replace(scene, **changes)
        result.did("staged", value)
        if name == "time" and not result.fresh:
            kept = (t for t in scene.things if value != "night" or t.kind != "cloud")
            scene = replace(scene, things=tuple(_relit(t, value) for t in kept))
    result.scene = scene


def _relit(thing: Thing, time: str) -> Thing:
    if thing.kind not in {"sun", "full-moon"}:
        return thing
    kind = "full-moon" if time == "night" else "sun"
    return replace(thing, kind=kind, y=LIGHT_AT[time], size=height_of(kind), colour=None)


def _found(scene: Scene, noun: Noun) -> list[Thing]:
    asked = [thing for thing in scene.things if thing.kind not in HEAVENLY]
    if noun.name == "it":
        return [t for t in asked if t.id == scene.focus] or asked[-1:]
    if noun.name == "all":
        return asked
    kinds = drawings_of(noun.name)
    same = [thing for thing in scene.things if thing.kind in kinds]
    if not same and kinds:  # "the cat" means the black cat, "the boat" the ferry that was drawn
        alike = drawings()[kinds[0]][1:3]
        near = [t for t in asked if alike[0] == 5 and drawings()[t.kind][1:3] == alike]
        same = [t for t in asked if kinds[0] in t.kind] or near[-1:]
    if noun.where in {"left", "right"} and len(same) > 1:
        return [(min if noun.where == "left" else max)(same, key=lambda t: t.x)]
    return same[-noun.count :] if noun.count else same


def _change(result: Result, step: Step) -> None:
    loose = step.colour or step.factor != 1 or step.where or step.do == "flip"
    it = Noun(name="all" if step.do == "zoom" else "it")
    for noun in step.nouns or ((it,) if loose else ()):
        things = _found(result.scene, noun)
        if noun.is_surface:
            _tint(result, noun.name, noun.colour or step.colour)
        elif not things and not noun.definite and step.do == "make" and noun.name != "it":
            put(result, noun)
        elif not things and noun.name not in {"it", "all"}:
            result.missing.append(noun.name)
        for thing in things:
            said, changed = _changed(thing, noun, step)
            if said:
                result.scene = result.scene.with_thing(changed)
                result.did(said, thing.kind)


def _changed(thing: Thing, noun: Noun, step: Step) -> tuple[str, Thing]:
    colour, factor = noun.colour or step.colour, noun.factor * step.factor
    where = step.where or noun.where
    if step.do == "flip":
        return "turned", replace(thing, flip=not thing.flip)
    if colour:
        return "coloured", replace(thing, colour=colour)
    if factor != 1:
        return "resized", replace(thing, size=min(1.4, thing.size * factor))
    if where is None:
        return "", thing
    x, y = WHERE[where]
    if where in {"left", "right"}:
        x = max(0.1, thing.x - 0.28) if where == "left" else min(0.9, thing.x + 0.28)
    x, y = thing.x if x is None else x, thing.y if y is None else y
    return "moved", replace(thing, x=x, y=y, on=None)


def _tint(result: Result, surface: str, colour: str | None) -> None:
    if colour:
        tints = result.scene.tints | {cast("Surface", surface): colour}
        result.scene = replace(result.scene, tints=tints)
        result.did("coloured", surface)


def _remove(result: Result, step: Step) -> None:
    for name, value in step.stage:
        bare: Any = {name: getattr(Scene(seed=0), name, None)}
        if name == "place":
            bare = {"land": "plain", "water": "none", "far": (), "photo": None}
        result.scene = replace(result.scene, **bare)
        result.did("removed", value)
    for noun in step.nouns:
        things = _found(result.scene, noun)
        result.scene = result.scene.without(frozenset(thing.id for thing in things))
        result.done += [("removed", thing.kind) for thing in things]
        if not things and not result.fresh:
            result.missing.append(noun.name)
    if not step.nouns and not step.stage and not step.unknown and result.scene.words:
        result.scene = replace(result.scene, words=())
        result.did("removed", "write")


def _write(result: Result, step: Step) -> None:
    scene, text = result.scene, " ".join(step.text.split())[:MOST_LETTERS]
    where = step.where or next((noun.where for noun in step.nouns if noun.where), None)
    row: Any = {"down": "bottom", "middle": "middle"}.get(where or "", "top")
    if text:
        words = Words(text=text, colour=step.colour, row=row, size=step.factor)
        result.scene = replace(scene, words=(*scene.words, words)[-MOST_WORDS:])
        result.did("wrote", text)
    elif scene.words and (step.colour or step.factor != 1):
        last = scene.words[-1]
        colour, size = step.colour or last.colour, min(4.0, last.size * step.factor)
        last = replace(last, colour=colour, size=size)
        result.scene = replace(scene, words=(*scene.words[:-1], last))
        result.did("coloured" if step.colour else "resized", "write")
    for noun in step.nouns if result.fresh else ():
        _add(result, noun, step)


def _swap(result: Result, old: Noun, new: Noun) -> None:
    things, kinds = _found(result.scene, old), drawings_of(new.name)
    if not things:
        result.missing.append(old.name)
    for thing in things if kinds else ():
        size = min(1.4, round(thing.size * height_of(kinds[0]) / height_of(thing.kind), 4))
        zone = thing.zone if thing.on else cast("Zone", zone_of(kinds[0]))
        other = replace(thing, kind=kinds[0], size=size, colour=new.colour, zone=zone)
        result.scene = result.scene.with_thing(other)
        result.did("swapped", f"{thing.kind}>{kinds[0]}")


def _add(result: Result, noun: Noun, step: Step) -> None:
    known = _found(result.scene, noun) if noun.definite and not result.fresh else []
    if noun.is_surface:
        _tint(result, noun.name, noun.colour)
    elif noun.name in {"it", "all"}:
        return
    elif known and (noun.colour or noun.factor != 1):
        _change(result, replace(step, nouns=(noun,)))
    elif known and noun.relation == "on":
        compose.stack(result, noun, known[-1])
        result.done += [("moved", kind) for kind in drawings_of(noun.beside or "")]
    elif not known:
        put(result, noun)
