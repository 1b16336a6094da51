"""What tells one animal on four legs from another: its build?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Beast:
    """The build of an animal, in its own units."""

    #: Body: middle, half width, half height.
    body: tuple[float, float, float, float]
    #: Head: middle and radii.
    head: tuple[float, float, float, float]
    #: Snout: its middle seen from the head's, and radii.
    snout: tuple[float, float, float, float]
    #: Legs: where the two pairs stand, half the distance in a pair, thickness.
    legs: tuple[float, float, float, float]
    #: The neck's thickness at body and head; 0: none is seen.
    neck: tuple[float, float] = (0, 0)
    ears: str = "flop"
    tail: str = "up"
    #: paws, hooves
    feet: str = "paws"
    #: Marks: chest, belly, spots, stripe, mane, horns, antlers, wool, fleck
    marks: tuple[str, ...] = ()
