"""Which things can be drawn?"""

from functools import cache
from typing import Final

from bot.sketch.vocabulary.kind import Kind
from bot.sketch.vocabulary.things.animals import ANIMALS
from bot.sketch.vocabulary.things.buildings import BUILDINGS
from bot.sketch.vocabulary.things.objects import OBJECTS
from bot.sketch.vocabulary.things.people import PEOPLE
from bot.sketch.vocabulary.things.plants import PLANTS
from bot.sketch.vocabulary.things.sky import SKY
from bot.sketch.vocabulary.things.vehicles import VEHICLES

KINDS: Final = (*BUILDINGS, *PLANTS, *ANIMALS, *PEOPLE, *VEHICLES, *OBJECTS, *SKY)
#: Kinds that hang at the firmament: they don't come nearer with the camera.
CELESTIAL: Final = frozenset(kind.name for kind in SKY) | {"star"}


@cache
def kind_table() -> dict[str, Kind]:
    """Return every kind by its name."""
    return {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> Kind:
    """Return the kind of that name; KeyError where there is none."""
    return kind_table()[name]
