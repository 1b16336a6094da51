"""What do people read beside a picture: what is in it, what changed, what wasn't understood?"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.sketch.compose import HEAVENLY, Result
from bot.sketch.grammar import COLOURS
from bot.sketch.scene import Scene, Thing
from bot.sketch.things import rows
from bot.sketch.words import NUMBERS, called, drawings_of, plural, say

_COLOUR_NAMES: Final = {value: name for name, value in COLOURS.items()}
_PHRASES: Final = dict(rows("phrases.txt"))
_NAMED: Final = {"snowing": "snow"}
_USUAL: Final = frozenset({"none", "clear", "day", "plain"})


def describe(scene: Scene, language: str) -> str:
    """Return the picture in a few words: a sentence in English, else a list."""
    usual = {"cloud"} if scene.layout != "none" else HEAVENLY
    asked = [thing for thing in scene.things if thing.kind not in usual]
    weather = "snowing" if scene.weather == "snow" else scene.weather
    bare = scene.land == "meadow" and (asked or scene.water != "none" or scene.far or scene.photo)
    land, water = "plain" if bare else scene.land, "none" if scene.land == "beach" else scene.water
    every: tuple[str, ...] = (land, *sorted(scene.far), water, scene.time, weather, scene.style)
    stage = [value for value in every if value not in _USUAL]
    if language == "en":
        return _sentence(scene, asked, stage)
    counts = Counter(thing.kind for thing in asked)
    parts = [f"{n} × " * (n > 1) + called(kind, language) for kind, n in counts.items()]
    parts += [f"“{words.text}”" for words in scene.words]
    layout = [scene.layout] if scene.layout != "none" else []
    around = ", ".join(called(_NAMED.get(value, value), language) for value in layout + stage)
    text = ", ".join(parts) + (f" ({around})" if parts and around else around)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _sentence(scene: Scene, asked: Sequence[Thing], stage: Sequence[str]) -> str:
    below = {thing.on for thing in asked}
    groups = Counter((t.kind, t.colour, t.on) for t in asked if t.id not in below)
    nouns = [a_noun(kind, colour, n) + _upon(scene, on) for (kind, colour, on), n in groups.items()]
    words = _joined([f"“{words.text}”" for words in scene.words])
    words = f"the words {words}" if words else ""
    if scene.layout != "none":
        inside = _joined([*nouns, *([words] if words else [])])
        nouns, words = [_PHRASES[scene.layout] + (f" with {inside}" if inside else "")], ""
    phrases = [_PHRASES[value] for value in stage if value in _PHRASES]
    if tint := scene.tints.get("sky"):
        phrases.append(f"under a {_COLOUR_NAMES.get(tint, 'coloured')} sky")
    if scene.photo:
        nouns = [f"your photo with {_joined(nouns)}" if nouns else "your photo"]
    if words and nouns:
        phrases.append(f"with {words}")
    elif words:
        nouns = [words]
    elif not nouns and phrases:
        nouns = [phrases.pop(0).partition(" ")[2]]
    text = " ".join([_joined(nouns), *phrases]).strip()
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def a_noun(kind: str, colour: str | None = None, count: int = 1) -> str:
    """Return "a red boat", "two dogs"."""
    name = called(kind, "en")
    shade = f"{_COLOUR_NAMES[colour]} " if colour in _COLOUR_NAMES else ""
    if count > 1:
        return f"{NUMBERS[count - 1] if count <= 10 else count} {shade}{plural(name)}"
    phrase = f"{shade}{name}"
    if name.startswith(("Eiffel", "mount ")):
        return f"the {phrase}"
    vowel = phrase[0] in "aeiou" and not phrase.startswith(("uni", "eu"))
    return f"{'an' if vowel else 'a'} {phrase}"


def _upon(scene: Scene, number: int | None) -> str:
    below = scene.thing(number)
    return f" on {a_noun(below.kind, below.colour)}" if below else ""


def _joined(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def changes(result: Result, language: str) -> list[str]:
    """Return a sentence for each kind of change; none for a new picture."""
    said: dict[str, Counter[str]] = {}
    for what, value in () if result.fresh else result.done:
        said.setdefault(what, Counter())[value] += 1
    found = []
    for what, values in said.items():
        names = [_changed(what, value, n, language) for value, n in values.items()]
        found.append(say(what, language, _joined(names) if language == "en" else ", ".join(names)))
    return found


def _changed(what: str, value: str, count: int, language: str) -> str:
    old, _, new = value.partition(">")
    if what == "wrote":
        return value
    if language != "en":
        name = called(old, language) + (f" → {called(new, language)}" if new else "")
        return name if count == 1 else f"{count} × {name}"
    if what == "added":
        return a_noun(value, None, count)
    if what == "staged" or not (drawings_of(old) or old in {"sky", "ground", "water", "write"}):
        return called(value, "en")
    name = plural(called(old, "en")) if count > 1 else called(old, "en")
    return f"the {name}" + (f" with {a_noun(new, None, count)}" if new else "")


def missing(result: Result, language: str) -> str:
    """Say what was spoken of and is not in the picture; nothing where all is there."""
    names = [called(name, language) for name in dict.fromkeys(result.missing)]
    return say("missing", language, ", ".join(names)) if names else ""
