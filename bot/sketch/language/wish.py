"""Which lines, and which quoted words, does a wish consist of?"""

import re
from dataclasses import dataclass
from typing import Final

from bot.sketch.language.lexer import lexicon

_BULLET: Final = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
#: "Mary Ann O'Neil (she/her): …", as chats name who speaks.
_SPEAKER: Final = re.compile(
    r"^\s*(?!start\b|from scratch|(?:an?|the) )(@?[^\W\d_][\w.'’-]{0,30}(?: [(\w][\w.'’/)-]{0,30}){0,4})\s*:(?:\s+|$)"
)
_QUOTES: Final = re.compile(
    r"“([^”]*)”|\"([^\"]*)\"|«([^»]*)»|„([^“”]*)[“”]|(?<!\w)'([^']+)'(?!\w)|(?<!\w)\u2018([^\u2019]+)\u2019(?!\w)"
)
#: "write HELLO WORLD", "with the text hello": words without quotes, up to what ends them.
_BARE: Final = re.compile(
    r"\b(?:write|label it|call it|name it|say|(?:(?:with |add |put |saying |reading |that says )?"
    r"(?:the |a )?(?:text|words?|title|caption|headline|lettering|slogan|label|sign that says))"
    r"(?: to| that says| saying| reading)?|that says|that reads|saying|says)\s*:?\s+"
    r"(?P<text>(?!in\b|at\b|on\b|to\b|of\b|is\b|and\b|it\b|bigger\b|smaller\b|larger\b|away\b|again\b|the\b|"
    r"a\b|text\b|something\b|with\b|from\b|colou?r\b|should\b)"
    r"[^\n\"\x02,;.]{1,80}?)(?=\s+(?:in|at|on|to|above|below|underneath|with|across|and|as|using)(?:\s|$)|[,;.\n]|\s*$)",
    re.IGNORECASE,
)
#: "take the hat off": one verb in two parts.
_TAKEN: Final = re.compile(r"\btake ((?:[\w'-]+ ){1,4}?)(?:off|out|away)\b", re.IGNORECASE)
#: "it's too dark", "the dog is too big": what is wrong, in place of what to do.
_TOO: Final = re.compile(
    r"^\W*(?P<what>(?:the |it|this|that|they)[\w' -]{0,40}?)??\s*(?:'s|\bis|\bare|\blooks?)?\s*"
    r"(?:a bit |much |far |way )?\btoo (?P<how>dark|bright|light|big|large|huge|tall|small|tiny|little)\W*$",
    re.IGNORECASE,
)
_OPPOSITE: Final = {
    "dark": "brighter", "bright": "darker", "light": "darker", "big": "smaller", "large": "smaller",
    "huge": "smaller", "tall": "smaller", "small": "bigger", "tiny": "bigger", "little": "bigger",
}  # fmt: skip
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: A word of the API's test switches, `#slow20`.
SWITCH: Final = re.compile(
    r"(?<![\w#])#(?:40[123]|429|451|50[03]|slow\d{0,3}|text|cut|html|empty|broken)\b", re.IGNORECASE
)


#: Tags of words that no name begins with.
NO_NAMES: Final = frozenset({"verb", "writing", "relation", "number", "all", "place"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a wish; quoted words stand as a mark with their number."""

    text: str
    quotes: tuple[str, ...]


def clean(text: str) -> str:
    """Return the text without switches and characters that no picture can hold."""
    return _CONTROL.sub(" ", SWITCH.sub(" ", text.replace("\r\n", "\n")))


def lines_of(wish: str) -> list[Line]:
    """Return the lines of a wish without bullets and names of speakers."""
    lines = []
    for raw in clean(wish).split("\n"):
        line = _BULLET.sub("", raw)
        line = _without_speaker(line)
        line = _BULLET.sub("", line).strip()
        if line:
            line = _TOO.sub(_put_right, line)
            lines.append(_quoted(_TAKEN.sub(r"remove \1", line)))
    return lines


def _put_right(found: re.Match[str]) -> str:
    return f"make {found['what'] or 'it'} {_OPPOSITE[found['how'].lower()]}"


def _without_speaker(line: str) -> str:
    found = _SPEAKER.match(line)
    if not found:
        return line
    name = found.group(1).lower().split()
    known = lexicon().get(tuple(name)) or lexicon().get((name[0],)) or {}
    return line if known.keys() & NO_NAMES else line[found.end() :]


def _only_look(text: str) -> bool:
    """Return whether the words say how the text should look, not what it should say."""
    known = [lexicon().get((word,), {}) for word in text.lower().split()]
    return all(tags.keys() & {"colour", "growth", "size", "place", "relation"} for tags in known)


def _quoted(line: str) -> Line:
    quotes: list[str] = []

    def keep(text: str) -> str:
        quotes.append(text.strip()[:200])
        return f" \x02{len(quotes) - 1}\x03 "

    marked = _QUOTES.sub(lambda m: keep(next(g for g in m.groups() if g is not None)), line)
    if not quotes:
        found = _BARE.search(marked)
        if found and not _only_look(found.group("text")):
            start, end = found.span("text")
            marked = marked[:start] + keep(marked[start:end]) + marked[end:]
    return Line(text=marked, quotes=tuple(quotes))
