"""How do animals look that are built like no other: rabbits, elephants, snails?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.eyes import EYE, PINK, eye


def _rabbit(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(38)
    b.oval((-34, -22, 9, 9), "#fbf7ef")
    b.path("M6 -60C-6 -74 -8 -98 0 -101C9 -98 13 -80 14 -62Z", darker(main, 0.16))
    b.path("M-36 -18C-38 -46 -10 -56 8 -44C20 -38 26 -14 20 0L-26 0C-34 -2 -36 -10 -36 -18Z", main)
    b.oval((-16, -16, 17, 16), darker(main, 0.07))
    b.oval((-8, -4, 15, 4.6), lighter(main, 0.12))
    b.oval((18, -5, 10, 5), lighter(main, 0.12))
    b.oval((18, -52, 18, 16), main)
    b.path("M10 -62C8 -80 14 -102 22 -102C30 -98 26 -76 20 -62Z", main)
    b.path("M14 -66C13 -80 17 -95 21 -95C25 -92 22 -78 18 -66Z", PINK, role="mark")
    b.oval((28, -46, 8, 6.6), lighter(main, 0.3), role="mark")
    b.oval((34, -50, 2.6, 2), "#d8707a", role="mark")
    eye(b, 24, -56, 3)


def _elephant(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(62, 0.12)
    dark = darker(main, 0.2)
    for x in (-38, 18):
        b.rect((x - 8, -40, 19, 40), dark, radius=5)
    b.line("M-58 -62C-68 -56 -68 -44 -66 -36", main, 3.4)
    b.path("M-60 -48C-64 -92 -20 -96 4 -92C34 -92 42 -70 36 -40C20 -28 -40 -26 -58 -34Z", main)
    for x in (-54, 4):
        b.rect((x, -42, 20, 42), main, radius=5)
        for dx in (5, 10, 15):
            b.oval((x + dx, -2, 2.2, 2.2), "#efe6da", role="mark")
    b.path(
        "M52 -62C66 -58 70 -30 66 -14C64 -6 72 -6 74 -12L80 -8C76 6 56 4 56 -10C58 -28 52 -38 46 -44Z",
        main,
    )
    b.oval((42, -70, 25, 27), main)
    b.path("M54 -48C60 -42 68 -42 74 -46C68 -36 58 -36 50 -42Z", "#fbf6ea")
    b.path("M32 -88C6 -98 2 -62 16 -46C30 -44 38 -58 38 -74Z", darker(main, 0.1))
    b.path("M30 -82C12 -88 10 -64 19 -54C28 -54 33 -62 33 -74Z", mix(main, PINK, 0.45), role="mark")
    eye(b, 51, -74, 2.8)


def _giraffe(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(32, 0.16)
    for x, tone in ((-20, darker(main, 0.2)), (8, darker(main, 0.2)), (-27, main), (1, main)):
        b.rect((x, -34, 6, 34), tone, radius=2)
        b.rect((x, -4, 6, 4), "#5a4234", role="mark")
    b.line("M-28 -44Q-35 -38 -34 -28", main, 2)
    b.path(
        "M-30 -42C-30 -54 -6 -52 0 -58L14 -92 23 -90C20 -66 20 -44 10 -34C-4 -28 -28 -28 -30 -42Z",
        main,
    )
    b.path("M12 -92L0 -58 -4 -60 8 -92Z", accent)
    b.oval((23, -91, 11, 6), main, turn=0.3)
    b.oval((31, -88, 5, 4), lighter(main, 0.3), role="mark")
    for x in (15, 19):
        b.line(f"M{x} -95L{x - 1} -102", accent, 1.6)
        b.oval((x - 1, -102, 1.6, 1.6), accent, role="mark")
    b.oval((11, -95, 4.6, 2), main, turn=0.5)
    for x, y, r in (
        (-22, -42, 4),
        (-12, -38, 4),
        (-14, -46, 3.4),
        (-2, -44, 4.2),
        (5, -54, 3.4),
        (9, -64, 3),
        (12, -74, 2.6),
        (15, -83, 2.2),
        (4, -38, 3.4),
        (11, -47, 2.6),
    ):
        b.oval((x, y, r, r * 0.86), accent, role="mark")
    eye(b, 23, -93, 1.6)


def _frog(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(58, 0.12)
    for side in (-1, 1):
        b.path(
            f"M{side * 22} -40C{side * 64} -50 {side * 66} -8 {side * 40} -2L{side * 58} 0L{side * 20} 0Z",
            darker(main, 0.12),
        )
        b.oval((side * 22, -84, 15, 15), main)
    b.path(
        "M-38 -44C-42 -80 -20 -84 0 -84C20 -84 42 -80 38 -44C36 -14 22 -2 0 -2C-22 -2 -36 -14 -38 -44Z",
        main,
    )
    b.oval((0, -24, 24, 20), lighter(main, 0.4), role="mark")
    b.line("M-26 -56Q0 -38 26 -56", darker(main, 0.5), 2.6)
    for side in (-1, 1):
        b.oval((side * 22, -86, 9.5, 9.5), "#fbf8f0", role="mark")
        eye(b, side * 22, -86, 5)
        b.oval((side * 28, -56, 5, 3.4), PINK, role="mark", alpha=0.7)
        b.path(
            f"M{side * 14} -26C{side * 20} -12 {side * 18} -4 {side * 26} 0L{side * 8} 0C{side * 10} -10 {side * 8} -20 {side * 14} -26Z",
            darker(main, 0.06),
        )


def _turtle(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(74, 0.1)
    for x in (-48, 30):
        b.path(f"M{x} -24L{x - 6} -2Q{x + 8} 4 {x + 20} -2L{x + 22} -26Z", main)
    b.poly([(-62, -24), (-84, -12), (-60, -12)], main)
    b.path("M44 -30C58 -34 56 -64 72 -68C90 -70 96 -48 82 -42C72 -38 70 -18 44 -14Z", main)
    b.path("M-64 -18C-70 -74 -32 -100 0 -100C32 -100 62 -72 58 -18Q0 -6 -64 -18Z", accent)
    if not b.rough:
        tone = darker(accent, 0.22)
        for d in (
            "M-20 -80L16 -80 30 -54 14 -30 -22 -30 -36 -54Z",
            "M-20 -80L-30 -94",
            "M16 -80L26 -94",
            "M30 -54L58 -50",
            "M-36 -54L-64 -50",
            "M14 -30L24 -12",
            "M-22 -30L-30 -12",
        ):
            b.line(d, tone, 2.6)
    eye(b, 80, -57, 3)
    b.line("M76 -47Q82 -45 88 -50", darker(main, 0.5), 1.6)


def _snail(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(62, 0.1)
    b.path(
        "M-66 0C-50 -16 20 -10 30 -26C30 -50 40 -70 54 -64C68 -58 62 -36 56 -20C50 -4 40 0 20 0Z",
        main,
    )
    for x, y in ((46, -92), (64, -88)):
        b.line(f"M54 -60L{x} {y}", main, 3.2)
        b.oval((x, y, 4.4, 4.4), main)
        b.oval((x + 0.8, y, 2, 2), EYE, role="mark")
    b.oval((-10, -50, 42, 42), accent)
    for r in (32, 22, 12):
        b.oval(
            (-10 + (32 - r) * 0.3, -50 + (32 - r) * 0.24, r, r),
            lighter(accent, 0.18) if r == 22 else darker(accent, 0.14),
            role="mark",
        )
    b.line("M54 -44Q60 -40 64 -46", darker(main, 0.5), 1.6)


def _hedgehog(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(64, 0.1)
    for x in (-26, 10, 34):
        b.oval((x, -3, 9, 5), darker(accent, 0.3))
    b.path("M20 -44C44 -50 66 -30 74 -18C70 -4 44 -2 20 -4Z", accent)
    points = []
    for index in range(23):
        angle = math.pi * 0.9 + index * math.pi * 1.02 / 22
        reach = 1.0 if index % 2 else 0.82
        points.append((-12 + math.cos(angle) * 62 * reach, -34 + math.sin(angle) * 66 * reach))
    b.poly([*points, (36, -8), (-62, -6)], main)
    if not b.rough:
        for _ in range(22):
            left, top = b.dice.real(-56, 26), b.dice.real(-76, -12)
            b.line(f"M{left:.0f} {top:.0f}L{left - 6:.0f} {top - 8:.0f}", lighter(main, 0.3), 1.6)
    b.oval((74, -19, 5, 4.4), EYE, role="mark")
    eye(b, 52, -30, 3.4)


def _squirrel(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(36)
    b.path(
        "M-14 -4C-50 -6 -56 -50 -36 -70C-20 -88 -48 -96 -54 -84C-52 -104 -8 -106 -8 -76C-8 -50 -26 -30 -6 -14Z",
        darker(main, 0.08),
    )
    b.path("M-18 0C-22 -34 -2 -58 14 -56C28 -50 26 -14 18 0Z", main)
    b.oval((13, -24, 8, 18), lighter(main, 0.45), role="mark")
    b.oval((-6, -12, 15, 13), darker(main, 0.06))
    b.oval((6, -2, 16, 4), main)
    b.oval((20, -66, 17, 15), main)
    b.path("M12 -76L12 -92 22 -80Z", main)
    b.oval((31, -60, 7, 6), lighter(main, 0.3), role="mark")
    b.oval((37, -62, 2.4, 2), EYE, role="mark")
    eye(b, 25, -69, 3)
    b.oval((30, -38, 6, 7), "#9a6a3c")
    b.line("M14 -42Q22 -36 28 -38", main, 5)


def _dinosaur(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(48, 0.12)
    for x, tone in ((-14, darker(main, 0.2)), (-2, main)):
        b.path(
            f"M{x - 12} -40C{x - 16} -16 {x - 6} -14 {x - 8} 0L{x + 16} 0C{x + 14} -10 {x + 4} -14 {x + 14} -40Z",
            tone,
        )
    b.path(
        "M-66 -12C-44 -16 -40 -56 -10 -62C6 -66 14 -76 18 -86C22 -102 54 -104 60 -88C64 -78 58 -70 44 -68C36 -66 36 -58 32 -44C26 -22 4 -18 -14 -22C-34 -26 -44 -10 -66 -12Z",
        main,
    )
    b.path("M32 -62C34 -42 24 -24 4 -22C20 -34 24 -48 26 -62Z", lighter(main, 0.4), role="mark")
    for x, y in ((-46, -28), (-36, -44), (-24, -58), (-8, -66), (6, -74), (14, -88)):
        b.poly([(x - 6, y + 4), (x - 4, y - 10), (x + 7, y - 1)], accent)
    b.line("M26 -52Q36 -50 38 -42", main, 5)
    b.line("M38 -76Q50 -74 58 -80", darker(main, 0.5), 1.8)
    b.oval((56, -89, 1.3, 1.3), darker(main, 0.6), role="mark")
    eye(b, 42, -90, 3)


CRITTERS: Final[Mapping[str, Look]] = {
    "rabbit": Look(_rabbit, ("#c9b49a", "#f1ebe0", "#a58a72")),
    "elephant": Look(_elephant, ("#9aa3b0",)),
    "giraffe": Look(_giraffe, ("#f0c878",), ("#a8683a",)),
    "frog": Look(_frog, ("#6cae4c",)),
    "turtle": Look(_turtle, ("#8cb560",), ("#7a6a3f",)),
    "snail": Look(_snail, ("#e0c39a",), ("#b5683f",)),
    "hedgehog": Look(_hedgehog, ("#7a5c48",), ("#e6cba8",)),
    "squirrel": Look(_squirrel, ("#b9683a",)),
    "dinosaur": Look(_dinosaur, ("#6aa85c", "#5c9a9a"), ("#e38a3c",)),
}
