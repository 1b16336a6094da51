"""Where, and in which colour, is a text to be written?"""

from collections.abc import Sequence
from typing import Final

from bot.sketch.language.lexer import Lexeme
from bot.sketch.language.steps import Write

#: Up to which share of the height a row reaches.
ROWS: Final = ((0.35, "top"), (0.7, "middle"), (1.1, "bottom"))
MIDDLE: Final = frozenset({"in the middle", "in the centre", "in the center", "centre", "center"})


def writing(lexemes: Sequence[Lexeme], text: str, *, instead: bool) -> Write:
    """Return the step that writes a text, with the place and colour that the clause names."""
    colour: str | None = None
    row = side = None
    for lexeme in lexemes:
        colour = lexeme.get("colour") or colour
        where = lexeme.get("place")
        if where is None:
            continue
        across, down = where
        if down is not None:
            row = next(name for limit, name in ROWS if down < limit)
        if across is not None:
            side = "left" if across < 0.4 else "right" if across > 0.6 else "middle"
        if lexeme.text in MIDDLE:
            row, side = "middle", "middle"
    return Write(text=text, colour=colour, row=row, side=side, instead=instead)
