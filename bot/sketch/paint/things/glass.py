"""How does a window of a vehicle look?"""

from typing import Final

from bot.sketch.paint.canvas import Brush

GLASS: Final = "#bfe0ee"


def pane(b: Brush, d: str) -> None:
    """Paint a pane: lit at night."""
    b.path(d, "#ffdf94" if b.lit else GLASS, role="glow" if b.lit else "mark")
