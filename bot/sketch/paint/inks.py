"""How does each style draw a shape?"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from bot.sketch.paint.canvas import Blend, Canvas, Ink, Shape
from bot.sketch.paint.colour import brightness, darker, hexed, lighter, mix, rgb, vivid

PAPER: Final = "#fbf6ea"
BLUEPRINT: Final = "#174a8c"
NEON: Final = "#0c0a1e"
POSTER_STEPS: Final = 5


def main_colour(fill: str | Blend) -> str:
    """Return the colour that speaks for a fill."""
    return fill if isinstance(fill, str) else fill.stops[len(fill.stops) // 2][1]


def shaded(canvas: Canvas, colour: str, lift: float) -> str | Blend:
    """Return a body's colour with light from the light's side."""
    if canvas.flat or not lift:
        return colour
    side = canvas.light.side
    return Blend(
        stops=(
            (0, lighter(colour, lift * 1.25), 1),
            (0.5, colour, 1),
            (1, darker(colour, lift * 1.5), 1),
        ),
        vector=(round(0.5 + 0.5 * side, 2), 0.05, round(0.5 - 0.5 * side, 2), 0.95),
    )


def _plain(canvas: Canvas, shape: Shape) -> None:
    if shape.width:
        canvas.line(shape.d, shape.fill, shape.width, shape.alpha)
        return
    fill = shape.fill
    if isinstance(fill, str) and shape.role == "body":
        fill = shaded(canvas, fill, shape.lift)
    canvas.area(shape.d, fill, shape.alpha)


def _outlined(canvas: Canvas, shape: Shape) -> None:
    """Draw a cartoon: flat with a dark contour."""
    _plain(canvas, shape)
    if shape.role == "body":
        colour = darker(main_colour(shape.fill), 0.72)
        canvas.line(shape.d, colour, 3.4, 0.9 * shape.alpha)


def _watercolour(canvas: Canvas, shape: Shape) -> None:
    if shape.width:
        canvas.line(shape.d, shape.fill, shape.width, shape.alpha * 0.8)
        return
    if shape.role in {"shine", "shade", "mark", "glow", "shadow", "soft"}:
        canvas.area(shape.d, shape.fill, shape.alpha * (0.75 if shape.role != "mark" else 0.9))
        return
    colour = main_colour(shape.fill)
    if isinstance(shape.fill, str):
        pale, deep = mix(colour, PAPER, 0.34), darker(colour, 0.1)
        side = canvas.light.side
        fill: str | Blend = Blend(
            stops=((0, pale, 1), (0.55, mix(colour, PAPER, 0.12), 1), (1, deep, 1)),
            vector=(round(0.42 + 0.36 * side, 2), 0.25, 0.95),
        )
    else:
        fill = shape.fill
    canvas.area(shape.d, fill, shape.alpha * (0.92 if shape.role == "body" else 1))
    canvas.line(shape.d, darker(colour, 0.32), 2.4, 0.38 * shape.alpha)


def _blueprint(canvas: Canvas, shape: Shape) -> None:
    if shape.role in {"shade", "shine", "shadow", "soft", "glow"} and not isinstance(
        shape.fill, str
    ):
        return
    if shape.role in {"shade", "shine", "shadow"}:
        return
    white = "#e8f1ff"
    if shape.width:
        canvas.line(shape.d, white, min(shape.width, 2.2), 0.75)
        return
    bright = brightness(main_colour(shape.fill))
    fill = mix(BLUEPRINT, "#2f6fbb", bright * 0.7)
    if shape.role == "back":
        fill = mix(BLUEPRINT, "#123c75", 1 - bright)
    canvas.area(shape.d, fill, 1 if shape.alpha > 0.5 else shape.alpha * 0.5)
    thin = shape.role in {"mark", "soft", "glow"}
    canvas.line(shape.d, white, 1.2 if thin else 2.1, 0.6 if thin else 0.92)


def _pencil(canvas: Canvas, shape: Shape) -> None:
    if shape.role in {"shine", "glow"} and not isinstance(shape.fill, str):
        return
    dark = 1 - brightness(main_colour(shape.fill))
    lead = "#3d3a3a"
    if shape.width:
        canvas.line(shape.d, mix(lead, PAPER, 0.25), min(shape.width, 5.0), shape.alpha * 0.8)
        return
    if shape.role in {"shade", "shadow"}:
        canvas.area(shape.d, "url(#hatch)", min(1.0, shape.alpha * 2.2))
        return
    tone = mix(PAPER, "#8d8880", max(0.0, dark - 0.18) * 0.75)
    canvas.area(shape.d, tone, shape.alpha if shape.role in {"soft", "mark"} else 1.0)
    if dark > 0.42 and shape.role in {"body", "back"}:
        canvas.area(shape.d, "url(#hatch)", min(0.75, dark))
    thin = shape.role in {"mark", "soft"}
    canvas.line(shape.d, lead, 1.0 if thin else 1.9, 0.85 * max(0.3, shape.alpha))


def _neon(canvas: Canvas, shape: Shape) -> None:
    if shape.role in {"shade", "shine", "shadow", "soft"}:
        return
    colour = main_colour(shape.fill)
    bright = vivid(colour, 2.4, 0.62) if brightness(colour) < 0.85 else "#f4f0ff"
    if shape.width:
        canvas.line(shape.d, bright, max(2.0, min(shape.width, 4.0)), 0.9)
        return
    if shape.role == "glow" and not isinstance(shape.fill, str):
        canvas.area(shape.d, shape.fill, 0.7)
        return
    canvas.area(shape.d, mix(NEON, bright, 0.1 if shape.role != "mark" else 0.45))
    if shape.role == "mark":
        return
    if not canvas.flat:
        canvas.line(shape.d, bright, 13, 0.09)
        canvas.line(shape.d, bright, 7, 0.2)
    canvas.line(shape.d, mix(bright, "#ffffff", 0.25), 2.4, 0.95)


def _papercut(canvas: Canvas, shape: Shape) -> None:
    if shape.role in {"shade", "shine"} or (
        shape.role == "glow" and not isinstance(shape.fill, str)
    ):
        return
    if shape.width:
        canvas.line(shape.d, shape.fill, shape.width, shape.alpha)
        return
    if shape.role in {"body", "back"}:
        steps = ((3.0, 4.5, 0.13), (5.5, 8.5, 0.08)) if shape.role == "body" else ((0, -7, 0.12),)
        for across, down, alpha in steps:
            canvas.raw(
                f'<path d="{shape.d}" fill="#150c2e" fill-opacity="{alpha}"'
                f' transform="translate({across} {down})"/>'
            )
    paper = shape.fill if shape.role in {"back", "shadow"} else main_colour(shape.fill)
    canvas.area(shape.d, paper, shape.alpha)


def _posterised(colour: str) -> str:
    """Snap a colour to few, strong steps."""
    red, green, blue = rgb(vivid(colour, 1.18))
    steps = POSTER_STEPS
    snapped = tuple(round(part * steps) / steps for part in (red, green, blue))
    return mix(hexed((snapped[0], snapped[1], snapped[2])), "#f2e3c2", 0.12)


def _poster(canvas: Canvas, shape: Shape) -> None:
    if shape.role == "soft" and not isinstance(shape.fill, str):
        return
    if shape.role == "body" and isinstance(shape.fill, str) and canvas.quality != "low":
        dark = darker(shape.fill, 0.2)
        side = canvas.light.side
        at = 0.52
        blend = Blend(
            stops=((at, shape.fill, 1), (at + 0.02, dark, 1)),
            vector=(round(0.5 + 0.5 * side, 2), 0.2, round(0.5 - 0.5 * side, 2), 0.8),
        )
        canvas.area(shape.d, blend, shape.alpha)
        return
    _plain(canvas, replace(shape, lift=0.0))


def _grey(colour: str, dark: str, light: str) -> str:
    return mix(dark, light, brightness(colour))


def _ink_tones(dark: str, light: str) -> Callable[[str], str]:
    return partial(_grey, dark=dark, light=light)


INKS: Final[dict[str, Ink]] = {
    "none": Ink(draw=_plain),
    "pixel": Ink(draw=_plain, flat=True),
    "cartoon": Ink(draw=_outlined),
    "watercolour": Ink(draw=_watercolour, wobble=1.9, tone=lambda colour: mix(colour, PAPER, 0.14)),
    "blueprint": Ink(draw=_blueprint, flat=True, bare=True),
    "pencil": Ink(draw=_pencil, flat=True, bare=True, wobble=1.1),
    "poster": Ink(draw=_poster, tone=_posterised, flat=True),
    "neon": Ink(draw=_neon),
    "papercut": Ink(draw=_papercut, flat=False),
    "mono": Ink(draw=_plain, tone=_ink_tones("#16161a", "#fafafa")),
    "sepia": Ink(draw=_plain, tone=_ink_tones("#2b1a10", "#fbecd0")),
}
