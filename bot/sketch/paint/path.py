"""How is a path read, moved and written?

Paths are absolute ``M L C Q Z`` only: then each pair of numbers is a point, and a path can be placed,
mirrored, turned or made to look drawn by hand, by moving its points.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

Point = tuple[float, float]
Step = tuple[str, tuple[Point, ...]]
#: Control distance that makes four curves a circle.
ROUND: Final = 0.5523
_WORD: Final = re.compile(r"[MLCQZ]|-?\d*\.?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a drawing of its own units goes on the canvas."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    flip: bool = False
    turn: float = 0.0
    #: A factor on heights; negative: a reflection.
    stretch: float = 1.0

    def at(self, point: Point) -> Point:
        """Return the canvas point of a local one."""
        across, down = point
        if self.turn:
            sine, cosine = math.sin(self.turn), math.cos(self.turn)
            across, down = across * cosine - down * sine, across * sine + down * cosine
        if self.flip:
            across = -across
        return (self.x + across * self.scale, self.y + down * self.scale * self.stretch)


@lru_cache(maxsize=4096)
def read(path: str) -> tuple[Step, ...]:
    """Read a path."""
    steps: list[Step] = []
    command, numbers = "", list[float]()
    for word in (*_WORD.findall(path), "Z"):
        if word in "MLCQZ":
            if command:
                pairs = tuple(zip(numbers[::2], numbers[1::2], strict=False))
                steps.append((command, pairs))
            command, numbers = word, []
        else:
            numbers.append(float(word))
    return tuple(steps)


def written(steps: Iterable[Step], move: Callable[[Point], Point]) -> str:
    """Write a path with every point moved."""
    parts: list[str] = []
    for command, points in steps:
        parts.append(command)
        for point in points:
            across, down = move(point)
            parts.append(f"{across:.1f} {down:.1f}")
    return " ".join(parts)


def oval(box: Sequence[float], turn: float = 0.0) -> str:
    """Return an ellipse: centre x and y, both radii; turned by radians."""
    cx, cy, rx, ry = box
    kx, ky = rx * ROUND, ry * ROUND
    points = [
        (rx, 0.0), (rx, ky), (kx, ry), (0.0, ry), (-kx, ry), (-rx, ky), (-rx, 0.0),
        (-rx, -ky), (-kx, -ry), (0.0, -ry), (kx, -ry), (rx, -ky), (rx, 0.0),
    ]  # fmt: skip
    sine, cosine = math.sin(turn), math.cos(turn)
    moved = [(cx + x * cosine - y * sine, cy + x * sine + y * cosine) for x, y in points]
    head = f"M{moved[0][0]:.2f} {moved[0][1]:.2f}C"
    return head + " ".join(f"{x:.2f} {y:.2f}" for x, y in moved[1:]) + "Z"


def box(area: Sequence[float], radius: float = 0.0) -> str:
    """Return a rectangle: left, top, width, height; with round corners."""
    x, y, w, h = area
    if not radius:
        return f"M{x:.2f} {y:.2f}L{x + w:.2f} {y:.2f} {x + w:.2f} {y + h:.2f} {x:.2f} {y + h:.2f}Z"
    r = min(radius, w / 2, h / 2)
    k = r * (1 - ROUND)
    return (
        f"M{x + r:.2f} {y:.2f}L{x + w - r:.2f} {y:.2f}"
        f"C{x + w - k:.2f} {y:.2f} {x + w:.2f} {y + k:.2f} {x + w:.2f} {y + r:.2f}"
        f"L{x + w:.2f} {y + h - r:.2f}"
        f"C{x + w:.2f} {y + h - k:.2f} {x + w - k:.2f} {y + h:.2f} {x + w - r:.2f} {y + h:.2f}"
        f"L{x + r:.2f} {y + h:.2f}"
        f"C{x + k:.2f} {y + h:.2f} {x:.2f} {y + h - k:.2f} {x:.2f} {y + h - r:.2f}"
        f"L{x:.2f} {y + r:.2f}"
        f"C{x:.2f} {y + k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f}Z"
    )


def polygon(points: Sequence[Point]) -> str:
    """Return straight lines through the points, closed."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return a curve through the points (Catmull-Rom)."""
    count = len(points)
    parts = [f"M{points[0][0]:.2f} {points[0][1]:.2f}C"]
    for index in range(count if closed else count - 1):
        before = points[(index - 1) % count] if closed or index else points[0]
        here, there = points[index], points[(index + 1) % count]
        last = index + 2 >= count and not closed
        after = there if last else points[(index + 2) % count]
        parts.append(
            f"{here[0] + (there[0] - before[0]) / 6:.2f} {here[1] + (there[1] - before[1]) / 6:.2f} "
            f"{there[0] - (after[0] - here[0]) / 6:.2f} {there[1] - (after[1] - here[1]) / 6:.2f} "
            f"{there[0]:.2f} {there[1]:.2f} "
        )
    return "".join(parts) + ("Z" if closed else "")
