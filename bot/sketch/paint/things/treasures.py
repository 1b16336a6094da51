"""How do small things look that people give, play with or wish for?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look


def _gift(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(48, 0.14)
    b.rect((-40, -62, 80, 62), main, radius=2)
    b.rect((-45, -76, 90, 18), lighter(main, 0.08), radius=3)
    b.rect((-8, -76, 16, 76), accent)
    for side in (-1, 1):
        b.path(
            f"M0 -76C{side * 8} -104 {side * 40} -104 {side * 34} -86C{side * 30} -76 {side * 12} -76 0 -76Z",
            accent,
        )
        b.oval((side * 20, -87, 7, 4), darker(accent, 0.25), role="mark", turn=-side * 0.4)
    b.oval((0, -78, 7, 6), darker(accent, 0.1))


def _ball(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(42, 0.14)
    b.oval((0, -50, 50, 50), main)
    for d in (
        "M0 -100C-34 -82 -34 -18 0 0C-14 -22 -14 -78 0 -100Z",
        "M0 -100C34 -82 46 -50 44 -26C38 -14 24 -4 0 0C30 -28 26 -78 0 -100Z",
        "M-44 -74C-52 -54 -50 -34 -40 -20C-34 -36 -36 -60 -44 -74Z",
    ):
        b.path(d, accent, role="mark")
    b.oval((0, -99, 8, 3), "#fbf6ea", role="mark")
    b.oval((-18, -72, 12, 9), "#ffffff", alpha=0.4, role="shine", turn=-0.5)


def _key(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M-96 -50C-96 -98 -24 -98 -22 -60L98 -60L98 -40L84 -40L84 -18L70 -18L70 -40L56 -40L56 -24L42 -24L42 -40L-22 -40C-24 -2 -96 -2 -96 -50Z",
        main,
    )
    b.oval((-60, -50, 17, 19), darker(main, 0.55), role="mark")


def _crown(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(62, 0.1)
    b.path("M-56 -8L-64 -80L-34 -48L0 -101L34 -48L64 -80L56 -8Q0 4 -56 -8Z", main)
    for x, y in ((-64, -82), (0, -102), (64, -82)):
        b.oval((x, y, 7, 7), lighter(main, 0.3))
    b.path("M-56 -22Q0 -10 56 -22L56 -8Q0 4 -56 -8Z", darker(main, 0.14))
    for x, tone in ((-34, accent), (0, "#3b78c9"), (34, accent)):
        b.oval((x, -24, 7, 8), tone, role="mark")


def _heart(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M0 0C-30 -28 -54 -48 -54 -72C-54 -106 -12 -110 0 -80C12 -110 54 -106 54 -72C54 -48 30 -28 0 0Z",
        main,
        lift=0.2,
    )
    b.oval((-26, -78, 9, 13), "#ffffff", alpha=0.4, role="shine", turn=0.6)


def _star(b: Brush, main: str, accent: str) -> None:
    del accent
    b.halo((0, -50, 84, 84), "#ffe9a0", 0.6)
    points = []
    for index in range(10):
        angle = -math.pi / 2 + index * math.pi / 5
        reach = 54 if index % 2 == 0 else 23
        points.append((math.cos(angle) * reach, -48 + math.sin(angle) * reach))
    b.poly(points, main, role="glow" if b.lit else "body")


def _treasure(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(66, 0.1)
    b.path("M-58 -56C-58 -102 58 -102 58 -56Z", darker(main, 0.12))
    b.halo((0, -56, 70, 34), "#ffe08a", 0.8)
    for x in (-40, -22, -4, 14, 32, 42):
        b.oval((x, -56 - (x % 4) * 2, 12, 7), "#f4c93f")
    b.rect((-60, -54, 120, 54), main, radius=3)
    for x in (-60, -8, 44):
        b.rect((x, -54, 16, 54), accent)
    b.oval((0, -34, 9, 10), "#e3ab2e")
    b.oval((0, -34, 2.6, 4), "#3a2a22", role="mark")


TREASURES: Final[Mapping[str, Look]] = {
    "gift": Look(_gift, ("#d8433b", "#4a7fc9", "#5aa06a"), ("#f6d05a",)),
    "ball": Look(_ball, ("#f7f3ea",), ("#e5483d", "#3b8fd0")),
    "key": Look(_key, ("#e0ab35",)),
    "crown": Look(_crown, ("#f2c035",), ("#d8333b",)),
    "heart": Look(_heart, ("#e0404a",)),
    "star": Look(_star, ("#f8cf45",)),
    "treasure chest": Look(_treasure, ("#8f5a34",), ("#d9a53c",)),
}
