"""How do things leave the scene, or make room for others?"""

from dataclasses import replace

from bot.sketch import stage
from bot.sketch.describe import counted
from bot.sketch.edits.adding import add
from bot.sketch.edits.outcome import Outcome, called, spoken
from bot.sketch.find import matching
from bot.sketch.language import steps as do
from bot.sketch.placing import replaced
from bot.sketch.terrain import CLIFF


def remove(out: Outcome, step: do.Remove) -> None:
    """Take something out: things, words, weather, a part of the landscape."""
    noun, scene = step.noun, out.scene
    if noun.what == "words":
        out.scene = replace(scene, words=())
        out.done.append("took the words out")
    elif noun.what == "everything":
        out.scene = replace(scene, things=(), words=(), bare=("sun", "moon", "cloud"))
        out.done.append("took everything out")
    elif noun.what == "weather":
        out.scene = stage.relit(replace(scene, weather="clear"))
        out.done.append(
            f"stopped the {noun.name}"
            if noun.name in {"rain", "snow"}
            else f"took the {noun.name} away"
        )
    elif noun.what == "stage":
        out.scene = stage.without_stage(scene, noun.name)
        out.done.append(f"took the {noun.name} away")
    else:
        remove_things(out, noun)


def remove_things(out: Outcome, noun: do.Noun) -> None:
    """Take things out; what stood on them comes down."""
    there = matching(out.scene, noun)
    if noun.name in {"sun", "moon", "cloud"}:
        out.scene = replace(out.scene, bare=tuple(dict.fromkeys((*out.scene.bare, noun.name))))
    if not there:
        if not out.fresh and noun.name:
            out.missing.append(noun.name)
        return
    gone = {thing.id for thing in there}
    things = tuple(
        replace(t, on=None, held=False) if t.on in gone and t.on != CLIFF else t
        for t in out.scene.things if t.id not in gone
    )  # fmt: skip
    out.scene = replace(
        out.scene, things=things, focus=next((t.id for t in things if not t.own), None)
    )
    kinds = {thing.kind for thing in there}
    some = len(kinds) == 1 and any(thing.kind in kinds for thing in things)
    taken = counted(there[0].kind, len(there), None) if some else f"the {called(there)}"
    out.done.append(f"removed {taken}")


def replace_things(out: Outcome, step: do.Replace) -> None:
    """Let something else stand where things stood."""
    if step.old.what in {"surface", "stage"}:
        out.scene = stage.without_stage(out.scene, step.old.name)
        add(out, do.Add(noun=step.new))
        return
    there = matching(out.scene, step.old)
    if not there:
        if step.old.name and not out.fresh:
            out.missing.append(step.old.name)
        add(out, do.Add(noun=step.new))
        return
    out.scene = stage.watered(out.scene, step.new.name)
    for thing in there:
        out.scene = replaced(out.scene, thing, step.new, out.variation)
    out.added += len(there)
    out.done.append(f"put {spoken(step.new, len(there))} in place of the {called(there)}")
    out.scene = replace(out.scene, focus=there[-1].id)
