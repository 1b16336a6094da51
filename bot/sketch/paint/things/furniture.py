"""How do the things of a room look?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look

WOOD: Final = "#a8703f"


def _table(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(86, 0.08)
    for x in (-60, 46):
        b.rect((x, -84, 11, 70), darker(main, 0.32))
    for x in (-76, 64):
        b.path(f"M{x} -88L{x + 12} -88L{x + 10} 0L{x + 2} 0Z", darker(main, 0.08))
    b.rect((-80, -88, 160, 12), darker(main, 0.2), role="mark")
    b.rect((-88, -100, 176, 14), main, radius=4)
    if not b.rough:
        b.line("M-80 -94L40 -94", darker(main, 0.14), 1.2)
        b.line("M-20 -91L76 -91", darker(main, 0.14), 1)


def _chair(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(32, 0.14)
    for x in (-22, 18):
        b.rect((x, -48, 5, 48), darker(main, 0.25))
    b.rect((-27, -100, 6, 100), main, radius=2)
    b.rect((21, -48, 6, 48), main, radius=2)
    b.rect((-25, -96, 8, 44), lighter(main, 0.1), radius=3)
    b.rect((-28, -52, 57, 9), main, radius=3)


def _sofa(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(106, 0.08)
    for x in (-84, 76):
        b.rect((x, -8, 9, 8), "#6b4a34")
    b.rect((-90, -98, 180, 70), darker(main, 0.1), radius=18)
    for x in (-80, 2):
        b.rect((x, -56, 78, 30), lighter(main, 0.08), radius=9)
    b.rect((-86, -32, 172, 26), main, radius=6)
    for x in (-104, 78):
        b.rect((x, -66, 27, 60), main, radius=12)
    b.rect((-66, -78, 34, 32), accent, radius=7)


def _bed(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(104, 0.08)
    b.rect((-104, -100, 12, 100), WOOD, radius=4)
    b.rect((92, -66, 12, 66), WOOD, radius=4)
    b.rect((-96, -34, 192, 22), darker(WOOD, 0.12))
    b.rect((-94, -58, 188, 28), "#fbf6ea", radius=8)
    b.rect((-88, -74, 52, 24), "#fffdf6", radius=10)
    b.path("M-36 -60L90 -60C96 -60 98 -50 96 -22L-30 -22C-36 -30 -38 -50 -36 -60Z", main)
    b.path(
        "M-36 -60L-14 -60C-18 -46 -14 -32 -10 -22L-30 -22C-36 -30 -38 -50 -36 -60Z",
        accent,
        role="mark",
    )


def _bookshelf(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(44, 0.1)
    b.rect((-40, -100, 80, 100), main, radius=2)
    tones = ("#c2493f", "#3f6f9c", "#e0a53c", "#4f8a5c", "#7a5a9c", "#d9cbb4", "#2f5f6a")
    for top in (-94, -64, -34):
        b.rect((-35, top, 70, 25), darker(main, 0.5), role="mark")
        x = -34.0
        while x < 26:
            wide, tall = b.dice.real(4, 8), b.dice.real(15, 22)
            b.rect((x, top + 25 - tall, wide, tall), b.dice.pick(tones))
            x += wide + (0.6 if b.dice.chance(0.85) else 7)


def _book(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(66, 0.12)
    for side in (-1, 1):
        b.path(f"M0 -14L{side * 66} -22L{side * 66} -92Q{side * 30} -104 0 -84Z", main)
        b.path(f"M0 -20L{side * 60} -28L{side * 60} -96Q{side * 28} -106 0 -88Z", "#fbf6ea")
        for index in range(6):
            y = -78 + index * 10
            b.line(f"M{side * 9} {y}Q{side * 30} {y - 8} {side * 52} {y - 5}", "#a39a8c", 1.6)


def _floor_lamp(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20, 0.16)
    b.oval((0, -2, 17, 3.5), darker(accent, 0.1))
    b.rect((-1.6, -76, 3.2, 74), accent)
    if b.lit:
        b.halo((0, -80, 58, 52), "#ffcf70", 0.6)
    b.path("M-12 -100L12 -100L21 -70L-21 -70Z", "#ffe2a0" if b.lit else main)
    b.path("M-21 -70L21 -70L20.4 -67L-20.4 -67Z", darker(main, 0.2), role="mark")


def _vase(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(22, 0.16)
    tones = (
        ("#e2678a", "#f2c53d", "#f7f3ea", "#a873d8", "#f08a4c")
        if accent == "#e2678a"
        else (accent,) * 5
    )
    for index, (x, y) in enumerate(((-22, -78), (22, -80), (-8, -90), (12, -95), (0, -72))):
        b.line(f"M0 -46Q{x * 0.3:.0f} -62 {x} {y}", "#4f8a3f", 2)
        for turn in range(6):
            angle = turn * math.tau / 6
            b.oval(
                (x + math.cos(angle) * 5.4, y + math.sin(angle) * 5.4, 4.6, 4.6),
                tones[index],
                role="mark",
            )
        b.oval((x, y, 3.6, 3.6), "#f3d27a", role="mark")
    b.path(
        "M-9 -50L9 -50C8 -42 19 -34 19 -20C19 -6 10 0 0 0C-10 0 -19 -6 -19 -20C-19 -34 -8 -42 -9 -50Z",
        main,
    )
    b.rect((-11, -53, 22, 5), lighter(main, 0.1), radius=2)


def _candle(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(18, 0.2)
    b.oval((0, -3, 20, 5), accent)
    b.rect((-10, -66, 20, 64), main, radius=3)
    b.path("M-10 -62C-8 -46 -4 -46 -4 -58C0 -50 4 -54 4 -62Z", lighter(main, 0.3), role="mark")
    b.line("M0 -66L0 -74", "#3a3030", 1.6)
    b.halo((0, -84, 40, 40), "#ffcf70", 0.85)
    b.path("M0 -101C9 -88 7 -73 0 -73C-7 -73 -9 -88 0 -101Z", "#ffb02f", role="glow")
    b.path("M0 -90C4 -83 3 -75 0 -75C-3 -75 -4 -83 0 -90Z", "#fff0b8", role="glow")


def _laptop(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(78, 0.06)
    b.rect((-58, -98, 116, 80), main, radius=6)
    b.rect((-52, -92, 104, 68), "#22304f", radius=3)
    tones = ("#7fe0a0", "#f2c53d", "#7fc4f0", "#f08fb4", accent)
    for index in range(7):
        indent = (0, 9, 18, 18, 9, 9, 0)[index]
        wide = b.dice.real(24, 62)
        b.rect(
            (-45 + indent, -86 + index * 8.4, wide, 3.6), tones[index % 5], role="glow", radius=1.6
        )
    b.path("M-58 -18L58 -18L76 -3Q76 0 72 0L-72 0Q-76 0 -76 -3Z", lighter(main, 0.14))
    b.path("M-50 -15L50 -15L58 -7L-58 -7Z", darker(main, 0.25), role="mark")


def _guitar(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20, 0.18)
    b.rect((-2.6, -92, 5.2, 56), accent)
    b.path("M-5 -100L5 -100L4 -88L-4 -88Z", darker(accent, 0.2))
    b.path(
        "M0 -50C-14 -52 -17 -40 -12 -32C-22 -26 -22 0 0 0C22 0 22 -26 12 -32C17 -40 14 -52 0 -50Z",
        main,
    )
    b.oval((0, -33, 5.6, 5.6), "#3a2a22", role="mark")
    b.rect((-7, -14, 14, 2.6), "#3a2a22", role="mark")
    for x in (-1.4, 0, 1.4):
        b.line(f"M{x} -96L{x} -13", "#f1e6cf", 0.4)


def _clock(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(34, 0.14)
    for side in (-1, 1):
        b.line(f"M{side * 20} -10L{side * 28} 0", main, 6)
        b.oval((side * 22, -88, 13, 9), main, turn=side * 0.6)
    b.oval((0, -46, 44, 44), main)
    b.oval((0, -46, 35, 35), "#fbf6ea")
    for index in range(12):
        angle = index * math.tau / 12
        b.oval((math.cos(angle) * 29, -46 + math.sin(angle) * 29, 1.9, 1.9), "#4a4450", role="mark")
    b.line("M0 -46L0 -70", "#33303a", 3.4)
    b.line("M0 -46L16 -38", accent, 3)


FURNITURE: Final[Mapping[str, Look]] = {
    "table": Look(_table, ("#b0763f",)),
    "floor lamp": Look(_floor_lamp, ("#e8c98f", "#d98f6a", "#8fb0a0"), ("#5a4a3f", "#8d7a5c")),
    "chair": Look(_chair, ("#a8683a",)),
    "sofa": Look(_sofa, ("#4f7f9c", "#c2694f", "#5f8a6a"), ("#f2c05a",)),
    "bed": Look(_bed, ("#5a86b5", "#c2695f"), ("#f4ead2",)),
    "bookshelf": Look(_bookshelf, ("#8a5a38",)),
    "book": Look(_book, ("#b5433b", "#3f5f9c")),
    "vase": Look(_vase, ("#4f86a8", "#d9c2a0"), ("#e2678a",)),
    "candle": Look(_candle, ("#f5ead2",), ("#b98a4c",)),
    "laptop": Look(_laptop, ("#a9b0bc",), ("#b58af0",)),
    "guitar": Look(_guitar, ("#c9803f",), ("#6b4228",)),
    "clock": Look(_clock, ("#d8483f", "#3f8f8f"), ("#d8433b",)),
}
