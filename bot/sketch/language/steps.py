"""What can a wish ask for?"""

from dataclasses import dataclass
from typing import Literal

StageField = Literal["stage", "time", "weather", "season", "style", "camera", "light"]
What = Literal["thing", "surface", "stage", "weather", "words", "everything", "it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """Something that was named, with all that was said about it."""

    what: What
    #: A kind, a surface, a stage word; "" where `what` says all.
    name: str = ""
    #: How many; None: not said.
    count: int | None = None
    plural: bool = False
    definite: bool = False
    #: "all the dogs".
    all: bool = False
    #: "another dog", "two more dogs".
    more: bool = False
    colour: str | None = None
    accent: str | None = None
    scale: float = 1.0
    across: float | None = None
    down: float | None = None
    #: Which one is meant, as a share of the width: "the left tree".
    side: float | None = None
    relation: str | None = None
    beside: "Noun | None" = None
    cliff: bool = False
    wears: tuple[tuple[str, str | None], ...] = ()
    flip: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Put something in, or move it there when it is there already."""

    noun: Noun
    #: The verb was "put": a thing that is there is moved.
    put: bool = False
    #: Something that can't be drawn was said to stand on it.
    under: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take something out."""

    noun: Noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Let something else stand where something stood."""

    old: Noun
    new: Noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Recolour:
    """Give it a colour."""

    noun: Noun
    colour: str
    #: Its second colour: roof, sail, stripes.
    accent: bool = False
    #: The part that was named, in the singular; "": none.
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Move it: to a place, beside something, or a step in a direction."""

    noun: Noun
    #: A step: left, right, up, down; None: the place in the noun.
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Let two things change places."""

    one: Noun
    other: Noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """Draw it larger or smaller."""

    noun: Noun
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Draw it once more."""

    noun: Noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Let it look the other way."""

    noun: Noun
    #: left or right, when said.
    side: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """Put something on it."""

    noun: Noun
    item: str
    colour: str | None = None
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Change landscape, hour, weather, season, style or camera."""

    field: StageField
    value: str
    #: "instead", "change the background to": what was there goes.
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Set words into the picture."""

    text: str
    colour: str | None = None
    row: str | None = None
    side: str | None = None
    #: The text takes the place of what is written.
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Draw the same once more, differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOver:
    """Forget the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that can't be drawn was asked for."""

    word: str
    plural: bool = False


Step = (
    Add | Remove | Replace | Exchange | Recolour | Move | Resize | Copy | Flip | Wear | Stage | Write | Again
    | StartOver | Unknown
)  # fmt: skip
