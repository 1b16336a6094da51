"""What must be known of a thing to place it, and what is it called?"""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from bot.sketch.scene import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A thing of the vocabulary."""

    name: str
    #: Other words for it, in the singular; plurals follow by rule.
    also: tuple[str, ...] = ()
    #: Irregular plural forms of any of its names.
    plurals: tuple[str, ...] = ()
    #: Where it belongs.
    zone: Zone = "ground"
    #: How tall it is in the world; only ratios matter.
    metres: float = 1.0
    #: Width over height of its drawing.
    aspect: float = 1.0
    #: Its height as a share of the picture's short side when it is the subject.
    hero: float = 0.4
    #: The backdrop it gets when the wish names none.
    home: str = "meadow"
    #: Where something can be put on it, as a share of its height; None: nowhere.
    top: float | None = None
    #: Where hats go, as (x, y, width) in its own units of 100 high; None: it wears nothing.
    head: tuple[float, float, float] | None = None
    #: How it is called when several are described.
    many: str = ""
    #: A mass noun or a unique thing takes no "a".
    article: str = "a"

    @property
    def plural(self) -> str:
        """Its name for several."""
        return self.many or plural_of(self.name)


def plural_of(word: str) -> str:
    """Return the regular English plural."""
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


class _More(TypedDict, total=False):
    zone: Zone
    hero: float
    home: str
    top: float | None
    head: tuple[float, float, float]
    many: str
    article: str


def kind(
    name: str, metres: float, aspect: float, *, also: str = "", plurals: str = "",
    **more: Unpack[_More],
) -> Kind:  # fmt: skip
    """Return a kind; `also` and `plurals` are lists with commas."""
    return Kind(
        name=name, metres=metres, aspect=aspect, also=_words(also), plurals=_words(plurals), **more
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
