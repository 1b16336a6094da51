"""Which clearly different pictures could be drawn for a topic?"""

import re
from typing import Final

from bot.sketch.compose import HEAVENLY
from bot.sketch.grammar import steps_of
from bot.sketch.scene import dice
from bot.sketch.tell import a_noun
from bot.sketch.things import ASSETS, pattern
from bot.sketch.words import NUMBERS, drawings_of

_USUAL: Final = ("robot", "fox", "owl", "balloon", "lighthouse", "whale", "cat", "rocket")


def asked_for(prompt: str) -> tuple[int, str] | None:
    """Return how many ideas are wanted and for what, where a prompt asks for ideas as text."""
    found = pattern("asked").search(prompt)
    as_text, begins = pattern("as text").search(prompt), pattern("propose").match(prompt)
    if found is None or not (as_text or begins):
        return None
    said = (found["count"] or "four").lower()
    count = int(said) if said.isdecimal() else NUMBERS.index(said) + 1
    topic = re.split(r"\banswer with\b|\bno image\b", found["topic"], flags=re.IGNORECASE)[0]
    return max(2, min(8, count)), topic.strip(" .:,")


def listed(count: int, topic: str) -> str:
    """Return a numbered list of ideas, one a line, all of them drawable."""
    nouns = [noun for step in steps_of(topic)[1] for noun in step.nouns]
    named = [kind for noun in nouns for kind in drawings_of(noun.name)]
    subjects = [kind for kind in dict.fromkeys(named) if kind not in HEAVENLY]
    rolled, rest = dice("subjects", topic.lower()), [k for k in _USUAL if k not in subjects]
    while rest:
        subjects.append(rest.pop(rolled.randint(0, len(rest) - 1)))
    frames, lines = (ASSETS / "frames.txt").read_text().splitlines()[1:], []
    for index in range(count):
        one, other = (a_noun(subjects[(index + more) % len(subjects)]) for more in (0, 1))
        line = frames.pop(rolled.randint(0, len(frames) - 1)).format(one=one, other=other)
        lines.append(f"{index + 1}. {line[0].upper()}{line[1:]}")
    return "\n".join(lines)
