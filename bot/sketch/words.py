"""What does each word of a prompt mean, in which of eight languages?"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from typing import Any, Final, NamedTuple

from bot.sketch.things import drawings, packed, rows

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it", "ja", "zh")
#: Languages whose colours stand behind their nouns.
COLOUR_BEHIND: Final = frozenset({"fr", "es", "pt", "it"})
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
NUMBERS: Final = "one two three four five six seven eight nine ten".split()  # noqa: SIM905
LONGEST: Final = 5
MOST_COUNTED: Final = 24  #: More of one thing are not drawn.


class Meaning(NamedTuple):
    """What a word or phrase means."""

    #: verb, time, weather, place, surface, style, layout, where, relation, colour, count, it, stop, thing, text, unknown
    kind: str
    value: str  #: Which: "night", "red", a drawing's name, or the word itself.
    word: str  #: As it was written.
    plural: bool = False  #: It was a plural.


def fold(text: str) -> str:
    """Return a text as it is looked up: lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c) or "\u3099" <= c <= "\u309a")
    return " ".join(re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", kept)).split())


@cache
def table(name: str, *, folded: bool = True) -> tuple[tuple[str, list[Any]], ...]:
    """Return the rows of a text file: a key, and for each language its words (or its sentence)."""
    columns = ((key, rest.split("|")) for key, rest in rows(name))
    if not folded:
        return tuple((key, [column.strip() for column in row]) for key, row in columns)
    return tuple((key, [[fold(w) for w in c.split(",")] for c in row]) for key, row in columns)


_PACKED: Final = cache(partial(packed, "words.json.gz"))


@cache
def lexicon(language: str) -> dict[str, tuple[str, str]]:
    """Return a language's phrases, each with its kind and which; what is written by hand comes first."""
    at = LANGUAGES.index(language)
    words = _PACKED()[language]["words"].items()
    found = {word: ("thing", name) for word, name in words if len(word) > 1 or word > "\u2e80"}
    for name, columns in table("aliases.txt"):
        found.update({word: ("thing", name) for word in columns[at] if word})
    hand: dict[str, tuple[str, str]] = {}
    for key, columns in table("concepts.txt"):
        kind, _, which = key.partition(".")
        for word in columns[at]:
            hand.setdefault(word, (kind, which))
    return found | hand


@cache
def _called(language: str) -> dict[str, str]:
    at = LANGUAGES.index(language)
    rows = [*table("concepts.txt", folded=False), *table("aliases.txt", folded=False)]
    hand = {key.rpartition(".")[2]: str(columns[at]).partition(",")[0] for key, columns in rows}
    if language == "de":
        hand = {key: word[:1].upper() + word[1:] for key, word in hand.items()}
    labels: dict[str, str] = _PACKED()[language]["labels"]
    return labels | hand


def called(value: str, language: str) -> str:
    """Return what a drawing, a surface or something of the whole picture is called."""
    return _called(language).get(value, value).partition(" (")[0]


def plural(noun: str) -> str:
    """Return the English plural of a noun."""
    head, _, last = noun.rpartition(" ")
    odd = {one: many for many, one in _endings("odd")}
    if last in odd or last.endswith(("fish", "sheep", "s")):
        many = odd.get(last, last)
    elif last.endswith("y") and last[-2] not in "aeiou":
        many = f"{last[:-1]}ies"
    else:
        many = last + ("es" if last.endswith(("x", "ch", "sh")) else "s")
    return f"{head} {many}".strip()


SENTENCES: Final[dict[str, list[str]]] = dict(table("sentences.txt", folded=False))


def say(key: str, language: str, x: str = "") -> str:
    """Return one of our sentences in a language."""
    return SENTENCES[key][LANGUAGES.index(language)].replace("{x}", x)


def language_of(text: str) -> str:
    """Return the language in which most of a text is understood; English where that is a draw."""
    if _CJK.search(text):
        return "ja" if _KANA.search(text) or text.strip() in lexicon("ja") else "zh"
    words = fold(text).split()
    if all(look_up(word, "en") for word in words):
        return "en"

    def known(language: str) -> float:
        table = lexicon(language)
        return sum(1.2 if table[w][0] == "stop" else 1 for w in words if w in table)

    return max(LANGUAGES[:6], key=lambda language: known(language) + 0.5 * (language == "en"))


@cache
def _endings(language: str) -> list[list[str]]:
    return [pair.split("=") for pair in dict(rows("endings.txt")).get(language, "").split()]


def _singular(phrase: str, language: str) -> Iterator[str]:
    head, _, last = phrase.rpartition(" ")
    lead = f"{head} " if head else ""
    if language == "en":
        yield from (lead + one for many, one in _endings("odd") if many == last)
    for ending, instead in _endings(language):
        if last.endswith(ending) and len(last) > len(ending) + 2:
            yield lead + last.removesuffix(ending) + instead


def look_up(phrase: str, language: str) -> Meaning | None:
    """Return what a folded phrase means, its plural too; None: nothing that is known."""
    table = lexicon(language)
    if phrase.isdecimal():
        return Meaning("count", str(min(MOST_COUNTED, int(phrase[:4]))), phrase)
    if phrase in table:
        singles = _singular(phrase, "en") if language == "en" and phrase.endswith("s") else ()
        return Meaning(*table[phrase], phrase, any(single in table for single in singles))
    for single in _singular(phrase, language):
        if single in table and table[single][0] in {"thing", "colour"}:
            return Meaning(*table[single], phrase, plural=True)
    return None


@lru_cache(maxsize=256)
def meanings(clause: str, language: str) -> tuple[Meaning, ...]:
    """Return what a clause says, phrase by phrase, the longest first."""
    read = _characters if language in {"ja", "zh"} else _phrases
    return tuple(read(clause, language))


def _phrases(clause: str, language: str) -> Iterator[Meaning]:
    words = fold(clause).split()
    at = 0
    while at < len(words):
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            found = look_up(" ".join(words[at : at + length]), language)
            if found is not None:
                yield found
                at += length
                break
        else:
            yield _unknown(words[at], language)
            at += 1


def drawings_of(name: str) -> tuple[str, ...]:
    """Return the drawings that a name stands for; none where one of them isn't there."""
    parts = tuple(name.split("+"))
    return parts if all(part in drawings() for part in parts) else ()


def _unknown(word: str, language: str) -> Meaning:
    if language != "en":
        found = look_up(word, "en")
        if found is not None and found.kind in {"thing", "colour", "style"}:
            return found
    for start in range(3, len(word) - 2) if language == "de" else ():
        found = look_up(word[start:], "de")
        if found is not None and found.kind == "thing":
            return found
    return Meaning("unknown", word, word)


def _characters(clause: str, language: str) -> Iterator[Meaning]:
    text = unicodedata.normalize("NFC", clause.casefold())
    at, lost = 0, ""
    while at < len(text):
        for length in range(min(12, len(text) - at), 0, -1):
            part = text[at : at + length]
            found = look_up(fold(part), language) if part.strip() else None
            inside_word = lost and not _KANA.search(lost[-1])  # of a word that nobody knows
            if found is not None and not (length == 1 and found.kind == "thing" and inside_word):
                break
        else:
            lost += text[at]
            at += 1
            continue
        yield from _lost(lost)
        lost = ""
        yield found
        at += length
    yield from _lost(lost)


def _lost(text: str) -> Iterator[Meaning]:
    for word in re.findall(r"\d+|[^\W\d_]+", text):
        yield _unknown(fold(word), "ja")
