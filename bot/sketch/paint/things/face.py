"""How are head, ears, face and marks of an animal on four legs painted?"""

from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker, lighter
from bot.sketch.paint.things.build import Beast
from bot.sketch.paint.things.eyes import EYE, PINK

NOSE: Final = "#3a2a2c"


def ears(b: Brush, beast: Beast, main: str, *, near: bool) -> None:
    """Paint one ear: the near one, or the darker one behind the head."""
    hx, hy, rx, ry = beast.head
    kind = beast.ears
    tone = darker(main, 0.2 if kind == "flop" else 0.0) if near else darker(main, 0.3)
    shift = -rx * 0.42 if near else rx * 0.22
    x, y = hx + shift, hy - ry * 0.62
    if kind == "flop":
        if near:
            b.path(
                f"M{x - 4} {y}C{x - 16} {y} {x - 18} {y + 20} {x - 12} {y + 27}C{x - 5} {y + 31} {x + 3} {y + 18} {x + 6} {y + 2}Z",
                tone,
            )
    elif kind == "point":
        b.path(
            f"M{x - rx * 0.36:.1f} {y + 4:.1f}L{x - rx * 0.26:.1f} {y - ry * 0.85:.1f}Q{x + rx * 0.25:.1f} {y - ry * 0.5:.1f} {x + rx * 0.4:.1f} {y + 1:.1f}Z",
            tone,
        )
        if near:
            b.path(
                f"M{x - rx * 0.2:.1f} {y + 1:.1f}L{x - rx * 0.16:.1f} {y - ry * 0.55:.1f}Q{x + rx * 0.12:.1f} {y - ry * 0.34:.1f} {x + rx * 0.24:.1f} {y - 0.5:.1f}Z",
                PINK,
                role="mark",
            )
    elif kind == "round":
        b.oval((x - rx * 0.1, y - ry * 0.1, rx * 0.36, rx * 0.36), tone)
        if near:
            b.oval((x - rx * 0.06, y - ry * 0.06, rx * 0.2, rx * 0.2), PINK, role="mark", alpha=0.8)
    elif kind == "big":
        b.oval((x - rx * 0.3, y - ry * 0.4, rx * 0.68, rx * 0.68), tone)
        b.oval((x - rx * 0.26, y - ry * 0.36, rx * 0.46, rx * 0.46), PINK, role="mark")
    elif kind == "leaf":
        turn = 0.5 if near else -0.5
        b.oval((x - rx * 0.5 if near else x + 2, y, rx * 0.55, rx * 0.26), tone, turn=turn)


def head(b: Brush, beast: Beast, main: str, tone: str) -> None:
    """Paint the head without its face; `tone`: its own colour."""
    hx, hy, rx, ry = beast.head
    b.oval(beast.head, tone)
    if "cheek" in beast.marks:
        b.oval((hx + rx * 0.3, hy + ry * 0.46, rx * 0.62, ry * 0.46), "#f7f1e6", role="mark")
    if "poll" in beast.marks:
        for dx in (-7, 0, 7):
            b.oval((hx - 3 + dx, hy - ry * 0.8, 6.4, 5.4), main)


def face(b: Brush, beast: Beast, main: str, accent: str) -> None:
    """Paint snout, nose, mouth and eye."""
    hx, hy, rx, ry = beast.head
    sx, sy, srx, sry = beast.snout
    snout = accent if "snout" in beast.marks else main
    if srx:
        b.oval((hx + sx, hy + sy, srx, sry), snout)
    tip = hx + sx + srx * 0.72
    if "pig" in beast.marks:
        b.oval((hx + sx + srx * 0.6, hy + sy, srx * 0.55, sry * 0.9), lighter("#e88f95", 0.1))
        for dx in (-1.5, 2.5):
            b.oval((hx + sx + srx * 0.6 + dx, hy + sy, 1.2, 2), "#a8545e", role="mark")
    elif beast.feet == "hooves":
        b.oval((tip - 1, hy + sy - 1, 1.6, 1.3), NOSE, role="mark")
    else:
        b.oval((tip, hy + sy - sry * 0.4, 4.2, 3.2), NOSE, role="mark")
    b.line(
        f"M{tip - 1:.1f} {hy + sy + sry * 0.35:.1f}Q{hx + sx:.1f} {hy + sy + sry * 0.95:.1f} {hx + sx - srx * 0.7:.1f} {hy + sy + sry * 0.4:.1f}",
        darker(main, 0.6),
        1.4,
    )
    eye_x, eye_y = hx + rx * 0.3, hy - ry * 0.2
    size = max(2.2, rx * 0.15)
    b.oval((eye_x, eye_y, size, size * 1.2), EYE, role="mark")
    if not b.rough:
        b.oval(
            (eye_x + size * 0.3, eye_y - size * 0.4, size * 0.36, size * 0.36),
            "#ffffff",
            role="mark",
        )


def behind_head(b: Brush, beast: Beast, accent: str) -> None:
    """Paint what is seen behind the head: mane, antlers, horns."""
    hx, hy, rx, ry = beast.head
    if "mane" in beast.marks:
        b.oval((hx - 4, hy + 2, rx * 1.62, ry * 1.66), accent)
        b.oval((hx - 3, hy + 3, rx * 1.3, ry * 1.36), lighter(accent, 0.14), role="mark")
    if "crest" in beast.marks:
        cx, cy, brx, bry = beast.body
        x, y = cx + brx * 0.5, cy - bry * 0.7
        b.path(
            f"M{hx + 3} {hy - ry}C{hx - 14} {hy - ry - 2} {x - 12:.0f} {y - 16:.0f} {x - 8:.0f} {y + 8:.0f}L{x + 8:.0f} {y + 4:.0f}C{hx - 10} {hy + 14} {hx - 2} {hy} {hx + 3} {hy - ry}Z",
            accent,
        )
    if "antlers" in beast.marks:
        for dx, lean in ((-2, -14), (6, 10)):
            b.line(
                f"M{hx + dx} {hy - ry + 2}C{hx + dx} {hy - ry - 10} {hx + lean} {hy - ry - 10} {hx + lean} {hy - ry - 20}",
                "#8a6a48",
                2.6,
            )
            b.line(
                f"M{hx + dx + lean * 0.4:.0f} {hy - ry - 8}L{hx + dx + lean * 0.1:.0f} {hy - ry - 17}",
                "#8a6a48",
                2.2,
            )
    if "horns" in beast.marks:
        for dx, lean in ((-6, -9), (5, 8)):
            b.line(
                f"M{hx + dx} {hy - ry + 3}Q{hx + dx + lean * 0.5:.1f} {hy - ry - 3} {hx + dx + lean} {hy - ry - 7}",
                "#e8dcc0",
                3.4,
            )
