"""How do houses look: where people live, work and meet?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.walls import DOOR, STONE, bricks


def _house(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(50)
    b.rect((26, -96, 10, 34), "#a0644c")
    b.rect((24.5, -98, 13, 5), "#87503c")
    if b.canvas.quality != "low":
        for index, (x, y, r) in enumerate(((33, -104, 4), (37, -112, 5.5), (43, -121, 7))):
            b.oval((x, y, r, r * 0.8), "#f2f2f4", alpha=0.55 - index * 0.13, role="soft")
    b.rect((-42, -56, 84, 56), main)
    b.rect((-42, -8, 84, 8), darker(main, 0.28), role="mark")
    b.poly([(-42, -56), (42, -56), (42, -49), (-42, -52)], "#1c1c34", alpha=0.28, role="shade")
    bricks(b, (-40, -48, 80, 38), main, 16)
    b.path("M-50 -54L-30 -92 30 -92 50 -54Z", accent)
    if not b.rough:
        for y in (-64, -74, -84):
            half = 50 - (-54 - y) * -20 / 38 * -1
            half = 50 - (-54 - y) * 20 / 38
            b.line(f"M{-half + 1:.0f} {y}L{half - 1:.0f} {y}", darker(accent, 0.25), 0.9, alpha=0.6)
    b.rect((-9, -35, 18, 35), "#f5efe2", role="mark", radius=2)
    b.rect((-7, -33, 14, 33), DOOR, radius=1.5)
    b.oval((3.5, -16, 1.3, 1.3), "#f0d080", role="mark")
    b.rect((-12, -2.5, 24, 3.5), STONE, radius=1)
    for x in (-35, 15):
        b.rect((x - 1.5, -44.5, 21, 23), "#f8f4ea", role="mark", radius=1)
        b.window((x, -43, 18, 20))
        b.line(f"M{x + 9} -43L{x + 9} -23", "#f8f4ea", 1.6)
        b.line(f"M{x} -33L{x + 18} -33", "#f8f4ea", 1.6)
        if b.fine:
            b.rect((x - 2, -22, 22, 4), "#9a5b3c", radius=1)
            for step in range(5):
                b.oval(
                    (x + 1 + step * 4, -23.5, 2, 2),
                    b.dice.pick(("#e2557a", "#f2c53d", "#f7f3ea")),
                    role="mark",
                )


def _church(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(46)
    b.rect((-14, -42, 60, 42), main)
    b.poly([(-18, -41), (-8, -62), (42, -62), (50, -41)], accent)
    b.rect((-42, -66, 30, 66), lighter(main, 0.06))
    b.poly([(-45, -65), (-27, -96), (-9, -65)], accent)
    b.line("M-27 -95L-27 -106", "#5a4a3a", 1.6)
    b.line("M-31 -102L-23 -102", "#5a4a3a", 1.6)
    b.oval((-27, -54, 6, 6), "#f3ecd9", role="mark")
    b.line("M-27 -54L-27 -58", "#4a4040", 0.9)
    b.line("M-27 -54L-24 -53", "#4a4040", 0.9)
    b.path("M-34 0L-34 -14C-34 -23 -20 -23 -20 -14L-20 0Z", DOOR)
    for x in (0, 16, 32):
        b.path(
            f"M{x} -12L{x} -26C{x} -33 {x + 8} -33 {x + 8} -26L{x + 8} -12Z",
            "#ffd98a" if b.lit else "#6f97b4",
            role="glow" if b.lit else "mark",
        )


def _barn(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(56)
    b.poly([(-50, 0), (-50, -48), (-34, -72), (0, -88), (34, -72), (50, -48), (50, 0)], main)
    if not b.rough:
        for x in range(-42, 50, 10):
            b.line(f"M{x} 0L{x} {-46 if abs(x) > 36 else -66}", darker(main, 0.22), 0.8, alpha=0.6)
    b.path("M-56 -44L-37 -76 0 -94 37 -76 56 -44 50 -42 33 -70 0 -86 -33 -70 -50 -42Z", accent)
    b.rect((-18, -36, 36, 36), lighter(main, 0.08))
    for d in ("M-18 -36L18 -36 18 0 -18 0Z", "M-18 -36L18 0", "M18 -36L-18 0", "M0 -36L0 0"):
        b.line(d, "#f5efe2", 2.2)
    b.window((-8, -66, 16, 14))
    b.line("M-8 -66L8 -66 8 -52 -8 -52Z", "#f5efe2", 2)


def _skyscraper(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(24)
    b.rect((-20, -78, 40, 78), main)
    b.rect((-14, -92, 28, 16), lighter(main, 0.1))
    b.line("M0 -92L0 -106", "#8a8f99", 1.2)
    b.oval((0, -106, 1.2, 1.2), "#ff5a4a", role="glow")
    for row in range(13):
        for column in range(5):
            pane = (-17 + column * 7.1, -75 + row * 5.4, 5, 3.4)
            if b.lit and b.dice.chance(0.55):
                b.rect(pane, "#ffd98a", role="glow")
            else:
                b.rect(pane, "#33406a" if b.lit else "#bcd8ec", role="mark")
    b.rect((-6, -7, 12, 7), accent)


def _shop(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(52)
    b.rect((-48, -92, 96, 92), main)
    b.rect((-51, -97, 102, 8), darker(main, 0.25))
    for x in (-38, -9, 20):
        b.rect((x - 1.5, -84.5, 21, 22), "#f8f4ea", role="mark")
        b.window((x, -83, 18, 19))
    b.window((-41, -40, 50, 33))
    b.line("M-16 -40L-16 -7", "#f8f4ea", 2)
    b.rect((18, -42, 22, 42), darker(accent, 0.25))
    b.window((21, -38, 16, 20))
    for index in range(10):
        left = -50 + index * 10
        colour = accent if index % 2 == 0 else "#f8f4ea"
        b.path(
            f"M{left + 2} -60L{left + 10} -60 {left + 10} -45Q{left + 5} -38 {left} -45Z",
            colour,
            lift=0.06,
        )
    b.rect((-49, -6, 64, 6), darker(main, 0.3))


def _tent(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(78, 0.14)
    b.poly([(-72, 0), (0, -98), (72, 0)], main)
    b.path("M0 -98L72 0 40 0Z", "#1a1c40", alpha=0.16, role="shade")
    b.path(
        "M0 -82L-20 0 20 0Z",
        "#ffdf94" if b.lit else darker(main, 0.6),
        role="glow" if b.lit else "mark",
    )
    b.path("M0 -86C-6 -50 -14 -20 -28 0L-18 0Z", lighter(main, 0.2))
    b.path("M0 -86C6 -50 14 -20 28 0L18 0Z", lighter(main, 0.2))
    b.line("M-6 -106L6 -92", "#6a4a34", 2)
    b.line("M6 -106L-6 -92", "#6a4a34", 2)
    b.line("M-70 0L-84 4", accent, 1.4)
    b.line("M70 0L84 4", accent, 1.4)


def _igloo(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(86, 0.12)
    b.path("M-80 0C-80 -130 80 -130 80 0Z", main)
    line = darker(main, 0.2)
    for y, half in ((-24, 77), (-50, 67), (-74, 48)):
        b.line(f"M{-half} {y}Q0 {y + 7} {half} {y}", line, 1.4)
    for x, top, low in (
        (-50, -24, 0),
        (-10, -50, -24),
        (-52, -48, -24),
        (34, -50, -24),
        (58, -24, 0),
        (-26, -74, -50),
        (16, -74, -50),
        (0, -98, -74),
    ):
        b.line(f"M{x} {low}L{x} {top}", line, 1.4)
    b.path("M-2 0C-2 -56 62 -56 62 0Z", lighter(main, 0.1))
    b.path(
        "M10 0C10 -42 50 -42 50 0Z",
        "#ffd98a" if b.lit else "#51688c",
        role="glow" if b.lit else "mark",
    )


HOUSES: Final[Mapping[str, Look]] = {
    "house": Look(
        _house, ("#f1e3c6", "#e9c9a8", "#dfe3e0", "#f3d9c4"), ("#b9503c", "#8a4a3c", "#5c6f8c")
    ),
    "church": Look(_church, ("#f0e8d8", "#e3d6bf"), ("#7a5a52", "#5f6f86")),
    "barn": Look(_barn, ("#b8433a",), ("#6b6f78",)),
    "skyscraper": Look(_skyscraper, ("#7f95b5", "#8c8fa6", "#6f8a9c"), ("#39424f",)),
    "shop": Look(_shop, ("#e8b98f", "#c9d3c0", "#d8a79c"), ("#c2493f", "#2f7d76", "#3f5f9c")),
    "tent": Look(_tent, ("#e39a3c", "#d86a4a", "#4f9c8f"), ("#f2e6c8",)),
    "igloo": Look(_igloo, ("#e9f2fa",)),
}
