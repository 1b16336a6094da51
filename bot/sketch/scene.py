"""What is a picture, before it is painted, and how does it travel inside the PNG?

A `Scene`, as JSON. Every edit makes a new one from the old one; what isn't a scene that we could have written
is read as None, never as an error.
"""

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from random import Random
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass as checked

from bot.sketch.things import drawings

Zone = Literal["ground", "water", "sky"]
Size = Literal["1024x1024", "1024x1536", "1536x1024", "2048x2048"]
Quality = Literal["low", "medium", "high"]
Land = Literal[
    "meadow", "flowers", "beach", "desert", "snow", "city", "room", "space", "moon", "underwater", "forest", "plain",
]  # fmt: skip
Water = Literal["none", "sea", "lake", "river"]
Far = Literal["mountains", "hills", "cliff"]
Time = Literal["day", "dawn", "golden", "dusk", "night"]
Weather = Literal["clear", "cloudy", "rain", "snow", "fog", "storm"]
Style = Literal[
    "none", "watercolour", "painting", "pixel", "pencil", "blueprint", "neon", "papercut", "poster", "mono", "sepia",
]  # fmt: skip
Layout = Literal["none", "logo", "icon", "card", "birthday", "chart", "diagram"]
Surface = Literal["sky", "ground", "water"]

MOST_THINGS: Final = 60  #: Bounds that keep a scene paintable whatever it came from.
MOST_WORDS: Final = 6
MOST_LETTERS: Final = 120
#: Letters that XML can hold, and not spaces alone.
_PRINTABLE: Final = r"^ *[^\s\x00-\x1f\x7f\u{FFFE}\u{FFFF}][^\x00-\x1f\x7f\u{FFFE}\u{FFFF}]*$"
#: A JPEG in base64, by its first three bytes.
_JPEG: Final = r"^/9j/(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Share = Annotated[float, Field(ge=-0.2, le=1.2, allow_inf_nan=False)]
Id = Annotated[int, Field(ge=1, le=1_000_000)]
_STRICT: Final = ConfigDict(strict=True, extra="forbid")


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Thing:
    """One thing in the picture."""

    id: Id  #: Its number in this scene, never used twice.
    kind: str
    zone: Zone  #: What it stands on, swims in or hangs in.
    x: Share  #: Its middle across the picture, 0 left to 1 right.
    y: Share  #: On ground and water the depth, 0 far to 1 near; in the sky 0 top to 1 horizon.
    #: Its height as a share of the picture's short side.
    size: Annotated[float, Field(gt=0, le=1.5, allow_inf_nan=False)]
    colour: Colour | None = None  #: A colour that people gave it, or None: as it is drawn.
    flip: bool = False
    on: Id | None = None  #: The id of the thing that it stands on, or None.


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Words:
    """A line of text in the picture."""

    text: Annotated[str, Field(max_length=MOST_LETTERS, pattern=_PRINTABLE)]
    colour: Colour | None = None  #: None: what reads best there.
    row: Literal["top", "middle", "bottom"] = "top"
    size: Annotated[float, Field(ge=0.2, le=4, allow_inf_nan=False)] = 1.0


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Scene:
    """A whole picture, independent of quality and pixels."""

    seed: Annotated[int, Field(ge=0, le=1 << 53)]  #: What its variety follows from.
    size: Size = "1024x1024"
    land: Land = "meadow"
    water: Water = "none"
    far: Annotated[tuple[Far, ...], Field(max_length=3)] = ()
    time: Time = "day"
    weather: Weather = "clear"
    style: Style = "none"
    layout: Layout = "none"
    tints: Annotated[dict[Surface, Colour], Field(max_length=3)] = field(default_factory=dict)
    things: Annotated[tuple[Thing, ...], Field(max_length=MOST_THINGS)] = ()
    words: Annotated[tuple[Words, ...], Field(max_length=MOST_WORDS)] = ()
    #: A JPEG in base64 that replaces the backdrop, or None.
    photo: Annotated[str, Field(max_length=900_000, pattern=_JPEG)] | None = None
    #: A factor on the natural sizes of things; fixed when the scene is first composed.
    zoom: Annotated[float, Field(ge=0.2, le=5, allow_inf_nan=False)] = 1.0
    focus: int | None = None  #: The id of what was spoken of last: "it".

    def thing(self, number: int | None) -> Thing | None:
        """Return the thing of that id."""
        return next((thing for thing in self.things if thing.id == number), None)

    def with_thing(self, changed: Thing) -> "Scene":
        """Return the scene with the thing of the same id replaced."""
        things = tuple(changed if thing.id == changed.id else thing for thing in self.things)
        return replace(self, things=things, focus=changed.id)

    def without(self, gone: frozenset[int]) -> "Scene":
        """Return the scene without these things; what stood on them comes down."""
        kept = [t for t in self.things if t.id not in gone]
        things = tuple(replace(t, on=None) if t.on in gone else t for t in kept)
        return replace(self, things=things)

    def next_id(self) -> int:
        """Return an id that no thing of this scene has."""
        return max((thing.id for thing in self.things), default=0) + 1

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height in drawing units; the short side is always 1000."""
        width, _, height = self.size.partition("x")
        short = min(int(width), int(height))
        return int(width) * 1000 / short, int(height) * 1000 / short


class _Stored(BaseModel):
    model_config = _STRICT
    v: Literal[2]  #: The format; a scene of another version is not read.
    scene: Scene


def dump(scene: Scene) -> bytes:
    """Return the scene as compact JSON; defaults are left out."""
    return _Stored(v=2, scene=scene).model_dump_json(exclude_defaults=True).encode()


def load(data: bytes) -> Scene | None:
    """Read a scene; None where it is not one that `dump` could have written."""
    try:
        scene = _Stored.model_validate_json(data).scene
    except (ValidationError, RecursionError):
        return None
    ids = {thing.id for thing in scene.things}
    lower = {t.id for t in scene.things if t.on is None}
    stacked = all(t.on is None or t.on in lower for t in scene.things)
    known = all(thing.kind in drawings() for thing in scene.things)
    return scene if len(ids) == len(scene.things) and stacked and known else None


def seed_of(*parts: object) -> int:
    """Turn any values into a seed of 48 bits; equal values give equal seeds."""
    text = "\x1f".join(str(part) for part in parts)
    raw = blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()
    return int.from_bytes(raw, "big")


def dice(*seed: object) -> Random:
    """Return a sequence of numbers that follows from its seed, the same on every machine."""
    return Random(seed_of(*seed))  # noqa: S311 - variety, not secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What shape and how many pictures a request asks for: the API's ``image_output``."""

    size: Size = "1024x1024"
    quality: Quality = "medium"
    n: int = 1
    named: frozenset[str] = frozenset()  #: the fields that the request itself named
