"""Which colour is a person's skin?"""

from typing import Final

from bot.sketch.dice import Dice
from bot.sketch.paint.canvas import Brush

SKINS: Final = ("#f2cba8", "#d9a47a", "#a8714c", "#7a4e36", "#f6d9bf")


def skin_of(b: Brush) -> str:
    """Return the skin of the person that is being painted: it follows from their seed."""
    return Dice("skin", b.seed).pick(SKINS)
