"""Which models does Easel know by itself, and how does each draw in this dialect?

The prices are indicative: what an answer or the gateway's own list says counts before them, and the file of
models, or `EASEL_PRICES`, replaces them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.model.catalog.entry import ModelEntry
from bot.ports.models import PHOTO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model.requests.profiles import Profile

#: the shapes that Gemini's image models draw
SHAPES = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
#: of a model that is said to draw in shapes and no more
_FEW = ("1:1", "2:3", "3:2")
_PRO = ("google/gemini-3-pro-image-preview", "google/gemini-3-pro-image")
_TWO = ("google/gemini-3.1-flash-image-preview", "google/gemini-3.1-flash-image")
_GEMINI = re.compile(r"nano-?banana|gemini\S*image", re.IGNORECASE)


def combine_sizes(shapes: tuple[str, ...], fineness: tuple[str, ...]) -> tuple[str, ...]:
    """Return each shape, and the two usual ones in all that they are drawn in beside the first."""
    finer = tuple(f"{shape} {one}" for one in fineness[1:] for shape in _finest(shapes))
    return (*shapes, *finer)


def _finest(shapes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shapes that are offered finer: not all, since lists of choices have 25 entries at most."""
    return shapes if len(shapes) <= len(_FEW) + 2 else tuple(s for s in shapes if s in _SOME)


_SOME = ("1:1", "2:3", "3:2", "9:16", "16:9")


def _by_quality(low: float, medium: float, high: float) -> dict[str, float]:
    """Price an image by quality, in US dollars; the largest size has four times the pixels."""
    prices = {"low": low, "medium": medium, "high": high}
    large = {f"2048x2048 {quality}": 4 * price for quality, price in prices.items()}
    return {**prices, **large}


def known_models(profile: Profile) -> tuple[ModelEntry, ...]:
    """Return the models that Easel knows, as this dialect asks them."""
    conversational = ModelEntry(name="gpt-4o-image", prices=_by_quality(0.011, 0.042, 0.167))
    if profile.size_style == "image_config":
        conversational = describe_unknown("gpt-4o-image", profile, prices={"any": 0.042})
    return (
        conversational,
        ModelEntry(
            name="gpt-image-2",
            protocol="images",
            prices=_by_quality(0.009, 0.034, 0.133),
        ),
        _banana("nano-banana-pro", profile, _PRO, {"2048x2048": 0.134, "4K": 0.24, "any": 0.134}),
        _banana(
            "nano-banana-2",
            profile,
            _TWO,
            {"2048x2048": 0.08, "2K": 0.08, "4K": 0.12, "any": 0.045},
        ),
    )


def _banana(
    name: str, profile: Profile, ids: tuple[str, ...], prices: Mapping[str, float]
) -> ModelEntry:
    """Describe one of Gemini's image models: no qualities, one image, and shapes where they are asked for."""
    aliases = (*ids, *(id_.partition("/")[2] for id_ in ids))
    plain = ModelEntry(
        name=name, aliases=aliases, protocol="images", qualities=(), n=1, prices=dict(prices)
    )
    found = describe_unknown(name, profile, aliases=aliases, prices=prices, like=plain)
    return replace(found, strengths=(PHOTO,))


def describe_unknown(
    name: str,
    profile: Profile,
    *,
    aliases: tuple[str, ...] = (),
    prices: Mapping[str, float] | None = None,
    like: ModelEntry | None = None,
) -> ModelEntry:
    """Describe a model by its name and how it is asked. `like`: where that says nothing more."""
    if profile.size_style != "image_config":
        return like or ModelEntry(name=name, protocol=profile.protocol, prices=dict(prices or {}))
    gemini = _GEMINI.search(name) is not None
    fineness = ("1K", "2K", "4K") if gemini and "2.5" not in name else ()
    return ModelEntry(
        name=name,
        aliases=aliases,
        sizes=combine_sizes(SHAPES if gemini else _FEW, fineness),
        qualities=(),
        n=1,
        prices=dict(prices or {}),
    )
