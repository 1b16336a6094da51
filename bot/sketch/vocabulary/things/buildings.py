"""Which buildings can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

BUILDINGS: Final = (
    kind("house", 6, 1.05, hero=0.42, also="home, cottage, cabin, hut, bungalow, farmhouse, "
        "villa", top=1.0),
    kind("castle", 20, 1.15, top=0.5, hero=0.56, also="fortress, palace, citadel"),
    kind("lighthouse", 18, 0.42, hero=0.62, also="light house, beacon", home="coast"),
    kind("tower", 16, 0.36, hero=0.58, also="turret, watchtower, watch tower"),
    kind("church", 14, 0.95, hero=0.5, also="chapel, cathedral"),
    kind("windmill", 11, 0.95, hero=0.54, also="mill"),
    kind("barn", 7, 1.2, top=0.9, hero=0.4, also="shed, stable"),
    kind("skyscraper", 40, 0.4, hero=0.66, also="office tower, high-rise, high rise",
        home="city"),
    kind("shop", 5, 1.15, top=0.96, hero=0.42, also="store, cafe, café, bakery, bookshop",
        home="city"),
    kind("bridge", 7, 3.0, top=0.78, hero=0.24, home="river", also="footbridge"),
    kind("tent", 2, 1.5, hero=0.32, also="wigwam, tipi"),
    kind("igloo", 2.4, 1.7, hero=0.34, home="snow"),
    kind("pyramid", 20, 1.7, hero=0.42, home="desert"),
    kind("fence", 1.2, 3.2, top=0.97, hero=0.2, also="picket fence, gate"),
    kind("well", 2.4, 0.9, hero=0.4, also="wishing well"),
)  # fmt: skip
