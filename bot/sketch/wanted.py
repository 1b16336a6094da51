"""What is to be put into the scene, and what was said about its place?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A thing that is to be put into the scene."""

    kind: str
    colour: str | None = None
    accent: str | None = None
    #: A factor on its usual size.
    scale: float = 1.0
    #: Where in the picture, as shares; None: nothing was said.
    across: float | None = None
    down: float | None = None
    #: near, behind, front, left, right, on, above, below: as seen from the thing `beside`.
    relation: str | None = None
    beside: int | None = None
    flip: bool | None = None
    wears: tuple[tuple[str, str | None], ...] = ()
    #: Which variation of the same wish this is.
    variation: int = 0
    #: Places that earlier pictures of the same wish gave to such things, as shares.
    avoid: tuple[tuple[float, float], ...] = ()
