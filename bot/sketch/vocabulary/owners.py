"""Whose part is a roof, a sail, a sleeve?"""

from typing import Final

from bot.sketch.vocabulary.things.people import PEOPLE

_BUILDINGS: Final = frozenset(
    {"house", "castle", "lighthouse", "tower", "church", "windmill", "barn", "skyscraper", "shop"}
)
_TREES: Final = frozenset({"tree", "pine", "birch", "palm"})
_FLOWERS: Final = frozenset({"flower", "tulip", "sunflower", "rose"})
_WINGED: Final = frozenset(
    {"bird", "seagull", "owl", "duck", "swan", "chicken", "penguin", "butterfly", "bee", "plane"}
)
_PEOPLE: Final = frozenset(kind.name for kind in PEOPLE)

#: A part to the kinds that have it; of all other parts anything may have one.
OWNERS: Final[dict[str, frozenset[str]]] = {
    "roof": _BUILDINGS, "wall": _BUILDINGS, "awning": frozenset({"shop"}),
    "sail": frozenset({"boat", "windmill"}), "hull": frozenset({"boat", "rowboat", "ship"}),
    "funnel": frozenset({"ship", "train"}), "wing": _WINGED, "beak": _WINGED - {"butterfly", "bee"},
    "leaves": _TREES | _FLOWERS | {"bush", "plant"}, "petals": _FLOWERS,
    "icing": frozenset({"cake", "cupcake"}), "frosting": frozenset({"cake", "cupcake"}),
    "mane": frozenset({"horse", "lion"}), "dress": _PEOPLE, "skirt": _PEOPLE, "shirt": _PEOPLE,
    "trousers": _PEOPLE, "hair": _PEOPLE, "blanket": frozenset({"bed"}),
}  # fmt: skip
