"""How are pictures put together: before and after, a contact sheet, a film of the edits?

All of it blocks (decoding takes up to a second): see `bot.images.decode`. One picture is decoded at a time and
made small at once, so that memory stays small however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot.images.pixels import decode_pixels, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

#: pixels of a side of each of two pictures beside each other
_PANEL = 1024
#: pixels of a side: of a sheet's cell, of a strip's, of a film
_CELL, _STEP, _FILM = 240, 360, 512
_COLUMNS = 5
_GAP = 12
_PAPER, _INK = (250, 247, 241), (35, 33, 29)
#: milliseconds that a film shows a picture, and its last one
_SHOWN, _LAST = 900, 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A small picture with its name below."""

    label: str
    image: Image.Image


def panel(label: str, data: bytes, side: int = _CELL) -> Panel:
    """Decode a picture and make it small. Raise NotAnImage."""
    return Panel(label=label, image=_on_paper(decode_pixels(data, side)))


def frame(label: str, data: bytes) -> Panel:
    """Make a picture as small as a film shows it. Raise NotAnImage."""
    return panel(label, data, _FILM)


def smaller(one: Panel, side: int = _CELL) -> Panel:
    """Make a panel as small as a sheet shows it."""
    image = one.image.copy()
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return Panel(label=one.label, image=image)


def compare(old: tuple[str, bytes], new: tuple[str, bytes]) -> bytes:
    """Put two pictures (name, bytes) beside each other, the old one left; give a JPEG.

    Sizes that differ are fitted into the larger of both. Raise NotAnImage.
    """
    panels = [panel(*one, _PANEL) for one in (old, new)]
    box = _box(panels)
    fitted = [
        Panel(label=one.label, image=ImageOps.contain(one.image, box, Image.Resampling.LANCZOS))
        for one in panels
    ]
    return _jpeg(_laid_out(fitted, box, columns=2))


def sheet(panels: Sequence[Panel]) -> bytes:
    """Put small pictures in rows, each with its name; give a JPEG."""
    return _jpeg(_laid_out(panels, (_CELL, _CELL), columns=min(_COLUMNS, len(panels))))


def strip(frames: Sequence[Panel]) -> bytes:
    """Put the steps of a path beside each other, what was before left of what came after; give a JPEG."""
    steps = [smaller(one, _STEP) for one in frames]
    return _jpeg(_laid_out(steps, _box(steps), columns=min(_COLUMNS - 1, len(steps))))


def film(frames: Sequence[Panel]) -> bytes:
    """Show pictures one after another, over and over; give an animated WebP."""
    box = _box(frames)
    drawn = [_laid_out([one], box, columns=1) for one in frames]
    return encode(
        drawn[0],
        "WEBP",
        save_all=True,
        append_images=drawn[1:],
        duration=[_SHOWN] * (len(drawn) - 1) + [_LAST],
        loop=0,
        quality=82,
        method=3,
    )


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    paper = Image.new("RGBA", image.size, (255, 255, 255, 255))
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def _box(panels: Sequence[Panel]) -> tuple[int, int]:
    """Return the size that all of them fit into."""
    return max(one.image.width for one in panels), max(one.image.height for one in panels)


def _laid_out(panels: Sequence[Panel], box: tuple[int, int], *, columns: int) -> Image.Image:
    width, height = box
    font = ImageFont.load_default(size=max(14, min(60, height // 17)))
    band = int(font.size * 1.7)  # type: ignore[union-attr] # a FreeType font, as a size is given
    rows = -(-len(panels) // columns)
    whole = Image.new(
        "RGB",
        (columns * (width + _GAP) + _GAP, rows * (height + band + _GAP) + _GAP),
        _PAPER,
    )
    draw = ImageDraw.Draw(whole)
    for number, one in enumerate(panels):
        left = _GAP + (number % columns) * (width + _GAP)
        top = _GAP + (number // columns) * (height + band + _GAP)
        at = (left + (width - one.image.width) // 2, top + (height - one.image.height) // 2)
        whole.paste(one.image, at)
        draw.text(
            (left + width / 2, top + height + band / 2), one.label, _INK, font=font, anchor="mm"
        )
    return whole


def _jpeg(image: Image.Image) -> bytes:
    return encode(image, "JPEG", quality=90)
