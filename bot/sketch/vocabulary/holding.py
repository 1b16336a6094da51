"""Who has a hand, where is it, and what can be held in it?"""

from typing import Final

#: Kind to where its hand is, in its own units: 100 high, foot at 0, looking to the right.
HANDS: Final[dict[str, tuple[float, float]]] = {
    "man": (13.5, -42), "woman": (11.5, -41), "child": (16, -29), "astronaut": (26, -33),
    "robot": (33, -26), "snowman": (40, -65), "alien": (24, -23), "scarecrow": (41, -60),
    "wizard": (-18, -42), "ghost": (33, -44),
}  # fmt: skip
#: Kind to how much of it is below the hand, and its height as a share of its holder's.
GRIPS: Final[dict[str, tuple[float, float]]] = {
    "umbrella": (0.1, 0.98), "balloon": (0.0, 0.62), "kite": (-0.5, 0.42), "flag": (0.2, 0.62),
    "ice cream": (0.12, 0.2), "book": (0.4, 0.17), "gift": (0.4, 0.2), "heart": (0.3, 0.2),
    "flower": (0.2, 0.36), "tulip": (0.2, 0.32), "sunflower": (0.25, 0.5), "cup": (0.4, 0.14),
    "candle": (0.25, 0.24), "basket": (0.95, 0.24), "bottle": (0.4, 0.2), "key": (0.5, 0.08),
    "apple": (0.4, 0.12), "banana": (0.4, 0.12), "pear": (0.4, 0.13), "pizza": (0.3, 0.16),
    "cupcake": (0.3, 0.17), "star": (0.3, 0.24), "ball": (0.5, 0.18), "vase": (0.4, 0.3),
    "guitar": (0.45, 0.55), "signpost": (0.4, 0.5), "bird": (0.05, 0.16),
}  # fmt: skip


def holdable(kind: str, holder: str) -> bool:
    """Return whether one of the second kind can hold one of the first."""
    return kind in GRIPS and holder in HANDS
