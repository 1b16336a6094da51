"""How do things come into the scene?"""

from dataclasses import replace
from typing import Final

from bot.sketch import stage
from bot.sketch.compose import place
from bot.sketch.edits.outcome import Outcome, spoken
from bot.sketch.edits.wearing import can_wear, unwearable
from bot.sketch.find import matching
from bot.sketch.language import steps as do
from bot.sketch.scene import MOST_THINGS, Scene
from bot.sketch.terrain import CLIFF
from bot.sketch.vocabulary.kinds import kind_of
from bot.sketch.vocabulary.words import MOST_AT_ONCE
from bot.sketch.wanted import Wanted

#: How much smaller stars are when there are several.
SPRINKLED: Final = 0.36
#: What a cake is painted with.
CANDLES: Final = 4


def count_of(noun: do.Noun) -> int:
    """Return how many are meant."""
    if noun.count is not None:
        return min(noun.count, MOST_AT_ONCE)
    return 3 if noun.plural and not noun.definite else 1


def add(out: Outcome, step: do.Add) -> None:
    """Put something in, with what it stands beside where that isn't there yet."""
    noun = _laid(out, suited(out.scene, step.noun))
    out.scene = stage.watered(out.scene, noun.name)
    beside = landmarks(out, noun)
    if _on_cake(out, noun):
        return
    count = min(_amount(noun, beside), MOST_THINGS - len(out.scene.things))
    if count <= 0:
        out.cannot.append(f"There is no room for more: {MOST_THINGS} things are in the picture.")
        return
    scale = noun.scale * (SPRINKLED if noun.name == "star" and count > 2 else 1)
    for index in range(count):
        wanted = Wanted(
            kind=noun.name, colour=noun.colour, accent=noun.accent, scale=scale,
            across=noun.across, down=noun.down,
            relation=noun.relation, beside=beside[index % len(beside)] if beside else None, flip=noun.flip, wears=noun.wears,
            variation=out.variation * 97 + index, avoid=out.avoid.get(noun.name, ()),
        )  # fmt: skip
        out.scene = place(out.scene, wanted)
    items = (item for item, _ in noun.wears if not can_wear(noun.name, item, own=True))
    out.cannot += [unwearable(noun.name, item) for item in items]
    out.added += count
    out.scene = replace(out.scene, focus=out.scene.things[-1].id)
    out.done.append(f"added {spoken(noun, count)}")


def _on_cake(out: Outcome, noun: do.Noun) -> bool:
    """Tell whether candles are those of a cake, which has its own."""
    cake = any(thing.kind == "cake" for thing in out.scene.things)
    if noun.name != "candle" or count_of(noun) == 1 or not cake:
        return False
    if count_of(noun) != CANDLES:
        out.cannot.append("My cakes have four candles each, no more and no fewer.")
    out.done.append("left the cake its candles")
    return True


def suited(scene: Scene, noun: do.Noun) -> do.Noun:
    """Return the noun as the land wants it: a lamp in a room is no street lamp."""
    return (
        replace(noun, name="floor lamp") if noun.name == "lamp" and scene.land == "room" else noun
    )


def _laid(out: Outcome, noun: do.Noun) -> do.Noun:
    """Return the noun on the table, where it belongs there and nothing else was said."""
    said = noun.relation or noun.across is not None or noun.down is not None
    table = any(thing.kind == "table" for thing in out.scene.things)
    if said or not table or kind_of(noun.name).home != "table":
        return noun
    below = do.Noun(what="thing", name="table", definite=True)
    return replace(noun, relation="on", beside=below)


def _amount(noun: do.Noun, beside: list[int]) -> int:
    """Return how many are put in: of what several hold, one each."""
    if noun.relation == "held" and noun.plural and noun.count is None:
        return max(1, len(beside))
    return count_of(noun)


def landmark(out: Outcome, noun: do.Noun) -> int | None:
    """Return the id of what a place refers to: the newest such thing."""
    there = landmarks(out, noun)
    return there[-1] if there else None


def landmarks(out: Outcome, noun: do.Noun) -> list[int]:
    """Return the ids of what a place refers to; it is put in where it is missing."""
    if noun.cliff and "cliff" in out.scene.far:
        return [CLIFF]
    if noun.beside is None or noun.beside.what not in {"thing", "it"}:
        return []
    relation = noun.relation
    there = matching(out.scene, noun.beside)
    if not there and relation and noun.beside.what == "thing":
        add(out, do.Add(noun=noun.beside))
        there = matching(out.scene, noun.beside)
    return [thing.id for thing in there]


def copy(out: Outcome, step: do.Copy) -> None:
    """Put a twin beside a thing."""
    there = matching(out.scene, step.noun)
    if not there:
        out.missing.append(step.noun.name or "such thing")
        return
    for thing in there[: MOST_THINGS - len(out.scene.things)]:
        wanted = Wanted(
            kind=thing.kind, colour=thing.colour, accent=thing.accent, relation="near",
            beside=thing.id, wears=thing.wears, variation=out.variation,
        )  # fmt: skip
        out.scene = place(out.scene, wanted)
        twin = replace(out.scene.things[-1], size=thing.size, seed=thing.seed, flip=not thing.flip)
        out.scene = replace(out.scene, things=(*out.scene.things[:-1], twin), focus=twin.id)
        out.added += 1
    out.done.append(f"added another {kind_of(there[0].kind).name}")
