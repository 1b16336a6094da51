"""How do the things of street, garden and beach look?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things import Look

IRON: Final = "#3a3d49"


def _lamp(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(12, 0.24)
    b.rect((-2, -76, 4, 74), main)
    b.path("M-8 0L-5 -9L5 -9L8 0Z", main)
    b.rect((-4, -40, 8, 3), main, radius=1)
    if b.lit:
        b.halo((0, -85, 46, 46), "#ffd98a", 0.95)
    b.path(
        "M-9 -92L9 -92L6 -76L-6 -76Z",
        "#ffe9a8" if b.lit else "#e6eef0",
        role="glow" if b.lit else "body",
    )
    b.path("M-12 -91L0 -101L12 -91Z", main)
    b.line("M0 -92L0 -76", main, 1)


def _bench(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(100, 0.07)
    for x in (-80, 68):
        b.path(f"M{x} 0L{x + 4} -52L{x - 4} -98L{x + 6} -98L{x + 14} -50L{x + 10} 0Z", IRON)
    for y in (-94, -74):
        b.rect((-98, y, 196, 14), main, radius=3)
    b.rect((-100, -54, 200, 13), lighter(main, 0.12), radius=3)


def _umbrella(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(20, 0.16)
    b.line("M0 0L0 -96", "#7a5a44", 3)
    b.path(
        "M-55 -56C-52 -112 52 -112 55 -56Q46 -66 37 -57Q28 -67 18 -58Q9 -67 0 -58Q-9 -67 -18 -58Q-28 -67 -37 -57Q-46 -66 -55 -56Z",
        main,
    )
    b.path(
        "M0 -98C-22 -90 -30 -74 -37 -57Q-28 -67 -18 -58C-16 -76 -10 -90 0 -98Z", accent, lift=0.08
    )
    b.path("M0 -98C22 -90 30 -74 37 -57Q28 -67 18 -58C16 -76 10 -90 0 -98Z", accent, lift=0.08)
    b.oval((0, -99, 2.4, 3), "#7a5a44")


def _campfire(b: Brush, main: str, accent: str) -> None:
    b.halo((0, -34, 110, 90), "#ff9a3c", 0.85 if b.lit else 0.35)
    for x1, x2 in ((-44, 36), (44, -36)):
        b.line(f"M{x1} -3L{x2} -20", "#7a4f34", 11)
    b.path(
        "M-30 -16C-40 -50 -14 -56 -16 -84C0 -74 2 -64 4 -56C10 -66 8 -88 2 -101C26 -88 44 -52 30 -16Q0 0 -30 -16Z",
        main,
        role="glow",
    )
    b.path(
        "M-18 -15C-24 -38 -8 -44 -8 -62C4 -54 6 -46 10 -40C22 -34 20 -20 16 -14Q0 -6 -18 -15Z",
        accent,
        role="glow",
    )
    b.path("M-8 -13C-12 -26 -2 -30 0 -42C8 -32 10 -22 7 -13Z", "#fff3c0", role="glow")
    for x in (-46, -30, 30, 46):
        b.oval((x, -3, 9, 6), "#8a8788")
    if b.fine:
        for _ in range(9):
            b.oval(
                (b.dice.real(-40, 40), b.dice.real(-150, -90), 1.8, 1.8),
                "#ffd27a",
                role="glow",
                alpha=0.9,
            )


def _flag(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(8, 0.3)
    b.line("M-22 0L-22 -100", accent if accent != "#f2c53d" else "#c9ced6", 2.6)
    b.oval((-22, -101, 2.6, 2.6), "#e3ab2e")
    b.path("M-21 -98C-6 -104 8 -90 30 -97L30 -65C8 -58 -6 -72 -21 -66Z", main)


def _signpost(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(12, 0.24)
    b.rect((-3.6, -96, 7.2, 96), darker(main, 0.2))
    b.path("M-30 -90L26 -90L40 -79L26 -68L-30 -68Z", main)
    b.path("M30 -60L-24 -60L-38 -50L-24 -40L30 -40Z", lighter(main, 0.1))
    for y in (-82, -76, -53, -47):
        b.line(f"M-20 {y}L18 {y}", darker(main, 0.45), 1.8)


def _mailbox(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(22, 0.18)
    b.rect((-5, -56, 10, 56), "#8a6a4c")
    b.path("M-36 -54L-36 -82C-36 -102 30 -102 30 -82L30 -54Z", main)
    b.path("M10 -54L10 -82C10 -102 38 -102 38 -82L38 -54Z", darker(main, 0.22))
    b.rect((-22, -104, 4, 26), accent)
    b.rect((-22, -104, 15, 9), accent)


def _barrel(b: Brush, main: str, accent: str) -> None:
    del accent
    b.ground_shadow(36, 0.16)
    b.path("M-30 -96Q-42 -48 -30 0Q0 6 30 0Q42 -48 30 -96Z", main)
    for x in (-17, 0, 17):
        b.line(f"M{x} -94Q{x * 1.25:.0f} -48 {x} 0", darker(main, 0.25), 1.6)
    for y in (-76, -22):
        b.path(f"M-36 {y - 4}Q0 {y + 5} 36 {y - 4}L37 {y + 5}Q0 {y + 13} -37 {y + 5}Z", IRON)
    b.oval((0, -96, 30, 5.6), lighter(main, 0.14))


def _basket(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(54, 0.12)
    b.line("M-42 -54C-40 -112 40 -112 42 -54", darker(main, 0.1), 6)
    for x, y, tone in ((-22, -58, accent), (2, -64, "#f2b53d"), (24, -58, "#7ab05a")):
        b.oval((x, y, 15, 14), tone)
    b.path("M-52 -54L52 -54L42 0L-42 0Z", main)
    if not b.rough:
        for y in (-42, -28, -14):
            b.line(
                f"M{-49 + (y + 54) * 0.17:.0f} {y}L{49 - (y + 54) * 0.17:.0f} {y}",
                darker(main, 0.2),
                2,
            )
    b.rect((-55, -58, 110, 9), lighter(main, 0.1), radius=4)


def _swing(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(44, 0.1)
    for side in (-1, 1):
        b.line(f"M{side * 30} -96L{side * 44} 0", main, 4.4)
        b.line(f"M{side * 30} -96L{side * 22} 0", main, 4.4)
        b.line(f"M{side * 11} -96L{side * 11} -26", "#8a8f99", 1.4)
    b.line("M-34 -97L34 -97", main, 5)
    b.rect((-15, -27, 30, 5), accent, radius=2)


def _fountain(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(64, 0.12)
    for lean, tall in ((-34, -60), (-18, -92), (18, -92), (34, -60)):
        b.line(
            f"M0 -64Q{lean * 0.6:.0f} {tall - 12} {lean} {-44 if abs(lean) > 20 else -24}",
            accent,
            3.4,
            alpha=0.85,
        )
    b.line("M0 -64L0 -101", accent, 4, alpha=0.9)
    b.path("M-8 -10L-5 -44L5 -44L8 -10Z", main)
    b.path("M-32 -52Q0 -42 32 -52C28 -36 -28 -36 -32 -52Z", main)
    b.path("M-58 -22Q0 -10 58 -22L54 -2Q0 8 -54 -2Z", main)
    b.oval((0, -22, 58, 8), lighter(main, 0.15))
    b.oval((0, -22, 51, 6), accent)


def _sandcastle(b: Brush, main: str, accent: str) -> None:
    b.ground_shadow(62, 0.1)
    b.path("M-62 0L-50 -46L50 -46L62 0Z", main)
    for x in (-38, 34):
        b.path(f"M{x - 18} -40L{x - 14} -72L{x + 14} -72L{x + 18} -40Z", lighter(main, 0.06))
        for dx in (-14, -3, 8):
            b.rect((x + dx, -79, 6, 8), lighter(main, 0.06))
    b.path("M-20 -44L-14 -82L14 -82L20 -44Z", main)
    b.line("M0 -82L0 -103", "#8a6a4c", 2)
    b.poly([(1, -103), (18, -97), (1, -91)], accent)
    b.path("M-9 0L-9 -16C-9 -28 9 -28 9 -16L9 0Z", darker(main, 0.4), role="mark")


OUTDOORS: Final[Mapping[str, Look]] = {
    "lamp": Look(_lamp, (IRON,)),
    "bench": Look(_bench, ("#9a6238",)),
    "umbrella": Look(_umbrella, ("#e5483d", "#3b8fb5"), ("#fbf0d9",)),
    "campfire": Look(_campfire, ("#ff7a2c",), ("#ffc53f",)),
    "flag": Look(_flag, ("#d8433b", "#3b78c9")),
    "signpost": Look(_signpost, ("#c9975c",)),
    "mailbox": Look(_mailbox, ("#c9403a", "#3f6f9c"), ("#f2c53d",)),
    "barrel": Look(_barrel, ("#a3693c",)),
    "basket": Look(_basket, ("#c99a5c",), ("#d8433b",)),
    "swing": Look(_swing, ("#b0703f",), ("#d8483f",)),
    "fountain": Look(_fountain, ("#b5b8bd",), ("#9fdcf2",)),
    "sandcastle": Look(_sandcastle, ("#e0bd7f",), ("#e5483d",)),
}
