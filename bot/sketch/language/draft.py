"""What was said about something before its noun came?"""

from dataclasses import dataclass
from typing import Final

from bot.sketch.language.steps import Noun, StageField, What

#: Tags of words that can end a row of adjectives.
NOUNS: Final = (
    "thing", "stage", "surface", "wear", "part", "weather", "season", "style", "writing",
)  # fmt: skip
ADJECTIVES: Final = ("colour", "size", "number", "definite", "indefinite", "all", "more")
#: Tags of words that set hour, weather, season, style or camera.
STAGED: Final[tuple[StageField, ...]] = ("time", "weather", "season", "style", "camera")


@dataclass(slots=True)
class Draft:
    """Articles, numbers, colours and sizes that wait for their noun."""

    count: int | None = None
    colour: str | None = None
    second: str | None = None
    scale: float = 1.0
    definite: bool = False
    all: bool = False
    more: bool = False
    #: Something was said at all.
    opened: bool = False

    def noun(self, what: What, name: str = "", *, plural: bool = False) -> Noun:
        """Return the noun with what was said before it."""
        return Noun(
            what=what, name=name, count=self.count, plural=plural, definite=self.definite,
            all=self.all, more=self.more, colour=self.colour, accent=self.second, scale=self.scale,
        )  # fmt: skip
