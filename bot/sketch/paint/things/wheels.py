"""How does look what rolls?"""

import math
from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.glass import pane

TYRE: Final = "#33343c"


def _wheel(b: Brush, x: float, r: float) -> None:
    b.oval((x, -r, r, r), TYRE)
    b.oval((x, -r, r * 0.58, r * 0.58), "#c9ced6")
    b.oval((x, -r, r * 0.2, r * 0.2), "#6b727e", role="mark")


def _headlight(b: Brush, x: float, y: float, r: float) -> None:
    if b.lit:
        b.halo((x + 12, y, 40, 20), "#fff0b8", 0.6)
    b.oval((x, y, r, r * 1.1), "#fff3c4", role="glow" if b.lit else "mark")


def _ring(x: float, y: float, r: float) -> str:
    k = r * 0.5523
    return (
        f"M{x + r} {y}C{x + r} {y + k} {x + k} {y + r} {x} {y + r}C{x - k} {y + r} {x - r} {y + k} {x - r} {y}"
        f"C{x - r} {y - k} {x - k} {y - r} {x} {y - r}C{x + k} {y - r} {x + r} {y - k} {x + r} {y}Z"
    )


def _car(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(106, 0.09)
    b.path(
        "M-104 -22C-106 -50 -92 -56 -66 -58C-46 -92 -28 -98 2 -98C36 -98 48 -84 62 -58C90 -56 106 -48 105 -22C105 -14 100 -14 96 -14L-96 -14C-102 -14 -104 -16 -104 -22Z",
        main,
    )
    pane(b, "M-54 -58C-40 -84 -28 -88 -6 -88L-6 -58Z")
    pane(b, "M4 -58L4 -88C28 -88 38 -80 50 -58Z")
    b.line("M-1 -58L-1 -20", darker(main, 0.25), 2)
    b.line("M-12 -48L-22 -48", darker(main, 0.4), 3)
    b.rect((-104, -26, 208, 8), darker(main, 0.25), role="mark", radius=3)
    _headlight(b, 97, -40, 6)
    b.oval((-98, -42, 4.6, 6), "#e5403a", role="glow" if b.lit else "mark")
    for x in (-58, 60):
        b.oval((x, -22, 25, 24), darker(main, 0.45), role="mark")
        _wheel(b, x, 21)


def _truck(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(98, 0.08)
    b.rect((-98, -98, 126, 82), accent if accent != "#f2c53d" else "#f1ebdd", radius=4)
    b.path("M32 -74L66 -74C78 -72 86 -54 92 -44L98 -38L98 -14L32 -14Z", main)
    pane(b, "M44 -66L64 -66C72 -64 78 -52 80 -44L44 -44Z")
    b.rect((-98, -20, 196, 8), "#4a4d57", role="mark")
    _headlight(b, 95, -28, 4.6)
    for x in (-68, -36, 66):
        _wheel(b, x, 16)


def _bus(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(104, 0.08)
    b.rect((-103, -96, 206, 84), main, radius=12)
    b.rect((-103, -44, 206, 9), accent if accent != "#f2c53d" else "#fbf6ea", role="mark")
    for x in (-93, -61, -29, 3, 35):
        pane(b, f"M{x} -84L{x + 26} -84L{x + 26} -54L{x} -54Z")
    pane(b, "M68 -86L102 -86L102 -22L68 -22Z")
    b.line("M85 -86L85 -22", darker(main, 0.25), 2.4)
    _headlight(b, 99, -20, 4)
    for x in (-64, 42):
        _wheel(b, x, 17)


def _tractor(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(62, 0.12)
    b.line("M44 -50L44 -84", "#4a4d57", 4)
    b.path("M-4 -52L58 -52C64 -52 66 -46 66 -40L66 -20L-4 -20Z", main)
    b.path("M-42 -36L-34 -96L8 -96L8 -36Z", main)
    pane(b, "M-30 -56L-26 -88L0 -88L0 -56Z")
    b.rect((-42, -101, 58, 8), darker(main, 0.2), radius=3)
    for x in (30, 40, 50):
        b.line(f"M{x} -46L{x} -30", darker(main, 0.3), 2.4)
    for x, r in ((-28, 32), (46, 18)):
        b.oval((x, -r, r, r), TYRE)
        b.oval((x, -r, r * 0.56, r * 0.56), accent)
        b.oval((x, -r, r * 0.2, r * 0.2), "#6b5a3a", role="mark")


def _train(b: Brush, main: str, accent: str) -> None:
    b.line("M-165 -1L165 -1", "#6b5a4c", 5)
    for index in range(-10, 11):
        b.rect((index * 16 - 4, 0, 8, 4), "#7a5c44", role="mark")
    for x in (-158, -74):
        b.rect((x, -70, 76, 54), accent if accent != "#f2c53d" else "#d9a53c", radius=4)
        b.rect((x - 3, -75, 82, 8), "#4a4d57", radius=3)
        for dx in (8, 31, 54):
            pane(b, f"M{x + dx} -60L{x + dx + 16} -60L{x + dx + 16} -40L{x + dx} -40Z")
        for dx in (14, 60):
            _wheel(b, x + dx, 10)
    b.rect((-82, -24, 12, 5), "#4a4d57", role="mark")
    b.rect((6, -84, 42, 68), main, radius=3)
    b.rect((0, -92, 54, 9), darker(main, 0.3), radius=3)
    pane(b, "M14 -74L40 -74L40 -48L14 -48Z")
    b.path("M46 -64L126 -64C136 -62 136 -22 126 -18L46 -18Z", main)
    b.path("M106 -64L102 -96L126 -96L120 -64Z", "#3a3c46")
    if b.canvas.quality != "low":
        for index in range(4):
            b.oval(
                (108 - index * 26, -104 - index * 9, 13 + index * 5, 9 + index * 4),
                "#f4f4f6",
                alpha=0.7 - index * 0.13,
                role="soft",
            )
    b.oval((76, -66, 9, 9), "#e3ab2e")
    for x in (60, 88, 116):
        b.rect((x, -64, 4, 46), "#e3ab2e", role="mark")
    b.poly([(128, -18), (152, 0), (122, 0)], "#6b4a3a")
    _headlight(b, 134, -52, 5)
    for x, r in ((26, 15), (66, 15), (106, 12)):
        b.oval((x, -r, r, r), "#8f2f2c")
        b.oval((x, -r, r * 0.3, r * 0.3), "#f1e6cf", role="mark")
    b.line("M26 -15L106 -13", "#c9ced6", 3)


def _bicycle(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(70, 0.06)
    for x in (-44, 46):
        b.line(_ring(x, -33, 31), TYRE, 4.6)
        for index in range(8):
            angle = index * math.tau / 8
            b.line(
                f"M{x} -33L{x + math.cos(angle) * 29:.1f} {-33 + math.sin(angle) * 29:.1f}",
                "#aab0ba",
                0.8,
            )
    b.line("M-44 -33L-22 -78L26 -80L0 -33ZM-44 -33L0 -33L-24 -84", main, 5)
    b.line("M46 -33L26 -80L22 -98L36 -100", main, 5)
    b.path("M-38 -88Q-24 -92 -10 -86Q-24 -80 -38 -82Z", "#4a3a34")
    b.line(_ring(0, -33, 9), "#6b727e", 3)
    b.line("M0 -33L8 -18L16 -18", "#4a4d57", 3)
    b.oval((40, -90, 5, 5), "#fff0b8", role="glow" if b.lit else "mark")


WHEELED: Final[Mapping[str, Look]] = {
    "car": Look(_car, ("#d8433b", "#3f8fb5", "#f2b53d", "#5a9a6a")),
    "truck": Look(_truck, ("#3f78b5", "#c9483f"), ("#f1ebdd",)),
    "bus": Look(_bus, ("#f2b02f", "#d8433b"), ("#fbf6ea",)),
    "tractor": Look(_tractor, ("#4f9a45", "#d8433b"), ("#f2c53d",)),
    "train": Look(_train, ("#2f6f5a", "#2c3f6b", "#8f2f2c"), ("#c9a15a", "#b5603f")),
    "bicycle": Look(_bicycle, ("#d8433b", "#2b8c8c", "#3b78c9")),
}
