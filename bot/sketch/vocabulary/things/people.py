"""Which people, and beings like people, can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

PEOPLE: Final = (
    kind("woman", 1.7, 0.42, hero=0.5, head=(0, -97, 19), plurals="women", many="women",
        also="lady, girl, queen, princess, mother, mum, mom, sister, dancer, teacher, "
        "grandmother, grandma, aunt, bride, ballerina"),
    kind("man", 1.75, 0.42, hero=0.5, head=(0, -97, 18), plurals="men, people, persons",
        many="people", also="person, guy, human, boy, gentleman, figure, "
        "farmer, father, dad, brother, worker, engineer, developer, wanderer, hiker, fisherman, sailor, "
        "king, pirate, tourist, friend, neighbour, neighbor, colleague, teammate, player, painter, artist, "
        "chef, cook, student, grandfather, grandpa, uncle, guest, customer, gardener, musician, runner"),
    kind("child", 1.15, 0.5, hero=0.42, head=(0, -97, 27), plurals="children", many="children",
        also="kid, toddler, baby"),
    kind("astronaut", 1.9, 0.62, hero=0.48, home="space", also="spaceman, cosmonaut"),
    kind("robot", 1.8, 0.72, hero=0.48, head=(0, -92, 40), home="meadow", also="android, bot, "
        "droid, mascot, machine"),
    kind("snowman", 1.7, 0.66, hero=0.48, head=(0, -97, 24), home="snow", plurals="snowmen",
        many="snowmen"),
    kind("ghost", 1.6, 0.72, hero=0.42, head=(0, -98, 34), home="meadow", also="spirit, spook"),
    kind("scarecrow", 1.9, 0.85, hero=0.48),
    kind("alien", 1.3, 0.6, hero=0.44, home="space", head=(0, -98, 36), also="martian, "
        "extraterrestrial"),
    kind("wizard", 1.9, 0.6, hero=0.5, also="witch, magician, gnome, dwarf"),
)  # fmt: skip
