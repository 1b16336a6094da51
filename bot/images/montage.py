"""How are pictures combined: before and after, a contact sheet, an animation of the edits?

Everything blocks: see `bot.images.decode`. One picture is decoded at a time and shrunk at once, so that memory
stays small however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from bot.images.pixels import decode_pixels, encode, flatten

if TYPE_CHECKING:
    from collections.abc import Sequence

#: pixels of a side of each of two pictures side by side
_PANEL = 1024
#: pixels of a side: of a sheet's cell, of a strip's, of an animation
_CELL, _STEP, FRAME = 240, 360, 512
_COLUMNS = 5
_GAP = 12
_PAPER, _INK = (250, 247, 241), (35, 33, 29)
#: milliseconds of a picture in an animation, and of its last one
_FRAME_TIME, _LAST_TIME = 900, 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A small picture with its name below."""

    label: str
    image: Image.Image


def make_panel(label: str, data: bytes, side: int = _CELL) -> Panel:
    """Decode a picture and shrink it. Raise NotAnImage."""
    return Panel(label=label, image=flatten(decode_pixels(data, side)))


def shrink_panel(one: Panel, side: int = _CELL) -> Panel:
    """Shrink a panel to a sheet's cell."""
    image = one.image.copy()
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return Panel(label=one.label, image=image)


def compare(old: tuple[str, bytes], new: tuple[str, bytes]) -> bytes:
    """Put two pictures (name, bytes) side by side, the old one left; return a JPEG.

    Sizes that differ are fitted into the larger of both. Raise NotAnImage.
    """
    panels = [make_panel(*one, _PANEL) for one in (old, new)]
    box = _max_size(panels)
    fitted = [
        Panel(label=one.label, image=ImageOps.contain(one.image, box, Image.Resampling.LANCZOS))
        for one in panels
    ]
    return _jpeg(_arrange(fitted, box, columns=2))


def make_sheet(panels: Sequence[Panel]) -> bytes:
    """Put small pictures in rows, each with its name; return a JPEG."""
    return _jpeg(_arrange(panels, (_CELL, _CELL), columns=min(_COLUMNS, len(panels))))


def make_strip(frames: Sequence[Panel]) -> bytes:
    """Put the steps of a path side by side, in order; return a JPEG."""
    steps = [shrink_panel(one, _STEP) for one in frames]
    return _jpeg(_arrange(steps, _max_size(steps), columns=min(_COLUMNS - 1, len(steps))))


def make_animation(frames: Sequence[Panel]) -> bytes:
    """Show pictures one after another, repeated; return an animated WebP."""
    box = _max_size(frames)
    drawn = [_arrange([one], box, columns=1) for one in frames]
    return encode(
        drawn[0],
        "WEBP",
        save_all=True,
        append_images=drawn[1:],
        duration=[_FRAME_TIME] * (len(drawn) - 1) + [_LAST_TIME],
        loop=0,
        quality=82,
        method=3,
    )


def _max_size(panels: Sequence[Panel]) -> tuple[int, int]:
    """Return the size that all of them fit into."""
    return max(one.image.width for one in panels), max(one.image.height for one in panels)


def _arrange(panels: Sequence[Panel], box: tuple[int, int], *, columns: int) -> Image.Image:
    width, height = box
    from PIL import ImageDraw, ImageFont  # noqa: PLC0415 - FreeType, for exports alone

    font = ImageFont.load_default(size=max(14, min(60, height // 17)))
    band = int(font.size * 1.7)  # type: ignore[union-attr] # a FreeType font, as a size is given
    rows = -(-len(panels) // columns)
    size = (columns * (width + _GAP) + _GAP, rows * (height + band + _GAP) + _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, one in enumerate(panels):
        left = _GAP + (number % columns) * (width + _GAP)
        top = _GAP + (number // columns) * (height + band + _GAP)
        at = (left + (width - one.image.width) // 2, top + (height - one.image.height) // 2)
        sheet.paste(one.image, at)
        middle = (left + width / 2, top + height + band / 2)
        draw.text(middle, one.label, _INK, font=font, anchor="mm")
    return sheet


def _jpeg(image: Image.Image) -> bytes:
    return encode(image, "JPEG", quality=90)
