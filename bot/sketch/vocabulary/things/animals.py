"""Which animals can be drawn?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

ANIMALS: Final = (
    kind("dog", 0.8, 1.2, hero=0.36, head=(40, -97, 27), also="puppy, pup, hound, doggy, doggie, "
        "terrier, labrador, retriever"),
    kind("cat", 0.55, 1.15, hero=0.36, head=(36, -96, 28), also="kitten, kitty, tomcat, tabby",
        home="meadow"),
    kind("fox", 0.7, 1.45, hero=0.34, head=(46, -92, 25), plurals="foxes"),
    kind("wolf", 0.9, 1.35, hero=0.38, head=(46, -94, 24), plurals="wolves", many="wolves"),
    kind("horse", 2.1, 1.12, top=0.66, hero=0.46, head=(44, -99, 18), also="pony, "
        "stallion, mare, foal"),
    kind("cow", 1.6, 1.45, top=0.8, hero=0.4, head=(54, -92, 22), also="bull, calf, ox",
        plurals="calves, cattle, oxen"),
    kind("sheep", 1.0, 1.3, top=0.78, hero=0.34, head=(47, -83, 24), also="lamb", plurals="sheep",
        many="sheep"),
    kind("pig", 0.8, 1.5, hero=0.32, head=(44, -92, 26), also="piglet, hog"),
    kind("bear", 1.7, 1.35, top=0.8, hero=0.42, head=(46, -96, 28), also="teddy bear, teddy, "
        "grizzly"),
    kind("lion", 1.3, 1.35, hero=0.42, head=(40, -101, 26), also="lioness"),
    kind("deer", 1.9, 1.0, hero=0.46, head=(36, -80, 18), also="stag, reindeer, moose, elk",
        plurals="deer, reindeer", many="deer"),
    kind("rabbit", 0.5, 0.9, hero=0.34, head=(16, -68, 28), also="bunny, hare"),
    kind("mouse", 0.3, 1.25, hero=0.26, head=(30, -88, 30), also="rat, hamster", plurals="mice",
        many="mice"),
    kind("elephant", 3.2, 1.3, top=0.92, hero=0.48, head=(44, -99, 30)),
    kind("giraffe", 5, 0.72, hero=0.62, head=(26, -100, 12)),
    kind("duck", 0.4, 1.2, hero=0.28, zone="water", head=(26, -97, 24), home="lake",
        also="duckling, mallard, goose", plurals="geese"),
    kind("swan", 1.1, 1.2, hero=0.34, zone="water", home="lake"),
    kind("chicken", 0.5, 1.05, hero=0.34, head=(26, -99, 18), also="hen, rooster, cock, chick"),
    kind("owl", 0.5, 0.72, hero=0.4, head=(0, -99, 34), home="forest"),
    kind("penguin", 0.9, 0.68, hero=0.42, head=(0, -99, 32), home="snow"),
    kind("frog", 0.25, 1.25, hero=0.28, head=(0, -98, 40), also="toad"),
    kind("turtle", 0.5, 1.7, top=0.97, hero=0.24, head=(70, -72, 22), also="tortoise"),
    kind("snail", 0.2, 1.45, hero=0.26),
    kind("hedgehog", 0.3, 1.5, hero=0.26, also="porcupine"),
    kind("squirrel", 0.4, 0.95, hero=0.34, head=(26, -84, 24), home="forest", also="chipmunk"),
    kind("dinosaur", 5, 1.25, hero=0.5, head=(40, -99, 22), also="dino, t-rex, t rex"),
    kind("bird", 0.3, 1.25, hero=0.24, zone="sky", head=(28, -88, 22), also="robin, sparrow, "
        "parrot, crow, raven, pigeon, dove"),
    kind("seagull", 0.5, 2.4, hero=0.16, zone="sky", also="gull, eagle"),
    kind("butterfly", 0.15, 1.25, hero=0.36, zone="sky", plurals="butterflies"),
    kind("bee", 0.1, 1.2, hero=0.3, zone="sky", also="bumblebee, wasp, honeybee"),
    kind("fish", 0.4, 1.7, hero=0.26, zone="water", plurals="fish, fishes", many="fish",
        home="underwater", also="goldfish, trout, salmon fish"),
    kind("whale", 4, 2.2, top=0.72, hero=0.3, zone="water", home="sea", head=(44, -76, 30),
        also="orca"),
    kind("dolphin", 1.6, 1.75, hero=0.3, zone="water", home="sea"),
    kind("shark", 2, 2.3, hero=0.26, zone="water", home="underwater"),
    kind("octopus", 1.2, 1.2, hero=0.4, zone="water", plurals="octopuses, octopi",
        home="underwater", head=(0, -97, 40), also="squid, jellyfish"),
    kind("crab", 0.25, 1.7, hero=0.24, home="beach", also="lobster"),
    kind("starfish", 0.2, 1.05, hero=0.24, home="beach", plurals="starfish", many="starfish"),
)  # fmt: skip
