"""How is one thing asked in a form: words, a choice, the size of a picture? And what does it cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports.cards import Field
from bot.ports.language import _
from bot.ports.messages import Output
from bot.ports.sizes import SIZE_NAMES
from bot.presentation.sentences import QUALITY_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model.catalog.catalog import Catalog
    from bot.model.catalog.entry import ModelEntry


def prices_of_all(catalog: Catalog, models: Sequence[str]) -> dict[str, float]:
    """Price one image of each model: "model size quality", where there is a choice of models."""
    return {
        f"{name} {key}".strip(): price
        for name in (models if len(models) > 1 else ())
        for key, price in prices_of(catalog.entry(name)).items()
    }


def prices_of(model: ModelEntry) -> dict[str, float]:
    """Price one image at each size and quality, so that a form can follow what is chosen."""
    priced = {
        f"{size} {quality}".strip(): model.price(Output(size=size, quality=quality or None, n=1))
        for size in model.sizes
        for quality in model.qualities or ("",)
    }
    return {key: price for key, price in priced.items() if price is not None}


def output_fields(model: ModelEntry, output: Output) -> list[Field]:
    """Ask for what this model can be told; what it would ignore is not offered."""
    found = [
        choice_field("size", _("Size"), output.size or model.sizes[0], name_choices(model.sizes))
    ]
    if model.qualities:
        quality = output.quality or model.qualities[0]
        found.append(choice_field("quality", _("Quality"), quality, name_choices(model.qualities)))
    if model.n > 1:
        counts = map(str, range(1, model.n + 1))
        found.append(choice_field("n", _("Images"), str(output.n or 1), name_choices(counts)))
    return found


def words_field(name: str, label: str, value: str) -> Field:
    """Ask for words that may be left out."""
    return Field(name=name, label=label, kind="text", value=value, is_optional=True)


def choice_field(name: str, label: str, value: str, choices: Iterable[tuple[str, str]]) -> Field:
    """Ask for one of some choices."""
    return Field(name=name, label=label, kind="choice", value=value, choices=tuple(choices))


def text_field(label: str, value: str) -> Field:
    """Ask for a prompt's words."""
    return Field(name="text", label=label, kind="text", value=value)


def as_is(value: str) -> str:
    """Name the choice that changes nothing."""
    return _("no change: {value}").format(value=value)


def translate_choices(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Translate how choices are read."""
    return [(value, _(label)) for value, label in choices]


def name_choices(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return each value with how it is read: "1024×1024 (square)"."""
    names = {size: f"{size.replace('x', '×')} ({_(name)})" for name, size in SIZE_NAMES.items()}
    names |= {quality: _(label) for quality, label in QUALITY_LABELS.items()}
    return [(value, names.get(value, value)) for value in values]
