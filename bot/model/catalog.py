"""Which models are there, what can each draw, and what does it cost?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.errors import BadWish
from bot.values import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
#: US dollars an image at low, medium and high. Indicative: the gateway's live rate counts where the
#: answer tells it, and `EASEL_PRICES` replaces these.
_PRICES = {
    "1024x1024": (0.011, 0.042, 0.167),
    "1024x1536": (0.016, 0.063, 0.25),
    "1536x1024": (0.016, 0.063, 0.25),
    "2048x2048": (0.044, 0.168, 0.668),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the catalogue."""

    name: str
    #: which API draws: a conversation, or one-shot images
    protocol: Literal["chat", "images"]
    #: width × height in pixels
    sizes: tuple[str, ...] = _SIZES
    qualities: tuple[str, ...] = _QUALITIES
    #: images a turn, at most
    n: int = 2
    #: US dollars an image, by "size quality"; a missing one is not known
    prices: Mapping[str, float] = field(default_factory=dict)

    def price(self, output: Output) -> float | None:
        """Give what a turn with this output costs, in US dollars; None: not known."""
        each = self.prices.get(f"{output.size} {output.quality}")
        return None if each is None else each * (output.n or 1)

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


def _quoted(text: str) -> str:
    return f"“{text[:40]}”"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _by_size(prices: Mapping[str, tuple[float, ...]]) -> dict[str, float]:
    return {
        f"{size} {quality}": each
        for size, row in prices.items()
        for quality, each in zip(_QUALITIES, row, strict=True)
    }


#: the models that Easel knows by itself
MODELS: tuple[Model, ...] = (Model(name="gpt-4o-image", protocol="chat", prices=_by_size(_PRICES)),)


class Catalog:
    """The models of this installation."""

    def __init__(self, default: str, models: Iterable[Model] = MODELS) -> None:
        self._models = {model.name: model for model in models}
        self.default = default

    def entry(self, name: str) -> Model:
        """Give a model's entry; an unknown one is taken for the specification's, prices unknown."""
        return self._models.get(name) or Model(name=name, protocol="chat")

    def fit(self, model: str | None, output: Output) -> tuple[str, Output, float | None]:
        """Give the model, the whole output and its price in US dollars. Raises BadWish."""
        entry = self.entry(model or self.default)
        entry.check(output)
        whole = output.over(_DEFAULT)
        return entry.name, whole, entry.price(whole)
