"""How do things and words go to another place?"""

from dataclasses import replace

from bot.sketch.edits.adding import landmark
from bot.sketch.edits.outcome import Outcome, called
from bot.sketch.find import matching
from bot.sketch.language import steps as do
from bot.sketch.placing import moved, moved_step
from bot.sketch.standing import keep_inside
from bot.sketch.terrain import terrain_of


def move(out: Outcome, step: do.Move) -> None:
    """Bring things or words to another place."""
    there = matching(out.scene, step.noun)
    if step.noun.what == "words" and out.scene.words:
        _move_words(out, step)
        return
    if step.noun.what in {"surface", "stage"}:
        out.cannot.append(f"I can't move the {step.noun.name}.")
        return
    if not there:
        out.missing.append(step.noun.name or "such thing")
        return
    if not (step.noun.plural or step.noun.all):
        there = there[-1:]
    beside = landmark(out, step.noun)
    for thing in there:
        if step.step:
            out.scene = moved_step(out.scene, thing, step.step)
        else:
            out.scene = moved(out.scene, thing, step.noun, beside)
        out.scene = replace(out.scene, focus=thing.id)
    out.done.append(f"moved the {called(there)}")


def exchange(out: Outcome, step: do.Exchange) -> None:
    """Let two things change places; what stands on land and what floats keep to their own."""
    pair = [matching(out.scene, noun)[-1:] for noun in (step.one, step.other)]
    out.missing += [
        noun.name for noun, found in zip((step.one, step.other), pair, strict=True) if not found
    ]
    if not all(pair):
        return
    one, other = pair[0][0], pair[1][0]
    terrain = terrain_of(out.scene)
    for thing, to in ((one, other), (other, one)):
        y = to.y if thing.zone == to.zone else thing.y
        on = to.on if to.on not in {one.id, other.id} else None
        there = keep_inside(out.scene, terrain, replace(thing, x=to.x, y=y, on=on))
        out.scene = replace(out.scene.with_thing(there), focus=one.id)
    out.done.append(f"let the {called([one])} and the {called([other])} change places")


def _move_words(out: Outcome, step: do.Move) -> None:
    rows = {"up": "top", "down": "bottom"}
    row = rows.get(step.step or "")
    if step.noun.down is not None:
        row = "top" if step.noun.down < 0.4 else "bottom"
    side = {"left": "left", "right": "right"}.get(step.step or "")
    if step.noun.across is not None:
        side = "left" if step.noun.across < 0.4 else "right" if step.noun.across > 0.6 else "middle"
    if row is None and side == "middle":
        row = "middle"
    words = tuple(replace(w, row=row or w.row, side=side or w.side) for w in out.scene.words)
    out.scene = replace(out.scene, words=words)
    out.done.append("moved the words")
