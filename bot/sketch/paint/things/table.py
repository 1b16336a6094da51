"""Which painter paints which kind?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.things import Look
from bot.sketch.paint.things.aircraft import AIRCRAFT
from bot.sketch.paint.things.beasts import BEASTS
from bot.sketch.paint.things.birds import BIRDS
from bot.sketch.paint.things.boats import BOATS
from bot.sketch.paint.things.critters import CRITTERS
from bot.sketch.paint.things.food import FOOD
from bot.sketch.paint.things.furniture import FURNITURE
from bot.sketch.paint.things.heavens import HEAVENS
from bot.sketch.paint.things.houses import HOUSES
from bot.sketch.paint.things.landmarks import LANDMARKS
from bot.sketch.paint.things.outdoors import OUTDOORS
from bot.sketch.paint.things.people import PEOPLE
from bot.sketch.paint.things.plants import PLANTS
from bot.sketch.paint.things.swimmers import SWIMMERS
from bot.sketch.paint.things.treasures import TREASURES
from bot.sketch.paint.things.wheels import WHEELED

LOOKS: Final[Mapping[str, Look]] = {
    **HOUSES, **LANDMARKS, **PLANTS, **BEASTS, **CRITTERS, **BIRDS, **SWIMMERS, **PEOPLE, **WHEELED,
    **BOATS, **AIRCRAFT, **FURNITURE, **FOOD, **OUTDOORS, **TREASURES, **HEAVENS,
}  # fmt: skip
