"""Which clearly different pictures could be drawn for a topic?"""

import re
from typing import Final

from bot.sketch.describe import counted
from bot.sketch.dice import Dice
from bot.sketch.language.parse import parse
from bot.sketch.language.steps import Add
from bot.sketch.vocabulary.kinds import CELESTIAL, kind_of
from bot.sketch.vocabulary.words import NUMBERS

_ASKED: Final = re.compile(
    r"\b(?:propose|suggest|brainstorm|give (?:me|us)|list|think of|come up with)\b[^.\n]{0,40}?"
    r"\b(?P<count>\d{1,2}|[a-z]+)?\s*(?:clearly |very |really )?(?:different |distinct )?"
    r"(?:directions|ideas|concepts|options|suggestions|themes)\b(?:\s*(?:for|about|on|around))?\s*:?\s*(?P<topic>[^\n]*)",
    re.IGNORECASE,
)  # fmt: skip
_TEXT_ONLY: Final = re.compile(
    r"no images?|numbered list|as text|text only|one line each", re.IGNORECASE
)
FEWEST: Final = 2
MOST: Final = 8
#: Words of a topic that no vocabulary holds, and what stands for them.
STAND_INS: Final[dict[str, str]] = {
    "ci": "robot", "build": "robot", "deploy": "rocket", "release": "rocket", "launch": "rocket",
    "ship": "ship", "team": "man", "party": "balloon", "birthday": "cake", "coffee": "cup",
    "holiday": "palm", "travel": "hot-air balloon", "school": "book", "library": "bookshelf",
    "music": "guitar", "code": "laptop", "software": "laptop", "bug": "bee", "security": "castle",
    "cloud": "cloud", "data": "bookshelf", "love": "heart", "winter": "snowman", "garden": "sunflower",
    "food": "pizza", "sport": "ball", "energy": "windmill", "water": "whale", "night": "owl",
    "welcome": "house", "onboarding": "boat", "docs": "book", "documentation": "book", "test": "robot",
    "money": "treasure chest", "time": "clock", "mail": "mailbox", "newsletter": "mailbox",
}  # fmt: skip
FALLBACKS: Final = (
    "robot",
    "fox",
    "owl",
    "hot-air balloon",
    "lighthouse",
    "whale",
    "cat",
    "rocket",
)
#: Who can be a mascot, where the topic names nobody else.
MASCOTS: Final = ("robot", "fox", "owl", "whale", "cat", "penguin", "hedgehog", "dinosaur")
_SOMEBODY: Final = re.compile(
    r"\b(?:mascots?|characters?|avatars?|logos?|stickers?)\b", re.IGNORECASE
)
#: How an idea can be framed: each line clearly another mood, light and style.
FRAMES: Final = (
    "{one} on a flower meadow in the morning, a kite in the sky",
    "{one} at night under a full moon, lit by a lamp, as a neon drawing",
    "{one} and {other} on a beach at sunset, as a travel poster",
    "a blueprint of {one} with the word “PLAN”",
    "{one} in a snowy landscape with mountains, as a paper cut",
    "{one} in a forest in autumn, as a watercolour, {other} beside it",
    "a close-up of {one} wearing a red hat, in pixel art",
    "{one} in space with a planet and many stars",
)


def asked_for(wish: str) -> tuple[int, str] | None:
    """Return how many ideas are wanted and for what, where a wish asks for ideas as text."""
    found = _ASKED.search(wish)
    if found is None:
        return None
    if not _TEXT_ONLY.search(wish) and not re.match(
        r"\W*(?:please )?(?:propose|brainstorm|suggest)", wish, re.IGNORECASE
    ):
        return None
    said = (found.group("count") or "").lower()
    count = int(said) if said.isdecimal() else NUMBERS.get(said, 4)
    topic = re.split(r"\bAnswer with\b|\bno image\b", found.group("topic"), flags=re.IGNORECASE)[0]
    return max(FEWEST, min(MOST, count)), topic.strip(" .:,")


def ideas(count: int, topic: str) -> str:
    """Return a numbered list of ideas, one a line, all of them drawable."""
    subjects = _subjects(topic)
    dice = Dice("ideas", topic.lower())
    frames = list(FRAMES)
    order: list[str] = []
    while frames:
        order.append(frames.pop(dice.whole(0, len(frames) - 1)))
    lines = []
    for index in range(count):
        one = subjects[index % len(subjects)]
        other = subjects[(index + 1) % len(subjects)]
        frame = order[index % len(order)]
        if "hat" in frame and kind_of(one).head is None:
            frame = frame.replace(" wearing a red hat", "")
        line = frame.format(one=counted(one, 1), other=counted(other, 1))
        lines.append(f"{index + 1}. {line[0].upper()}{line[1:]}")
    return "\n".join(lines)


def idea(wish: str, number: int) -> str:
    """Return something to draw for whoever names nothing."""
    return ideas(1, f"{wish} {number}").removeprefix("1. ")


def _subjects(topic: str) -> list[str]:
    """Return kinds that have to do with the topic, then some that suit everything."""
    named = [
        step.noun.name
        for step in parse(topic)
        if isinstance(step, Add) and step.noun.what == "thing"
    ]
    for word in re.findall(r"[a-z]+", topic.lower()):
        stand_in = STAND_INS.get(word)
        if stand_in:
            named.append(stand_in)
    chosen = [name for name in dict.fromkeys(named) if name not in CELESTIAL]
    dice = Dice("subjects", topic.lower())
    others = MASCOTS if _SOMEBODY.search(topic) else FALLBACKS
    rest = [name for name in others if name not in chosen]
    while rest:
        chosen.append(rest.pop(dice.whole(0, len(rest) - 1)))
    return chosen
