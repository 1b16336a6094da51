"""How do birds look, and what else has wings?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.eyes import BEAK, EYE, eye


def _duck(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(44, 0.1)
    b.path(
        "M-56 -36C-40 -34 -20 -48 0 -48C20 -48 38 -40 38 -22C36 -2 16 2 -8 1C-36 0 -54 -12 -56 -36Z",
        main,
    )
    b.path("M-34 -30C-18 -42 8 -40 14 -26C8 -10 -20 -8 -34 -30Z", darker(main, 0.12))
    b.path("M10 -40C8 -56 8 -60 12 -70L38 -66C36 -56 38 -44 38 -24Z", accent)
    b.oval((26, -76, 19, 19), accent)
    b.path("M42 -80C52 -82 62 -76 64 -72C56 -66 48 -66 42 -68Z", BEAK)
    eye(b, 31, -80, 3)


def _swan(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path(
        "M-54 -34C-36 -40 -24 -52 0 -46C24 -44 40 -34 40 -18C36 -2 10 2 -10 1C-36 0 -50 -14 -54 -34Z",
        main,
    )
    b.path("M-44 -36C-30 -62 8 -58 20 -34C10 -14 -24 -12 -44 -36Z", darker(main, 0.06))
    b.path(
        "M18 -34C42 -40 16 -70 22 -86C26 -102 48 -102 50 -86L44 -82C40 -90 32 -90 32 -80C32 -66 52 -42 38 -20Z",
        main,
    )
    b.path("M46 -90C54 -90 60 -84 62 -80C54 -80 50 -80 46 -82Z", BEAK)
    b.path("M43 -90L49 -90 48 -83 44 -84Z", EYE, role="mark")


def _chicken(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(34)
    for x in (-4, 8):
        b.line(f"M{x} -22L{x} -1", BEAK, 2.6)
        b.line(f"M{x - 5} 0L{x + 6} 0", BEAK, 2.2)
    b.path(
        "M-46 -66C-50 -40 -36 -16 0 -16C30 -16 38 -40 36 -62L38 -80C36 -94 16 -94 14 -78C10 -62 -6 -56 -18 -56C-30 -56 -36 -62 -46 -66Z",
        main,
    )
    b.path("M-24 -44C-8 -54 14 -44 12 -32C2 -22 -18 -26 -24 -44Z", darker(main, 0.12))
    for x, y in ((18, -92), (25, -95), (32, -92)):
        b.oval((x, y, 4.6, 6), accent)
    b.poly([(37, -82), (50, -77), (37, -73)], BEAK)
    b.oval((37, -66, 3.6, 6), accent)
    eye(b, 29, -81, 2.6)


def _owl(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(28)
    b.path(
        "M-32 -84C-42 -40 -30 0 0 0C30 0 42 -40 32 -84L30 -101 16 -92C6 -95 -6 -95 -16 -92L-30 -101Z",
        main,
    )
    b.oval((0, -30, 20, 26), lighter(main, 0.34), role="mark")
    for y in (-42, -32, -22):
        for x in (-10, 0, 10):
            b.line(f"M{x - 3} {y}L{x} {y + 4}L{x + 3} {y}", darker(main, 0.1), 1.6)
    for side in (-1, 1):
        b.path(
            f"M{side * 32} -66C{side * 46} -40 {side * 36} -14 {side * 22} -8C{side * 26} -30 {side * 26} -50 {side * 32} -66Z",
            darker(main, 0.18),
        )
        b.oval((side * 13, -74, 14, 14), "#fbf6ea")
        b.oval((side * 12, -74, 8, 8.4), accent, role="mark")
        b.oval((side * 12, -74, 4.6, 5), EYE, role="mark")
        b.oval((side * 12 + 1.6, -76, 1.5, 1.5), "#ffffff", role="mark")
        b.oval((side * 9, -1, 6, 3), BEAK)
    b.path("M-4 -68L4 -68 0 -58Z", BEAK)


def _penguin(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(28)
    for side in (-1, 1):
        b.oval((side * 11, -2, 11, 4), BEAK)
        b.path(
            f"M{side * 26} -66C{side * 44} -50 {side * 42} -30 {side * 34} -22C{side * 30} -36 {side * 26} -46 {side * 24} -54Z",
            darker(main, 0.1),
        )
    b.path("M-26 -66C-28 -108 28 -108 26 -66C36 -34 26 -2 0 -2C-26 -2 -36 -34 -26 -66Z", main)
    b.path("M-17 -60C-26 -32 -18 -6 0 -6C18 -6 26 -32 17 -60C14 -68 -14 -68 -17 -60Z", "#fbf8f0")
    b.path(
        "M-1 -72C-6 -92 -22 -88 -20 -74C-19 -62 -8 -58 0 -58C8 -58 19 -62 20 -74C22 -88 6 -92 1 -72Z",
        "#fbf8f0",
        role="mark",
    )
    b.path("M-6 -73C-3 -77 3 -77 6 -73L0 -63Z", BEAK)
    eye(b, -10, -80, 2.6)
    eye(b, 10, -80, 2.6)


def _bird(b: Brush, main: str, accent: str) -> None:
    b.poly([(-30, -44), (-64, -62), (-60, -42), (-34, -30)], darker(main, 0.2))
    b.path(
        "M-40 -44C-34 -70 0 -78 18 -80C34 -84 44 -70 40 -54C36 -30 12 -16 -8 -18C-26 -20 -40 -30 -40 -44Z",
        main,
    )
    b.path("M36 -52C34 -32 14 -18 -2 -18C4 -34 18 -48 36 -52Z", accent, role="mark")
    b.path("M-34 -42C-26 -92 8 -104 18 -96C16 -72 4 -48 -12 -38Z", darker(main, 0.14))
    b.poly([(38, -70), (56, -64), (38, -58)], BEAK)
    eye(b, 28, -68, 3)


def _seagull(b: Brush, main: str, accent: str) -> None:
    del accent
    b.path("M0 -36C-24 -84 -66 -100 -116 -72C-78 -76 -44 -60 -22 -22Z", main)
    b.path("M0 -36C24 -84 66 -100 116 -72C78 -76 44 -60 22 -22Z", main)
    b.path("M-116 -72C-96 -82 -84 -84 -72 -83C-88 -76 -98 -74 -116 -72Z", "#4a4f5c", role="mark")
    b.path("M116 -72C96 -82 84 -84 72 -83C88 -76 98 -74 116 -72Z", "#4a4f5c", role="mark")
    b.path("M-22 -26C-16 -46 16 -46 22 -26C18 -6 -18 -6 -22 -26Z", lighter(main, 0.1))
    b.poly([(-5, -18), (5, -18), (0, -6)], BEAK)


def _butterfly(b: Brush, main: str, accent: str) -> None:
    for side in (-1, 1):
        b.path(
            f"M0 -50C{side * 12} -100 {side * 62} -112 {side * 60} -70C{side * 58} -48 {side * 26} -44 0 -50Z",
            main,
        )
        b.path(
            f"M0 -50C{side * 24} -46 {side * 54} -34 {side * 44} -8C{side * 32} 8 {side * 6} -10 0 -46Z",
            darker(main, 0.14),
        )
        b.oval((side * 42, -76, 9, 10), accent, role="mark")
        b.oval((side * 30, -22, 7, 7), accent, role="mark")
        b.oval((side * 22, -66, 5, 7), lighter(main, 0.4), role="mark", alpha=0.8)
        b.line(f"M0 -74Q{side * 6} -92 {side * 14} -96", "#3a3040", 1.8)
    b.oval((0, -46, 4.6, 30), "#3a3040")


def _bee(b: Brush, main: str, accent: str) -> None:
    for x, turn in ((-12, -0.5), (10, 0.3)):
        b.oval((x, -82, 13, 24), "#e6f3fa", alpha=0.8, turn=turn)
    b.poly([(-48, -44), (-64, -38), (-46, -34)], "#3a3040")
    b.oval((-4, -42, 46, 32), main)
    for x, half in ((-28, 25), (-8, 31), (12, 29)):
        b.rect((x - 5, -42 - half, 11, half * 2), accent, radius=5, role="mark")
    b.oval((38, -48, 21, 21), accent)
    b.line("M40 -66Q46 -84 56 -86", accent, 2.6)
    b.line("M48 -64Q58 -76 68 -76", accent, 2.6)
    b.oval((44, -50, 6, 7), "#fbf8f0", role="mark")
    eye(b, 45, -50, 3.4)


BIRDS: Final[Mapping[str, Look]] = {
    "duck": Look(_duck, ("#c9b8a0", "#f6f1e6"), ("#3f8a5c", "#f2d060")),
    "swan": Look(_swan, ("#fbf9f3",)),
    "chicken": Look(_chicken, ("#f3e6cf", "#c98a5a"), ("#d8433b",)),
    "owl": Look(_owl, ("#8d6a4e", "#a58468"), ("#f2b53d",)),
    "penguin": Look(_penguin, ("#33384a",)),
    "bird": Look(_bird, ("#4f8fc9", "#d8584a", "#e0a53c"), ("#f6ead2",)),
    "seagull": Look(_seagull, ("#f7f6f2",)),
    "butterfly": Look(_butterfly, ("#f08a3c", "#6a8fe0", "#c96fc0", "#f2c53d"), ("#fbf3dc",)),
    "bee": Look(_bee, ("#f4c232",), ("#3a3040",)),
}
