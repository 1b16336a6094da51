"""What has become of a scene so far, and what is to be said about it?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.sketch.describe import counted
from bot.sketch.language import steps as do
from bot.sketch.scene import Scene, Thing
from bot.sketch.vocabulary.kinds import kind_of

#: So many kinds are named one by one.
FEW: Final = 3


@dataclass(slots=True)
class Outcome:
    """A scene in the making, and what is to be said about it."""

    scene: Scene
    variation: int = 0
    #: A new picture, not an edit.
    fresh: bool = False
    #: What was done, in the past tense.
    done: list[str] = field(default_factory=list)
    #: What was named that isn't there.
    missing: list[str] = field(default_factory=list)
    #: What can't be drawn.
    unknown: list[do.Unknown] = field(default_factory=list)
    #: What can't be done, as sentences.
    cannot: list[str] = field(default_factory=list)
    added: int = 0
    #: Where earlier pictures of the same wish have things, by kind, as shares.
    avoid: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


def called(things: Sequence[Thing]) -> str:
    """Return how things are called together, each kind once where they are few."""
    kinds = Counter(thing.kind for thing in things)
    if len(kinds) > FEW:
        return "things"
    return " and the ".join(
        kind_of(name).plural if count > 1 else name for name, count in kinds.items()
    )


def spoken(noun: do.Noun, count: int) -> str:
    """Return how what was added is called."""
    return counted(noun.name, count, noun.colour)
