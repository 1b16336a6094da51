"""Which of several has which colour, and what are more of them: "one red and one blue", "two more"?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch.language.lexer import Lexeme
from bot.sketch.language.steps import Add, Copy, Move, Noun, Recolour, Step

_SAID: Final = frozenset({"one", "other", "in"})


def one_colour(clause: Sequence[Lexeme]) -> str | None:
    """Return the colour in "one red", "a red one on the left"; None: it is something else."""
    colours = [lexeme.get("colour") for lexeme in clause if lexeme.has("colour")]
    counts = clause[:1] and (
        clause[0].get("number") == 1 or clause[0].has("indefinite") or clause[0].text == "the"
    )
    rest = [x for x in clause[1:] if not x.has("colour", "place") and x.text not in _SAID]
    others = any(lexeme.text in {"one", "other"} for lexeme in clause)
    return colours[0] if counts and others and len(colours) == 1 and not rest else None


def more_of(clause: Sequence[Lexeme], noun: Noun) -> list[Step]:
    """Return what "two more", "another one in blue on the left" asks for."""
    count = next((x.get("number") for x in clause if x.has("number")), 1)
    colour = next((x.get("colour") for x in clause if x.has("colour")), None)
    place = next((x.get("place") for x in clause if x.has("place")), None)
    steps: list[Step] = []
    for _ in range(count):
        steps.append(Copy(noun=noun))
        if colour:
            steps.append(Recolour(noun=Noun(what="it"), colour=colour))
        if place:
            across, down = place
            steps.append(Move(noun=Noun(what="it", across=across, down=down)))
    return steps


def coloured(step: Step, colour: str, clause: Sequence[Lexeme]) -> list[Step]:
    """Give one of those that were just named this colour, in its place; where all have one, a further one."""
    if not isinstance(step, Add):
        return [step]
    left = (step.noun.count or (3 if step.noun.plural else 1)) - 1
    across, down = next((x.get("place") for x in clause if x.has("place")), (None, None))
    noun = replace(step.noun, count=1, plural=False, colour=colour)
    one = replace(step, noun=replace(noun, across=across or noun.across, down=down or noun.down))
    rest = replace(step, noun=replace(step.noun, count=left, plural=left > 1))
    if step.noun.colour:
        return [step, one]
    return [one, rest] if left else [one]
