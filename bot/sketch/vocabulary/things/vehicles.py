"""Which vehicles can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

VEHICLES: Final = (
    kind("boat", 5, 0.95, top=0.2, hero=0.42, zone="water", home="sea",
        also="sailboat, sailing boat, sailing ship, yacht, dinghy, pirate ship, "
        "galleon"),
    kind("rowboat", 1.4, 2.9, top=0.45, hero=0.2, zone="water", home="lake", also="rowing boat, "
        "canoe, kayak, raft, fishing boat"),
    kind("ship", 12, 1.55, top=0.46, hero=0.42, zone="water", home="sea",
        also="steamer, ferry, liner, freighter, vessel, cruise ship, tanker, container ship"),
    kind("submarine", 4, 1.9, hero=0.3, zone="water", home="underwater"),
    kind("car", 1.5, 2.15, top=0.97, hero=0.28, home="road", also="automobile, taxi, cab, vw, "
        "beetle"),
    kind("truck", 3, 1.95, top=0.98, hero=0.34, home="road", also="lorry, van, fire truck, fire "
        "engine"),
    kind("bus", 3, 2.1, top=0.96, hero=0.34, home="road", also="coach, school bus, minibus, "
        "camper, caravan"),
    kind("tractor", 2.6, 1.3, top=0.95, hero=0.38),
    kind("train", 3.4, 3.1, top=0.75, hero=0.26, home="meadow", also="locomotive, steam train, "
        "tram, railway"),
    kind("bicycle", 1.1, 1.6, hero=0.34, also="bike, cycle", home="road"),
    kind("plane", 4, 2.2, hero=0.24, zone="sky", also="airplane, aeroplane, aircraft, jet"),
    kind("helicopter", 3.4, 1.7, hero=0.28, zone="sky", also="chopper, drone"),
    kind("rocket", 12, 0.46, hero=0.56, zone="sky", home="space",
        also="spaceship, space ship, spacecraft, space rocket, space shuttle, shuttle"),
    kind("ufo", 4, 1.8, hero=0.26, zone="sky", home="night", also="flying saucer", plurals="ufos",
        article="a"),
    kind("hot-air balloon", 12, 0.72, hero=0.5, zone="sky", also="hot air "
        "balloon, hotair balloon, air balloon, airship, zeppelin"),
    kind("balloon", 0.9, 0.55, hero=0.4, zone="sky", also="party balloon, toy "
        "balloon"),
    kind("kite", 1.2, 0.9, hero=0.36, zone="sky"),
    kind("satellite", 3, 2.0, hero=0.26, zone="sky", home="space", also="space station"),
)  # fmt: skip
