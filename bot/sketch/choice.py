"""Is a wish openly undecided: "a dog or a cat?", and what became of the question?"""

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.sketch.language.parse import parse
from bot.sketch.language.steps import Unknown

_OPTION: Final = r"(?:(?:by|at|in|on|with|as) )?(?:(?:a|an|the|some|my|our) )?[\w-]+(?: [\w-]+)?"
_OR: Final = re.compile(
    rf"(?:(?:either|should it be|shall it be|maybe|perhaps|is it|do you prefer|what about|with) )?"
    rf"(?P<one>{_OPTION}),? or (?:rather |maybe |perhaps )?(?P<two>{_OPTION})\s*\?", re.IGNORECASE
)  # fmt: skip
#: "a dog or a cat" at a wish's end is a question too, unless it says what should not be there.
_PLAIN: Final = re.compile(
    r"(?P<one>\b(?:an?|some) [\w-]+(?: [\w-]+)?) or (?P<two>(?:an?|some) [\w-]+(?: [\w-]+)?)\W*$",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"\b(?:no|not|without|don't|never|neither|any|remove|delete)\b", re.IGNORECASE
)
_DOUBT: Final = re.compile(
    rf"(?P<one>{_OPTION}) or (?:maybe |perhaps )?(?P<two>{_OPTION})[,.;]? ?\(?(?:i am not sure|i'm not sure|not sure|"
    r"you decide|undecided|i can't decide|we can't decide|let the team decide|ask the others|"
    r"let them decide|ask people|ask the team)", re.IGNORECASE
)  # fmt: skip
_OFFER: Final = re.compile(r"Shall I (?:use|draw|add) (an? [\w -]{1,40}?)(?: instead)?\?")
YES: Final = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|ok|okay|please do|do it|yes please|go ahead|why not|fine|great|of course)\b",
    re.IGNORECASE,
)
NO: Final = re.compile(
    r"^\W*(?:no|nope|no thanks?|never mind|don't|leave it)\b[^,]{0,20}$", re.IGNORECASE
)
MOST_LETTERS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An open question in a wish."""

    options: tuple[str, str]
    #: Where it stands in the wish.
    start: int
    end: int

    @property
    def question(self) -> str:
        """The question, as it is put to people."""
        one, two = self.options
        return f"{one[0].upper()}{one[1:]} or {two}?"

    def settled(self, wish: str, answer: str) -> str:
        """Return the wish with the answer in the place of the question."""
        said = " ".join(answer.split())[:MOST_LETTERS].strip(" .!")
        low = said.lower()
        for option in self.options:
            words = [
                w
                for w in re.findall(r"\w+", option.lower())
                if w not in {"a", "an", "the", "by", "at", "in"}
            ]
            if words and all(word in low for word in words):
                said = option
        return f"{wish[: self.start]}{said}{wish[self.end :]}"


def choice_in(wish: str) -> Choice | None:
    """Return the open question of a wish, where both options are understood."""
    if " or " not in wish.lower():
        return None
    found = _OR.search(wish) or _DOUBT.search(wish)
    if found is None and not _NOT.search(wish):
        found = _PLAIN.search(wish)
    if found is None:
        return None
    one, start = _trimmed(found.group("one"), found.start("one"))
    two = found.group("two").strip()
    if not (_understood(one) and _understood(two)):
        return None
    return Choice(options=(one, two), start=start, end=found.end())


def _trimmed(option: str, start: int) -> tuple[str, int]:
    """Drop words in front that belong to the sentence: "add a dog" → "a dog"."""
    found = re.search(
        r"(?:(?:by|at|in|on) )?(?:a|an|the|some) [\w-]+(?: [\w-]+)?$|(?:by|at|in|on) [\w-]+$",
        option,
        re.IGNORECASE,
    )
    if found:
        return found.group().strip(), start + found.start()
    last = option.rsplit(maxsplit=1)[-1]
    return last, start + option.rindex(last)


def _understood(option: str) -> bool:
    steps = parse(option)
    return bool(steps) and not any(isinstance(step, Unknown) for step in steps)


def offered(text: str) -> str | None:
    """Return what our own earlier answer offered to draw instead."""
    found = _OFFER.search(text)
    return found.group(1) if found else None


def answer_in(text: str) -> str:
    """Return what people answered: a tool's result as JSON with `answer`, or plain text."""
    try:
        data: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    if isinstance(data, dict):
        for name in ("answer", "choice", "option", "result", "text"):
            if isinstance(data.get(name), str):
                return str(data[name])
        return ""
    return data if isinstance(data, str) else ""
