"""Which steps does a whole wish ask for, in order?"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch.language.changing import Change
from bot.sketch.language.colouring import coloured, more_of, one_colour
from bot.sketch.language.describing import Description
from bot.sketch.language.draft import NOUNS
from bot.sketch.language.lexer import Lexeme, lex
from bot.sketch.language.removing import fewer, removing
from bot.sketch.language.steps import (
    Add,
    Again,
    Exchange,
    Noun,
    Recolour,
    Remove,
    Replace,
    StartOver,
    Step,
    Write,
)  # fmt: skip
from bot.sketch.language.wish import Line, lines_of
from bot.sketch.vocabulary.kinds import kind_of

MOST_STEPS: Final = 80
_OVER: Final = re.compile(
    r"\b(start (?:all )?over|start again|start afresh|from scratch|new (?:picture|image|drawing|scene)|"
    r"forget (?:it|all|everything|the picture)|blank canvas)\b", re.IGNORECASE
)  # fmt: skip
_AGAIN: Final = re.compile(
    r"^\W*(?:please )?(?:draw |do |try |make )?(?:it |that |this )?(?:again|once more|another (?:one|version|variation|try)|"
    r"a (?:different|new|other) (?:one|version|variation)|something else|redo|retry|more variations|"
    r"surprise me|differently|another)(?: please)?\W*$", re.IGNORECASE
)  # fmt: skip
#: Endings of words that only say how.
VAGUE: Final = ("ly", "ish", "ful", "ous", "ive", "able", "ic", "less", "er", "est", "ing", "ed")
#: What stands between the old and the new.
INSTEAD: Final = frozenset({"with", "by", "for"})
CHANGES: Final = frozenset({"make", "move", "grow", "shrink", "copy", "flip", "give", "camera"})
SOLID: Final = (
    "thing", "stage", "surface", "weather", "time", "season", "style", "camera", "place", "wear",
    "part", "writing", "quote", "growth", "verb", "it",
)  # fmt: skip
SKIPPED: Final = frozenset([
    "can", "could", "would", "will", "you", "we", "i", "please", "now", "just", "then", "also",
    "so", "let's", "lets", "to", "like", "want",
])  # fmt: skip


def parse(wish: str) -> list[Step]:
    """Return the steps of a wish. Never raises, whatever the text."""
    steps: list[Step] = []
    for line in lines_of(wish):
        if len(steps) >= MOST_STEPS:
            break
        if _OVER.search(line.text):
            steps.append(StartOver())
            line = Line(text=_OVER.sub(" ", line.text), quotes=line.quotes)  # noqa: PLW2901  (the rest of the line)
        if _AGAIN.match(line.text):
            steps.append(Again())
        else:
            steps += _picture_of(line) or _line(line)
    return steps[:MOST_STEPS]


def unfamiliar(wish: str, said: Sequence[str]) -> list[str]:
    """Return the words of a wish that mean nothing here, in order; `said`: those spoken of already."""
    words = [lexeme.text for line in lines_of(wish) for lexeme in lex(line.text) if not lexeme.tags]
    return [
        word
        for word in dict.fromkeys(words)
        if len(word) > 2 and word.isalpha() and not word.endswith(VAGUE)
        and word not in said and word.removesuffix("s") not in said
    ]  # fmt: skip


def _picture_of(line: Line) -> list[Step]:
    """Read "a mascot for our team: a fox in the snow": what stands in front is only the topic."""
    topic, colon, rest = line.text.partition(": ")
    if not colon or any(lexeme.has("verb", "writing") for lexeme in lex(topic)):
        return []
    first = lex(rest)[:1]
    if not first or not first[0].has("indefinite", "number"):
        return []
    steps = _line(Line(text=rest, quotes=line.quotes))
    return steps if any(isinstance(step, Add) for step in steps) else []


def _line(line: Line) -> list[Step]:
    steps: list[Step] = []
    verb = ""
    topic: Noun | None = None
    for joiner, clause in _clauses(lex(line.text)):
        own, rest = _verb(clause)
        if own:
            verb = own
        if not own and (colour := one_colour(rest)) and steps:
            steps = [*steps[:-1], *coloured(steps[-1], colour, rest)]
            continue
        found = _clause(rest, line.quotes, verb or "draw", topic)
        if verb == "replace" and not own and not any(x.text in INSTEAD for x in rest):
            steps, found = _exchanging(steps, _clause(rest, line.quotes, "add", topic))
        if joiner == "and" and not own:
            steps, found = _sharing(steps, found)
        steps += found
        topic = _topic(found) or topic
    return steps


def _exchanging(before: list[Step], found: list[Step]) -> tuple[list[Step], list[Step]]:
    """Read "swap the dog and the tree": what is said after the "and" is put in, or changes places."""
    last, other = before[-1] if before else None, found[0] if found else None
    if isinstance(last, Remove) and isinstance(other, Add) and other.noun.definite:
        return [*before[:-1], Exchange(one=last.noun, other=other.noun)], found[1:]
    return before, found


def _sharing(before: list[Step], found: list[Step]) -> tuple[list[Step], list[Step]]:
    """Let both stand there in "a cat and a dog on a boat", as far as they fit."""
    last = before[-1] if before else None
    if not isinstance(last, Add) or last.noun.relation or last.noun.across is not None:
        return before, found
    place = next((s.noun for s in found if isinstance(s, Add) and s.noun.relation == "on"), None)
    ground = place.beside if place is not None else None
    if ground is None:
        ground = next((s.noun for s in found if isinstance(s, Add) and s.under), None)
    if ground is None or kind_of(last.noun.name).metres > kind_of(ground.name).metres * 1.2:
        return before, found
    return [
        *before[:-1],
        replace(last, noun=replace(last.noun, relation="on", beside=ground)),
    ], found


def _clauses(lexemes: Sequence[Lexeme]) -> list[tuple[str, list[Lexeme]]]:
    """Split at "and", commas and full stops, but not between adjectives; each with what led it in."""
    clauses: list[tuple[str, list[Lexeme]]] = [("", [])]
    for index, lexeme in enumerate(lexemes):
        if lexeme.has("end") and not _joins(lexemes, index):
            clauses.append((lexeme.text, []))
        elif not lexeme.has("end"):
            clauses[-1][1].append(lexeme)
    return [pair for pair in clauses if pair[1]]


def _joins(lexemes: Sequence[Lexeme], index: int) -> bool:
    """Return whether the mark at this place only joins adjectives: "a big, red house"."""
    before = index - 1
    while before >= 0 and not lexemes[before].has("end"):
        lexeme = lexemes[before]
        if lexeme.has("colour", "size") or (
            lexeme.has("definite", "indefinite", "number") and before < index - 1
        ):
            if lexeme.has("definite", "indefinite", "number"):
                return _adjectives_then_noun(lexemes[index + 1 :])
            before -= 1
            continue
        return False
    return before < index - 1 and _adjectives_then_noun(lexemes[index + 1 :])


def _adjectives_then_noun(lexemes: Sequence[Lexeme]) -> bool:
    for count, lexeme in enumerate(lexemes[:4]):
        if lexeme.has("thing", "surface", "stage", "part") and not lexeme.has("colour"):
            return count > 0
        if not lexeme.has("colour", "size") and lexeme.tags and not lexeme.has("end"):
            return False
    return False


def _verb(clause: list[Lexeme]) -> tuple[str, list[Lexeme]]:
    """Return the clause's verb, and the clause without it."""
    for index, lexeme in enumerate(clause):
        if lexeme.text in {"should be", "should have", "should wear"}:
            return lexeme.get("verb"), clause[:index] + clause[index + 1 :]
        if lexeme.has("verb") and (
            not lexeme.has("thing", "part") or _object_follows(clause[index + 1 :])
        ):
            return lexeme.get("verb"), clause[index + 1 :]
        if lexeme.text not in SKIPPED and not lexeme.has("not"):
            break
    for index, lexeme in enumerate(clause):
        if lexeme.text in {"should be", "should have", "should wear"}:
            return lexeme.get("verb"), clause[:index] + clause[index + 1 :]
    return "", clause


def _object_follows(rest: Sequence[Lexeme]) -> bool:
    return bool(rest) and rest[0].has("definite", "indefinite", "number", "it", "more")


def _clause(
    clause: list[Lexeme], quotes: Sequence[str], verb: str, topic: Noun | None
) -> list[Step]:
    if verb == "keep":
        return []
    if verb == "remove":
        return removing(clause)
    if verb == "fewer":
        return fewer(clause)
    if verb == "replace":
        return _replacing(clause, quotes)
    if verb == "put" and clause and clause[0].text in {"it", "them", "him", "her"}:
        verb = "move"
    if verb == "add" and _only_more(clause):
        return more_of(clause, topic or Noun(what="it"))
    if verb == "paint":
        definite = any(lexeme.has("definite", "it") for lexeme in clause[:1])
        verb = "make" if definite else "draw"
    if verb == "write" or (
        verb in {"add", "put"} and any(lexeme.has("quote") for lexeme in clause)
    ):
        return Description(clause, quotes, verb="add").steps()
    if verb in CHANGES and not (verb == "make" and _is_description(clause)):
        return Change(clause, quotes, verb=verb, topic=topic).steps()
    return Description(clause, quotes, verb=verb).steps()


def _only_more(clause: Sequence[Lexeme]) -> bool:
    """Return whether "add another one" names nothing new."""
    named = any(lexeme.has(*NOUNS, "quote") or not lexeme.tags for lexeme in clause)
    return not named and any(lexeme.text == "one" or lexeme.has("more") for lexeme in clause)


def _is_description(clause: Sequence[Lexeme]) -> bool:
    """Return whether "make a …" only describes something new."""
    first = next(
        (x for x in clause if x.has("definite", "indefinite", "it", "thing", "surface", "all")),
        None,
    )
    return first is not None and first.has("indefinite")


def _replacing(clause: Sequence[Lexeme], quotes: Sequence[str]) -> list[Step]:
    """Read "replace A with B"."""
    middle = next((i for i, x in enumerate(clause) if x.text in INSTEAD and i), None)
    if middle is None:
        return removing(clause)
    old = [s for s in removing(clause[:middle]) if isinstance(s, Remove)]
    new = Description(clause[middle + 1 :], quotes, verb="draw").steps()
    things = [step.noun for step in new if isinstance(step, Add)]
    if old and things:
        first: list[Step] = [Replace(old=old[0].noun, new=things[0])]
        return first + [
            step for step in new if not (isinstance(step, Add) and step.noun == things[0])
        ]
    if any(isinstance(step, Write) for step in new):
        return new
    others: list[Step] = [step for step in old if step.noun.what != "stage"]
    return others + new


def _topic(steps: Sequence[Step]) -> Noun | None:
    """Return what was spoken of last, for "it"."""
    for step in reversed(steps):
        if isinstance(step, Recolour) or (hasattr(step, "noun") and not isinstance(step, Remove)):
            noun: Noun = step.noun
            if noun.what in {"thing", "words"}:
                return noun
    return None
