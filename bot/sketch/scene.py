"""What is a picture, before it is painted?

A `Scene`: the land, the light, the things with their places, the words. Every edit makes a new scene
from the old one; what an edit doesn't name keeps its place, its size and its seed.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

#: The format that is written into PNGs; a scene of another version is not read.
VERSION: Final = 1

Zone = Literal["ground", "water", "sky"]
Size = Literal["1024x1024", "1024x1536", "1536x1024", "2048x2048"]
Quality = Literal["low", "medium", "high"]
SIZES: Final[tuple[Size, ...]] = ("1024x1024", "1024x1536", "1536x1024", "2048x2048")
QUALITIES: Final[tuple[Quality, ...]] = ("low", "medium", "high")

LANDS: Final = (
    "meadow", "beach", "desert", "snow", "street", "room", "space", "plain",
    "forest floor", "underwater", "rock", "open",
)  # fmt: skip
WATERS: Final = ("none", "sea", "lake", "river")
FARS: Final = (
    "mountains",
    "hills",
    "forest",
    "city",
    "cliff",
    "hill",
    "road",
    "flowers",
    "volcano",
    "village",
)
TIMES: Final = ("day", "dawn", "golden", "dusk", "night")
WEATHERS: Final = ("clear", "cloudy", "rain", "snow", "fog", "storm", "wind")
SEASONS: Final = ("none", "spring", "summer", "autumn", "winter")
STYLES: Final = (
    "none", "watercolour", "pixel", "blueprint", "pencil", "poster", "neon", "papercut",
    "cartoon", "mono", "sepia",
)  # fmt: skip
CAMERAS: Final = ("normal", "close", "wide", "above")
#: What else can be given a colour, beside things and words.
SURFACES: Final = ("sky", "ground", "water", "mountains", "hills", "forest", "city", "background")

#: Bounds that keep a scene paintable whatever it came from.
MOST_THINGS: Final = 60
MOST_WORDS: Final = 6
MOST_LETTERS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing in the picture."""

    #: Its number in this scene, never used twice.
    id: int
    #: A name from the vocabulary.
    kind: str
    #: What it stands on, swims in or hangs in.
    zone: Zone
    #: Across the picture, 0 left to 1 right; its middle.
    x: float
    #: On land and water the depth, 0 far to 1 near; in the sky 0 top to 1 horizon; its foot.
    y: float
    #: Its height as a share of the picture's short side.
    size: float
    #: What its own variety follows from.
    seed: int
    #: A colour as ``#rrggbb``, or None: as such things are.
    colour: str | None = None
    #: The second colour: roof, sail, stripes.
    accent: str | None = None
    #: Looks to the left.
    flip: bool = False
    #: The id of the thing that it stands on, or None.
    on: int | None = None
    #: What it wears, as (item, colour or None).
    wears: tuple[tuple[str, str | None], ...] = ()
    #: Nobody asked for it: a sun or clouds that belong to the hour and go with it.
    own: bool = False
    #: It is held by the one that it is `on`.
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text in the picture."""

    text: str
    #: ``#rrggbb``, or None: what reads best there.
    colour: str | None = None
    #: top, middle, bottom, and a side: left, middle, right.
    row: str = "top"
    side: str = "middle"
    #: A factor on the usual size.
    size: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A whole picture, independent of quality and pixels."""

    #: What the landscape's variety follows from.
    seed: int
    #: The shape it was composed for.
    size: Size = "1024x1024"
    land: str = "meadow"
    water: str = "none"
    #: Features of the landscape.
    far: tuple[str, ...] = ()
    time: str = "day"
    weather: str = "clear"
    season: str = "none"
    style: str = "none"
    camera: str = "normal"
    #: Colours that people gave to surfaces.
    tints: tuple[tuple[str, str], ...] = ()
    things: tuple[Thing, ...] = ()
    words: tuple[Words, ...] = ()
    #: A JPEG in base64 that replaces the backdrop, or None.
    photo: str | None = None
    #: Sky colours taken from a photo, top to horizon.
    sky: tuple[str, ...] = ()
    #: How large one metre is drawn; fixed when the scene is first composed.
    zoom: float = 0.2
    #: The id of what was spoken of last: "it".
    focus: int | None = None
    #: People took the sun, moon or clouds away: none is made up again.
    bare: tuple[str, ...] = ()

    def tint(self, surface: str) -> str | None:
        """Return the colour that people gave to a surface."""
        return dict(self.tints).get(surface)

    def tinted(self, surface: str, colour: str | None) -> "Scene":
        """Return the scene with this surface coloured; None takes the colour away."""
        kept = tuple(pair for pair in self.tints if pair[0] != surface)
        return replace(self, tints=kept if colour is None else (*kept, (surface, colour)))

    def thing(self, number: int | None) -> Thing | None:
        """Return the thing of that id."""
        return next((thing for thing in self.things if thing.id == number), None)

    def with_thing(self, changed: Thing) -> "Scene":
        """Return the scene with the thing of the same id replaced."""
        things = tuple(changed if thing.id == changed.id else thing for thing in self.things)
        return replace(self, things=things)

    def rounded(self) -> "Scene":
        """Return the scene with numbers as they are kept: so an edit leaves the rest as it was, to the pixel."""
        things = tuple(
            replace(t, x=round(t.x, 5), y=round(t.y, 5), size=round(t.size, 5)) for t in self.things
        )
        return replace(self, things=things, zoom=round(self.zoom, 5))

    def next_id(self) -> int:
        """Return an id that no thing of this scene has or had."""
        return max((thing.id for thing in self.things), default=0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The picture's area in drawing units; the short side is always 1000."""

    width: float
    height: float

    @property
    def short(self) -> float:
        """The shorter side."""
        return min(self.width, self.height)


_FRAMES: Final = {
    "1024x1024": Frame(width=1000, height=1000),
    "2048x2048": Frame(width=1000, height=1000),
    "1024x1536": Frame(width=1000, height=1500),
    "1536x1024": Frame(width=1500, height=1000),
}


def frame_of(size: Size) -> Frame:
    """Return the drawing area of a size."""
    return _FRAMES[size]


def pixels_of(size: Size) -> tuple[int, int]:
    """Return width and height in pixels."""
    width, _, height = size.partition("x")
    return int(width), int(height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What shape and how many pictures a request asks for: the API's ``image_output``."""

    size: Size = "1024x1024"
    quality: Quality = "medium"
    n: int = 1
    #: The fields that the request itself named.
    named: frozenset[str] = field(default_factory=frozenset)
