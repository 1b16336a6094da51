"""Which models are there, and what do they cost? Those that Easel knows, the file's, and what the gateway lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.model.catalog import prices as reading
from bot.model.catalog.entry import ModelEntry, listed, quoted
from bot.model.catalog.known import known, unknown
from bot.model.requests.profiles import PROFILES
from bot.ports.errors import BadPrompt
from bot.ports.messages import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.model.requests.profiles import Profile


#: models of a gateway that are taken up, at most
_MOST_LEARNED = 2000


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
        self._base = {one.name: one for one in (known(profile) if models is None else models)}
        self._models: dict[str, ModelEntry] = {}
        #: what the gateway lists; None: nobody knows
        self._there: frozenset[str] | None = None
        self.default = self._named(default) or default
        if self.default not in self._base:
            self._base[default] = unknown(default, profile)
        self.update_from_gateway(())

    @property
    def names(self) -> tuple[str, ...]:
        """The models that people can choose, the default first."""
        others = (name for name, one in self._models.items() if self._is_offered(one))
        return (self.default, *(name for name in others if name != self.default))

    def entry(self, name: str) -> ModelEntry:
        """Return a model's entry; an unknown one is taken for the specification's, prices unknown."""
        return self._models.get(self._named(name) or name) or ModelEntry(name=name)

    def resolve(
        self, model: str | None, output: Output, holding: Output | None = None
    ) -> tuple[str, Output, float | None]:
        """Return the model, the whole output and its price in US dollars. Raise BadPrompt.

        `holding`: what holds where nothing else is asked, as far as this model has it.
        """
        name = self._named(model or self.default)
        if name not in self.names:
            offered = listed(list(self.names[:12]))
            raise BadPrompt(problem=f"{quoted(model or '')} is no model here. Choose {offered}.")
        entry = self._models[name]
        asked = replace(output, size=entry.resolve_size(output.size))
        entry.validate(asked)
        whole = asked.over(entry.supported(holding or Output())).over(entry.default_output)
        return entry.name, whole, entry.price(whole)

    def update_from_gateway(self, found: Iterable[Mapping[str, Any]]) -> None:
        """Take up what the gateway lists: which of our models are there, and what they cost there."""
        ours = [one for one in list(found)[:_MOST_LEARNED] if isinstance(one.get("id"), str)]
        there = {str(one["id"]): one for one in ours}
        self._there = frozenset(there) or self._there
        for name, base in self._base.items():
            ids = (base.api_name, *base.aliases, name)
            model = replace(base, is_default=name == self.default)
            if own := next((id_ for id_ in ids if id_ in there), None):
                model = _learned(replace(model, id=own), there[own])
            elif not there and name in self._models:
                model = self._models[name]
            prices = self._own_prices.get(name)
            self._models[name] = (
                replace(model, prices=dict(prices), token_price=None) if prices else model
            )

    def _named(self, name: str) -> str | None:
        """Return the name of a model that is also called so; None: there is none."""
        if name in self._base:
            return name
        asked = name.casefold()
        for one in self._base.values():
            if asked in {also.casefold() for also in (one.name, one.api_name, *one.aliases)}:
                return one.name
        return None

    def _is_offered(self, model: ModelEntry) -> bool:
        return not model.listed or self._there is None or model.api_name in self._there


def _learned(model: ModelEntry, said: Mapping[str, Any]) -> ModelEntry:
    """Return a model as its gateway describes it."""
    found = reading.published(said.get("pricing"))
    if "any" in found.images:
        model = replace(model, prices=dict(found.images), token_price=None)
    elif found.images:
        model = replace(model, prices={**model.prices, **found.images}, token_price=None)
    elif found.token is not None:
        model = replace(model, token_price=found.token)
    return model
