"""How does look what people eat and drink?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look


def _cup(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(54, 0.14)
    b.oval((0, -4, 54, 9), accent)
    b.oval((0, -6, 36, 5), darker(accent, 0.14), role="mark")
    b.path("M32 -54C60 -62 62 -22 28 -22L30 -31C46 -32 46 -48 31 -44Z", main)
    b.path("M-38 -66L38 -66C38 -30 26 -8 14 -6L-14 -6C-26 -8 -38 -30 -38 -66Z", main)
    b.oval((0, -66, 38, 9), lighter(main, 0.2))
    b.oval((0, -65, 33, 6.6), "#5c3a26")
    if b.canvas.quality != "low":
        for x, tall in ((-12, 22), (4, 28), (18, 20)):
            b.line(
                f"M{x} -72C{x - 9} -80 {x + 9} -{76 + tall * 0.5:.0f} {x} -{76 + tall}",
                "#ffffff",
                3.4,
                alpha=0.45,
            )


def _teapot(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(48, 0.14)
    b.path("M38 -52C60 -56 58 -78 76 -82L82 -76C72 -66 70 -32 40 -24Z", main)
    b.line("M-40 -62C-74 -70 -74 -20 -38 -26", main, 8)
    b.path("M-44 -44C-44 -86 44 -86 44 -44C44 -16 30 -2 0 -2C-30 -2 -44 -16 -44 -44Z", main)
    b.path("M-26 -74Q0 -64 26 -74C20 -90 -20 -90 -26 -74Z", accent)
    b.oval((0, -91, 6, 6), accent)
    for x in (-20, 0, 20):
        b.oval((x, -40, 6, 6), accent, role="mark")


def _apple(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(36, 0.16)
    b.path(
        "M0 -74C-14 -86 -44 -82 -45 -48C-46 -18 -22 4 -8 0Q0 -3 8 0C22 4 46 -18 45 -48C44 -82 14 -86 0 -74Z",
        main,
    )
    b.line("M0 -72C0 -84 3 -92 8 -98", "#6b4a2c", 4)
    b.path("M4 -82C14 -104 36 -100 40 -94C34 -80 16 -76 4 -82Z", "#6aa84a")
    b.oval((-20, -58, 7, 12), "#ffffff", alpha=0.4, role="shine", turn=0.4)


def _pear(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(30, 0.16)
    b.path(
        "M0 -86C-18 -88 -16 -66 -22 -54C-36 -40 -38 -2 0 0C38 -2 36 -40 22 -54C16 -66 18 -88 0 -86Z",
        main,
    )
    b.line("M0 -84C0 -92 3 -97 6 -101", "#6b4a2c", 3.6)
    b.path("M3 -90C12 -102 28 -98 31 -94C24 -86 12 -84 3 -90Z", "#6aa84a")
    b.oval((-14, -34, 6, 12), "#ffffff", alpha=0.35, role="shine", turn=0.3)


def _banana(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(60, 0.1)
    b.path(
        "M-70 -86C-76 -20 -10 6 62 -22C72 -26 76 -38 70 -44C20 -30 -30 -42 -58 -92C-62 -100 -70 -96 -70 -86Z",
        main,
    )
    b.path(
        "M-64 -80C-50 -30 10 -16 66 -30C20 -10 -52 -20 -64 -80Z", darker(main, 0.12), role="mark"
    )
    b.path("M-72 -88C-72 -100 -60 -102 -57 -91Z", "#6b4a2c")


def _cake(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(62, 0.12)
    b.oval((0, -5, 62, 9), "#f1efe9")
    b.path("M-50 -50L50 -50L50 -8Q0 6 -50 -8Z", main)
    b.path("M-50 -30Q0 -18 50 -30L50 -22Q0 -10 -50 -22Z", lighter(accent, 0.3), role="mark")
    b.oval((0, -51, 50, 11), accent)
    b.path(
        "M-50 -52C-50 -36 -40 -34 -36 -44C-32 -30 -22 -28 -18 -40C-14 -28 -2 -26 2 -39C6 -28 18 -28 20 -40C24 -30 34 -30 37 -43C42 -34 50 -38 50 -52Z",
        accent,
    )
    for index, x in enumerate((-26, -9, 9, 26)):
        b.rect(
            (x - 2.4, -80 + abs(x) * 0.1, 4.8, 26),
            ("#4fa3d9", "#f2c53d", "#7ab05a", "#e2678a")[index],
            radius=1.5,
        )
        b.halo((x, -87, 9, 11), "#ffd06a", 0.6)
        b.path(
            f"M{x} -96C{x + 6} -88 {x + 4} -81 {x} -81C{x - 4} -81 {x - 6} -88 {x} -96Z",
            "#ffb02f",
            role="glow",
        )


def _cupcake(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(34, 0.14)
    b.path("M-32 -42L32 -42L24 0L-24 0Z", main)
    for x in (-20, -7, 7, 20):
        b.line(f"M{x * 1.15:.0f} -40L{x * 0.86:.0f} -2", darker(main, 0.2), 2)
    for y, half in ((-48, 40), (-64, 31), (-78, 20)):
        b.oval((0, y, half, 13), accent)
    b.path("M-9 -84C-4 -98 4 -98 9 -84Z", accent)
    b.oval((2, -96, 7, 7), "#d8333b")


def _ice_cream(b: Brush, main: str, accent: str) -> None:
    b.poly([(-19, -44), (19, -44), (0, 2)], accent)
    if not b.rough:
        for d in ("M-12 -44L5 -9", "M0 -44L9 -20", "M12 -44L-5 -9", "M0 -44L-9 -20"):
            b.line(d, darker(accent, 0.22), 1.2)
    b.oval((-9, -54, 15, 14), lighter(main, 0.25))
    b.oval((10, -56, 15, 14), main)
    b.oval((0, -74, 16, 15), darker(main, 0.05))
    b.oval((4, -91, 5, 5), "#d8333b")
    b.line("M6 -94Q8 -100 13 -101", "#5a7a3a", 1.4)


def _pizza(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(70, 0.08)
    b.path("M-72 -76Q0 -112 72 -76L66 -62Q0 -96 -66 -62Z", "#c98a4a")
    b.path("M-66 -64Q0 -98 66 -64L0 0Z", main)
    for x, y, r in ((-28, -60, 10), (20, -62, 11), (-2, -38, 9), (2, -72, 8)):
        b.oval((x, y, r, r * 0.9), accent)
    for x, y in ((-12, -54), (10, -46), (36, -66), (-42, -66), (2, -22)):
        b.oval((x, y, 3.4, 2.4), "#5a8a3a", role="mark")


def _bottle(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(17, 0.18)
    b.path(
        "M-5 -90L5 -90L5 -68C5 -60 15 -58 15 -48L15 -3Q0 3 -15 -3L-15 -48C-15 -58 -5 -60 -5 -68Z",
        main,
        alpha=0.94,
    )
    b.rect((-6, -100, 12, 13), "#b98a5c", radius=2)
    b.rect((-15, -40, 30, 24), accent, role="mark")
    b.oval((-8, -32, 2.4, 18), "#ffffff", alpha=0.4, role="shine")


FOOD: Final[Mapping[str, Look]] = {
    "cup": Look(_cup, ("#f5f1e8", "#5a93b5", "#e08a5c"), ("#efe9dc",)),
    "teapot": Look(_teapot, ("#5a8fa8", "#e3d3b5"), ("#f7f1e2",)),
    "apple": Look(_apple, ("#d8382f",)),
    "pear": Look(_pear, ("#b5c24a",)),
    "banana": Look(_banana, ("#f6d03f",)),
    "cake": Look(_cake, ("#e3b98a",), ("#f5a8bc", "#fbf3e6")),
    "cupcake": Look(_cupcake, ("#d9a05c",), ("#f5a8c4", "#a5dcc0")),
    "ice cream": Look(_ice_cream, ("#f3a9bd", "#a8dcc0", "#f6e2b0"), ("#dba45a",)),
    "pizza": Look(_pizza, ("#f4cf6a",), ("#c9403a",)),
    "bottle": Look(_bottle, ("#4f8a5a", "#5a8fb5"), ("#f5ecd2",)),
}
