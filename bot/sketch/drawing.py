"""Which scene comes of a wish, in a conversation: a new one, or the old one changed?"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch.conversation import Past
from bot.sketch.dice import seed_of
from bot.sketch.edits.apply import apply
from bot.sketch.edits.fresh import fresh
from bot.sketch.edits.outcome import Outcome
from bot.sketch.edits.recompose import reshaped
from bot.sketch.edits.takes import alike, another, places, sided
from bot.sketch.language.steps import Add, Recolour, Remove, Stage, StartOver, Step, Unknown, Write
from bot.sketch.scene import Output

#: So many earlier pictures of the same wish are looked at, to make a further one another.
BEFORE: Final = 3
_SKY_LIKE: Final = re.compile(
    r"\bsky\b.*\b(?:like|as|from|of|match\w*)\b|\b(?:like|match\w*|from)\b.*\bsky\b|\b(?:colou?rs?|palette|light|mood) (?:of|from|like|as)\b",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(r"\b(?:background|backdrop|behind)\b", re.IGNORECASE)
_ONTO: Final = re.compile(
    r"\b(?:on this|onto|(?:in|into|on) (?:this|my|the) (?:photo|picture)|on top of)\b",
    re.IGNORECASE,
)
_EDITING: Final = re.compile(
    r"\b(?:add|put|place|insert|include|also|too|another|more|instead|as well|now)\b", re.IGNORECASE
)


def outcome(
    past: Past, steps: Sequence[Step], wish: str, output: Output, turn: int
) -> Outcome | None:
    """Return what becomes of the scene; turn 1 is the second picture. None: nothing to draw."""
    take = past.variation * 2 + turn
    made: list[Outcome] = []
    for number in range(max(0, take - BEFORE), take + 1):
        out = _once(past, steps, wish, output, number, made)
        if out is None:
            return None
        if any(alike(out.scene, other.scene) for other in made):
            seed = seed_of("another", out.scene.seed, number)
            fixed = sided(steps)
            out.scene = another(out.scene, seed, take=number, fixed=fixed)
        made.append(out)
    return made[-1]


def _once(
    past: Past,
    steps: Sequence[Step],
    wish: str,
    output: Output,
    take: int,
    made: Sequence[Outcome],
) -> Outcome | None:
    over = any(isinstance(step, StartOver) for step in steps)
    if past.scene is None or over or _is_new(steps, wish):
        rest = [step for step in steps if not isinstance(step, StartOver)]
        if not rest and not past.photos:
            return None
        seed = seed_of("scene", " ".join(wish.lower().split()), take)
        photo = past.photos[-1].kept if past.photos and past.scene is None else None
        return fresh(rest, seed=seed, size=output.size, variation=take, photo=photo)
    scene = reshaped(past.scene, output.size)
    out = Outcome(scene=scene, variation=take, avoid=places(made))
    _from_photo(out, past, wish)
    for step in _grounded(steps):
        apply(out, step)
    return out


def _grounded(steps: Sequence[Step]) -> list[Step]:
    """Bring what others are put on or beside to the front of them."""
    adds = [step for step in steps if isinstance(step, Add)]
    below = [step for step in adds if any(other.noun.beside == step.noun for other in adds)]
    first = [step for step in steps if step in below]
    return first + [step for step in steps if step not in below]


def _is_new(steps: Sequence[Step], wish: str) -> bool:
    """Return whether the wish describes a whole new picture: a thing and its landscape."""
    things = any(isinstance(step, Add) and not step.noun.definite for step in steps)
    landscape = any(isinstance(step, Stage) and step.field == "stage" for step in steps)
    return (
        things
        and landscape
        and not _EDITING.search(wish)
        and all(
            isinstance(step, Add | Stage | Unknown | Recolour | Write | Remove) for step in steps
        )
    )


def _from_photo(out: Outcome, past: Past, wish: str) -> None:
    """Use a photo that came with an edit: for its sky, or as the background."""
    if not past.photos:
        return
    photo = past.photos[-1]
    if _SKY_LIKE.search(wish) and not _BEHIND.search(wish):
        scene = out.scene.tinted("sky", None)
        out.scene = replace(scene, sky=photo.sky)
        out.done.append("gave the sky the colours of your photo")
    elif _BEHIND.search(wish) or _ONTO.search(wish):
        kept = tuple(t for t in out.scene.things if not t.own)
        out.scene = replace(out.scene, photo=photo.kept, things=kept)
        out.done.append("put your photo behind everything")
    else:
        out.scene = replace(out.scene, sky=photo.sky)
        out.done.append("took the colours of your photo for the sky")
