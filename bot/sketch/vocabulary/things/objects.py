"""Which things of house, street and beach can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

OBJECTS: Final = (
    kind("lamp", 4, 0.36, hero=0.5, also="street lamp, streetlamp, lamp post, lamppost, street "
        "light, streetlight, lantern", home="city"),
    kind("floor lamp", 1.7, 0.42, hero=0.5, also="standing lamp, table lamp, desk lamp, reading lamp, "
        "bedside lamp", home="room"),
    kind("bench", 0.95, 2.0, hero=0.26, also="park bench, seat", top=0.52),
    kind("table", 0.8, 1.75, hero=0.34, home="room", also="desk", top=1.0),
    kind("chair", 1.0, 0.62, hero=0.42, home="room", also="stool, armchair", top=0.5),
    kind("sofa", 0.95, 2.1, hero=0.32, home="room", also="couch, settee", top=0.52),
    kind("bed", 1.0, 2.1, hero=0.32, home="room", top=0.6),
    kind("bookshelf", 2, 0.8, hero=0.5, home="room", also="shelf, bookcase, cupboard",
        plurals="shelves, bookshelves", top=1.0, many="bookshelves"),
    kind("book", 0.25, 1.35, hero=0.3, home="table", also="notebook, novel"),
    kind("cup", 0.2, 1.2, hero=0.36, home="table", top=None, also="mug, teacup, "
        "coffee, tea, coffee cup, cup of tea, cup of coffee, coffee mug, mug of coffee, espresso, "
        "cappuccino"),
    kind("teapot", 0.3, 1.35, hero=0.34, home="table", also="kettle, tea pot"),
    kind("vase", 0.35, 0.6, hero=0.44, home="table", also="bouquet, vase of flowers, bouquet of "
        "flowers"),
    kind("apple", 0.2, 0.92, hero=0.36, home="table", also="tomato, peach fruit, cherry"),
    kind("pear", 0.24, 0.72, hero=0.38, home="table", also="avocado"),
    kind("banana", 0.2, 1.5, hero=0.28, home="table"),
    kind("cake", 0.35, 1.2, hero=0.4, home="table", also="birthday cake, "
        "pie, tart, wedding cake"),
    kind("cupcake", 0.2, 0.85, hero=0.38, home="table", also="muffin"),
    kind("ice cream", 0.25, 0.5, hero=0.46, home="plain", also="icecream, ice-cream, ice cream "
        "cone"),
    kind("pizza", 0.3, 1.5, hero=0.32, home="table", also="slice of pizza, pizza slice"),
    kind("candle", 0.3, 0.36, hero=0.42, home="table"),
    kind("laptop", 0.35, 1.5, hero=0.36, home="table", also="computer, notebook computer, pc, "
        "screen, monitor, terminal"),
    kind("guitar", 1.0, 0.42, hero=0.52, home="room", also="violin, cello, ukulele"),
    kind("clock", 0.4, 0.9, hero=0.4, home="table", also="watch, alarm clock, alarm"),
    kind("gift", 0.4, 1.0, top=0.78, hero=0.36, home="plain", also="present, parcel, box, "
        "package"),
    kind("ball", 0.35, 1.0, hero=0.26, also="football, beach ball, soccer ball"),
    kind("umbrella", 1.2, 1.1, hero=0.44, also="parasol, beach umbrella, sunshade", home="beach"),
    kind("campfire", 0.9, 1.0, hero=0.36, also="fire, bonfire, camp fire, flame"),
    kind("flag", 3, 0.55, hero=0.46, also="banner, pennant"),
    kind("signpost", 1.8, 0.8, hero=0.44, also="sign, road sign, signboard"),
    kind("mailbox", 1.3, 0.7, top=0.99, hero=0.4, also="letterbox, letter box, post box, "
        "postbox"),
    kind("barrel", 1.0, 0.78, top=0.97, hero=0.34, also="bin, cask, keg"),
    kind("basket", 0.4, 1.15, hero=0.32, also="picnic basket, hamper"),
    kind("bottle", 0.35, 0.34, hero=0.46, home="table", also="wine, flask, potion"),
    kind("key", 0.2, 2.1, hero=0.2, home="plain"),
    kind("crown", 0.3, 1.3, hero=0.32, home="plain"),
    kind("heart", 1.0, 1.08, hero=0.4, home="plain", zone="sky"),
    kind("star", 0.8, 1.05, hero=0.4, home="night", zone="sky", also="shooting star"),
    kind("treasure chest", 0.7, 1.3, top=0.9, hero=0.34, home="beach", also="chest, treasure"),
    kind("swing", 2.4, 0.95, top=0.2, hero=0.44),
    kind("fountain", 2.6, 1.2, hero=0.42, home="city"),
    kind("sandcastle", 0.6, 1.3, hero=0.32, home="beach", also="sand castle"),
)  # fmt: skip
