"""What can be drawn that hangs at the firmament?"""

from typing import Final

from bot.sketch.vocabulary.kind import kind

SKY: Final = (
    kind("sun", 0, 1, hero=0.16, zone="sky", article="the", also="sunshine"),
    kind("moon", 0, 1, hero=0.14, zone="sky", article="the", also="full moon, crescent moon, "
        "crescent, half moon"),
    kind("cloud", 0, 1.9, hero=0.15, zone="sky"),
    kind("rainbow", 0, 2, hero=0.5, zone="sky"),
    kind("planet", 0, 1.6, hero=0.3, zone="sky", home="space", also="saturn, "
        "jupiter, mars, earth, globe, world"),
    kind("comet", 0, 1.8, hero=0.2, zone="sky", home="night", also="meteor, asteroid"),
    kind("lightning", 0, 0.5, hero=0.4, zone="sky", also="lightning bolt, thunderbolt, bolt",
        article="", many="lightning bolts"),
)  # fmt: skip
