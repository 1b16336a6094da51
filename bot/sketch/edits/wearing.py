"""Who puts on, or takes off, what?"""

from dataclasses import replace
from typing import Final

from bot.sketch.edits.outcome import Outcome
from bot.sketch.find import matching, subject_of
from bot.sketch.language import steps as do
from bot.sketch.scene import Thing
from bot.sketch.vocabulary.kinds import kind_of

#: Nobody wears more than this at once.
MOST: Final = 4
#: Who is never seen without.
OWN: Final = frozenset({("wizard", "hat"), ("scarecrow", "hat"), ("astronaut", "cap")})
#: Who has a shirt to open.
SHIRTED: Final = frozenset({"man", "woman", "child"})


def wear(out: Outcome, step: do.Wear) -> None:
    """Put something on those who can wear it, or take it off."""
    there = _meant(out, step)
    able = [thing for thing in there if can_wear(thing.kind, step.item)]
    for thing in able:
        worn = tuple(pair for pair in thing.wears if pair[0] != step.item)
        if not step.off:
            worn = (*worn, (step.item, step.colour))
        dressed = replace(thing, wears=worn[-MOST:])
        out.scene = replace(out.scene.with_thing(dressed), focus=thing.id)
    if able:
        out.done.append(_said(step, kind_of(able[0].kind).name))
    elif there:
        out.cannot.append(unwearable(there[0].kind, step.item))
    else:
        out.missing.append(step.noun.name or "one who could wear it")


def unwearable(kind: str, item: str) -> str:
    """Say that such a thing can't wear that."""
    return f"I can't draw {_a(item)} on the {kind_of(kind).name}."


def can_wear(kind: str, item: str, *, own: bool = False) -> bool:
    """Return whether such a thing can wear that; `own`: or is never drawn without."""
    if own and (kind, item) in OWN:
        return True
    return kind in SHIRTED if item == "open collar" else kind_of(kind).head is not None


def _meant(out: Outcome, step: do.Wear) -> list[Thing]:
    if step.off:
        wearers = [t for t in out.scene.things if any(item == step.item for item, _ in t.wears)]
        named = {thing.id for thing in matching(out.scene, step.noun)}
        return [t for t in wearers if t.id in named] or wearers
    if step.noun.what != "it":
        return matching(out.scene, step.noun)
    able = [t for t in out.scene.things if can_wear(t.kind, step.item)]
    focus = subject_of(out.scene)
    return [t for t in focus if t in able] or able[:1] or focus


def _said(step: do.Wear, name: str) -> str:
    if step.item == "open collar":
        return f"{'closed' if step.off else 'opened'} the {name}'s collar"
    return f"took the {step.item} off" if step.off else f"gave the {name} {_a(step.item)}"


def _a(item: str) -> str:
    if item == "glasses":
        return item
    return f"an {item}" if item[0] in "aeiou" else f"a {item}"
