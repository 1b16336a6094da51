"""Which models are there, and what do they cost? Those that Easel knows, those of the file, what the gateway lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.model.catalog.entry import ModelEntry, join_choices, parse_price, quote
from bot.model.catalog.known import describe_unknown, known_models
from bot.model.requests.profiles import PROFILES
from bot.ports.errors import BadPrompt
from bot.ports.language import _
from bot.ports.messages import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.model.requests.profiles import Profile


#: models of a gateway that are read, at most
_MAX_LISTED = 2000
#: US dollars below which a published price is one of a token, not of an image
_MIN_IMAGE_PRICE = 0.001


class Catalog:
    """The models of this installation."""

    def __init__(
        self,
        default: str,
        models: Iterable[ModelEntry] | None = None,
        prices: Mapping[str, Mapping[str, float]] | None = None,
        profile: Profile | None = None,
    ) -> None:
        """`models`: None: those that Easel knows by itself. `profile`: of a default that is none of them."""
        profile = profile or PROFILES["spec"]
        self._own_prices = prices or {}
        self._base = {
            one.name: one for one in (known_models(profile) if models is None else models)
        }
        self._models: dict[str, ModelEntry] = {}
        #: ids that the gateway lists; None: not known
        self._listed: frozenset[str] | None = None
        self.default = self.find_name(default) or default
        if self.default not in self._base:
            self._base[default] = describe_unknown(default, profile)
        self.update_from_gateway(())

    @property
    def names(self) -> tuple[str, ...]:
        """The models that people can choose, the default first."""
        others = (name for name, one in self._models.items() if self._is_offered(one))
        return (self.default, *(name for name in others if name != self.default))

    def find_strong(self, strength: str | None) -> ModelEntry | None:
        """Return the model to suggest for what a prompt calls for; None: there is none here."""
        offered = (self._models[name] for name in self.names)
        sure = (one for one in offered if self._listed is not None or not one.listed)
        return next((one for one in sure if strength in one.strengths), None)

    def find_editor(self, name: str) -> str | None:
        """Return the model that edits in place of one that cannot; None: there is none here."""
        offered = (self._models[one] for one in self.names)
        chat = (one.name for one in offered if one.edits and one.protocol == "chat")
        return next(chat, None) if name in self._models and not self._models[name].edits else name

    def note_no_edits(self, name: str) -> None:
        """Note that the gateway cannot edit with a model; it holds until the next start."""
        self._base[name] = replace(self._base[name], edits=False)
        self._models[name] = replace(self._models[name], edits=False)

    def entry(self, name: str) -> ModelEntry:
        """Return a model's entry; an unknown one is taken for the specification's, prices unknown."""
        return self._models.get(self.find_name(name) or name) or ModelEntry(name=name)

    def resolve(
        self, model: str | None, output: Output, preferred: Output | None = None
    ) -> tuple[str, Output, float | None]:
        """Return the model, the complete output and its price in US dollars. Raise BadPrompt.

        `preferred`: what to draw with where `output` does not say, as far as this model supports it.
        """
        name = self.find_name(model or self.default)
        if name not in self.names:
            offered = join_choices(list(self.names[:12]))
            raise BadPrompt(
                problem=_("There's no model {model} here. Choose {choices}.").format(
                    model=quote(model or ""), choices=offered
                )
            )
        entry = self._models[name]
        asked = replace(output, size=entry.resolve_size(output.size))
        entry.validate(asked)
        complete = asked.over(entry.supported(preferred or Output())).over(entry.default_output)
        return entry.name, complete, entry.price(complete)

    def update_from_gateway(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Read what the gateway lists: which of our models are there, and what they cost there."""
        valid = [one for one in list(found)[:_MAX_LISTED] if isinstance(one.get("id"), str)]
        listed = {str(one["id"]): one for one in valid}
        self._listed = frozenset(listed) or self._listed
        for name, base in self._base.items():
            ids = (base.api_name, *base.aliases, name)
            model = replace(base, is_default=name == self.default)
            if own := next((id_ for id_ in ids if id_ in listed), None):
                model = _with_published_price(replace(model, id=own), listed[own].get("pricing"))
            elif not listed and name in self._models:
                model = self._models[name]
            if prices := self._own_prices.get(name):
                model = replace(model, prices=dict(prices), token_price=None)
            self._models[name] = model

    def find_name(self, name: str) -> str | None:
        """Return the name of the model that is called so too; None: there is none."""
        if name in self._base:
            return name
        asked = name.casefold()
        for one in self._base.values():
            if asked in {also.casefold() for also in (one.name, one.api_name, *one.aliases)}:
                return one.name
        return None

    def _is_offered(self, model: ModelEntry) -> bool:
        return not model.listed or self._listed is None or model.api_name in self._listed


def _with_published_price(model: ModelEntry, pricing: object) -> ModelEntry:
    """Return a model with the price that its gateway publishes: an image's or a token's.

    `image` is left alone: at OpenRouter it is of an image that is *read*. Nothing, and 0, is "not known".
    """
    if not isinstance(pricing, dict):
        return model
    for key in ("image_output", "per_image"):
        found = pricing.get(key)
        if isinstance(found, dict):
            parsed = {str(name): parse_price(one) for name, one in found.items()}
            if prices := {name: price for name, price in parsed.items() if price}:
                known = {} if "any" in prices else model.prices
                return replace(model, prices={**known, **prices}, token_price=None)
        elif price := parse_price(found):
            if price >= _MIN_IMAGE_PRICE:
                return replace(model, prices={"any": price}, token_price=None)
            if key == "image_output":
                return replace(model, token_price=price)
    return model
