"""How are body, legs, neck and tail of an animal on four legs painted?"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things.build import Beast

#: Where locks of wool stand out around a body, in its radii.
FLEECE: Final = (
    (-0.8, 0.1), (-0.6, -0.5), (-0.2, -0.75), (0.25, -0.75), (0.62, -0.5), (0.82, 0.05),
    (0.55, 0.55), (0.1, 0.7), (-0.4, 0.65),
)  # fmt: skip


def legs(b: Brush, beast: Beast, main: str, *, near: bool) -> None:
    """Paint two legs: those on this side, or the darker ones behind."""
    back, front, gap, wide = beast.legs
    _, cy, _, ry = beast.body
    top = cy + ry * 0.2
    for x in (back, front):
        foot = x + (gap if near else -gap)
        colour = main if near else darker(main, 0.26)
        half = wide / 2
        b.path(
            f"M{foot - half * 1.25:.1f} {top:.1f}L{foot - half:.1f} -3Q{foot:.1f} 1 {foot + half:.1f} -3L{foot + half * 1.25:.1f} {top:.1f}Z",
            colour,
        )
        if beast.feet == "hooves":
            b.rect((foot - half, -5.5, wide, 5.5), "#4a3a34" if near else "#33282a", radius=1.5)
        else:
            b.oval(
                (foot + wide * 0.16, -3.2, wide * 0.68, 3.6),
                colour if "socks" not in beast.marks else "#f7f1e6",
            )


def neck(b: Brush, beast: Beast, main: str) -> None:
    """Paint the neck, where one is seen."""
    low, high = beast.neck
    if not low:
        return
    cx, cy, rx, ry = beast.body
    hx, hy, _, _ = beast.head
    x = cx + rx * 0.62
    b.path(
        f"M{x - low:.1f} {cy - ry * 0.5:.1f}Q{(x + hx) / 2 - high:.1f} {(cy + hy) / 2 - 4:.1f} {hx - high:.1f} {hy:.1f}"
        f"L{hx + high:.1f} {hy + high * 0.6:.1f}Q{(x + hx) / 2 + high * 1.1:.1f} {(cy + hy) / 2 + 6:.1f} {x + low * 0.8:.1f} {cy + ry * 0.5:.1f}Z",
        main,
    )


def trunk(b: Brush, beast: Beast, main: str) -> None:
    """Paint the body between the legs: smooth, or of wool."""
    if "wool" in beast.marks:
        _wool(b, beast, main)
        return
    cx, cy, rx, ry = beast.body
    b.path(
        f"M{cx - rx:.1f} {cy:.1f}C{cx - rx:.1f} {cy - ry * 1.25:.1f} {cx - rx * 0.3:.1f} {cy - ry:.1f} {cx + rx * 0.2:.1f} {cy - ry * 0.96:.1f}"
        f"C{cx + rx * 0.9:.1f} {cy - ry * 1.1:.1f} {cx + rx:.1f} {cy - ry * 0.3:.1f} {cx + rx:.1f} {cy:.1f}"
        f"C{cx + rx:.1f} {cy + ry * 1.1:.1f} {cx + rx * 0.3:.1f} {cy + ry:.1f} {cx:.1f} {cy + ry * 0.96:.1f}"
        f"C{cx - rx * 0.5:.1f} {cy + ry * 0.9:.1f} {cx - rx:.1f} {cy + ry * 1.1:.1f} {cx - rx:.1f} {cy:.1f}Z",
        main,
    )


def tail(b: Brush, beast: Beast, main: str) -> None:
    """Paint the tail behind the body."""
    cx, cy, rx, ry = beast.body
    TAILS[beast.tail](b, cx - rx * 0.86, cy - ry * 0.4, main)


def _up(b: Brush, x: float, y: float, main: str) -> None:
    b.path(
        f"M{x + 4} {y + 6}C{x - 14} {y} {x - 20} {y - 18} {x - 16} {y - 30}C{x - 13} {y - 34} {x - 9} {y - 31} {x - 10} {y - 27}C{x - 11} {y - 16} {x - 4} {y - 8} {x + 10} {y - 5}Z",
        main,
    )


def _cat(b: Brush, x: float, y: float, main: str) -> None:
    b.line(
        f"M{x + 5} {y + 8}C{x - 20} {y + 8} {x - 24} {y - 14} {x - 16} {y - 30}C{x - 12} {y - 40} {x - 20} {y - 46} {x - 24} {y - 42}",
        main,
        7,
    )


def _bush(b: Brush, x: float, y: float, main: str) -> None:
    b.path(
        f"M{x + 6} {y}C{x - 14} {y - 14} {x - 44} {y - 10} {x - 48} {y + 16}C{x - 34} {y + 28} {x - 8} {y + 24} {x + 8} {y + 12}Z",
        main,
    )
    b.path(
        f"M{x - 33} {y - 1}C{x - 42} {y + 3} {x - 47} {y + 10} {x - 48} {y + 16}C{x - 42} {y + 20} {x - 36} {y + 21} {x - 30} {y + 20}Q{x - 36} {y + 10} {x - 33} {y - 1}Z",
        "#f7f1e6",
        role="mark",
    )


def _horse(b: Brush, x: float, y: float, main: str) -> None:
    b.path(
        f"M{x + 8} {y - 2}C{x - 14} {y - 4} {x - 18} {y + 20} {x - 16} {y + 42}C{x - 8} {y + 34} {x - 2} {y + 16} {x + 8} {y + 12}Z",
        darker(main, 0.4),
    )


def _tuft(b: Brush, x: float, y: float, main: str) -> None:
    b.line(f"M{x + 5} {y}C{x - 10} {y + 2} {x - 10} {y + 18} {x - 10} {y + 28}", main, 3)
    b.oval((x - 10, y + 31, 4, 6.5), darker(main, 0.45))


def _curl(b: Brush, x: float, y: float, main: str) -> None:
    b.line(
        f"M{x + 2} {y + 4}C{x - 8} {y + 4} {x - 10} {y - 6} {x - 4} {y - 7}C{x + 1} {y - 7} {x - 1} {y + 1} {x - 8} {y - 1}",
        main,
        3,
    )


def _stub(b: Brush, x: float, y: float, main: str) -> None:
    b.oval((x - 1, y + 3, 7, 6), lighter(main, 0.12))


def _thin(b: Brush, x: float, y: float, main: str) -> None:
    del main
    b.line(f"M{x + 4} {y + 10}C{x - 18} {y + 20} {x - 22} {y - 2} {x - 40} {y + 4}", "#e2a59a", 3)


#: Painters of tails: where it begins, and its colour.
TAILS: Final[Mapping[str, Callable[[Brush, float, float, str], None]]] = {
    "up": _up,
    "cat": _cat,
    "bush": _bush,
    "horse": _horse,
    "tuft": _tuft,
    "cow": _tuft,
    "curl": _curl,
    "stub": _stub,
    "thin": _thin,
}


def _wool(b: Brush, beast: Beast, main: str) -> None:
    cx, cy, rx, ry = beast.body
    for dx, dy in FLEECE:
        b.oval((cx + dx * rx, cy + dy * ry, rx * 0.38, ry * 0.56), darker(main, 0.08))
    b.oval((cx, cy, rx * 0.92, ry * 0.92), main, role="mark")
    if not b.rough:
        for dx, dy in ((-0.5, -0.2), (0, -0.35), (0.45, -0.15), (-0.2, 0.25), (0.3, 0.3)):
            x, y = cx + dx * rx, cy + dy * ry
            b.line(
                f"M{x - 6:.1f} {y:.1f}Q{x:.1f} {y - 7:.1f} {x + 6:.1f} {y:.1f}",
                darker(main, 0.16),
                1.6,
            )
