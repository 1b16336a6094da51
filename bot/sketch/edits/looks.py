"""How do things change their looks: colour, size, side, clothes?"""

from dataclasses import replace

from bot.sketch import stage
from bot.sketch.edits.adding import add
from bot.sketch.edits.outcome import Outcome, called
from bot.sketch.edits.removing import remove_things
from bot.sketch.find import matching
from bot.sketch.language import steps as do
from bot.sketch.placing import resized
from bot.sketch.scene import Scene, Thing
from bot.sketch.vocabulary.kinds import kind_of
from bot.sketch.vocabulary.owners import OWNERS


def recolour(out: Outcome, step: do.Recolour) -> None:
    """Give things, words or a surface a colour."""
    noun = step.noun
    if step.part == "wall" and out.scene.land == "room" and noun.what == "it":
        noun = do.Noun(what="surface", name="background")
    if noun.what == "surface":
        out.scene = _surface_tinted(out.scene, noun.name, step.colour)
        out.done.append(f"changed the colour of the {noun.name}")
    elif noun.what == "stage":
        out.scene = out.scene.tinted("ground", step.colour)
    elif noun.what == "words":
        out.scene = replace(
            out.scene, words=tuple(replace(w, colour=step.colour) for w in out.scene.words)
        )
        out.done.append("changed the colour of the words")
    else:
        there = _owners(out.scene, step)
        if not there:
            out.missing.append(step.part or noun.name or "such thing")
        for thing in there:
            new = (
                replace(thing, accent=step.colour)
                if step.accent
                else replace(thing, colour=step.colour)
            )
            out.scene = replace(out.scene.with_thing(new), focus=thing.id)
        if there:
            out.done.append(f"changed the colour of the {called(there)}")


def _owners(scene: Scene, step: do.Recolour) -> list[Thing]:
    """Return what is to have the colour: of a part, what was named, else what has such a part."""
    meant = matching(scene, step.noun)
    having = OWNERS.get(step.part)
    if having is None or any(thing.kind in having for thing in meant):
        return meant
    return [thing for thing in scene.things if thing.kind in having][-1:]


def _surface_tinted(scene: Scene, name: str, colour: str) -> Scene:
    if name == "background" and scene.land not in {"plain", "room"}:
        return replace(scene.tinted("sky", colour), sky=())
    if name == "sky":
        scene = replace(scene, sky=())
    if name in {"mountains", "hills", "forest", "city"} and name not in scene.far:
        scene = stage.with_stage(
            scene, {"mountains": "mountain", "hills": "hills"}.get(name, "skyline")
        )
    return scene.tinted(name, colour)


def resize(out: Outcome, step: do.Resize) -> None:
    """Draw things or words larger or smaller."""
    noun = step.noun
    if noun.what == "words":
        words = tuple(
            replace(w, size=max(0.4, min(2.5, w.size * step.factor))) for w in out.scene.words
        )
        out.scene = replace(out.scene, words=words)
        out.done.append("changed the size of the words")
        return
    if noun.what in {"surface", "stage"}:
        out.cannot.append(f"I can't change the size of the {noun.name}.")
        return
    if noun.all and noun.count and step.factor == 1.0:
        _total(out, noun)
        return
    there = matching(out.scene, noun)
    if not there:
        out.missing.append(noun.name or "such thing")
        return
    for thing in there:
        out.scene = replace(resized(out.scene, thing, step.factor), focus=thing.id)
    bigger = "bigger" if step.factor > 1 else "smaller"
    out.done.append(f"made the {called(there)} {bigger}")


def _total(out: Outcome, noun: do.Noun) -> None:
    """Bring the number of such things to what was said: "make it three boats"."""
    there = [thing for thing in out.scene.things if thing.kind == noun.name]
    wanted = noun.count or 1
    if len(there) < wanted:
        add(out, do.Add(noun=replace(noun, all=False, count=wanted - len(there), more=True)))
    elif len(there) > wanted:
        remove_things(out, replace(noun, all=False, count=len(there) - wanted))


def flip(out: Outcome, step: do.Flip) -> None:
    """Let things look the other way."""
    noun = step.noun
    if noun.what in {"everything", "surface"} or (
        noun.what == "it" and step.side is None and not out.scene.things
    ):
        things = tuple(replace(t, x=1 - t.x, flip=not t.flip) for t in out.scene.things)
        out.scene = replace(out.scene, things=things)
        return
    there = matching(out.scene, noun)
    for thing in there:
        flip = not thing.flip if step.side is None else step.side == "left"
        out.scene = replace(out.scene.with_thing(replace(thing, flip=flip)), focus=thing.id)
    if there:
        out.done.append(f"turned the {kind_of(there[0].kind).name} around")
    else:
        out.missing.append(noun.name or "such thing")
