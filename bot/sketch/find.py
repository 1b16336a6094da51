"""Which things of the picture does a noun mean?"""

from collections.abc import Iterable
from typing import Final

from bot.sketch.language.steps import Noun
from bot.sketch.scene import Scene, Thing
from bot.sketch.vocabulary.kinds import CELESTIAL

#: A general word means these too, where there is nothing of its own kind.
FAMILIES: Final[dict[str, frozenset[str]]] = {
    "tree": frozenset({"pine", "birch", "palm"}),
    "boat": frozenset({"rowboat", "ship"}),
    "ship": frozenset({"boat", "rowboat"}),
    "flower": frozenset({"tulip", "sunflower"}),
    "man": frozenset({"woman", "child", "astronaut", "wizard"}),
    "bird": frozenset({"seagull", "owl", "duck", "swan", "penguin"}),
    "balloon": frozenset({"hot-air balloon"}),
    "house": frozenset({"barn", "shop"}),
    "star": frozenset({"starfish"}),
    "car": frozenset({"truck", "bus"}),
    "lamp": frozenset({"floor lamp"}),
    "tower": frozenset({"lighthouse", "skyscraper"}),
}


def subject_of(scene: Scene) -> list[Thing]:
    """Return what "it" means: what was spoken of last, else the picture's first thing."""
    spoken = scene.thing(scene.focus)
    if spoken is not None:
        return [spoken]
    return [t for t in scene.things if t.kind not in CELESTIAL][:1] or list(scene.things[:1])


def several_of(scene: Scene) -> list[Thing]:
    """Return what "them" means: all that are like what was spoken of last, else all there is."""
    like = [t for one in subject_of(scene) for t in scene.things if t.kind == one.kind]
    return like if len(like) > 1 else [t for t in scene.things if t.kind not in CELESTIAL]


def matching(scene: Scene, noun: Noun) -> list[Thing]:
    """Return the things that a noun means, oldest first; none where there is no such thing."""
    if noun.what == "it":
        return several_of(scene)[-(noun.count or 0) :] if noun.plural else subject_of(scene)
    if noun.what == "everything":
        return [thing for thing in scene.things if not thing.own]
    if noun.what != "thing":
        return []
    found = [thing for thing in scene.things if thing.kind == noun.name]
    if not found:
        family = FAMILIES.get(noun.name, frozenset())
        found = [thing for thing in scene.things if thing.kind in family]
    if noun.colour:
        found = [thing for thing in found if thing.colour == noun.colour] or found
    return _chosen(found, noun)


def _chosen(found: Iterable[Thing], noun: Noun) -> list[Thing]:
    things = list(found)
    if not things or noun.all:
        return things
    if noun.count is not None:
        return things[-noun.count :]
    if noun.plural:
        return things
    if noun.side is not None:
        leftmost = noun.side < 0.5
        return [min(things, key=lambda t: t.x if leftmost else -t.x)]
    return things[-1:]
