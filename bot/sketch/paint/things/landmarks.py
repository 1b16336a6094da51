"""How do buildings look that one sees from afar?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Blend, Brush, Shape
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.walls import DOOR, bricks


def _turret(b: Brush, size: tuple[float, float, float], main: str, roof: str) -> None:
    x, wide, top = size
    half = wide / 2
    b.rect((x - half, top, wide, -top), main)
    b.rect((x - half - 2, top - 2, wide + 4, 7), lighter(main, 0.12))
    b.poly([(x - half - 4, top - 1), (x, top - wide * 1.15), (x + half + 4, top - 1)], roof)
    pane = f"M{x - 2.4} {top + 20}L{x - 2.4} {top + 13}C{x - 2.4} {top + 9} {x + 2.4} {top + 9} {x + 2.4} {top + 13}L{x + 2.4} {top + 20}Z"
    b.path(pane, "#ffd98a" if b.lit else "#474759", role="glow" if b.lit else "mark")


def _beam(b: Brush) -> None:
    if b.canvas.flat or b.ghost < 1:
        return
    tone = b.canvas.ink.tone("#fff3c4")
    for side in (-1, 1):
        right = (side > 0) != b.place.flip
        for spread, alpha in ((44, 0.26), (24, 0.34)):
            d = f"M{side * 5} -86L{side * 340} {-86 - spread * 1.4:.0f} {side * 340} {-86 + spread * 0.6:.0f}Z"
            fill = Blend(
                stops=((0, tone, alpha), (1, tone, 0)),
                vector=(0.0, 0.0, 1.0, 0.0) if right else (1.0, 0.0, 0.0, 0.0),
            )
            b.canvas.add(Shape(d=b._moved(d), fill=fill, role="glow"))  # noqa: SLF001  (light of its own)


def _sail(b: Brush, turn: int) -> None:
    vectors = ((0.55, -0.835), (0.835, 0.55), (-0.55, 0.835), (-0.835, -0.55))
    dx, dy = vectors[turn]
    px, py = -dy, dx

    def point(along: float, across: float) -> tuple[float, float]:
        return (dx * along + px * across, -64 + dy * along + py * across)

    near, far = point(6, 0), point(44, 0)
    b.poly([point(10, 0.5), point(43, 0.5), point(43, 10), point(10, 9)], "#f4ead2", alpha=0.95)
    b.line(f"M{near[0]:.1f} {near[1]:.1f}L{far[0]:.1f} {far[1]:.1f}", "#6a4a34", 2.2)
    if not b.rough:
        for along in (17, 25, 33):
            one, two = point(along, 0.5), point(along, 9.6)
            b.line(f"M{one[0]:.1f} {one[1]:.1f}L{two[0]:.1f} {two[1]:.1f}", "#8a6a4c", 0.8)


def _castle(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(56)
    flag, roof = accent, accent
    for x, wide, top in ((-38, 20, -66), (38, 20, -66), (0, 26, -84)):
        _turret(b, (x, wide, top), main, roof)
    b.rect((-48, -44, 96, 44), main)
    b.path(
        "M-50 -52L-50 -43 50 -43 50 -52 42 -52 42 -47 33 -47 33 -52 25 -52 25 -47 16 -47 16 -52 8 -52 8 -47 -8 -47 -8 -52 -16 -52 -16 -47 -25 -47 -25 -52 -33 -52 -33 -47 -42 -47 -42 -52Z",
        lighter(main, 0.1),
    )
    bricks(b, (-46, -42, 92, 38), main, 26)
    for x in (-55, 55):
        _turret(b, (x, 17, -54), lighter(main, 0.06), roof)
    b.path("M-13 0L-13 -20C-13 -36 13 -36 13 -20L13 0Z", darker(main, 0.4), role="mark")
    b.path("M-10 0L-10 -19C-10 -32 10 -32 10 -19L10 0Z", "#5a3a28")
    for x in (-5, 0, 5):
        b.line(f"M{x} 0L{x} -26", "#33221c", 1)
    for x in (-30, 30):
        b.path(
            f"M{x - 3} -20L{x - 3} -28C{x - 3} -33 {x + 3} -33 {x + 3} -28L{x + 3} -20Z",
            "#4a4a5a",
            role="mark",
        )
        if b.lit:
            b.path(
                f"M{x - 3} -20L{x - 3} -28C{x - 3} -33 {x + 3} -33 {x + 3} -28L{x + 3} -20Z",
                "#ffd98a",
                role="glow",
            )
    b.line("M0 -110L0 -124", "#6a5a4a", 1.2)
    b.path("M0.5 -124C8 -127 10 -120 17 -123L16 -116C10 -113 8 -119 0.5 -116Z", flag)


def _lighthouse(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(22)
    b.path("M-24 0C-20 -7 20 -7 24 0Z", "#8f877e")
    if b.lit:
        _beam(b)
    b.path("M-16 -3L-10 -76 10 -76 16 -3Z", main)
    for low, high in ((-18, -32), (-46, -60)):
        left, right = 16 + (low + 3) * 6 / 73, 16 + (high + 3) * 6 / 73
        b.path(
            f"M{-left:.1f} {low}Q0 {low + 3} {left:.1f} {low}L{right:.1f} {high}Q0 {high + 3} {-right:.1f} {high}Z",
            accent,
        )
    side = b.side
    b.path(
        f"M{-side * 3} -76L{-side * 10} -76 {-side * 16} -3 {-side * 5} -3Z",
        "#1a1c40",
        alpha=0.16,
        role="shade",
    )
    b.path("M-4 -3L-4 -12C-4 -17 4 -17 4 -12L4 -3Z", "#5d3b2a")
    for y in (-39, -67):
        b.window((-2, y, 4, 6), radius=1.5)
    b.rect((-14, -79, 28, 4.5), darker(main, 0.35), radius=1)
    for x in (-12, -6, 0, 6, 12):
        b.line(f"M{x} -79L{x} -85", "#4a4652", 0.7)
    b.line("M-13 -85L13 -85", "#4a4652", 1)
    b.rect((-7.5, -92, 15, 13), "#ffe9a8" if b.lit else "#cfe4ee", role="glow" if b.lit else "body")
    b.line("M0 -92L0 -79", "#5a5560", 1)
    b.halo((0, -86, 26, 26), "#fff0b8", 0.9 if b.lit else 0.0)
    b.path("M-10 -91C-8 -98 -3 -100 0 -102C3 -100 8 -98 10 -91Z", accent)
    b.oval((0, -102.5, 1.6, 1.6), darker(accent, 0.3))


def _tower(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20)
    b.path("M-15 0L-12 -66 12 -66 15 0Z", main)
    bricks(b, (-11, -62, 20, 56), main, 16)
    b.rect((-16, -80, 32, 15), lighter(main, 0.1))
    for x in (-16, -5, 6):
        b.rect((x, -84, 8, 6), lighter(main, 0.1))
    b.poly([(-17, -80), (0, -103), (17, -80)], accent)
    b.path("M-5 0L-5 -11C-5 -18 5 -18 5 -11L5 0Z", DOOR)
    for y in (-34, -54):
        b.window((-2, y, 4, 8), radius=2)
    b.window((-9, -77, 5, 8), radius=1)
    b.window((4, -77, 5, 8), radius=1)


def _windmill(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(24)
    b.path("M-20 0L-12 -62 12 -62 20 0Z", main)
    b.path("M-15 -60C-12 -76 12 -76 15 -60Z", accent)
    b.path("M-6 0L-6 -12C-6 -19 6 -19 6 -12L6 0Z", DOOR)
    b.window((-4, -38, 8, 9), radius=3)
    b.window((-3, -54, 6, 6), radius=2)
    for turn in range(4):
        _sail(b, turn)
    b.oval((0, -64, 3.4, 3.4), "#6a4a34")


def _bridge(b: Brush, main: str, accent: str) -> None:
    b.path(
        "M-150 -40Q0 -112 150 -40L150 0 128 0 C126 -34 70 -34 66 0L40 0C34 -62 -34 -62 -40 0L-66 0C-70 -34 -126 -34 -128 0L-150 0Z",
        main,
    )
    b.path("M-152 -44Q0 -118 152 -44L152 -34Q0 -106 -152 -34Z", lighter(main, 0.15))
    bricks(b, (-120, -44, 240, 20), main, 30)
    b.path("M40 0C34 -62 -34 -62 -40 0L-34 0C-28 -54 28 -54 34 0Z", darker(main, 0.35), role="mark")
    for x in (-120, -72, -24, 24, 72, 120):
        y = -44 - 36 * (1 - (x / 150) ** 2)
        b.rect((x - 3, y - 12, 6, 14), accent if accent != "#f2c53d" else lighter(main, 0.1))


def _pyramid(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(90, 0.06)
    b.poly([(-86, 0), (8, -100), (86, 0)], main)
    b.poly([(8, -100), (86, 0), (36, 0)], "#1a1c40", alpha=0.26, role="shade")
    if not b.rough:
        for y in range(-12, -96, -12):
            left, right = -86 - (y / 100) * 94, 86 + (y / 100) * 78
            b.line(f"M{left:.0f} {y}L{right:.0f} {y}", darker(main, 0.2), 0.8, alpha=0.5)


def _fence(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(165, 0.03)
    for y in (-66, -28):
        b.rect((-160, y, 320, 12), darker(main, 0.14))
    for index in range(11):
        x = -152 + index * 30.4
        b.poly([(x - 9, 0), (x - 9, -82), (x, -98), (x + 9, -82), (x + 9, 0)], main)


def _well(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(40)
    for x in (-30, 26):
        b.rect((x, -72, 5, 50), "#7a5236")
    b.poly([(-44, -70), (0, -98), (44, -70)], accent)
    b.line("M0 -70L0 -44", "#5a4636", 1.4)
    b.rect((-6, -46, 12, 11), "#8a5c3a", radius=1)
    b.path("M-36 -34Q0 -24 36 -34L34 0Q0 8 -34 0Z", main)
    b.oval((0, -34, 36, 6), darker(main, 0.5))
    bricks(b, (-32, -26, 60, 24), main, 18)


LANDMARKS: Final[Mapping[str, Look]] = {
    "castle": Look(_castle, ("#c9c0b2", "#b7b4bd", "#d6c7ae"), ("#4f6fae", "#a8483f", "#6a4f94")),
    "lighthouse": Look(_lighthouse, ("#f6f2e8",), ("#d0453a",)),
    "tower": Look(_tower, ("#b9afa2", "#c4b8a0"), ("#8f4a3a", "#4f6a8f")),
    "windmill": Look(_windmill, ("#f3ebda", "#d9c2a0"), ("#8a4f3a", "#5a6f8f")),
    "bridge": Look(_bridge, ("#b9ab98", "#a8a39c"), ("#cfc6b8",)),
    "pyramid": Look(_pyramid, ("#e2bd78",)),
    "fence": Look(_fence, ("#f5f1e6", "#b98a5c")),
    "well": Look(_well, ("#a8a39c",), ("#a0523c",)),
}
