"""What does an image cost, as gateways publish it and as whoever runs Easel writes it down? US dollars."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: US dollars below which a published price is one of a token, not of an image
_LEAST = 0.001


@dataclass(frozen=True, slots=True)
class Published:
    """What a gateway's list says of a model."""

    #: an image, by the keys of `ModelEntry.prices`
    images: Mapping[str, float] = field(default_factory=dict)
    #: one token of an image; None: it does not say
    token: float | None = None


def published(pricing: object) -> Published:
    """Read a price, as gateways write it: a number or a text, an image's or a token's.

    `image` is left alone: at OpenRouter it is of an image that is *read*. Nothing, and 0, is "not known".
    """
    if not isinstance(pricing, dict):
        return Published()
    for key in ("image_output", "per_image"):
        found = pricing.get(key)
        if isinstance(found, dict):
            by_kind = {str(name): price_of(one) for name, one in found.items()}
            if images := {name: price for name, price in by_kind.items() if price}:
                return Published(images)
        elif price := price_of(found):
            if price >= _LEAST:
                return Published({"any": price})
            if key == "image_output":
                return Published(token=price)
    return Published()


def price_of(value: object) -> float | None:
    """Read a price; None: it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        price = float(value)
    except ValueError:
        return None
    return price if 0 <= price < 1000 else None


def read_prices(path: Path) -> dict[str, dict[str, float]]:
    """Read a TOML file of prices in US dollars: a table a model, keys as in `ModelEntry.prices`.

    Raise ValueError with a sentence.
    """
    try:
        tables = tomllib.loads(path.read_text())
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    found: dict[str, dict[str, float]] = {}
    for name, table in tables.items():
        prices = (
            {key: price_of(value) for key, value in table.items()}
            if isinstance(table, dict)
            else {}
        )
        wrong = [key for key, price in prices.items() if price is None]
        if wrong or not prices:
            raise ValueError(
                f"{path}: [{name}] must hold prices such as “1024x1024 medium” = 0.04"
                + (f"; {wrong[0]!r} is none" if wrong else "")
            )
        found[name] = {key: price for key, price in prices.items() if price is not None}
    return found
