"""What is in the picture, in one good sentence? It becomes the alt text."""

from collections.abc import Sequence
from typing import Final

from bot.sketch.scene import Scene, Thing
from bot.sketch.terrain import CLIFF
from bot.sketch.vocabulary.colours import colour_name
from bot.sketch.vocabulary.kinds import CELESTIAL, kind_of
from bot.sketch.vocabulary.settings import LAND_WORDS

NUMBER_WORDS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
TIME_WORDS: Final = {
    "dawn": "at dawn",
    "golden": "in golden evening light",
    "dusk": "at dusk",
    "night": "at night",
}
WEATHER_WORDS: Final = {
    "rain": "in the rain", "snow": "in falling snow", "fog": "in the fog", "storm": "in a storm",
    "wind": "on a windy day", "cloudy": "under a cloudy sky",
}  # fmt: skip
STYLE_WORDS: Final = {
    "watercolour": "a watercolour of", "pixel": "pixel art of", "blueprint": "a blueprint of",
    "pencil": "a pencil drawing of", "poster": "a poster of", "neon": "a neon drawing of",
    "papercut": "a paper cut of", "cartoon": "a cartoon of", "mono": "a black and white picture of",
    "sepia": "a sepia picture of",
}  # fmt: skip
FAR_WORDS: Final = {
    "mountains": "mountains", "forest": "a forest", "city": "a skyline", "volcano": "a volcano",
    "flowers": "wild flowers", "road": "a road", "hills": "rolling hills", "village": "a village",
}  # fmt: skip
WATER_WORDS: Final = {"lake": "a lake", "river": "a river", "sea": "the sea"}
#: On, over or in the open sea, by where the subject is.
AT_SEA: Final = {
    "water": "on the open sea", "sky": "over the open sea", "ground": "on a little island",
}  # fmt: skip
OVER: Final = {
    "meadow": "over a green meadow", "desert": "over the desert", "beach": "over a sandy beach",
    "snow": "over a snowy field",
}  # fmt: skip


def number_word(count: int) -> str:
    """Return a small number as a word."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def counted(name: str, count: int, colour: str | None = None) -> str:
    """Return "a red boat" or "three red boats"."""
    kind = kind_of(name)
    adjective = colour_name(colour)
    tone = f"{adjective} " if adjective else ""
    if count == 1:
        noun = f"{tone}{kind.name}"
        if kind.article == "the":
            return f"the {noun}"
        return (
            f"an {noun}"
            if noun[0] in "aeiou" and not noun.startswith(("uni", "ufo"))
            else f"a {noun}"
        )
    return f"{number_word(count)} {tone}{kind.plural}"


def listed(parts: Sequence[str]) -> str:
    """Join with commas and an "and"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def description(scene: Scene) -> str:
    """Return the sentence that describes the picture."""
    groups = _groups(scene)
    head, *rest = _phrases(scene, groups) or [_landscape(scene)]
    where = _where(scene, groups)
    rest += _extras(scene, where)
    sentence = f"{head} {where}".strip()
    when = _when(scene)
    if when:
        sentence = f"{sentence} {when}"
    if rest:
        sentence = f"{sentence}, with {listed(rest)}"
    if scene.style in STYLE_WORDS:
        sentence = f"{STYLE_WORDS[scene.style]} {sentence}"
    return sentence[0].upper() + sentence[1:] + "."


def _groups(scene: Scene) -> list[list[Thing]]:
    """Return things of a kind and colour together, the subject first."""
    groups: dict[tuple[object, ...], list[Thing]] = {}
    for thing in scene.things:
        if thing.own or thing.held:
            continue
        groups.setdefault((thing.kind, thing.colour, thing.on, thing.wears), []).append(thing)
    return sorted(groups.values(), key=lambda group: group[0].kind in CELESTIAL)


def _phrases(scene: Scene, groups: list[list[Thing]]) -> list[str]:
    """Return how each group is spoken of; what one stands on is told with it."""
    told: set[int] = set()
    phrases = []
    for group in groups:
        if group[0].id not in told:
            told |= {thing.id for thing in group}
            phrases.append(_group(scene, group, told))
    return phrases


def _group(scene: Scene, group: list[Thing], told: set[int]) -> str:
    first = group[0]
    text = counted(first.kind, len(group), first.colour)
    if first.wears:
        text += f" wearing {listed([_worn(item, colour) for item, colour in first.wears])}"
    holders = {thing.id for thing in group}
    held = [(t.kind, t.colour) for t in scene.things if t.held and t.on in holders]
    if held:
        items = [
            counted(kind, held.count((kind, tone)), tone) for kind, tone in dict.fromkeys(held)
        ]
        text += f" holding {listed(items)}"
    below = scene.thing(first.on) if first.on else None
    if below is None:
        return text
    alone = sum(thing.kind == below.kind for thing in scene.things) == 1
    if below.id in told or not alone:
        return f"{text} on the {kind_of(below.kind).name}"
    told.add(below.id)
    return f"{text} on {counted(below.kind, 1, below.colour)}"


def _worn(item: str, colour: str | None) -> str:
    tone = colour_name(colour)
    name = f"{tone} {item}" if tone else item
    return name if item == "glasses" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _where(scene: Scene, groups: list[list[Thing]]) -> str:
    if scene.photo:
        return "on your photo" if groups else ""
    if not groups:
        return ""
    subject = groups[0][0]
    if subject.on == CLIFF:
        return "on a cliff by the sea"
    if scene.land == "open":
        return AT_SEA[subject.zone]
    if subject.zone == "water" and scene.water != "none":
        return f"on {WATER_WORDS[scene.water]}"
    if subject.zone == "sky" and scene.water != "none":
        return f"over {WATER_WORDS[scene.water]}"
    if subject.zone == "sky" and scene.land in OVER:
        return OVER[scene.land]
    return _on_land(scene)


def _on_land(scene: Scene) -> str:
    water = f"by {WATER_WORDS[scene.water]}" if scene.water != "none" else ""
    land = LAND_WORDS[scene.land]
    if "hill" in scene.far and scene.land in {"meadow", "snow"}:
        return "on a snowy hill" if scene.land == "snow" else "on a hill"
    if scene.land == "meadow" and scene.season == "autumn":
        land = "on a meadow"
    if scene.land == "beach":
        return land
    return f"{land} {water}".strip() if water and scene.land != "meadow" else water or land


def _landscape(scene: Scene) -> str:
    if scene.photo:
        return "your photo"
    land = LAND_WORDS[scene.land].split(" ", 1)[1]
    return {
        "at sea": "the open sea",
        "sea": "the open sea",
        "space": "outer space",
        "water": "an underwater world",
    }.get(land, land)


def _when(scene: Scene) -> str:
    parts = []
    if scene.season != "none" and scene.land not in {"room", "space", "underwater"}:
        parts.append(f"in {scene.season}")
    if scene.land not in {"space", "underwater", "plain"}:
        parts.append(TIME_WORDS.get(scene.time, ""))
        if scene.land != "room":
            parts.append(WEATHER_WORDS.get(scene.weather, ""))
    return " ".join(part for part in parts if part)


def _extras(scene: Scene, where: str) -> list[str]:
    parts = []
    if not scene.photo:
        parts = [
            FAR_WORDS[f]
            for f in scene.far
            if f in FAR_WORDS and scene.land not in {"room", "plain"}
        ]
        water = WATER_WORDS.get(scene.water)
        if water and water not in where and scene.land not in {"beach", "open"}:
            parts.append(water)
    for surface, colour in scene.tints:
        name = colour_name(colour)
        if name and surface in {"sky", "ground", "water", "background"}:
            spoken = {"ground": "ground", "water": "water"}.get(surface, surface)
            parts.append(
                f"{'' if surface == 'water' else 'an ' if name[0] in 'aeiou' else 'a '}{name} {spoken}"
            )
    if scene.land == "forest floor" and "a forest" in parts:
        parts.remove("a forest")
    if scene.land == "street" and "a skyline" in parts:
        parts[parts.index("a skyline")] = "the city's skyline"
    parts += [f"the {_word(w.text)} “{w.text}”" for w in scene.words]
    return parts


def _word(text: str) -> str:
    return "words" if " " in text else "word"
