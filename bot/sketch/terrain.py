"""Where are land, water and sky in the picture?

The horizon and the near shore lie at the same heights whatever the landscape is: so a lake or a sea can
be added behind what stands there, and nothing has to move.
"""

import math
from dataclasses import dataclass
from typing import Final

from bot.sketch.dice import Dice
from bot.sketch.scene import Frame, Scene, frame_of

#: The id that a thing stands on when it stands on the cliff.
CLIFF: Final = 0
#: How far down the sea reaches below a cliff, as a share of what is below the horizon.
CLIFF_SHORE: Final = 0.58
#: Lands that have a floor close to the wall behind it.
INDOORS: Final = frozenset({"room", "plain"})
#: Lands in which everything may float.
FLOATING: Final = frozenset({"space", "underwater"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """The heights of one scene's landscape, in drawing units from the top."""

    frame: Frame
    #: Where the sky ends.
    horizon: float
    #: Where the near land begins.
    shore: float
    #: Which part of the near land belongs to water: the whole picture is water.
    open_water: bool
    #: -1: the cliff rises on the left, 1: on the right, 0: there is none.
    cliff: int
    #: The river's own curve.
    bend: float
    #: How far the near land rises to a hill in the middle; 0: it doesn't.
    hill: float

    def ground(self, depth: float) -> float:
        """Return the height of a foot at this depth, 0 far to 1 near."""
        top = self.shore + 0.035 * self.frame.height
        return top + depth * (self.frame.height * 0.955 - top)

    def rise(self, x: float, depth: float) -> float:
        """Return how far the hill lifts a foot: across 0 left to 1 right, at this depth."""
        if not self.hill:
            return 0.0
        slope = max(0.0, 1 - abs(x - 0.5) / 0.62)
        swell = math.sin(slope * math.pi / 2)
        return self.hill * swell * swell * math.pow(max(0.0, 1 - depth), 1.1)

    def foot(self, x: float, depth: float) -> float:
        """Return the height of a foot on the ground, with the hill."""
        return self.ground(depth) - self.rise(x, depth)

    def water(self, depth: float) -> float:
        """Return the height of a water line at this depth."""
        if self.open_water:
            top, bottom = self.horizon + 0.03 * self.frame.height, self.frame.height * 0.93
        else:
            top = self.horizon + 0.25 * (self.shore - self.horizon)
            bottom = self.shore - 0.3 * (self.shore - self.horizon)
        return top + depth * (bottom - top)

    def nearness(self, y: float) -> float:
        """Return how large things look whose foot is at this height: 1 at the front."""
        span = self.frame.height - self.horizon
        if span <= 1:
            return 1.0
        return 0.42 + 0.58 * max(0.0, min(1.0, (y - self.horizon) / span))

    def haze(self, y: float) -> float:
        """Return how much the air hides at this height: 0 at the front."""
        near = (y - self.horizon) / max(1.0, self.frame.height - self.horizon)
        return min(0.34, max(0.0, 0.34 * (1 - near * 2.2)))

    def cliff_top(self, x: float) -> float:
        """Return the height of the cliff's grass at this place, 0 left to 1 right."""
        inward = 1 - x if self.cliff > 0 else x
        rise = 0.115 + 0.03 * math.cos(inward * 7.0)
        drop = max(0.0, inward - 0.36) * 1.2
        return self.horizon - (rise - drop) * self.frame.height

    def river_x(self, y: float) -> tuple[float, float]:
        """Return the river's middle and half its width at this height, as shares of the width."""
        near = (y - self.horizon) / max(1.0, self.frame.height - self.horizon)
        near = max(0.0, min(1.0, near))
        middle = 0.5 + self.bend * (0.1 + 0.34 * near**1.1 * math.cos(near * 3.4 - 0.5))
        return middle, 0.012 + 0.115 * near**1.3


def _horizon(scene: Scene) -> float:
    shape = 0.6 if scene.size == "1024x1536" else 0.57
    if scene.land == "space":
        return 0.82 if any(thing.zone == "ground" for thing in scene.things) else 1.0
    base = {"room": 0.64, "plain": 0.66, "underwater": 0.83}.get(scene.land, shape)
    if scene.land in {*INDOORS, *FLOATING}:
        return base
    return base + {"above": -0.3, "wide": 0.03, "close": 0.02}.get(scene.camera, 0.0)


def _hill(scene: Scene) -> float:
    if "hill" not in scene.far or scene.land in {*INDOORS, *FLOATING, "street", "open"}:
        return 0.0
    return 0.07 if scene.water != "none" or "road" in scene.far else 0.15


def terrain_of(scene: Scene) -> Terrain:
    """Return the terrain of a scene; it follows from the scene alone."""
    frame = frame_of(scene.size)
    horizon = frame.height * _horizon(scene)
    below = frame.height - horizon
    share = {"beach": 0.4, "room": 0.1, "plain": 0.06, "underwater": 0.12, "space": 0.1}.get(
        scene.land, 0.27
    )
    if "cliff" in scene.far and scene.water == "sea" and scene.land != "beach":
        share = CLIFF_SHORE
    dice = Dice("terrain", scene.seed)
    side = dice.pick((-1, 1))
    return Terrain(
        frame=frame,
        horizon=horizon,
        shore=horizon + share * below,
        open_water=scene.land == "open" and scene.water == "sea",
        cliff=side if "cliff" in scene.far else 0,
        bend=dice.pick((-1, 1)) * dice.real(0.7, 1.0),
        hill=_hill(scene) * frame.height,
    )
