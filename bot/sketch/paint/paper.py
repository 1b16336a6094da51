"""How does the paper of a watercolour show through the paint?"""

import math
from typing import Final

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Canvas
from bot.sketch.paint.colour import brightness
from bot.sketch.paint.inks import PAPER

#: Grain of the paper, on a small tile and in four steps: fine noise over the whole picture would take
#: a second, and a megabyte.
GRAIN: Final = (
    '<defs><filter id="grain" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" '
    'baseFrequency="0.11" numOctaves="2" seed="4" stitchTiles="stitch"/><feColorMatrix values="'
    '0 0 0 0 1  0 0 0 0 0.98  0 0 0 0 0.94  1.5 0 0 0 -0.62"/><feComponentTransfer><feFuncA type="discrete" '
    'tableValues="0 0.15 0.3 0.5"/></feComponentTransfer></filter><pattern id="paper" '
    'width="220" height="220" patternUnits="userSpaceOnUse"><rect width="220" height="220" '
    'filter="url(#grain)"/></pattern></defs>'
)
EDGE: Final = 24.0


def paint_paper(canvas: Canvas, seed: int) -> None:
    """Lay blooms, grain and an unpainted, uneven margin over the picture."""
    dice = Dice("paper", seed)
    frame = canvas.frame
    bloom = _bloom(brightness(canvas.light.sky[1]))
    for _ in range(7 if canvas.quality != "low" else 4):
        middle = dice.real(0, frame.width), dice.real(0, frame.height)
        canvas.area(_drop(dice, middle, dice.real(60, 190)), bloom)
    if canvas.quality != "low":
        canvas.raw(GRAIN)
        canvas.raw(
            f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="url(#paper)" '
            'fill-opacity="0.42"/>'
        )
    for reach, alpha in ((1.5, 0.45), (1.0, 1.0)):
        canvas.raw(
            f'<path fill-rule="evenodd" fill="{PAPER}" fill-opacity="{alpha}" '
            f'd="{_margin(canvas, dice, EDGE * reach)}"/>'
        )


def _bloom(bright: float) -> Blend:
    """Return a drop of water that pushed the paint to its rim; weaker in the dark."""
    inner, rim = 0.08 + 0.22 * bright, "#3a4a6a"
    stops = ((0.0, PAPER, inner), (0.76, PAPER, inner / 2), (0.92, rim, 0.06), (1.0, rim, 0.0))
    return Blend(stops=stops, vector=(0.5, 0.5, 0.5))


def _drop(dice: Dice, middle: paths.Point, radius: float) -> str:
    points = []
    for step in range(9):
        angle, far = math.tau * step / 9, radius * dice.real(0.72, 1.15)
        points.append((middle[0] + far * math.cos(angle), middle[1] + far * math.sin(angle)))
    return paths.smooth(points, closed=True)


def _margin(canvas: Canvas, dice: Dice, edge: float) -> str:
    """Return the picture's area without an unevenly edged middle."""
    wide, tall = canvas.frame.width, canvas.frame.height
    corners = [(edge, edge), (wide - edge, edge), (wide - edge, tall - edge), (edge, tall - edge)]
    points: list[paths.Point] = []
    for one, two in zip(corners, [*corners[1:], corners[0]], strict=True):
        steps = round(math.dist(one, two) / 40)
        for step in range(steps):
            share = step / steps
            points.append(
                (
                    one[0] + (two[0] - one[0]) * share + dice.real(-6, 6),
                    one[1] + (two[1] - one[1]) * share + dice.real(-6, 6),
                )
            )
    return f"M0 0H{wide:g}V{tall:g}H0Z{paths.smooth(points, closed=True)}"
