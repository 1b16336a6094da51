"""How is each thing of the vocabulary drawn?

A painter gets a brush, a main colour and a second colour, and paints in the thing's own units: foot
at (0, 0), 100 high, up is negative, looking to the right.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sketch.paint.canvas import Brush


@dataclass(frozen=True, slots=True)
class Look:
    """A painter with the colours that such things have."""

    paint: Callable[[Brush, str, str], None]
    #: The usual colours; one is chosen by the thing's seed.
    mains: tuple[str, ...]
    accents: tuple[str, ...] = ("#f2c53d",)
