"""How do sun, moon, clouds and planets look?"""

from collections.abc import Mapping
from typing import Final

from bot.sketch.paint.canvas import Blend, Brush, Shape
from bot.sketch.paint.colour import darker, lighter, mix
from bot.sketch.paint.things import Look


def _sun(b: Brush, main: str, accent: str) -> None:
    del accent
    b.oval((0, -50, 50, 50), main, role="glow")
    b.oval((0, -50, 41, 41), lighter(main, 0.35), alpha=0.7, role="glow")


def _moon(b: Brush, main: str, accent: str) -> None:
    del accent
    b.oval((0, -50, 50, 50), main, role="glow")
    if b.rough:
        return
    for x, y, r in (
        (-16, -66, 11),
        (14, -40, 14),
        (-22, -34, 7),
        (22, -72, 6),
        (2, -20, 6),
        (-4, -86, 5),
    ):
        b.oval((x, y, r, r), darker(main, 0.14), alpha=0.6, role="glow")


def _cloud(b: Brush, main: str, accent: str) -> None:
    """Paint a cloud: one outline of bulges with a flat foot, lit from above."""
    light, dark = b.canvas.light.cloud
    if main != "#ffffff":
        light, dark = b.canvas.light.on(main), b.canvas.light.on(darker(main, 0.25))
    light, dark = b.canvas.ink.tone(light), b.canvas.ink.tone(dark)
    bumps = [
        (-88, 0, 20),
        (-66, -26, 26),
        (-30, -56, 36),
        (14, -68, 38),
        (50, -42, 30),
        (78, -18, 24),
        (94, 0, 16),
    ]
    points = []
    for x, y, r in bumps:
        points.append((x + b.dice.real(-5, 5), y - r * b.dice.real(0.6, 0.95)))
    d = _puffs(points)
    if b.canvas.flat:
        b.canvas.add(Shape(d=b._moved(d), fill=mix(light, dark, 0.2), role="soft", alpha=0.95))  # noqa: SLF001  (light of its own)
        return
    fill = Blend(stops=((0, light, 0.97), (0.55, mix(light, dark, 0.25), 0.95), (1, dark, 0.72)))
    b.canvas.add(Shape(d=b._moved(d), fill=fill, role="soft"))  # noqa: SLF001  (light of its own)
    del accent
    if b.fine:
        for x, y, r in bumps[1:6]:
            puff = Blend(stops=((0, light, 0.75), (1, light, 0)), vector=(0.5, 0.4, 0.5))
            area = f"M{x - r} {y - r * 0.3:.0f}C{x - r} {y - r * 1.5:.0f} {x + r} {y - r * 1.5:.0f} {x + r} {y - r * 0.3:.0f}C{x + r} {y + r * 0.6:.0f} {x - r} {y + r * 0.6:.0f} {x - r} {y - r * 0.3:.0f}Z"
            b.canvas.add(Shape(d=b._moved(area), fill=puff, role="shine"))  # noqa: SLF001  (light of its own)


def _puffs(points: list[tuple[float, float]]) -> str:
    parts = ["M-96 0C-116 -2 -112 -26 -90 -24"]
    at = (-90.0, -24.0)
    for x, y in points[1:-1]:
        wide = x - at[0]
        parts.append(
            f"C{at[0] - wide * 0.12:.1f} {min(at[1], y) - abs(wide) * 0.62:.1f} {x + wide * 0.02:.1f} {min(at[1], y) - abs(wide) * 0.5:.1f} {x:.1f} {y + 12:.1f}"
        )
        at = (x, y + 12)
    parts.append("C104 -40 118 -2 92 0L-96 0Z")
    return "".join(parts)


def _rainbow(b: Brush, main: str, accent: str) -> None:
    del main, accent
    tones = ("#e5533d", "#f08a2c", "#f6d034", "#6ab04c", "#4a9fe0", "#5a5ac0", "#9a5ab8")
    for index, tone in enumerate(tones):
        r = 96 - index * 4.2
        k = r * 0.5523
        b.canvas.line(
            b._moved(f"M{-r:.1f} 0C{-r:.1f} {-k:.1f} {-k:.1f} {-r:.1f} 0 {-r:.1f}C{k:.1f} {-r:.1f} {r:.1f} {-k:.1f} {r:.1f} 0"),  # noqa: SLF001  (no outline in any style)
            b.canvas.ink.tone(tone), 4.4 * b.place.scale, 0.62,
        )  # fmt: skip


def _planet(b: Brush, main: str, accent: str) -> None:
    b.path(
        "M-78 -36C-70 -64 70 -82 78 -60L60 -58C40 -70 -56 -54 -58 -38Z",
        darker(accent, 0.2),
        alpha=0.8,
    )
    b.oval((0, -50, 50, 50), main, turn=0)
    if not b.rough:
        for y, half, tall, tone in (
            (-70, 44, 6, lighter(main, 0.25)),
            (-46, 49, 7, darker(main, 0.16)),
            (-24, 42, 5, lighter(main, 0.18)),
        ):
            b.path(
                f"M{-half} {y}Q0 {y + 12} {half} {y - 4}L{half} {y + tall}Q0 {y + tall + 13} {-half} {y + tall}Z",
                tone,
                alpha=0.7,
                role="mark",
            )
    side = b.side
    b.path(
        f"M{-side * 12:.0f} -99C{-side * 70:.0f} -90 {-side * 70:.0f} -8 {-side * 8:.0f} -1C{-side * 30:.0f} -24 {-side * 34:.0f} -74 {-side * 12:.0f} -99Z",
        "#05051a",
        alpha=0.4,
        role="shade",
    )
    b.path(
        "M-78 -36C-84 -14 66 -36 78 -60C84 -58 84 -50 80 -46C62 -18 -84 6 -86 -26C-86 -30 -82 -34 -78 -36Z",
        accent,
        alpha=0.92,
    )


def _comet(b: Brush, main: str, accent: str) -> None:
    del accent
    for wide, alpha in ((20, 0.22), (12, 0.35), (6, 0.5)):
        b.path(f"M60 {-20 - wide}L-90 -100L{60 - wide} -18Z", main, alpha=alpha, role="glow")
    b.halo((60, -22, 42, 42), main, 0.8)
    b.oval((60, -22, 15, 15), lighter(main, 0.6), role="glow")


def _lightning(b: Brush, main: str, accent: str) -> None:
    del accent
    b.halo((0, -50, 60, 80), main, 0.4)
    b.poly(
        [(4, -101), (-18, -46), (-2, -48), (-14, 0), (20, -60), (3, -57), (20, -101)],
        main,
        role="glow",
    )


HEAVENS: Final[Mapping[str, Look]] = {
    "sun": Look(_sun, ("#ffd75a",)),
    "moon": Look(_moon, ("#f6f0d8",)),
    "cloud": Look(_cloud, ("#ffffff",)),
    "rainbow": Look(_rainbow, ("#e5533d",)),
    "planet": Look(_planet, ("#e0a05c", "#6a9fd9", "#c9709a"), ("#f0dcb0", "#cfd9f0")),
    "comet": Look(_comet, ("#d5ecff",)),
    "lightning": Look(_lightning, ("#ffe45a",)),
}
SUN_BY_TIME: Final = {"dawn": "#ffe0a0", "golden": "#ffe08a", "dusk": "#ffb35a"}
