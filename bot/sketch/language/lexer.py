"""Which known words stand in a text? The longest phrase wins; a word can mean several things."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from bot.sketch.vocabulary import colours, settings, words
from bot.sketch.vocabulary.kind import plural_of
from bot.sketch.vocabulary.kinds import KINDS

LONGEST: Final = 5
_WORD: Final = re.compile(r"\x02\d+\x03|[^\W_]+(?:[-'’&][^\W_]+)*|[,;.!?&+]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One phrase of the text with everything that it may mean."""

    text: str
    #: Tag to value: thing, colour, number, verb, …; empty: unknown.
    tags: dict[str, Any] = field(default_factory=dict)

    def get(self, tag: str) -> Any:  # noqa: ANN401  (each tag has values of its own type)
        """Return the value of a tag, None where the phrase can't mean that."""
        return self.tags.get(tag)

    def has(self, *tags: str) -> bool:
        """Return whether the phrase may mean one of these."""
        return any(tag in self.tags for tag in tags)


def tokens(text: str) -> list[str]:
    """Split a text into lower-case words and marks."""
    return [
        word.replace("’", "'").removesuffix("'s") if len(word) > 3 else word
        for word in _WORD.findall(text.lower())
    ]


@cache
def lexicon() -> dict[tuple[str, ...], dict[str, Any]]:
    """Return every known phrase."""
    book: dict[tuple[str, ...], dict[str, Any]] = {}

    def put(phrase: str, tag: str, value: Any) -> None:  # noqa: ANN401  (each tag has values of its own type)
        book.setdefault(tuple(tokens(phrase)), {}).setdefault(tag, value)

    for kind in KINDS:
        for name in (kind.name, *kind.also):
            put(name, "thing", kind.name)
            if plural_of(name) != name:
                put(plural_of(name), "thing", kind.name)
                put(plural_of(name), "plural", value=True)
        for name in kind.plurals:
            put(name, "thing", kind.name)
            put(name, "plural", value=True)
    _put_data(put)
    return book


def _put_data(put: Any) -> None:  # noqa: ANN401  (a closure over the book)
    for name, colour in colours.COLOURS.items():
        put(name, "colour", colour)
    for name, other in colours.COLOUR_SYNONYMS.items():
        put(name, "colour", colours.COLOURS[other])
    for name in settings.STAGES:
        put(name, "stage", name)
        if " " not in name:
            put(plural_of(name), "stage", name)
    plain: tuple[tuple[str, dict[str, Any]], ...] = (
        ("time", settings.TIMES), ("weather", settings.WEATHERS), ("season", settings.SEASONS),
        ("style", settings.STYLES), ("camera", settings.CAMERAS), ("number", words.NUMBERS),
        ("size", words.SIZES), ("growth", words.GROWTH), ("place", words.PLACES),
        ("relation", words.RELATIONS), ("verb", words.VERBS), ("surface", words.SURFACES),
        ("wear", words.WEARABLES), ("more", words.MORE),
    )  # fmt: skip
    for tag, table in plain:
        for name, value in table.items():
            put(name, tag, value)
    sets: tuple[tuple[str, frozenset[str]], ...] = (
        ("part", words.PARTS), ("writing", words.WRITING), ("it", words.PRONOUNS),
        ("definite", words.DEFINITE), ("indefinite", words.INDEFINITE), ("all", words.ALL),
        ("not", words.NEGATIONS), ("end", words.ENDS), ("filler", words.FILLER),
    )  # fmt: skip
    for tag, names in sets:
        for name in names:
            put(name, tag, name)


def _known(parts: list[str]) -> dict[str, Any] | None:
    return lexicon().get(tuple(parts))


def lex(text: str) -> list[Lexeme]:
    """Return the phrases of a text in order."""
    found: list[Lexeme] = []
    rest = tokens(text)
    at = 0
    while at < len(rest):
        for length in range(min(LONGEST, len(rest) - at), 0, -1):
            parts = rest[at : at + length]
            tags = None if _object_and_colour(rest, at, length) else _known(parts)
            if tags is not None:
                found.append(Lexeme(" ".join(parts), tags))
                at += length
                break
        else:
            found.extend(_single(rest[at]))
            at += 1
    return found


def _object_and_colour(rest: list[str], at: int, length: int) -> bool:
    """Return whether "the sea green" stands here: a sea, and what colour it should have."""
    return (
        length > 1
        and at > 0
        and rest[at - 1] == "the"
        and rest[at] in {"sea", "sky", "forest"}
        and ("colour" in (_known(rest[at : at + length]) or {}))
    )


def _single(word: str) -> list[Lexeme]:
    """Read a word that is in no table as it stands."""
    if word.startswith("\x02"):
        return [Lexeme(word, {"quote": int(word[1:-1])})]
    if word.isdecimal():
        return [Lexeme(word, {"number": max(1, min(words.MOST_AT_ONCE, int(word[:3])))})]
    if "-" in word:
        parts: list[Lexeme] = []
        for part in word.split("-"):
            tags = _known([part])
            parts.append(Lexeme(part, tags if tags is not None else {"filler": part}))
        return parts
    return [Lexeme(word)]
