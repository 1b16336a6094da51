"""What does "remove …" take out?"""

from collections.abc import Sequence
from dataclasses import replace

from bot.sketch.language.draft import Draft
from bot.sketch.language.lexer import Lexeme
from bot.sketch.language.steps import Noun, Remove, Step, Wear
from bot.sketch.vocabulary.words import SEVERAL


def removing(lexemes: Sequence[Lexeme]) -> list[Step]:
    """Return what "remove …" takes out."""
    draft = Draft()
    out: list[Step] = []
    place: tuple[float | None, float | None] = (None, None)
    for index, lexeme in enumerate(lexemes):
        if lexeme.has("relation") and out:
            break
        if lexeme.has("it") and any(later.has("thing") for later in lexemes[index + 1 :]):
            continue  # "that boat"
        if lexeme.has("place"):
            if out and isinstance(out[-1], Remove):
                out[-1] = Remove(noun=replace(out[-1].noun, side=lexeme.get("place")[0]))
            else:
                place = lexeme.get("place")
            continue
        noun = _removed(lexeme, draft)
        if noun is not None:
            out.append(Remove(noun=replace(noun, side=place[0])))
            draft, place = Draft(), (None, None)
        elif lexeme.has("wear"):
            out.append(Wear(noun=Noun(what="it"), item=lexeme.get("wear"), off=True))
        else:
            draft.count = lexeme.get("number") or draft.count
            draft.colour = lexeme.get("colour") or draft.colour
            draft.all |= lexeme.has("all")
            draft.definite |= lexeme.has("definite")
    out = out or _unnamed(lexemes, draft)
    wears = [step for step in out if isinstance(step, Wear)]
    things = [step.noun for step in out if isinstance(step, Remove)]
    if wears and things:
        return [replace(wears[0], noun=things[0])]
    return out


def fewer(lexemes: Sequence[Lexeme]) -> list[Step]:
    """Return what "fewer trees" takes out: one, where nothing else is said."""
    steps = removing(lexemes)
    return [
        replace(step, noun=replace(step.noun, count=step.noun.count or 1))
        if isinstance(step, Remove)
        else step
        for step in steps
    ]


def _unnamed(lexemes: Sequence[Lexeme], draft: Draft) -> list[Step]:
    """Read "remove everything", "remove one"."""
    if any(lexeme.text in {"everything", "all"} for lexeme in lexemes):
        return [Remove(noun=Noun(what="everything"))]
    return [Remove(noun=draft.noun("it", plural=True))] if draft.count else []


def _removed(lexeme: Lexeme, draft: Draft) -> Noun | None:
    if lexeme.has("writing"):
        return Noun(what="words")
    if lexeme.has("wear") and lexeme.text not in {"crown", "bow"}:
        return None
    if lexeme.has("thing"):
        return draft.noun("thing", lexeme.get("thing"), plural=lexeme.has("plural"))
    if lexeme.has("weather"):
        return Noun(what="weather", name=lexeme.get("weather"))
    if lexeme.has("stage", "surface"):
        return Noun(what="stage", name=lexeme.get("stage") or lexeme.get("surface"))
    if lexeme.text in {"style", "season"}:
        return Noun(what="stage", name=lexeme.text)
    if lexeme.has("style", "season"):
        return Noun(what="stage", name="style" if lexeme.has("style") else "season")
    if lexeme.has("it"):
        return draft.noun("it", plural=lexeme.text in SEVERAL)
    return None
