"""Which buttons are about one version: edit it, vary it, star it, draw it with another model? Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports.actions import Action
from bot.ports.cards import Button
from bot.ports.language import _
from bot.presentation.sentences import QUALITY_LABELS

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.model.catalog.entry import ModelEntry
    from bot.ports.messages import Output


def offer_suggestion(output: Output, suggested: ModelEntry) -> Button:
    """Offer to draw the same with the model that the prompt calls for."""
    drawn = replace(suggested.supported(output).over(suggested.default_output), n=1)
    return Button(
        action=Action.TRY_MODEL,
        label=_("Try this as a photo"),
        value=suggested.name,
        price=suggested.price(drawn),
        hint=suggested.name,
    )


def offer_star(turn: Turn, at: str) -> Button:
    """Offer a star for a version, with the count of those it has."""
    several = len(turn.result.versions) > 1
    which = _("Star {version}").format(version=at) if several else _("Star")
    count = len(turn.team.stars.get(at, ()))
    label = f"{which} ({count})" if count else which
    return Button(action=Action.STAR, label=label, version=at)


def offer_version(at: str | None, output: Output, model: ModelEntry) -> list[Button]:
    """Offer to edit a version, to vary it, and to draw it at its best where it is not."""
    price, best = model.price(output), model.best_output(output)
    found = [
        Button(action=Action.EDIT, label=_("Edit…"), version=at, price=price),
        Button(action=Action.VARY, label=_("Vary"), version=at, price=price),
    ]
    if best != output:
        dear = model.price(best)
        found.append(Button(action=Action.FINALIZE, label=_("Finalize"), version=at, price=dear))
    return found


def name_output(output: Output) -> str:
    """Return an output in words: size, quality, how many."""
    said = (
        (output.size or "").replace("x", "×"),
        _(QUALITY_LABELS.get(output.quality or "", output.quality or "")),
        _("2 images") if output.n == 2 else "",
    )
    return _(", ").join(one for one in said if one)
