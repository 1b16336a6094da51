"""What do people and animals wear?"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.colour import darker
from bot.sketch.paint.things.skin import skin_of


@dataclass(frozen=True, slots=True)
class Head:
    """Where a head is: its upper middle, its width, and the twentieth of that to draw in."""

    x: float
    y: float
    wide: float

    @property
    def u(self) -> float:
        """The unit of what is worn."""
        return self.wide / 20

    def at(self, across: float, down: float) -> tuple[float, float]:
        """Return a point in units from where a hat sits."""
        return self.x + across * self.u, self.y + self.wide * 0.16 + down * self.u

    def path(self, *parts: str | tuple[float, float]) -> str:
        """Return a path: its letters, and points in units from where a hat sits."""
        out = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            else:
                x, y = self.at(*part)
                out.append(f"{x:.1f} {y:.1f} ")
        return "".join(out)


def wear(b: Brush, item: str, colour: str | None, head: tuple[float, float, float]) -> None:
    """Put something on a head: its upper middle, and how wide the head is."""
    WORN[item](b, Head(*head), colour)


def _scarf(b: Brush, head: Head, colour: str | None) -> None:
    tone = colour or "#d8433b"
    ring = head.path(
        "M",
        (-11, 14.2),
        "Q",
        (0, 20.2),
        (9, 14.2),
        "L",
        (9, 19.2),
        "Q",
        (0, 25.2),
        (-11, 19.2),
        "Z",
    )
    end = head.path("M", (-8, 17.2), "L", (-14, 34.2), (-7, 35.2), (-3, 20.2), "Z")
    b.path(ring, tone)
    b.path(end, darker(tone, 0.12))


def _glasses(b: Brush, head: Head, colour: str | None) -> None:
    tone, wide = colour or "#2c2d35", head.wide
    for side in (-0.24, 0.3):
        lens = (head.x + side * wide, head.y + wide * 0.48, wide * 0.2, wide * 0.17)
        b.oval(lens, tone, alpha=0.92)
    b.line(head.path("M", (-10, 5.2), "L", (10, 5.2)), tone, 1.6 * head.u)


def _bow(b: Brush, head: Head, colour: str | None) -> None:
    tone = colour or "#e2678a"
    for side in (-1, 1):
        b.path(head.path("M", (0, 16.8), "L", (side * 9, 11.8), (side * 9, 21.8), "Z"), tone)
    x, y = head.at(0, 16.8)
    b.oval((x, y, 2.2 * head.u, 2.4 * head.u), darker(tone, 0.15))


def _open_collar(b: Brush, head: Head, colour: str | None) -> None:
    """Paint the shirt open at the neck: skin in a V, and the two ends of the collar."""
    skin = skin_of(b)
    neck = head.wide * 1.3 + head.y
    x, u = head.x, head.u
    b.path(
        f"M{x - 4 * u:.1f} {neck:.1f}L{x + 4 * u:.1f} {neck:.1f} {x:.1f} {neck + 13 * u:.1f}Z", skin
    )
    for side in (-1, 1):
        edge = (
            f"M{x + side * 3.4 * u:.1f} {neck - u:.1f}L{x + side * 7.4 * u:.1f} {neck + 2 * u:.1f}"
        )
        end = f" {x + side * 3.6 * u:.1f} {neck + 7.4 * u:.1f} {x + side * 1.6 * u:.1f} {neck + 4 * u:.1f}Z"
        b.path(edge + end, colour or "#fbf6ea")


def _crown(b: Brush, head: Head, colour: str | None) -> None:
    tone = colour or "#f2c035"
    teeth = ((-9, 0), (-11, -11), (-5, -6), (0, -14), (5, -6), (11, -11), (9, 0))
    b.poly([head.at(*tooth) for tooth in teeth], tone)
    for dx, jewel in ((-5, "#d8433b"), (0, "#3b78c9"), (5, "#5a9f45")):
        x, y = head.at(dx, -3)
        b.oval((x, y, 1.4 * head.u, 1.4 * head.u), jewel, role="mark")


def _party_hat(b: Brush, head: Head, colour: str | None) -> None:
    tone = colour or "#e2678a"
    b.poly([head.at(-8, 0), head.at(0, -21), head.at(8, 0)], tone)
    for dot in ((-3, -4), (3, -6), (-1, -11), (1, -2)):
        x, y = head.at(*dot)
        b.oval((x, y, 1.3 * head.u, 1.3 * head.u), "#fbf6ea", role="mark")
    x, y = head.at(0, -21)
    b.oval((x, y, 2.6 * head.u, 2.6 * head.u), "#f2c53d")


def _cap(b: Brush, head: Head, colour: str | None) -> None:
    tone = colour or "#3b78c9"
    b.path(head.path("M", (-10, 0), "C", (-10, -14), (10, -14), (10, 0), "Z"), tone)
    peak = head.path("M", (4, -2), "L", (19, 0), "Q", (12, 3), (4, 1), "Z")
    b.path(peak, darker(tone, 0.14))


def _flower_crown(b: Brush, head: Head, colour: str | None) -> None:
    for index in range(7):
        angle = math.pi + index * math.pi / 6
        tone = colour or ("#e2678a", "#f2c53d", "#f7f3ea")[index % 3]
        x, y = head.at(math.cos(angle) * 10, math.sin(angle) * 4)
        b.oval((x, y, 3 * head.u, 3 * head.u), tone)


def _hat(b: Brush, head: Head, colour: str | None) -> None:
    tone, u = colour or "#33303f", head.u
    b.path(
        head.path("M", (-8, 0), "L", (-7.4, -15), "Q", (0, -18), (7.4, -15), "L", (8, 0), "Z"), tone
    )
    x, y = head.at(-8, -5)
    band = "#d8433b" if colour is None else darker(tone, 0.4)
    b.rect((x, y, 16 * u, 4 * u), band, role="mark")
    x, y = head.at(0, 0)
    b.oval((x, y, 14 * u, 2.8 * u), tone)


WORN: Final[Mapping[str, Callable[[Brush, Head, str | None], None]]] = {
    "hat": _hat, "cap": _cap, "crown": _crown, "party hat": _party_hat, "scarf": _scarf,
    "flower crown": _flower_crown, "glasses": _glasses, "bow": _bow, "open collar": _open_collar,
}  # fmt: skip
