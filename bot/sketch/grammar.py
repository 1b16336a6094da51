"""What does a prompt ask for, step by step, whatever its language?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from bot.sketch.things import pattern, rows
from bot.sketch.words import COLOUR_BEHIND, Meaning, language_of, meanings

COLOURS: Final = dict(rows("colours.txt"))
_OPPOSITE: Final = dict(rows("opposites.txt"))
_DO: Final = {"in": "zoom", "out": "zoom"}
_MARK: Final = re.compile(r"\x02(\d)\x03")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """What a step is about: a drawing, a surface, "it" or "all"."""

    name: str
    word: str = ""  #: As people called it.
    is_surface: bool = False
    colour: str | None = None
    count: int | None = None
    plural: bool = False
    definite: bool = False  #: Spoken of as known: "the house".
    factor: float = 1.0  #: A factor on its size.
    where: str | None = None
    relation: str | None = None  #: "on" or "by", and the noun that it stands on or beside.
    beside: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do."""

    do: str  #: add, remove, make, swap, move, flip, write, zoom, restart, again, help or hello.
    nouns: tuple[Noun, ...] = ()
    #: What is said of the whole picture: pairs of a field and its value.
    stage: tuple[tuple[str, str], ...] = ()
    colour: str | None = None  #: Said without a noun: "make it red", "bigger".
    factor: float = 1.0
    where: str | None = None
    text: str = ""
    unknown: tuple[str, ...] = ()  #: Words that nobody understood and that may be things.


@dataclass(slots=True)
class _Clause:
    do: str | None = None
    nouns: list[Noun] = field(default_factory=list)
    stage: list[tuple[str, str]] = field(default_factory=list)
    pending: Noun = field(default_factory=lambda: Noun(name=""))
    text: str = ""
    unknown: list[str] = field(default_factory=list)
    #: Words that nobody understood, so far: what a noun follows is an adjective, and no thing.
    loose: list[str] = field(default_factory=list)
    after_noun: bool = False  #: The word before was a noun.

    def take_noun(self, said: Meaning) -> None:
        """Add a noun, with what was said before it."""
        relation = self.pending.relation if self.nouns else None
        beside = self.nouns[-1].name if relation else None
        noun = replace(
            self.pending, name=said.value, word=said.word, is_surface=said.kind == "surface",
            plural=said.plural, relation=relation, beside=beside,
        )  # fmt: skip
        self.nouns.append(noun)
        self.pending = Noun(name="")
        self.after_noun = True


@lru_cache(maxsize=128)
def steps_of(prompt: str) -> tuple[str, tuple[Step, ...]]:
    """Return the prompt's language and what it asks for."""
    lines = [pattern("bullet").sub("", line) for line in prompt.split("\n")]
    lines = [pattern("speaker").sub("", line) for line in lines]
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group is not None).strip())
        return f" \x02{len(quotes) - 1}\x03 " if len(quotes) < 10 else " "

    marked = pattern("quoted").sub(keep, "\n".join(lines))
    if not quotes:
        marked = pattern("bare").sub(lambda m: f" write {keep(m)}", marked, count=1)
    marked = pattern("too").sub(lambda m: _OPPOSITE.get(m[1].lower(), "bigger"), marked)
    language = language_of(_MARK.sub(" ", marked))
    clauses = pattern("clause").split(marked)
    found = [step for clause in clauses for step in _steps(clause, language, quotes)]
    return language, tuple(found)


def _steps(clause: str, language: str, quotes: list[str]) -> Iterator[Step]:
    parts = _MARK.split(clause)
    said: list[Meaning] = []
    for index, part in enumerate(parts):
        if index % 2:
            said.append(Meaning("text", quotes[int(part)], part))
        elif part.strip():
            said += meanings(part, language)
    verbs = [m for m in said if m.kind == "verb" and m.value not in {"bigger", "smaller"}]
    one = _Clause()
    if language in {"ja", "zh"} and verbs:  # the verb stands behind, and is about the whole clause
        one.do = _DO.get(verbs[-1].value, verbs[-1].value)
        said = [m for m in said if m not in verbs]
    for meaning in said:
        if meaning in verbs:
            if one.nouns or one.stage:
                yield from _ended(one, language)
                one = _Clause()
            if one.do not in {"write", "remove"}:
                one.do = _DO.get(meaning.value, meaning.value)
            if one.do == "zoom":
                one.pending = replace(one.pending, factor=1.35 if meaning.value == "in" else 0.72)
        else:
            _take(one, meaning, language)
    yield from _ended(one, language)


def _take(one: _Clause, said: Meaning, language: str) -> None:
    if said.kind == "unknown":
        if not (language in COLOUR_BEHIND and one.after_noun):
            one.loose.append(said.word)
        return
    if said.kind in {"thing", "surface", "it"}:
        one.loose.clear()
        one.take_noun(said)
        return
    one.unknown += one.loose
    one.loose.clear()
    one.after_noun = False
    if said.kind in {"colour", "verb", "where"}:
        _describe(one, said, language)
    elif said.kind == "count":
        one.pending = replace(one.pending, count=int(said.value))
    elif said.kind == "relation":
        one.pending = replace(one.pending, relation=said.value)
    elif said.kind == "stop":
        definite = one.pending.definite or bool(pattern("definite").fullmatch(said.word))
        one.pending = replace(one.pending, definite=definite)
    elif said.kind == "text":
        one.text, one.do = said.value, one.do if one.do == "swap" else "write"
    else:
        one.stage.append((said.kind, said.value))
        one.pending = replace(one.pending, relation=None)


def _describe(one: _Clause, said: Meaning, language: str) -> None:
    """Give a colour, a size or a place to the noun before it, or to the one that comes."""
    last, behind = one.nouns[-1] if one.nouns else None, language in COLOUR_BEHIND
    change: dict[str, Any]
    if said.kind == "colour":
        change = {"colour": COLOURS[said.value]}
        to_last = last and last.colour is None and (behind or one.do in {"make", "write"})
    elif said.kind == "verb":
        change = {"factor": 1.45 if said.value == "bigger" else 0.68}
        to_last = last and (behind or one.do == "make")
    else:
        change = {"where": said.value}
        to_last = last and last.where is None and one.do != "move"
    if last and to_last:
        one.nouns[-1] = replace(last, **change)
    else:
        one.pending = replace(one.pending, **change)


def _ended(one: _Clause, language: str) -> Iterator[Step]:
    rest, nouns = one.pending, tuple(one.nouns)
    if [name for name, _ in one.stage].count("place") > 1:  # "the background", and what it becomes
        one.stage = [said for said in one.stage if said != ("place", "plain")]
    loose = rest.colour is not None or rest.factor != 1 or rest.where is not None
    unknown = one.unknown + one.loose
    if one.nouns or one.stage:  # what it does or how it is: "jumping", "quickly"
        spoken = () if language in {"ja", "zh"} else unknown
        unknown = [word for word in spoken if not pattern("manner").search(word)]
    if not (one.do or nouns or one.stage or unknown or loose):
        return
    do = one.do or ("make" if loose and not nouns else "add")
    if do == "make" and len(nouns) == 2 and not any(n.colour or n.factor != 1 for n in nouns):
        do = "swap"
    yield Step(
        do=do, nouns=nouns, stage=tuple(one.stage), colour=rest.colour, factor=rest.factor,
        where=rest.where, text=one.text, unknown=tuple(unknown),
    )  # fmt: skip
