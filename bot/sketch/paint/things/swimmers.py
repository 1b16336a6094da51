"""How does look what lives in the sea?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.eyes import PINK, eye


def _fish(b: Brush, main: str, accent: str) -> None:
    b.path(
        "M-46 -48C-62 -84 -86 -88 -84 -76C-80 -58 -80 -40 -86 -22C-86 -10 -62 -16 -46 -48Z", accent
    )
    b.path("M-20 -78C-10 -104 20 -100 28 -76Z", accent)
    b.path("M-58 -48C-34 -94 40 -96 72 -50C44 -4 -30 -6 -58 -48Z", main)
    if not b.rough:
        b.path(
            "M8 -83C26 -66 26 -32 8 -15L18 -17C38 -34 38 -64 20 -82Z",
            accent,
            alpha=0.7,
            role="mark",
        )
        b.path(
            "M-22 -76C-8 -60 -8 -38 -22 -22L-12 -19C4 -36 4 -62 -12 -79Z",
            accent,
            alpha=0.7,
            role="mark",
        )
    b.path("M-4 -36C-20 -34 -26 -18 -20 -14C-10 -16 2 -24 6 -32Z", darker(accent, 0.12))
    b.oval((48, -58, 7.6, 8), "#fbf8f0", role="mark")
    eye(b, 49.5, -58, 4.4)
    b.line("M66 -42Q60 -36 54 -38", darker(main, 0.5), 2.4)


def _whale(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M-78 -52C-100 -58 -112 -84 -104 -92C-92 -92 -84 -82 -80 -74C-74 -84 -62 -92 -52 -88C-50 -76 -60 -60 -68 -50Z",
        main,
    )
    b.path(
        "M-80 -58C-56 -36 -30 -48 0 -66C36 -86 92 -80 102 -38C106 -8 70 0 30 0C-20 0 -64 -16 -80 -58Z",
        main,
    )
    b.path(
        "M102 -34C104 -8 70 0 30 0C4 0 -20 -6 -40 -18C0 -6 60 -14 102 -34Z", "#e9f1f6", role="mark"
    )
    if not b.rough:
        for x in (20, 38, 56, 74):
            b.line(f"M{x} -14Q{x + 4} -6 {x - 2} -1", "#b5cbd8", 1.4)
    b.path("M30 -16C22 2 4 6 -2 2C2 -8 14 -18 24 -22Z", darker(main, 0.15))
    for lean in (-20, 0, 20):
        b.line(
            f"M50 -78Q{50 + lean * 0.3:.0f} -100 {50 + lean} {-104 + abs(lean) * 0.5:.0f}",
            "#cfe9f5",
            4,
            alpha=0.9,
        )
    eye(b, 78, -42, 3.6)


def _dolphin(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M-62 -20C-84 -18 -94 2 -88 8C-78 6 -70 2 -66 -2C-64 6 -56 14 -46 12C-44 2 -48 -10 -54 -18Z",
        main,
    )
    b.path(
        "M-62 -16C-50 -66 0 -100 46 -82C60 -76 66 -66 84 -58C88 -52 80 -50 66 -50C50 -48 30 -46 8 -40C-20 -34 -44 -26 -62 -16Z",
        main,
    )
    b.path(
        "M66 -50C50 -48 30 -46 8 -40C-20 -34 -44 -26 -62 -16C-40 -38 20 -58 66 -56Z",
        "#e9f1f6",
        role="mark",
    )
    b.path("M-8 -82C-14 -96 -24 -104 -34 -104C-30 -92 -30 -84 -30 -74Z", darker(main, 0.12))
    b.path("M18 -46C14 -30 4 -22 -6 -22C-4 -32 0 -42 6 -46Z", darker(main, 0.15))
    eye(b, 52, -66, 2.8)


def _shark(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M-84 -46C-100 -62 -112 -88 -106 -98C-94 -92 -80 -70 -74 -56C-84 -36 -96 -20 -104 -16C-104 -26 -94 -38 -84 -46Z",
        main,
    )
    b.path("M-14 -72C-10 -96 -20 -104 -28 -106C-2 -108 22 -92 28 -70Z", darker(main, 0.1))
    b.path("M-86 -48C-50 -74 50 -94 108 -44C96 -30 70 -20 40 -18C-10 -14 -56 -26 -86 -48Z", main)
    b.path(
        "M108 -44C96 -30 70 -20 40 -18C-10 -14 -56 -26 -86 -48C-40 -40 60 -34 108 -44Z",
        "#e9f1f6",
        role="mark",
    )
    b.path("M30 -26C24 -6 8 4 -6 2C0 -8 6 -20 10 -28Z", darker(main, 0.16))
    for x in (40, 47, 54):
        b.line(f"M{x} -58Q{x - 4} -50 {x} -42", darker(main, 0.35), 1.6)
    b.line("M100 -40Q88 -32 74 -34", darker(main, 0.6), 2)
    eye(b, 82, -52, 3)


def _octopus(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(50, 0.12)
    for x, end, lift in (
        (-26, -56, -20),
        (-14, -34, -2),
        (14, 34, -2),
        (26, 56, -20),
        (-2, -10, 0),
        (8, 14, 0),
    ):
        b.path(
            f"M{x - 9} -44C{x - 12} -20 {end + 6} -2 {end - 8} {lift - 6}C{end - 12} {lift + 2} {end - 2} {lift + 6} {end + 6} {lift + 2}C{end + 20} -4 {x + 12} -16 {x + 9} -44Z",
            darker(main, 0.08),
        )
    b.path("M-38 -62C-40 -112 40 -112 38 -62C38 -42 26 -32 0 -32C-26 -32 -38 -42 -38 -62Z", main)
    b.oval((-14, -84, 9, 6), lighter(main, 0.4), alpha=0.5, role="shine")
    for side in (-1, 1):
        b.oval((side * 13, -58, 9, 10), "#fbf8f0", role="mark")
        eye(b, side * 12, -57, 5)
        b.oval((side * 24, -46, 5, 3), PINK, role="mark", alpha=0.8)
    b.line("M-6 -43Q0 -38 6 -43", darker(main, 0.6), 2)


def _crab(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(72, 0.1)
    for side in (-1, 1):
        for y in (-16, -28, -38):
            b.line(
                f"M{side * 36} {y}Q{side * 66} {y - 14} {side * (76 - abs(y) * 0.2)} {y + 16}",
                darker(main, 0.12),
                5,
            )
        b.line(f"M{side * 40} -44Q{side * 72} -50 {side * 62} -74", main, 8)
        b.path(
            f"M{side * 62} -70C{side * 40} -80 {side * 50} -104 {side * 62} -100L{side * 64} -88L{side * 74} -98C{side * 86} -88 {side * 80} -70 {side * 62} -70Z",
            main,
        )
        b.line(f"M{side * 14} -54L{side * 16} -76", main, 4)
        b.oval((side * 16, -80, 8, 8), "#fbf8f0")
        eye(b, side * 16, -80, 4.4)
    b.path("M-52 -36C-50 -70 50 -70 52 -36C46 -4 -46 -4 -52 -36Z", main)
    b.line("M-14 -30Q0 -18 14 -30", darker(main, 0.5), 2.4)


def _starfish(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(40, 0.14)
    points = []
    for index in range(10):
        angle = -math.pi / 2 + index * math.pi / 5
        reach = 54 if index % 2 == 0 else 25
        points.append((math.cos(angle) * reach, -46 + math.sin(angle) * reach))
    b.blob(points, main)
    for index in range(5):
        angle = -math.pi / 2 + index * math.tau / 5
        for reach in (14, 26, 37):
            b.oval(
                (math.cos(angle) * reach, -46 + math.sin(angle) * reach, 3, 3),
                lighter(main, 0.4),
                role="mark",
            )


SWIMMERS: Final[Mapping[str, Look]] = {
    "fish": Look(_fish, ("#f08a3c", "#4fa3d9", "#f2c53d", "#e2678a"), ("#fbe9c8",)),
    "whale": Look(_whale, ("#4a78a8",)),
    "dolphin": Look(_dolphin, ("#6f93b5",)),
    "shark": Look(_shark, ("#74879a",)),
    "octopus": Look(_octopus, ("#c9609a", "#8a62c0", "#e07a5a")),
    "crab": Look(_crab, ("#e0583f",)),
    "starfish": Look(_starfish, ("#f08a5c",)),
}
