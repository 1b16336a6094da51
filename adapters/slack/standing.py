"""Which cards stand in Slack, and how do they look? So that nothing is changed in vain, nor too often."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.slack import render
from bot.recent import Recent

if TYPE_CHECKING:
    from adapters.slack.render import Shown
    from bot.faces import Card, Posted

_REMEMBERED = 4096
#: updates of a card that only waits, or only is being drawn: 50 a minute are the whole workspace's
_MOST_UPDATES = 4
#: seconds in which no other process will have changed a card
_SURE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    at: Posted
    #: of its content
    digest: str
    #: what people asked, and how far it is
    about: tuple[str, str]
    #: how often it was changed while that stayed the same
    updates: int
    #: when it was last changed, on the monotonic clock
    since: float


class Standing:
    """The newest cards, by id."""

    def __init__(self) -> None:
        self._known: Recent[str, _Standing] = Recent(_REMEMBERED)

    def where(self, card: Card) -> Posted | None:
        """Tell where a card stands; None: not known."""
        known = self._known.get(card.id)
        return known.at if known else None

    def looks_so(self, card: Card, shown: Shown) -> bool:
        """Tell whether it looks like that already."""
        known = self._known.get(card.id)
        if known is None:
            return False
        if card.preview is None and time.monotonic() - known.since > _SURE:
            return False  # else it is being drawn here, and each unfinished picture comes by
        return known.digest == _digest(shown)

    def is_enough(self, card: Card) -> bool:
        """Tell whether a card that still moves was changed often enough."""
        known = self._known.get(card.id)
        if known is None or known.about != _about(card) or render.is_over(card):
            return False
        return known.updates >= _MOST_UPDATES

    def note(self, card: Card, at: Posted, shown: Shown) -> None:
        """Note where a card stands now, and how it looks."""
        known, about = self._known.get(card.id), _about(card)
        updates = known.updates + 1 if known is not None and known.about == about else 0
        digest = _digest(shown)
        self._known[card.id] = _Standing(
            at=at, digest=digest, about=about, updates=updates, since=time.monotonic()
        )


def _about(card: Card) -> tuple[str, str]:
    return card.state.value, card.wish


def _digest(shown: Shown) -> str:
    content = json.dumps([shown.text, shown.blocks], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
