"""Which marks does an animal's coat have?"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things.build import Beast


def marks(b: Brush, beast: Beast, main: str, accent: str) -> None:
    """Paint the marks of a coat, each in its colour."""
    for name in MARKS:
        if name in beast.marks:
            MARKS[name](b, beast, main, accent)


def _belly(b: Brush, beast: Beast, main: str, accent: str) -> None:
    del accent
    cx, cy, rx, ry = beast.body
    area = (cx + 2, cy + ry * 0.56, rx * 0.72, ry * 0.4)
    b.oval(area, lighter(main, 0.4), role="mark", alpha=0.8)


def _chest(b: Brush, beast: Beast, main: str, accent: str) -> None:
    del main, accent
    cx, cy, rx, ry = beast.body
    b.oval((cx + rx * 0.72, cy + 2, rx * 0.26, ry * 0.72), "#f7f1e6", role="mark", turn=-0.3)


def _spots(b: Brush, beast: Beast, main: str, accent: str) -> None:
    del main
    cx, cy, rx, ry = beast.body
    spots = (
        (-0.5, -0.3, 0.24, 0.4), (0.08, 0.1, 0.2, 0.34), (0.5, -0.35, 0.17, 0.3),
        (-0.15, -0.65, 0.13, 0.2),
    )  # fmt: skip
    for dx, dy, sx, sy in spots:
        b.oval((cx + dx * rx, cy + dy * ry, sx * rx, sy * ry), accent, role="mark", turn=dx)


def _stripes(b: Brush, beast: Beast, main: str, accent: str) -> None:
    del accent
    if b.rough:
        return
    cx, cy, rx, ry = beast.body
    hx, hy, _, tall = beast.head
    tone = darker(main, 0.3)
    for dx in (-0.45, -0.15, 0.15, 0.42):
        x, top, low = cx + dx * rx, cy - ry * 0.88, cy - ry * 0.2
        b.line(f"M{x:.1f} {top:.1f}Q{x + 4:.1f} {cy - ry * 0.5:.1f} {x + 1:.1f} {low:.1f}", tone, 3)
    for dx in (-5, 0, 5):
        top, low = hy - tall * 0.9, hy - tall * 0.55
        b.line(f"M{hx + dx:.1f} {top:.1f}L{hx + dx * 0.8:.1f} {low:.1f}", tone, 2.2)


#: Painters of marks, in the order in which they lie upon each other.
MARKS: Final[Mapping[str, Callable[[Brush, Beast, str, str], None]]] = {
    "belly": _belly, "chest": _chest, "spots": _spots, "stripe": _stripes,
}  # fmt: skip
