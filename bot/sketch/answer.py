"""What does the model answer to a request?

A picture with a sentence, a question, a tool call or plain text: decided here, drawn later. The same
request gives the same answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.sketch import brainstorm, output_words
from bot.sketch.choice import NO, YES, answer_in, choice_in, offered
from bot.sketch.conversation import NOT_AN_AI, Past, past_of
from bot.sketch.describe import description, listed
from bot.sketch.dice import seed_of
from bot.sketch.drawing import outcome
from bot.sketch.edits.outcome import Outcome
from bot.sketch.language.parse import parse, unfamiliar
from bot.sketch.language.steps import (
    Add,
    Again,
    Recolour,
    Replace,
    Stage,
    StartOver,
    Step,
    Unknown,
    Write,
)
from bot.sketch.language.wish import clean, lines_of
from bot.sketch.request import ChatRequest
from bot.sketch.scene import Output, Quality, Scene
from bot.sketch.vocabulary.words import NEAREST

SAY: Final = "Can you say it with other words?"
CHANGES: Final = (
    "Can you say it with other words, such as “add a dog”, “make the house red”, “move it to the left”, "
    "“remove the tree” or “make it night”?"
)
HELP: Final = (
    "I didn't find anything in that which I know how to draw. I can draw some 140 things (houses, "
    "lighthouses, trees, animals, people, boats, cars, rockets, cups, cakes and more) in colours, sizes "
    "and places, at any hour and weather, in styles such as watercolour, pixel art, blueprint or paper "
    "cut, and write words. Try “a red lighthouse on a cliff at dusk”, then “add a dog” or “make it night”. "
)
#: So much of a wish that wasn't understood is said again.
MOST_QUOTED: Final = 120
_HELP: Final = re.compile(
    r"^\W*(?:help|what can you (?:draw|do)|who are you|what are you|how does this work)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that the model wants to be called."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is to be sent, before anything is drawn."""

    text: str
    scenes: tuple[Scene, ...] = ()
    quality: Quality = "medium"
    calls: tuple[Call, ...] = ()


def answer(request: ChatRequest, *, text_only: bool = False) -> Answer:
    """Return the answer to a request."""
    past = past_of(request)
    wish = clean(request.wish).strip()
    ideas = brainstorm.asked_for(wish)
    if ideas is not None:
        return Answer(text=brainstorm.ideas(*ideas))
    if _HELP.match(wish) or text_only:
        return Answer(
            text=_greeting(
                past,
                HELP.split(". ", 1)[1]
                if _HELP.match(wish)
                else "Here is text only, as you asked: I draw nothing this time.",
            )
        )
    wish = _joined(past, wish)
    if not wish and past.declined:
        return Answer(text="All right, I leave the picture as it is.")
    said, rest = output_words.asked(wish)
    left = " ".join(
        line.text for line in lines_of(rest)
    )  # of "Bo: make it large" only a name is left
    same = output_words.as_it_is(left) or (bool(said) and not left)
    call = _set_output(request, past, said)
    if call is not None:
        return Answer(text="", calls=(call,))
    output = output_words.with_words(request.output, said)
    asked = _undecided(request, past, rest)
    if isinstance(asked, Answer):
        return asked
    return _drawn(past, "" if same else asked, output, only_output=same)


def _greeting(past: Past, text: str, question: str = "") -> str:
    """Say once what this is; a question comes last, so that its answer is understood."""
    parts = (text, NOT_AN_AI if past.first else "", question)
    return " ".join(part for part in parts if part)


def _joined(past: Past, wish: str) -> str:
    """Join an answer with the question that it answers."""
    if not past.question:
        return wish
    offer = offered(past.question)
    if offer and YES.match(wish):
        return f"add {offer}"
    if offer and NO.match(wish):
        past.declined = True
        return ""
    if past.pending:
        open_choice = choice_in(past.pending)
        if open_choice is not None:
            return open_choice.settled(past.pending, wish)
        return f"{past.pending}\n{wish}"
    return wish


def _set_output(request: ChatRequest, past: Past, said: dict[str, Any]) -> Call | None:
    wanted = output_words.differing(said, request.output)
    if "set_output" not in request.tools or not wanted or "set_output" in past.called:
        return None
    arguments = orjson.dumps(wanted).decode()
    return Call(
        id=f"call_{seed_of(request.wish, arguments):012x}", name="set_output", arguments=arguments
    )


def _undecided(request: ChatRequest, past: Past, wish: str) -> Answer | str:
    choice = choice_in(wish)
    if choice is None:
        return wish
    if past.results.get("ask_people") is not None:
        said = answer_in(past.results["ask_people"])
        return choice.settled(wish, said or choice.options[0])
    if "ask_people" in request.tools and "ask_people" not in past.called:
        arguments = orjson.dumps(
            {"question": choice.question, "options": list(choice.options)}
        ).decode()
        call = Call(
            id=f"call_{seed_of(wish, arguments):012x}", name="ask_people", arguments=arguments
        )
        return Answer(text="", calls=(call,))
    one, two = choice.options
    return Answer(text=f"Do you want {one} or {two}?")


def _drawn(past: Past, wish: str, output: Output, *, only_output: bool) -> Answer:
    wish = _called(past, wish)
    steps = parse(wish)
    if past.scene is None and steps and all(isinstance(step, Again) for step in steps):
        steps = parse(brainstorm.idea(wish, past.variation))
    outcomes = [outcome(past, steps, wish, output, turn) for turn in range(output.n)]
    first = outcomes[0]
    unknown_only = all(isinstance(step, Unknown) for step in steps)
    idle = first is None or (not only_output and not past.photos and _nothing(first, steps))
    if first is None or idle:
        if first is not None and (first.unknown or first.missing or first.cannot):
            return Answer(text=_greeting(past, "", _troubles(first, drawn=False)))
        if any(isinstance(step, StartOver) for step in steps):
            return Answer(text=_greeting(past, "All right, a blank canvas.", "What shall I draw?"))
        if past.scene is not None and wish:
            quoted = " ".join(wish.split())[:MOST_QUOTED]
            return Answer(text=f"I don't know how to do that: “{quoted}”. {CHANGES}")
        return Answer(text=_greeting(past, HELP.strip()))
    if unknown_only and steps and not only_output and past.scene is None and not past.photos:
        return Answer(text=_greeting(past, "", _troubles(first, drawn=False)))
    scenes = tuple(out.scene.rounded() for out in outcomes if out is not None)
    strange = unfamiliar(wish, [step.word for step in first.unknown])
    text = _greeting(past, _said(first), _troubles(first, drawn=True, strange=strange))
    return Answer(text=text, scenes=scenes, quality=output.quality)


def _nothing(out: Outcome, steps: list[Step]) -> bool:
    if out.fresh:
        return not any(_draws(step) for step in steps)
    return not out.done


def _draws(step: Step) -> bool:
    """Return whether a step alone makes a picture where there is none."""
    coloured = isinstance(step, Recolour) and step.noun.what == "surface"
    return coloured or isinstance(step, Add | Replace | Stage | Write | Again)


def _called(past: Past, wish: str) -> str:
    """Let "make HELLO red" mean the words that are in the picture."""
    for words in past.scene.words if past.scene else ():
        name = re.escape(words.text)
        wish = re.sub(rf"(?<!write )(?<!say )\b{name}\b", "the text", wish)
    return wish


def _said(out: Outcome) -> str:
    parts = [description(out.scene)]
    if out.done and not out.fresh:
        parts.append(f"I {listed(list(dict.fromkeys(out.done)))}.")
    return " ".join(parts)


def _troubles(out: Outcome, *, drawn: bool, strange: Sequence[str] = ()) -> str:
    parts = []
    if out.missing:
        names = list(dict.fromkeys(out.missing))
        parts.append(f"There is no {' and no '.join(names)} in the picture.")
    parts += dict.fromkeys(out.cannot)
    words = [_unknown(step) for step in out.unknown[:4]]
    if words:
        rest = " I drew the rest." if drawn and (out.added or out.done) else ""
        parts.append(f"I don't know how to draw {listed(words)}.{rest}")
        near = next((NEAREST[step.word] for step in out.unknown if step.word in NEAREST), None)
        if near:
            article = "an" if near[0] in "aeiou" else "a"
            parts.append(f"Shall I use {article} {near} instead?")
        else:
            parts.append(SAY)
    elif strange:
        words = [f"“{word}”" for word in strange[:3]]
        parts.append(f"I didn't understand {listed(words)}. {SAY}")
    return " ".join(parts)


def _unknown(step: Unknown) -> str:
    if step.plural:
        return step.word if step.word.endswith("s") else f"{step.word}s"
    return f"{'an' if step.word[0] in 'aeiou' else 'a'} {step.word}"
