"""How is a picture described to those who cannot see it? Pure.

In the model's words where they tell what it shows; else by what people asked for, step by step.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: characters of an alt text; Slack takes 2,000, Discord 1,024
_LONGEST = 500
#: words that tell what a picture shows, in a description
_TELLING = 5
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
#: sentences about the work, not about the picture
_ABOUT_IT = re.compile(
    r"(?:I|I['’](?:ve|m|ll|d)|we|let me|let us|sure|ok(?:ay)?|certainly|of course|absolutely|done|"
    r"enjoy|hope|feel free|if you|would you|do you|let me know|you can)\b",
    re.IGNORECASE,
)
#: words that any picture is handed over with
_SAYS_NOTHING = frozenset(
    """a an and any applied are as asked at be been below by changed changes created done drawing drawn edit edited
    final for from generated has have here here's hope image images in is it its just made modified new of on one or
    output photo picture pictures please prompt ready render request requested result see shown shows so that the
    then there these this to two updated variation version was were what with you your""".split()  # noqa: SIM905 - a table of words
)


def describe(words: str, asked: Sequence[str], number: int | None) -> str:
    """Describe a picture. `asked`: what led to it, oldest first. `number`: its place among several."""
    told = " ".join(_find_description(words, asked).split()) or _tell_prompts(asked)
    if len(told) > _LONGEST:
        told = told[: _LONGEST - 1] + "…"
    return told if number is None else f"{told} ({'abcdefgh'[number % 8]})"


def remove_words(told: str, gone: Sequence[str]) -> str:
    """Take words that are deleted out of a description: one step of its way for each of them."""
    for one in map(_one_line, gone):
        for form in (f"{one}; ", f"; {one}", f"{_shorten(one)}; "):
            if one and form in told:
                told = told.replace(form, "", 1)
                break
    return told


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shorten(step: str) -> str:
    return step if len(step) < _LONGEST // 2 else f"{step[: _LONGEST // 2]}…"


def _find_description(words: str, asked: Sequence[str]) -> str:
    """Return those of the model's sentences that describe; "": none do."""
    sentences = [one for one in _SENTENCE.split(words) if one and not one.endswith("?")]
    kept = " ".join(one for one in sentences if not _ABOUT_IT.match(one.strip()))
    telling = [one for one in map(str.lower, _WORD.findall(kept)) if one not in _SAYS_NOTHING]
    subject = {one for one in _WORD.findall(" ".join(asked).lower()) if len(one) > 2}
    # what describes it speaks of what was asked for, in whatever language that was
    describes = len(telling) >= _TELLING and (subject - _SAYS_NOTHING).intersection(telling)
    return kept if describes else ""


def _tell_prompts(asked: Sequence[str]) -> str:
    """Return what was asked for; of a long way its beginning and its end."""
    first, *rest = [_one_line(one) for one in asked if one.strip()] or [""]
    whole = "; ".join((first, *rest))
    if len(whole) <= _LONGEST:
        return whole
    first = _shorten(first)
    while len(rest) > 1 and len("; ".join((first, "…", *rest))) > _LONGEST:
        rest = rest[1:]
    return "; ".join((first, "…", *rest))
