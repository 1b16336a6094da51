"""Which edit does a step ask for?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.sketch import stage
from bot.sketch.describe import FAR_WORDS, WATER_WORDS, listed
from bot.sketch.dice import Dice
from bot.sketch.edits.adding import add, copy
from bot.sketch.edits.looks import flip, recolour, resize
from bot.sketch.edits.moving import exchange, move
from bot.sketch.edits.outcome import Outcome
from bot.sketch.edits.recompose import recomposed
from bot.sketch.edits.removing import remove, replace_things
from bot.sketch.edits.wearing import wear
from bot.sketch.find import matching
from bot.sketch.language import steps as do
from bot.sketch.scene import MOST_LETTERS, MOST_WORDS, Words
from bot.sketch.vocabulary.settings import LAND_WORDS, STAGES


def _add_step(out: Outcome, step: do.Add) -> None:
    noun = step.noun
    here = matching(out.scene, noun) if noun.definite or step.put else []
    placed = noun.relation or noun.across is not None or noun.down is not None
    if here and (placed or noun.colour or noun.wears):
        if placed:
            move(out, do.Move(noun=noun))
        if noun.colour and not any(t.colour == noun.colour for t in here):
            recolour(out, do.Recolour(noun=replace(noun, colour=None), colour=noun.colour))
        for item, colour in noun.wears:
            wear(out, do.Wear(noun=noun, item=item, colour=colour))
    elif not (here and noun.definite and not noun.more):
        add(out, step)


#: What was done, where another value would be said in the same words.
DONE: Final = {
    "rain": "let it rain", "snow": "let it snow", "storm": "called up a storm",
    "fog": "let fog rise", "wind": "let the wind blow", "cloudy": "drew up clouds",
    "clear": "cleared the sky", "day": "made it day", "dawn": "made it dawn",
    "golden": "made it late afternoon", "dusk": "made it dusk", "night": "made it night",
    "darker": "made it darker", "brighter": "made it brighter", "close": "went closer",
    "wide": "stepped back", "above": "looked from above", "none": "went back to my usual style",
    "watercolour": "painted it in watercolour", "pixel": "set it in pixels",
    "blueprint": "drew it as a blueprint", "pencil": "drew it in pencil",
    "poster": "printed it as a poster", "neon": "bent it out of neon tubes",
    "papercut": "cut it out of paper", "cartoon": "inked it as a cartoon",
    "mono": "made it black and white", "sepia": "made it sepia",
}  # fmt: skip


def _landscaped(name: str) -> str:
    land, water, far = STAGES[name]
    if land is not None:
        return f"set it {LAND_WORDS[land]}"
    new = [FAR_WORDS[feature] for feature in far if feature in FAR_WORDS]
    if water in WATER_WORDS:
        new.append(WATER_WORDS[water])
    return f"added {listed(new)}"


def _stage(out: Outcome, step: do.Stage) -> None:
    if step.field == "stage":
        new = stage.with_stage(out.scene, step.value, instead=step.instead)
        if new != out.scene:
            out.scene = stage.relit(new)
            out.done.append(_landscaped(step.value))
        return
    out.scene = stage.with_field(out.scene, step.field, step.value)
    out.done.append(DONE.get(step.value, f"made it {step.value}"))


def _write(out: Outcome, step: do.Write) -> None:
    text = " ".join(step.text.split())[:MOST_LETTERS]
    if not text:
        return
    if step.instead and out.scene.words:
        last = out.scene.words[-1]
        new = replace(
            last,
            text=text,
            colour=step.colour or last.colour,
            row=step.row or last.row,
            side=step.side or last.side,
        )
        out.scene = replace(out.scene, words=(*out.scene.words[:-1], new))
    else:
        words = Words(
            text=text, colour=step.colour, row=step.row or "top", side=step.side or "middle"
        )
        out.scene = replace(out.scene, words=(*out.scene.words, words)[-MOST_WORDS:])
    out.done.append(f"wrote “{text}”")


def _again(out: Outcome, step: do.Again) -> None:
    del step
    out.scene = recomposed(out.scene, Dice("again", out.scene.seed, out.variation).seed())
    out.done.append("drew it anew")


def _unknown(out: Outcome, step: do.Unknown) -> None:
    if all(known.word != step.word for known in out.unknown):
        out.unknown.append(step)


_HANDLERS: Final[Mapping[type, Callable[..., None]]] = {
    do.Add: _add_step, do.Remove: remove, do.Replace: replace_things, do.Recolour: recolour,
    do.Exchange: exchange,
    do.Move: move, do.Resize: resize, do.Copy: copy, do.Flip: flip, do.Wear: wear,
    do.Stage: _stage, do.Write: _write, do.Again: _again, do.Unknown: _unknown,
}  # fmt: skip


def apply(out: Outcome, step: do.Step) -> None:
    """Apply one step."""
    handler = _HANDLERS.get(type(step))
    if handler is not None:
        handler(out, step)
