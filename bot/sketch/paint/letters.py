"""How are words set into the picture?"""

from html import escape
from importlib.resources import files
from typing import Final

from bot.sketch.paint.canvas import Canvas
from bot.sketch.paint.colour import brightness, darker
from bot.sketch.scene import Scene, Words

FAMILY: Final = "Nunito ExtraBold"
NARROW: Final = frozenset("iljtfrI.,:;'!|()[] ")
WIDE: Final = frozenset("mwMW@%&ЖЩШЮ")
MOST_LINES: Final = 4
#: Words longer than this many letters are wrapped.
LINE: Final = 22


def font_file() -> str:
    """Return the path of the one font that ships with the package."""
    return str(files("bot.sketch") / "font" / "Nunito-ExtraBold.ttf")


def _ems(text: str) -> float:
    """Return about how wide a text is, in ems."""
    wide = 0.0
    for letter in text:
        if letter in NARROW:
            wide += 0.34
        elif letter in WIDE:
            wide += 0.92
        else:
            wide += 0.7 if letter.isupper() else 0.58
    return wide


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > LINE and lines[-1] and len(lines) < MOST_LINES:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def paint_words(canvas: Canvas, scene: Scene) -> None:
    """Paint every line of words; several in one place go below each other."""
    used: dict[tuple[str, str], float] = {}
    for words in scene.words:
        key = (words.row, words.side)
        used[key] = used.get(key, 0.0) + _paint(canvas, words, used.get(key, 0.0))


def _paint(canvas: Canvas, words: Words, offset: float) -> float:
    frame = canvas.frame
    lines = _wrapped(words.text)
    widest = max(_ems(line) for line in lines) or 1.0
    room = frame.width * (0.86 if words.side == "middle" else 0.46)
    size = min(room / widest, frame.short * 0.125 * words.size, frame.height * 0.5 / len(lines))
    tall = size * 1.08 * len(lines)
    top = {
        "top": frame.height * 0.065 + offset,
        "middle": (frame.height - tall) / 2 + offset,
        "bottom": frame.height * 0.94 - tall - offset,
    }[words.row]
    anchor, x = {
        "left": ("start", frame.width * 0.06),
        "middle": ("middle", frame.width / 2),
        "right": ("end", frame.width * 0.94),
    }[words.side]
    for index, line in enumerate(lines):
        _line(canvas, line, (x, top + size * (0.84 + 1.08 * index), size), (anchor, words.colour))
    return tall + size * 0.2


def _line(
    canvas: Canvas, text: str, at: tuple[float, float, float], look: tuple[str, str | None]
) -> None:
    x, y, size = at
    anchor, colour = look
    fill = canvas.ink.tone(colour or "#fffaf0")
    edge = darker(canvas.ink.tone(canvas.light.sky[0]), 0.55)
    if brightness(fill) < 0.45:
        edge = "#fffaf0"
    body = (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FAMILY}" font-size="{size:.1f}"'
        f' text-anchor="{anchor}"'
    )
    shown = escape(text, quote=True)
    canvas.raw(
        f'{body} fill="none" stroke="{edge}" stroke-opacity="0.85" stroke-width="{size * 0.13:.1f}"'
        f' stroke-linejoin="round">{shown}</text>'
        f'{body} fill="{fill}">{shown}</text>'
    )
