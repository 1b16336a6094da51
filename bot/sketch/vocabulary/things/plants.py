"""Which plants and stones can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

PLANTS: Final = (
    kind("tree", 7, 0.82, hero=0.52, also="oak, maple, beech, chestnut, linden, oak tree, maple tree, "
        "beech tree, chestnut tree, linden tree, lime tree, apple tree, pear tree, cherry tree, plum tree, "
        "olive tree, orange tree, lemon tree, fruit tree"),
    kind("pine", 8, 0.56, hero=0.56, also="fir, spruce, conifer, pine tree, fir tree, christmas "
        "tree, spruce tree, evergreen"),
    kind("birch", 7, 0.55, hero=0.54, also="birch tree, poplar, aspen, willow, poplar tree, aspen tree, "
        "willow tree"),
    kind("palm", 7, 0.9, hero=0.54, also="palm tree, coconut tree", home="beach"),
    kind("bush", 1.4, 1.5, hero=0.28, also="shrub, hedge, bushes"),
    kind("flower", 0.7, 0.5, hero=0.4, also="daisy, poppy, wildflower, blossom, daffodil, rose"),
    kind("tulip", 0.7, 0.42, hero=0.4),
    kind("sunflower", 1.6, 0.52, hero=0.5),
    kind("mushroom", 0.6, 0.95, top=0.99, hero=0.36, also="toadstool", plurals="fungi"),
    kind("cactus", 3, 0.75, hero=0.46, plurals="cacti", home="desert", many="cacti"),
    kind("pumpkin", 0.6, 1.25, top=0.85, hero=0.3, also="squash"),
    kind("plant", 1.1, 0.8, hero=0.42, also="pot plant, houseplant, potted plant, flower pot",
        home="room"),
    kind("log", 0.6, 2.2, top=0.95, hero=0.18, also="tree trunk, stump"),
    kind("rock", 1.0, 1.5, top=0.97, hero=0.24, also="stone, boulder"),
)  # fmt: skip
