"""What do the faces of animals have in common?"""

from typing import Final

from bot.sketch.paint.canvas import Brush

EYE: Final = "#23202a"
BEAK: Final = "#f0a132"
PINK: Final = "#f0a5a5"


def eye(b: Brush, x: float, y: float, size: float = 2.6) -> None:
    """Paint an eye with a spark in it."""
    b.oval((x, y, size, size * 1.15), EYE, role="mark")
    if not b.rough:
        b.oval((x + size * 0.3, y - size * 0.4, size * 0.36, size * 0.36), "#ffffff", role="mark")
