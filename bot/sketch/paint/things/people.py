"""How do people look, and those who are nearly people?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.skin import SKINS, skin_of

HAIRS: Final = ("#4a3226", "#2c2626", "#b5803f", "#8a4a2c", "#d9b56a")


def _head(b: Brush, y: float, r: float, *, hair: str, long: bool) -> None:
    """Paint a head with hair."""
    skin = skin_of(b)
    if long:
        b.path(
            f"M{-r * 1.12:.1f} {y + r * 1.5:.1f}C{-r * 1.5:.1f} {y - r * 1.4:.1f} {r * 1.5:.1f} {y - r * 1.4:.1f} {r * 1.12:.1f} {y + r * 1.5:.1f}Z",
            hair,
        )
    b.oval((0, y, r, r * 1.06), skin)
    b.path(
        f"M{-r:.1f} {y - r * 0.1:.1f}C{-r * 1.05:.1f} {y - r * 1.45:.1f} {r * 1.05:.1f} {y - r * 1.45:.1f} {r:.1f} {y - r * 0.1:.1f}C{r * 0.5:.1f} {y - r * 0.6:.1f} {-r * 0.2:.1f} {y - r * 0.7:.1f} {-r:.1f} {y - r * 0.1:.1f}Z",
        hair,
    )
    for x in (-0.28, 0.42):
        b.oval((x * r, y + r * 0.08, r * 0.11, r * 0.14), "#2c2429", role="mark")
    b.line(
        f"M{-r * 0.16:.1f} {y + r * 0.46:.1f}Q{r * 0.1:.1f} {y + r * 0.66:.1f} {r * 0.34:.1f} {y + r * 0.46:.1f}",
        "#8a4a42",
        r * 0.11,
    )
    b.oval((-r * 0.5, y + r * 0.36, r * 0.2, r * 0.13), "#e88f80", alpha=0.5, role="mark")
    b.oval((r * 0.66, y + r * 0.36, r * 0.18, r * 0.13), "#e88f80", alpha=0.5, role="mark")


def _arms(b: Brush, y: float, wide: float, colour: str, skin: str) -> None:
    for side in (-1, 1):
        b.line(
            f"M{side * wide * 0.8:.1f} {y}Q{side * wide * 1.5:.1f} {y + 14} {side * wide * 1.35:.1f} {y + 26}",
            colour,
            5.4,
        )
        b.oval((side * wide * 1.35, y + 28.5, 2.9, 2.9), skin)


def _man(b: Brush, main: str, accent: str) -> None:
    skin = skin_of(b)
    b.ground_shadow(17, 0.22)
    for side in (-1, 1):
        b.path(f"M{side * 0.4} -44L{side * 9} -44L{side * 8} -3L{side * 2} -3Z", accent)
        b.path(f"M{side * 1.6} -4L{side * 8} -4L{side * 10.5} 0L{side * 1.6} 0Z", "#4a3a34")
    b.path("M-10 -42C-12 -60 -12 -72 -7 -74L7 -74C12 -72 12 -60 10 -42Z", main)
    _arms(b, -70, 10, darker(main, 0.08), skin)
    b.rect((-2.6, -79, 5.2, 7), darker(skin, 0.1), role="mark")
    _head(b, -86, 9.4, hair=b.dice.pick(HAIRS), long=False)


def _woman(b: Brush, main: str, accent: str) -> None:
    skin = skin_of(b)
    b.ground_shadow(18, 0.22)
    for side in (-1, 1):
        b.path(f"M{side * 1} -26L{side * 6} -26L{side * 5} -3L{side * 1.6} -3Z", skin)
        b.path(f"M{side * 1.2} -3.6L{side * 5.6} -3.6L{side * 8} 0L{side * 1.2} 0Z", "#7a3a44")
    b.path(
        "M-7 -73L7 -73C11 -62 8 -54 9 -50C12 -40 16 -28 17 -20Q0 -14 -17 -20C-16 -28 -12 -40 -9 -50C-8 -54 -11 -62 -7 -73Z",
        main,
    )
    _arms(b, -69, 8.4, darker(main, 0.08), skin)
    b.rect((-2.4, -79, 4.8, 7), darker(skin, 0.1), role="mark")
    _head(b, -86, 9, hair=accent, long=True)


def _child(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20, 0.22)
    for side in (-1, 1):
        b.path(f"M{side * 0.4} -32L{side * 11} -32L{side * 10} -4L{side * 2} -4Z", accent)
        b.path(f"M{side * 2} -5L{side * 10} -5L{side * 13} 0L{side * 2} 0Z", "#d8584a")
    b.path("M-12 -30C-14 -48 -13 -58 -8 -61L8 -61C13 -58 14 -48 12 -30Z", main)
    _arms(b, -57, 12, darker(main, 0.08), skin_of(b))
    _head(b, -78, 15, hair=b.dice.pick(HAIRS), long=b.dice.chance(0.4))


def _astronaut(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(26, 0.2)
    b.rect((-22, -66, 44, 36), darker(main, 0.24), radius=8)
    for side in (-1, 1):
        b.rect((side * 9.5 - 7, -32, 14, 28), main, radius=5)
        b.rect((side * 10.5 - 9, -8, 18, 8), darker(main, 0.3), radius=3)
        b.line(f"M{side * 15} -60Q{side * 29} -52 {side * 26} -36", main, 11)
        b.oval((side * 26, -32, 6, 6), accent)
    b.rect((-18, -68, 36, 42), main, radius=11)
    b.rect((-9, -54, 18, 13), darker(main, 0.18), radius=2.5)
    for index, colour in enumerate(("#e5533d", "#f2c53d", "#4fa3d9")):
        b.oval((-5 + index * 5, -48, 1.6, 1.6), colour, role="glow")
    b.oval((0, -82, 19, 18), main)
    b.oval((1.5, -82, 14, 12.5), "#27315c")
    b.path("M-7 -88C-3 -94 6 -94 11 -90C6 -88 -2 -86 -7 -80Z", "#9fc4f0", alpha=0.75, role="mark")
    b.line("M-18 -36L18 -36", accent, 3)


def _robot(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(30, 0.2)
    joint = "#6b727e"
    for side in (-1, 1):
        b.line(f"M{side * 11} -24L{side * 11} -6", joint, 5)
        b.rect((side * 12 - 9, -9, 18, 9), darker(main, 0.2), radius=4)
        b.line(f"M{side * 22} -48Q{side * 36} -44 {side * 33} -28", joint, 5)
        b.oval((side * 33, -25, 6, 6), darker(main, 0.12))
    b.rect((-22, -58, 44, 37), main, radius=9)
    b.rect((-13, -50, 26, 16), lighter(main, 0.4), radius=3)
    b.oval((-6, -42, 4, 4), accent, role="glow")
    for x in (2, 7):
        b.rect((x, -46, 3, 8), "#7f8896", role="mark", radius=1)
    b.rect((-5, -64, 10, 7), joint)
    b.rect((-25, -94, 50, 33), main, radius=10)
    b.rect((-19, -87, 38, 19), "#27304a", radius=7)
    for side in (-1, 1):
        b.halo((side * 9, -78, 9, 9), "#7fe0f0", 0.6)
        b.oval((side * 9, -78, 4.2, 4.8), "#8ff0fa", role="glow")
        b.rect((side * 27 - 3, -84, 6, 13), joint, radius=2)
    b.line("M-5 -71Q0 -68.5 5 -71", "#8ff0fa", 1.5)
    b.line("M0 -94L0 -101", joint, 2.4)
    b.halo((0, -103, 10, 10), accent, 0.6)
    b.oval((0, -103, 3.6, 3.6), accent, role="glow")


def _snowman(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(30, 0.18)
    b.line("M-20 -54L-40 -68", "#7a5238", 2.4)
    b.line("M-34 -64L-40 -58", "#7a5238", 1.8)
    b.line("M20 -54L40 -66", "#7a5238", 2.4)
    b.line("M34 -62L42 -58", "#7a5238", 1.8)
    b.oval((0, -22, 28, 23), main)
    b.oval((0, -55, 21, 18), main)
    b.oval((0, -83, 15.5, 14.5), main)
    b.path("M-16 -73Q0 -63 16 -73L16 -67Q0 -57 -16 -67Z", accent)
    b.path("M6 -66L14 -48 6 -46 0 -64Z", darker(accent, 0.12))
    for y in (-54, -46, -24):
        b.oval((0, y, 1.8, 1.8), "#33303a", role="mark")
    for x in (-5, 6):
        b.oval((x, -87, 1.9, 2.1), "#2c2a33", role="mark")
    b.poly([(0, -84), (17, -80), (0, -79)], "#f08a2c")
    for x, y in ((-6, -76), (-2, -74), (3, -74), (7, -76)):
        b.oval((x, y, 0.9, 0.9), "#2c2a33", role="mark")


def _ghost(b: Brush, main: str, accent: str) -> None:
    del accent
    b.halo((0, -52, 62, 66), "#e8eeff", 0.4)
    b.path(
        "M-32 -54C-32 -112 32 -112 32 -54L34 -6Q26 -14 20 -4Q12 -14 4 -4Q-4 -14 -12 -4Q-18 -14 -24 -4Q-32 -10 -36 -2Z",
        main,
        alpha=0.94,
    )
    for x in (-9, 11):
        b.oval((x, -66, 4.4, 6.4), "#33384f", role="mark")
    b.oval((1, -50, 4.4, 5.4), "#33384f", role="mark")
    for x in (-17, 19):
        b.oval((x, -54, 4, 2.6), "#f0a5b5", role="mark", alpha=0.7)


def _scarecrow(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(14, 0.2)
    b.line("M0 0L0 -70", "#7a5238", 4)
    b.line("M-38 -60L38 -60", "#7a5238", 3.4)
    b.path("M-14 -28L-11 -62L-34 -65L-34 -54L34 -54L34 -65L11 -62L14 -28Z", main)
    for side in (-1, 1):
        for y in (-64, -59, -55):
            b.line(f"M{side * 34} -59L{side * 42} {y}", "#e3bd5a", 2)
    for x in (-12, -4, 4, 12):
        b.line(f"M{x} -29L{x * 1.2:.0f} -20", "#e3bd5a", 2.4)
    b.oval((0, -76, 12, 13), "#e6cf9f")
    for x in (-4, 5):
        b.oval((x, -78, 1.7, 1.9), "#33303a", role="mark")
    b.line("M-5 -71Q0 -67 6 -71", "#6a3a2c", 1.6)
    b.path("M-21 -84Q0 -92 21 -84L10 -88L6 -102Q0 -104 -6 -102L-10 -88Z", accent)


def _alien(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20, 0.2)
    for side in (-1, 1):
        b.line(f"M{side * 6} -22L{side * 8} -3", main, 6)
        b.oval((side * 10, -2, 7, 3), main)
        b.line(f"M{side * 10} -42Q{side * 26} -38 {side * 24} -22", main, 4.4)
        b.line(f"M{side * 8} -94L{side * 14} -103", main, 2.2)
        b.oval((side * 14, -104, 3, 3), accent, role="glow")
    b.path("M-12 -46C-14 -20 -10 -16 0 -16C10 -16 14 -20 12 -46Z", main)
    b.path("M-30 -76C-30 -104 30 -104 30 -76C28 -56 10 -44 0 -44C-10 -44 -28 -56 -30 -76Z", main)
    for side in (-1, 1):
        b.oval((side * 12, -72, 7, 10.5), "#1f2338", role="mark", turn=side * 0.4)
        b.oval((side * 12 + 2, -77, 2, 2.6), "#ffffff", role="mark")
    b.line("M-4 -53Q0 -50 4 -53", darker(main, 0.5), 1.5)


def _wizard(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(24, 0.2)
    b.line("M27 0L25 -74", "#7a5238", 3)
    b.halo((25, -79, 16, 16), "#9fe0ff", 0.8)
    b.oval((25, -79, 5, 5), "#bff0ff", role="glow")
    b.path("M-11 -62L11 -62C15 -40 21 -16 23 0L-23 0C-21 -16 -15 -40 -11 -62Z", main)
    b.line("M9 -56Q22 -50 25 -44", darker(main, 0.12), 7)
    b.oval((25.5, -43, 3.2, 3.2), SKINS[0])
    b.oval((0, -67, 9, 9.4), SKINS[0])
    b.path("M-9 -66C-9 -44 -3 -36 0 -32C4 -36 9 -44 9 -66C5 -60 -5 -60 -9 -66Z", "#f1f0ee")
    for x in (-3, 4):
        b.oval((x, -69, 1.2, 1.5), "#2c2429", role="mark")
    b.path("M-18 -73Q0 -66 18 -73L9 -77C8 -88 3 -96 -6 -104C-5 -96 -8 -86 -9 -77Z", main)
    for x, y in ((-2, -84), (4, -78), (-8, -24), (8, -36), (4, -12)):
        b.oval((x, y, 1.6, 1.6), accent, role="mark")


PEOPLE: Final[Mapping[str, Look]] = {
    "man": Look(
        _man, ("#4a78b5", "#c25a4a", "#5a9a6a", "#d9a53c", "#7a6aa8"), ("#4a4f63", "#6a5a4a")
    ),
    "woman": Look(_woman, ("#d8584a", "#7a5ab0", "#3f8f8a", "#e0a03c", "#c9608f"), HAIRS),
    "child": Look(_child, ("#f2b53d", "#5aa8c9", "#e2678a", "#7ab05a"), ("#4a6a9c", "#7a5a4a")),
    "astronaut": Look(_astronaut, ("#f3f4f7",), ("#e5733d", "#4f8fd9")),
    "robot": Look(_robot, ("#8fb4c9", "#f0a54c", "#9ac29a", "#c9a0c9"), ("#f2635a", "#f2c53d")),
    "snowman": Look(_snowman, ("#fbfcfd",), ("#d8433b", "#3b78c9", "#5a9f45")),
    "ghost": Look(_ghost, ("#f6f7fc",)),
    "scarecrow": Look(_scarecrow, ("#b5483f", "#5a7aa8"), ("#8a6a3c",)),
    "alien": Look(_alien, ("#8fd06a", "#7fc9a8"), ("#f2e05a",)),
    "wizard": Look(_wizard, ("#4f4a9c", "#6a3f8f", "#2f6f7a"), ("#f4d35a",)),
}
