"""How does look what floats or dives?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look


def _boat(b: Brush, main: str, accent: str) -> None:
    b.line("M2 -14L2 -101", "#7a5238", 2.4)
    b.path("M5 -98C34 -76 42 -44 42 -26L5 -26Z", accent)
    b.path("M-1 -92C-18 -66 -30 -44 -32 -26L-1 -26Z", lighter(accent, 0.14))
    if b.fine:
        for y in (-46, -66):
            b.line(
                f"M6 {y}Q22 {y + 4} {38 - (-y - 40) * 0.4:.0f} {y + 1}", darker(accent, 0.14), 0.9
            )
    b.path("M2 -102L18 -97 2 -92Z", "#e5533d")
    b.path("M-44 -20C-20 -15 26 -15 48 -22C44 -8 36 2 26 3L-26 3C-36 0 -42 -10 -44 -20Z", main)
    b.path(
        "M-44 -20C-20 -15 26 -15 48 -22L46 -15C26 -9 -20 -9 -41 -13Z",
        "#fbf6ea",
        role="mark",
        alpha=0.85,
    )


def _rowboat(b: Brush, main: str, accent: str) -> None:
    b.path("M-140 -64Q0 -20 140 -70C126 -14 100 4 70 6L-76 6C-106 2 -130 -20 -140 -64Z", main)
    b.path(
        "M-140 -64Q0 -20 140 -70L134 -48Q0 -2 -133 -42Z",
        accent if accent != "#f2c53d" else lighter(main, 0.3),
    )
    b.line("M-20 -40L-104 -2", "#c9a070", 7)
    b.path("M-100 -10L-124 6 -116 14 -94 -2Z", "#c9a070")


def _ship(b: Brush, main: str, accent: str) -> None:
    for x in (-20, 8):
        b.rect((x, -86, 15, 32), accent)
        b.rect((x, -86, 15, 7), "#33343c", role="mark")
        if b.canvas.quality != "low":
            for index in range(3):
                b.oval(
                    (x - 2 - index * 13, -94 - index * 8, 8 + index * 4, 6 + index * 3),
                    "#e6e6ea",
                    alpha=0.5 - index * 0.12,
                    role="soft",
                )
    b.rect((-46, -46, 92, 20), "#fbf7ee")
    b.rect((-34, -60, 66, 16), "#fbf7ee")
    for y, start, count in ((-40, -40, 9), (-55, -29, 6)):
        for index in range(count):
            b.oval(
                (start + index * 10, y + 4, 2.6, 2.6),
                "#ffdf94" if b.lit else "#5a86a8",
                role="glow" if b.lit else "mark",
            )
    b.path("M-72 -30L78 -34C74 -16 66 -2 58 3L-56 3C-66 -4 -70 -16 -72 -30Z", main)
    b.path(
        "M-61 -6L63 -6C61 -2 60 1 58 3L-56 3C-58 1 -60 -2 -61 -6Z", darker(accent, 0.1), role="mark"
    )
    b.line("M-70 -27L77 -31", "#fbf7ee", 1.8)
    b.line("M58 -34L58 -60", "#6b5a4a", 1.6)


def _submarine(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(70, 0.05)
    b.rect((-16, -84, 38, 26), main, radius=6)
    b.line("M4 -84L4 -102L18 -102", darker(main, 0.3), 4)
    b.rect((-104, -52, 16, 38), accent, radius=5)
    b.path(
        "M-90 -34C-90 -70 -40 -70 20 -70C76 -70 96 -52 96 -35C96 -14 70 0 20 0C-40 0 -90 0 -90 -34Z",
        main,
    )
    for x in (-36, 4, 44):
        b.oval((x, -38, 14, 14), accent)
        b.oval(
            (x, -38, 9.6, 9.6), "#ffe9a8" if b.lit else "#d5f1f7", role="glow" if b.lit else "mark"
        )


BOATS: Final[Mapping[str, Look]] = {
    "boat": Look(_boat, ("#b5483f", "#3f6f9c", "#8a5a3c"), ("#fbf4e2",)),
    "rowboat": Look(_rowboat, ("#a8673f", "#4f7f8f"), ("#d9b98a",)),
    "ship": Look(_ship, ("#33476b", "#8f3a36", "#3f5a5a"), ("#d8533f",)),
    "submarine": Look(_submarine, ("#f2c035",), ("#d8643f",)),
}
