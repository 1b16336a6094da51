"""How do plants and stones look?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.things import Look

BARK: Final = "#7a5238"
STEM: Final = "#4f8a3f"


def _crown(b: Brush, balls: tuple[tuple[float, float, float], ...], main: str) -> None:
    """Paint a crown of round masses: dark below, light where the light falls."""
    for x, y, r in balls:
        b.oval((x, y, r, r * 0.92), darker(main, 0.12), role="body")
    side = b.side
    for x, y, r in balls:
        b.oval((x + side * r * 0.14, y - r * 0.16, r * 0.8, r * 0.7), main, role="mark")
    if b.rough:
        return
    for x, y, r in balls:
        b.oval(
            (x + side * r * 0.32, y - r * 0.34, r * 0.46, r * 0.36),
            lighter(main, 0.22),
            alpha=0.6,
            role="shine",
        )
    if b.fine:
        for x, y, r in balls:
            for _ in range(9):
                angle, reach = b.dice.real(0, math.tau), r * b.dice.real(0.2, 0.92)
                px, py = x + math.cos(angle) * reach, y + math.sin(angle) * reach * 0.9
                tone = lighter(main, 0.3) if b.dice.chance(0.5) else darker(main, 0.2)
                b.oval((px, py, 1.7, 1.1), tone, alpha=0.7, role="mark", turn=angle)


def _tree(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(30, 0.16, 0.6)
    trunk = BARK if accent == "#7a5238" else accent
    b.path("M-5 -46C-4 -24 -6 -8 -12 1Q0 -3 12 1C6 -8 4 -24 5 -46Z", trunk)
    b.line("M0 -40L-13 -56", trunk, 3)
    b.line("M1 -38L13 -54", trunk, 3)
    sway = b.dice.real(-3, 3)
    _crown(
        b,
        (
            (-20, -52, 18),
            (20, -52, 18),
            (0, -50, 20),
            (-14, -70, 19),
            (15, -71, 19),
            (sway, -82, 18),
        ),
        main,
    )
    if accent == "#d8433b":
        return


def _pine(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(24, 0.16, 0.6)
    b.rect((-4, -14, 8, 15), BARK)
    for index, (low, high, half) in enumerate(
        ((-8, -48, 28), (-30, -68, 23), (-50, -86, 17), (-68, -101, 11))
    ):
        tone = mix(darker(main, 0.12), lighter(main, 0.06), index / 3)
        b.path(
            f"M0 {high}C{half * 0.3:.0f} {high + 16} {half * 0.7:.0f} {low - 8} {half} {low}Q{half * 0.5:.0f} {low + 5} 0 {low + 3}Q{-half * 0.5:.0f} {low + 5} {-half} {low}C{-half * 0.7:.0f} {low - 8} {-half * 0.3:.0f} {high + 16} 0 {high}Z",
            tone,
        )
        if b.fine:
            for step in range(7):
                x = -half * 0.8 + step * half * 0.27
                b.line(
                    f"M{x:.1f} {low - 1}L{x * 0.86:.1f} {low - 7}",
                    darker(main, 0.28),
                    0.9,
                    alpha=0.7,
                )


def _birch(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(20, 0.16, 0.6)
    b.path("M-3.4 -70L-4.4 0 4.4 0 3 -70Z", "#efece4")
    for y in (-10, -22, -31, -44, -52):
        left = b.dice.chance(0.5)
        b.line(f"M{-4 if left else 1} {y}L{-0.5 if left else 3.6} {y - 1}", "#4a4a50", 1.2)
    _crown(b, ((-9, -50, 12), (10, -54, 12), (-7, -68, 13), (8, -72, 13), (0, -86, 13)), main)


def _palm(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(26, 0.14, 0.5)
    b.path("M-6 1C-4 -30 2 -56 12 -80L18 -79C10 -54 6 -28 7 1Z", "#a27a4c")
    if not b.rough:
        for index in range(9):
            y = -6 - index * 8.2
            x = -5 + 17 * (index / 9) ** 1.6
            b.line(f"M{x:.1f} {y:.1f}Q{x + 5:.1f} {y + 3:.1f} {x + 10:.1f} {y:.1f}", "#7d5a36", 1)
    fronds = (
        (-44, -74, -26, -104),
        (-38, -52, -26, -88),
        (50, -88, 36, -110),
        (56, -64, 46, -98),
        (8, -104, -2, -104),
        (34, -46, 38, -84),
        (-14, -46, -14, -74),
    )
    for index, (x, y, cx, cy) in enumerate(fronds):
        tone = (main, darker(main, 0.14), lighter(main, 0.1))[index % 3]
        b.path(f"M15 -80Q{cx} {cy} {x} {y}Q{cx * 0.75 + 4:.0f} {cy + 15} 15 -76Z", tone)
    for x, y in ((12, -76), (18, -75), (15, -72)):
        b.oval((x, y, 3.6, 3.6), "#7a4f2c")


def _bush(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(70, 0.14)
    _crown(b, ((-44, -30, 30), (44, -30, 30), (0, -36, 36), (-22, -58, 31), (24, -60, 30)), main)
    if accent != "#f2c53d":
        for _ in range(14):
            b.oval((b.dice.real(-60, 60), b.dice.real(-80, -14), 4.4, 4.4), accent, role="mark")


def _leaf(b: Brush, foot: tuple[float, float], tip: tuple[float, float], wide: float) -> None:
    (x1, y1), (x2, y2) = foot, tip
    nx, ny = (y2 - y1), -(x2 - x1)
    length = math.hypot(nx, ny) or 1
    nx, ny = nx / length * wide, ny / length * wide
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2
    b.path(
        f"M{x1:.1f} {y1:.1f}Q{mx + nx:.1f} {my + ny:.1f} {x2:.1f} {y2:.1f}Q{mx - nx:.1f} {my - ny:.1f} {x1:.1f} {y1:.1f}Z",
        STEM,
    )


def _flower(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(13, 0.2)
    lean = b.dice.real(-4, 4)
    b.line(f"M0 0Q{lean:.1f} -34 0 -74", STEM, 3.6)
    _leaf(b, (0, -16), (-22, -40), 9)
    _leaf(b, (0, -26), (20, -46), 8)
    for index in range(8):
        angle = index * math.tau / 8 + 0.2
        x, y = math.cos(angle) * 15, -76 + math.sin(angle) * 15
        b.oval((x, y, 11, 7), main if index % 2 else lighter(main, 0.1), turn=angle)
    b.oval((0, -76, 8, 8), accent)
    if b.fine:
        for _ in range(12):
            b.oval(
                (b.dice.real(-5, 5), -76 + b.dice.real(-5, 5), 0.9, 0.9),
                darker(accent, 0.4),
                role="mark",
            )


def _tulip(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(12, 0.2)
    b.line("M0 0Q3 -30 0 -64", STEM, 3.4)
    _leaf(b, (0, -2), (-17, -52), 11)
    _leaf(b, (0, -2), (16, -44), 10)
    b.path("M-16 -94C-20 -66 -10 -60 0 -60C10 -60 20 -66 16 -94L8 -82Z", darker(main, 0.1))
    b.path("M0 -100C-15 -84 -12 -62 0 -60C12 -62 15 -84 0 -100Z", main)


def _sunflower(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(12, 0.2)
    b.line("M0 0Q-3 -36 0 -74", STEM, 4)
    _leaf(b, (0, -22), (-24, -40), 11)
    _leaf(b, (0, -34), (23, -52), 11)
    for index in range(16):
        angle = index * math.tau / 16
        x, y = math.cos(angle) * 17, -77 + math.sin(angle) * 17
        b.oval((x, y, 8.4, 3.6), main if index % 2 else darker(main, 0.1), turn=angle)
    b.oval((0, -77, 13, 13), accent)
    b.oval((0, -77, 7, 7), darker(accent, 0.35), role="mark")


def _mushroom(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(30, 0.2)
    b.path("M-13 -52C-10 -28 -18 -6 -17 0Q0 7 17 0C18 -6 10 -28 13 -52Z", "#f6efe0")
    b.path("M-14 -46Q0 -30 14 -46L12 -38Q0 -26 -12 -38Z", "#e3d6bd", role="mark")
    b.path("M-46 -46C-46 -82 -22 -100 0 -100C22 -100 46 -82 46 -46C30 -36 -30 -36 -46 -46Z", main)
    for x, y, rx, ry in (
        (-24, -66, 8, 6.5),
        (2, -84, 8, 6),
        (24, -64, 7.5, 6.5),
        (-2, -56, 6, 4.6),
        (-34, -50, 4.4, 3),
        (36, -50, 4, 3),
    ):
        b.oval((x, y, rx, ry), accent, role="mark")


def _cactus(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(26, 0.18)
    for d in (
        "M-9 -26C-24 -26 -34 -30 -34 -46L-34 -56C-34 -62 -23 -62 -23 -56L-23 -48C-23 -40 -18 -40 -9 -40Z",
        "M9 -40C24 -40 34 -44 34 -58L34 -70C34 -77 23 -77 23 -70L23 -62C23 -54 18 -54 9 -54Z",
        "M-13 0L-13 -84C-13 -104 13 -104 13 -84L13 0Z",
    ):
        b.path(d, main)
    if not b.rough:
        for x in (-6, 0, 6):
            b.line(f"M{x} -4L{x} -88", darker(main, 0.2), 1, alpha=0.7)
    if b.fine:
        for _ in range(26):
            left, top = b.dice.real(-11, 11), b.dice.real(-88, -6)
            b.line(f"M{left:.1f} {top:.1f}L{left + 2:.1f} {top - 2:.1f}", "#f2ead0", 0.7)
    for angle in range(5):
        across = math.cos(angle * math.tau / 5) * 3.6
        b.oval(
            (across, -99 + math.sin(angle * math.tau / 5) * 3, 3.4, 3),
            accent if accent != "#f2c53d" else "#ec6f9b",
            role="mark",
        )


def _pumpkin(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(56, 0.16)
    for x, r in ((-36, 26), (36, 26), (-18, 28), (18, 28), (0, 26)):
        b.oval((x, -42, r, 42), main if abs(x) < 20 else darker(main, 0.1))
    b.path("M-5 -80C-4 -92 -8 -98 -13 -101L-4 -104C3 -98 6 -90 6 -80Z", "#5f7d3a")


def _plant(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(26, 0.18)
    for x, y, wide in (
        (-36, -74, 12),
        (36, -72, 12),
        (-22, -92, 12),
        (22, -94, 12),
        (0, -102, 11),
        (-40, -52, 9),
        (40, -50, 9),
    ):
        b.path(
            f"M0 -34Q{x * 0.4 - wide:.0f} {y * 0.8:.0f} {x} {y}Q{x * 0.6 + wide:.0f} {y * 0.7:.0f} 0 -34Z",
            main if abs(x) != 22 else lighter(main, 0.1),
        )
    b.path("M-24 -36L-17 0Q0 4 17 0L24 -36Z", accent)
    b.rect((-27, -42, 54, 9), lighter(accent, 0.08), radius=2)


def _log(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(105, 0.1)
    b.path("M-100 -90L84 -90L84 0L-100 0C-114 -20 -114 -70 -100 -90Z", main)
    for y in (-66, -40, -18):
        b.line(f"M-88 {y}L60 {y + 4}", darker(main, 0.25), 4, alpha=0.7)
    b.oval((84, -45, 22, 45), "#d9b98a")
    b.oval((84, -45, 13, 28), "#c09a68", role="mark")
    b.oval((84, -45, 6, 13), "#d9b98a", role="mark")


def _rock(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(74, 0.12)
    bump = b.dice.real(-10, 10)
    b.path(f"M-72 0L-64 -46 {-30 + bump:.0f} -88 {14 + bump:.0f} -98 54 -66 74 0Q0 10 -72 0Z", main)
    b.path(
        f"M{14 + bump:.0f} -98L54 -66 74 0Q40 6 10 4L22 -52Z"
        if b.side < 0
        else f"M{-30 + bump:.0f} -88L-64 -46 -72 0Q-40 6 -8 4L-24 -46Z",
        "#1a1c40",
        alpha=0.2,
        role="shade",
    )
    b.path(
        f"M{-30 + bump:.0f} -88L{14 + bump:.0f} -98 22 -52 -24 -46Z",
        lighter(main, 0.28),
        alpha=0.6,
        role="shine",
    )


PLANTS: Final[Mapping[str, Look]] = {
    "tree": Look(_tree, ("#6aa84a", "#5c9c50", "#7bb04c"), ("#7a5238",)),
    "pine": Look(_pine, ("#3f7d56", "#4a8a58", "#3a7062")),
    "birch": Look(_birch, ("#9dc25a", "#86b558")),
    "palm": Look(_palm, ("#57a04a",)),
    "bush": Look(_bush, ("#619b4a", "#6fa653")),
    "flower": Look(_flower, ("#e8567c", "#f7f3ea", "#a873d8", "#f08a4c", "#e5483d"), ("#f2c53d",)),
    "tulip": Look(_tulip, ("#e5483d", "#f2b53d", "#d870b0", "#f08a4c")),
    "sunflower": Look(_sunflower, ("#f6c22f",), ("#6b4424",)),
    "mushroom": Look(_mushroom, ("#d8433b",), ("#fbf6ea",)),
    "cactus": Look(_cactus, ("#5a9a58", "#6ba35c"), ("#ec6f9b",)),
    "pumpkin": Look(_pumpkin, ("#ef8a2c",)),
    "plant": Look(_plant, ("#4f9a58",), ("#c9744c",)),
    "log": Look(_log, ("#8a5f3f",)),
    "rock": Look(_rock, ("#9a9ea2", "#a39a90")),
}
