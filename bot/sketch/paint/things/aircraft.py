"""How does look what flies, to the clouds or to the stars?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.glass import pane


def _plane(b: Brush, main: str, accent: str) -> None:
    b.path("M-6 -60L-40 -98L-18 -98L34 -58Z", darker(accent, 0.18))
    b.path("M-92 -50L-108 -96L-86 -96L-62 -56Z", accent)
    b.path("M-100 -46C-60 -72 40 -78 86 -62C106 -54 112 -44 104 -38C80 -24 -40 -26 -100 -46Z", main)
    b.path(
        "M-96 -44C-60 -38 60 -34 106 -42C110 -40 106 -39 104 -38C80 -24 -40 -26 -96 -44Z",
        accent,
        role="mark",
    )
    pane(b, "M70 -62C84 -60 94 -56 98 -50L72 -50Z")
    for index in range(8):
        pane(
            b,
            f"M{-56 + index * 14} -58L{-49 + index * 14} -58L{-49 + index * 14} -50L{-56 + index * 14} -50Z",
        )
    b.path("M6 -44L-46 -4L-22 -2L48 -42Z", accent)
    b.path("M-88 -44L-110 -28L-96 -26L-70 -42Z", darker(accent, 0.1))


def _helicopter(b: Brush, main: str, accent: str) -> None:
    b.path("M-84 -60L-6 -66L-6 -46L-78 -52Z", main)
    b.path("M-92 -82L-78 -82L-74 -50L-86 -50Z", accent)
    b.path(
        "M-30 -48C-30 -78 10 -82 36 -76C62 -68 72 -48 66 -34C56 -18 -8 -14 -22 -26C-28 -32 -30 -40 -30 -48Z",
        main,
    )
    pane(b, "M24 -70C50 -66 62 -52 62 -42L24 -42Z")
    pane(b, "M-10 -66L14 -68L14 -46L-10 -46Z")
    b.line("M12 -78L12 -92", "#4a4d57", 4)
    b.oval((12, -94, 78, 3.4), "#4a4d57", alpha=0.75)
    for x in (-4, 34):
        b.line(f"M{x} -20L{x - 4} -5", "#4a4d57", 3)
    b.line("M-26 -4L52 -4Q60 -4 62 -10", "#4a4d57", 4)
    b.oval((-86, -68, 15, 2.6), "#4a4d57", turn=0.9)


def _rocket(b: Brush, main: str, accent: str) -> None:
    b.halo((0, 6, 34, 34), "#ffb04a", 0.7)
    b.path("M-9 -12C-12 4 -5 10 0 26C5 10 12 4 9 -12Z", "#ff8a2c", role="glow")
    b.path("M-5 -12C-6 0 -2 4 0 14C2 4 6 0 5 -12Z", "#ffe28a", role="glow")
    for side in (-1, 1):
        b.path(
            f"M{side * 13} -40C{side * 25} -30 {side * 25} -14 {side * 22} 0L{side * 11} -13Z",
            accent,
        )
    b.path("M-12 -12C-20 -44 -14 -82 0 -101C14 -82 20 -44 12 -12Z", main)
    b.path("M-9.6 -84C-6 -92 -3 -97 0 -101C3 -97 6 -92 9.6 -84Q0 -80 -9.6 -84Z", accent)
    b.oval((0, -60, 8.4, 8.4), accent)
    b.oval((0, -60, 6, 6), "#bfe6f6", role="glow" if b.lit else "mark")
    b.path("M-13 -18L13 -18L11 -11L-11 -11Z", darker(main, 0.35))
    b.path("M-3 -38C-4 -20 -2 -12 0 -8C2 -12 4 -20 3 -38Z", accent)


def _ufo(b: Brush, main: str, accent: str) -> None:
    if not b.canvas.flat and b.ghost == 1:
        b.path("M-30 -24L-74 90L74 90L30 -24Z", "#bff5d0", alpha=0.22, role="glow")
    b.path("M-38 -58C-36 -104 36 -104 38 -58Z", "#bfe6ee", alpha=0.92)
    b.oval((0, -66, 11, 13), "#8fd06a")
    for x in (-4, 4):
        b.oval((x, -68, 2.4, 3.4), "#1f2338", role="mark")
    b.path("M-90 -38C-70 -66 70 -66 90 -38C70 -14 -70 -14 -90 -38Z", main)
    b.path(
        "M-90 -38C-60 -28 60 -28 90 -38C70 -14 -70 -14 -90 -38Z", darker(main, 0.25), role="mark"
    )
    for x, y in ((-62, -38), (-32, -32), (0, -30), (32, -32), (62, -38)):
        b.halo((x, y, 13, 13), accent, 0.7)
        b.oval((x, y, 5.4, 5), accent, role="glow")


def _hot_air_balloon(b: Brush, main: str, accent: str) -> None:
    b.path("M-9 -19L9 -19L8 -4Q0 0 -8 -4Z", "#a8743f")
    b.rect((-10.4, -20.5, 20.8, 3.4), "#7d532c", radius=1.4)
    for x1, x2 in ((-12, -8.6), (12, 8.6), (-4, -3), (4, 3)):
        b.line(f"M{x1} -36L{x2} -19", "#6b5140", 0.8)
    if b.lit:
        b.halo((0, -40, 24, 30), "#ffb24a", 0.8)
    b.path("M-10 -32C-24 -46 -37 -56 -37 -72C-37 -112 37 -112 37 -72C37 -56 24 -46 10 -32Z", main)
    b.path(
        "M-6 -32C-15 -46 -23 -56 -23 -72C-23 -92 -15 -102 -9 -102C-14 -94 -10 -56 -2 -32Z",
        accent,
        lift=0.1,
    )
    b.path(
        "M6 -32C15 -46 23 -56 23 -72C23 -92 15 -102 9 -102C14 -94 10 -56 2 -32Z", accent, lift=0.1
    )
    b.path(
        "M-37 -74Q0 -62 37 -74L37 -67Q0 -55 -36 -66Z", lighter(accent, 0.3), alpha=0.9, role="mark"
    )
    b.path(
        "M-20 -94C-28 -86 -30 -76 -28 -66C-24 -76 -22 -84 -14 -94Z",
        "#ffffff",
        alpha=0.25,
        role="shine",
    )
    b.rect((-10, -36, 20, 5), darker(main, 0.3), radius=2)


def _balloon(b: Brush, main: str, accent: str) -> None:
    del accent
    b.line("M0 -34Q-7 -22 2 -12Q7 -4 0 6", "#6b5f66", 1)
    b.path("M0 -36C-18 -44 -27 -58 -27 -70C-27 -108 27 -108 27 -70C27 -58 18 -44 0 -36Z", main)
    b.poly([(-4, -32), (0, -38), (4, -32)], darker(main, 0.2))
    b.oval((-11, -82, 5, 10), "#ffffff", alpha=0.45, role="shine", turn=0.4)


def _kite(b: Brush, main: str, accent: str) -> None:
    b.line("M0 -20C-16 -8 10 6 -10 22C-22 34 -2 40 -14 54", "#7a6a60", 1.1)
    for x, y in ((-6, -8), (-4, 12), (-15, 32)):
        b.path(
            f"M{x} {y}L{x - 8} {y - 5}L{x - 8} {y + 5}ZM{x} {y}L{x + 8} {y - 5}L{x + 8} {y + 5}Z",
            accent,
        )
    b.poly([(0, -101), (-34, -66), (0, -20)], main)
    b.poly([(0, -101), (34, -66), (0, -20)], accent)
    b.line("M0 -101L0 -20", "#6b4a34", 1.4)
    b.line("M-34 -66L34 -66", "#6b4a34", 1.4)


def _satellite(b: Brush, main: str, accent: str) -> None:
    for side in (-1, 1):
        b.line(f"M{side * 18} -50L{side * 34} -50", "#8a8f99", 4)
        b.rect((side * 64 - 32, -72, 64, 44), accent)
        for dx in (-21, 0, 21):
            b.line(f"M{side * 64 + dx} -72L{side * 64 + dx} -28", "#dfe9ff", 1.4)
        b.line(f"M{side * 64 - 32} -50L{side * 64 + 32} -50", "#dfe9ff", 1.4)
    b.rect((-20, -76, 40, 52), main, radius=4)
    b.path("M-18 -84Q0 -66 18 -84Q0 -96 -18 -84Z", "#f1f2f5")
    b.line("M0 -86L0 -102", "#8a8f99", 2)
    b.oval((0, -102, 2.6, 2.6), "#ff5a4a", role="glow")


AIRCRAFT: Final[Mapping[str, Look]] = {
    "plane": Look(_plane, ("#f7f6f1",), ("#d8533f", "#3b78c9")),
    "helicopter": Look(_helicopter, ("#d8533f", "#3b78c9"), ("#f2c53d",)),
    "rocket": Look(_rocket, ("#f5f4f0",), ("#d8433b", "#3b78c9")),
    "ufo": Look(_ufo, ("#a9b4c4",), ("#7ff0b0", "#ffe07a")),
    "hot-air balloon": Look(
        _hot_air_balloon, ("#d8483f", "#3f78c9", "#7a5ab0", "#e08a2f"), ("#f6d26a", "#fbf0d9")
    ),
    "balloon": Look(_balloon, ("#e5483d", "#4a9fe8", "#f2b53d", "#a873d8", "#5ab06a")),
    "kite": Look(_kite, ("#e5483d", "#4a8fd9"), ("#f6c934",)),
    "satellite": Look(_satellite, ("#c9ced6",), ("#3f6fc9",)),
}
