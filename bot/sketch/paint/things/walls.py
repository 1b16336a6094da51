"""How does a wall look?"""

from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker

DOOR: Final = "#7d4a2c"
STONE: Final = "#b9b2a8"


def bricks(b: Brush, area: tuple[float, float, float, float], colour: str, amount: int) -> None:
    """Scatter a few bricks over a wall: high quality only."""
    if not b.fine:
        return
    x, y, w, h = area
    for _ in range(amount):
        left, top = b.dice.real(x, x + w - 6), b.dice.real(y, y + h - 3)
        b.rect((left, top, 5.5, 2.4), darker(colour, 0.16), alpha=0.55, role="mark", radius=0.5)
