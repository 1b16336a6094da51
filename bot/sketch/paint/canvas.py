"""What is collected while a scene is painted?

Shapes in drawing units. A `Brush` paints in a thing's own units (its foot at 0,0; 100 high; up is
negative), the `Canvas` turns what it paints into SVG the way the style's ink draws.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.colour import lighter
from bot.sketch.paint.light import Light
from bot.sketch.scene import Frame, Quality

#: body: has light and shade, and an outline where a style draws outlines; mark: a detail; shade and
#: shine: what darkens or lightens a body; shadow: on the ground; glow: gives light itself; back: a
#: large part of the landscape; soft: mist and clouds.
Role = Literal["body", "mark", "shade", "shine", "shadow", "glow", "back", "soft", "line"]
#: Offset, colour, opacity.
Stop = tuple[float, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """A gradient over the box of a shape."""

    stops: tuple[Stop, ...]
    #: Four numbers: from and to of a linear one; three: middle and radius of a radial one.
    vector: tuple[float, ...] = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One area or line, in drawing units, its colours as they are seen."""

    d: str
    fill: str | Blend
    role: Role = "body"
    alpha: float = 1.0
    #: Wider than 0: a line of that width.
    width: float = 0.0
    #: How strongly light and shade are told apart on it.
    lift: float = 0.14


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """A style: how shapes become SVG."""

    #: Writes one shape.
    draw: Callable[["Canvas", Shape], None]
    #: Changes every colour.
    tone: Callable[[str], str] = field(default=lambda colour: colour)
    #: How far the hand trembles, in drawing units.
    wobble: float = 0.0
    #: No gradients in sky and land either.
    flat: bool = False
    #: The sky stays paper.
    bare: bool = False


class Canvas:
    """The SVG of one scene in the making."""

    def __init__(self, *, frame: Frame, light: Light, quality: Quality, ink: Ink) -> None:
        self.frame: Final = frame
        self.light: Final = light
        self.quality: Final = quality
        self.ink: Final = ink
        self.parts: Final[list[str]] = []
        self._blends: Final[dict[Blend, str]] = {}

    @property
    def flat(self) -> bool:
        """Whether gradients are left out."""
        return self.quality == "low" or self.ink.flat

    def seen(self, colour: str, haze: float = 0.0) -> str:
        """Return a colour in this light and this style."""
        return self.ink.tone(self.light.on(colour, haze))

    def move(self, point: paths.Point) -> paths.Point:
        """Let the hand tremble: neighbours move alike, so that what touches still touches."""
        wobble = self.ink.wobble
        if not wobble:
            return point
        x, y = point
        return (
            x + wobble * (math.sin(y * 0.061 + 1.3) + 0.6 * math.sin(x * 0.043 + y * 0.117)),
            y + wobble * (math.sin(x * 0.057 + 0.4) + 0.6 * math.sin(y * 0.049 + x * 0.109)),
        )

    def add(self, shape: Shape) -> None:
        """Paint a shape as the style does."""
        self.ink.draw(self, shape)

    def paint(self, fill: str | Blend) -> str:
        """Return what stands in a ``fill`` attribute."""
        if isinstance(fill, str):
            return fill
        name = self._blends.setdefault(fill, f"b{len(self._blends)}")
        return f"url(#{name})"

    def area(self, d: str, fill: str | Blend, alpha: float = 1.0) -> None:
        """Write a filled path as it is."""
        opacity = f' fill-opacity="{alpha:.3g}"' if alpha < 1 else ""
        self.parts.append(f'<path d="{d}" fill="{self.paint(fill)}"{opacity}/>')

    def line(self, d: str, colour: str | Blend, width: float, alpha: float = 1.0) -> None:
        """Write a stroked path as it is."""
        opacity = f' stroke-opacity="{alpha:.3g}"' if alpha < 1 else ""
        self.parts.append(
            f'<path d="{d}" fill="none" stroke="{self.paint(colour)}" stroke-width="{width:.2f}"'
            f' stroke-linecap="round" stroke-linejoin="round"{opacity}/>'
        )

    def raw(self, svg: str) -> None:
        """Write SVG as it is."""
        self.parts.append(svg)

    def svg(self) -> str:
        """Return the whole document."""
        width, height = self.frame.width, self.frame.height
        defs = "".join(_gradient(name, blend) for blend, name in self._blends.items())
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
            f"<defs>{defs}</defs>{''.join(self.parts)}</svg>"
        )


def _gradient(name: str, blend: Blend) -> str:
    stops = "".join(
        f'<stop offset="{offset:g}" stop-color="{colour}"'
        + (f' stop-opacity="{alpha:g}"/>' if alpha < 1 else "/>")
        for offset, colour, alpha in blend.stops
    )
    if len(blend.vector) == 3:
        cx, cy, radius = blend.vector
        return (
            f'<radialGradient id="{name}" cx="{cx:g}" cy="{cy:g}" r="{radius:g}">'
            f"{stops}</radialGradient>"
        )
    x1, y1, x2, y2 = blend.vector
    return (
        f'<linearGradient id="{name}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}">'
        f"{stops}</linearGradient>"
    )


class Brush:
    """Paints one thing in its own units."""

    def __init__(
        self, canvas: Canvas, place: paths.Place, *, seed: int = 0, haze: float = 0.0,
        ghost: float = 1.0,
    ) -> None:  # fmt: skip
        self.canvas: Final = canvas
        #: A factor on every opacity: less than 1 in a reflection.
        self.ghost: Final = ghost
        self.place: Final = place
        self.haze: Final = haze
        self.seed: Final = seed
        self.dice: Final = Dice(seed)
        self.lit: Final = canvas.light.lit
        #: High quality: fine details are wanted.
        self.fine: Final = canvas.quality == "high"
        #: Low quality: shapes only.
        self.rough: Final = canvas.quality == "low"
        #: Where the light comes from in the thing's own units.
        self.side: Final = canvas.light.side * (-1 if place.flip else 1)

    def path(
        self, d: str, fill: str, *, alpha: float = 1.0, role: Role = "body", lift: float = 0.14
    ) -> None:
        """Paint an area."""
        if self.rough and role in {"shade", "shine"}:
            return
        colour = self.canvas.ink.tone(fill) if role == "glow" else self.canvas.seen(fill, self.haze)
        seen = alpha * self.ghost
        self.canvas.add(Shape(d=self._moved(d), fill=colour, alpha=seen, role=role, lift=lift))

    def _moved(self, d: str) -> str:
        place, move = self.place, self.canvas.move
        return paths.written(paths.read(d), lambda point: move(place.at(point)))

    def poly(
        self, points: Sequence[paths.Point], fill: str, *, alpha: float = 1.0, role: Role = "body"
    ) -> None:
        """Paint straight edges through the points."""
        self.path(paths.polygon(points), fill, alpha=alpha, role=role)

    def blob(
        self, points: Sequence[paths.Point], fill: str, *, alpha: float = 1.0, role: Role = "body"
    ) -> None:
        """Paint a soft shape through the points."""
        self.path(paths.smooth(points, closed=True), fill, alpha=alpha, role=role)

    def oval(
        self, box: Sequence[float], fill: str, *, alpha: float = 1.0, role: Role = "body",
        turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Paint an ellipse: middle x and y, both radii; turned by radians."""
        self.path(paths.oval(box, turn), fill, alpha=alpha, role=role)

    def rect(
        self, box: Sequence[float], fill: str, *, alpha: float = 1.0, role: Role = "body",
        radius: float = 0.0,
    ) -> None:  # fmt: skip
        """Paint a rectangle: left, top, width, height."""
        self.path(paths.box(box, radius), fill, alpha=alpha, role=role)

    def line(self, d: str, colour: str, width: float, *, alpha: float = 1.0) -> None:
        """Paint a line of a width in the thing's own units."""
        self.canvas.add(
            Shape(
                d=self._moved(d),
                fill=self.canvas.seen(colour, self.haze),
                role="line",
                alpha=alpha * self.ghost,
                width=width * self.place.scale,
            )
        )

    def halo(self, box: Sequence[float], colour: str, alpha: float = 0.8) -> None:
        """Paint a glow that fades outwards; left out where all is flat."""
        if self.canvas.flat or self.ghost < 1:
            return
        seen = self.canvas.ink.tone(colour)
        blend = Blend(
            stops=((0, seen, alpha), (0.45, seen, alpha * 0.34), (1, seen, 0)),
            vector=(0.5, 0.5, 0.5),
        )
        self.canvas.add(Shape(d=self._moved(paths.oval(box)), fill=blend, role="glow"))

    def ground_shadow(self, half: float, flat: float = 0.2, reach: float = 0.35) -> None:
        """Paint the shadow at the foot: half its width, its flatness, how far it is thrown."""
        light = self.canvas.light
        if self.ghost < 1:
            return
        away = -self.side * reach * half
        colour = self.canvas.ink.tone(light.shadow)
        shape = self._moved(paths.oval((away, 0.5, half * 1.12, half * flat)))
        depth = light.depth * (1 - self.haze)
        if self.canvas.flat:
            self.canvas.add(Shape(d=shape, fill=colour, alpha=depth * 0.7, role="shadow"))
            return
        blend = Blend(
            stops=((0, colour, depth * 1.5), (0.55, colour, depth), (1, colour, 0)),
            vector=(0.5, 0.5, 0.5),
        )
        self.canvas.add(Shape(d=shape, fill=blend, role="shadow"))

    def window(self, box: Sequence[float], *, radius: float = 0.0) -> None:
        """Paint a window pane: lit at night."""
        if self.lit:
            x, y, w, h = box
            if self.fine:
                self.halo((x + w / 2, y + h / 2, w * 1.7, h * 1.4), "#ffcf70", 0.4)
            self.rect(box, "#ffd98a", role="glow", radius=radius)
            return
        self.rect(box, lighter("#6f97b4", 0.12), role="mark", radius=radius)
