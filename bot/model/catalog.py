"""Which models are there, what can each draw, and what does it cost?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from bot.errors import BadWish
from bot.values import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: what people may call a size
SIZE_NAMES = {
    "square": "1024x1024",
    "portrait": "1024x1536",
    "landscape": "1536x1024",
    "large": "2048x2048",
}
#: what people may call a quality
QUALITY_NAMES = {"draft": "low", "normal": "medium", "standard": "medium", "best": "high"}

#: the specification's defaults
_DEFAULT = Output(size="1024x1024", quality="medium", n=1)
_SIZES = ("1024x1024", "1024x1536", "1536x1024", "2048x2048")
_QUALITIES = ("low", "medium", "high")
#: models of a gateway that are taken up, at most
_MOST_LEARNED = 500
#: US dollars below which a published price is one of a token, not of an image
_LEAST = 0.001


def _prices(low: float, medium: float, high: float) -> dict[str, float]:
    """Price an image by quality, in US dollars; the largest size has four times the pixels."""
    by_quality = {"low": low, "medium": medium, "high": high}
    large = {f"2048x2048 {quality}": 4 * price for quality, price in by_quality.items()}
    return {**by_quality, **large}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the catalogue."""

    name: str
    #: which API draws: a conversation, or one-shot images
    protocol: Literal["chat", "images"] = "chat"
    #: width × height in pixels
    sizes: tuple[str, ...] = _SIZES
    qualities: tuple[str, ...] = _QUALITIES
    #: images a turn, at most
    n: int = 2
    #: is it what the installation draws with unless somebody says otherwise?
    usual: bool = True
    #: US dollars an image: by "size quality", "quality", "size" or "any", the first found counts
    prices: Mapping[str, float] = field(default_factory=dict)

    def price(self, output: Output) -> float | None:
        """Give what a turn with this output costs, in US dollars; None: not known."""
        size, quality = output.size or "", output.quality or ""
        for key in (f"{size} {quality}", quality, size, "any"):
            if key in self.prices:
                return self.prices[key] * (output.n or 1)
        return None

    def shaped(self, size: str | None) -> str | None:
        """Give the usual size of the same shape: an edit keeps its picture's; None: there is none."""
        if size is None:
            return None
        return next((one for one in self.sizes if _ratio(one) == _ratio(size)), None)

    def best(self, output: Output) -> Output:
        """Give the largest size of the same shape at the finest quality, one image."""
        size = output.size or self.sizes[0]
        if size == "1024x1024" and "2048x2048" in self.sizes:
            size = "2048x2048"
        return Output(size=size, quality=self.qualities[-1], n=1)

    def check(self, output: Output) -> None:
        """Refuse what the model cannot draw, before anything is sent. Raises BadWish."""
        if output.size is not None and output.size not in self.sizes:
            names = {value: name for name, value in SIZE_NAMES.items()}
            known = _listed([f"{s} ({names[s]})" if s in names else s for s in self.sizes])
            raise BadWish(
                problem=f"{_quoted(output.size)} is no size of {self.name}. Choose {known}."
            )
        if output.quality is not None and output.quality not in self.qualities:
            raise BadWish(
                problem=f"{_quoted(output.quality)} is no quality of {self.name}. "
                f"Choose {_listed(self.qualities)}."
            )
        if output.n is not None and not 1 <= output.n <= self.n:
            choices = _listed([str(n) for n in range(1, self.n + 1)])
            raise BadWish(
                problem=f"{self.name} draws up to {self.n} images a turn, not {output.n}. "
                f"Choose n: {choices}."
            )


def _ratio(size: str) -> Fraction | None:
    """Give width : height of "1536x1024"; None: it is no such size."""
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(height)):
        return None
    return Fraction(int(width), int(height))


def _quoted(text: str) -> str:
    return f"“{text[:40]}”"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


#: The models that Easel knows by itself. The prices are indicative: what an answer or the gateway's own
#: list says counts before them, and `EASEL_PRICES` replaces them.
MODELS: tuple[Model, ...] = (
    Model(name="gpt-4o-image", prices=_prices(0.011, 0.042, 0.167)),
    Model(name="gpt-image-2", protocol="images", prices=_prices(0.009, 0.034, 0.133)),
    Model(name="nano-banana-pro", protocol="images", prices={"2048x2048": 0.134, "any": 0.134}),
    Model(name="nano-banana-2", protocol="images", prices={"2048x2048": 0.08, "any": 0.045}),
)


class Catalog:
    """The models of this installation."""

    def __init__(
        self,
        default: str,
        models: Iterable[Model] = MODELS,
        prices: Mapping[str, Mapping[str, float]] | None = None,
        protocol: Literal["chat", "images"] = "chat",
    ) -> None:
        """`protocol`: of a default that is none of `models`."""
        self.default = default
        self._own_prices = prices or {}
        self._models = {model.name: self._priced(model) for model in models}
        if default not in self._models:
            self._models[default] = self._priced(Model(name=default, protocol=protocol))
        self._models = {
            name: replace(model, usual=name == default) for name, model in self._models.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The models that people can choose, the default first."""
        return (self.default, *(name for name in self._models if name != self.default))

    def entry(self, name: str) -> Model:
        """Give a model's entry; an unknown one is taken for the specification's, prices unknown."""
        return self._models.get(name) or Model(name=name)

    def fit(self, model: str | None, output: Output) -> tuple[str, Output, float | None]:
        """Give the model, the whole output and its price in US dollars. Raises BadWish."""
        name = model or self.default
        if name not in self._models:
            known = _listed(list(self.names[:12]))
            raise BadWish(problem=f"{_quoted(name)} is no model here. Choose {known}.")
        entry = self._models[name]
        entry.check(output)
        whole = output.over(_DEFAULT)
        return entry.name, whole, entry.price(whole)

    def learn(self, published: Iterable[Mapping[str, Any]]) -> None:
        """Take up what the gateway publishes: which of our models cost what there."""
        for one in list(published)[:_MOST_LEARNED]:
            name, prices = one.get("id"), _published(one.get("pricing"))
            if isinstance(name, str) and name in self._models and prices:
                entry = self._models[name]
                merged = replace(
                    entry, prices={**prices} if "any" in prices else {**entry.prices, **prices}
                )
                self._models[name] = self._priced(merged)

    def _priced(self, model: Model) -> Model:
        own = self._own_prices.get(model.name)
        return replace(model, prices=dict(own)) if own else model


def _published(pricing: object) -> dict[str, float]:
    """Read a price an image, as gateways write it: a number or a text, whole or by size and quality."""
    if not isinstance(pricing, dict):
        return {}
    for key in ("image_output", "per_image", "image"):
        found = pricing.get(key)
        if isinstance(found, dict):
            return {
                str(name): price
                for name, one in found.items()
                if (price := _price(one)) is not None
            }
        price = _price(found)
        if price is not None and (price == 0 or price >= _LEAST):
            return {"any": price}
    return {}


def _price(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        price = float(value)
    except ValueError:
        return None
    return price if 0 <= price < 1000 else None


def read_prices(path: Path) -> dict[str, dict[str, float]]:
    """Read a TOML file of prices in US dollars: a table a model, keys as in `Model.prices`.

    Raises ValueError with a sentence.
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
            {key: _price(value) for key, value in table.items()} if isinstance(table, dict) else {}
        )
        wrong = [key for key, price in prices.items() if price is None]
        if wrong or not prices:
            raise ValueError(
                f"{path}: [{name}] must hold prices such as “1024x1024 medium” = 0.04"
                + (f"; {wrong[0]!r} is none" if wrong else "")
            )
        found[name] = {key: price for key, price in prices.items() if price is not None}
    return found
