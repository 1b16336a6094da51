"""Which cards stand in Slack, and how do they look? So that nothing is changed in vain, nor too often."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.lru import LRU
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.slack.render import Shown
    from bot.ports.cards import Card, Posted

_REMEMBERED = 4096
#: seconds in which a card that moves is expected to need the update of its end
_EXPECTED = 120.0
#: seconds in which no other process will have changed a card
_SURE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    at: Posted
    #: of its content
    digest: str
    state: State
    #: does it show pictures?
    pictures: bool
    #: when it was last changed, on the monotonic clock
    since: float


class Standing:
    """The newest cards, by id."""

    def __init__(self) -> None:
        self._known: LRU[str, _Standing] = LRU(_REMEMBERED)
        #: cards that will change once more at least, and since when they stand so
        self._moving: LRU[str, float] = LRU(_REMEMBERED)

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

    def is_news(self, card: Card) -> bool:
        """Tell whether people wait for it: how a turn ends, or a first picture. Else something small changed."""
        known = self._known.get(card.id)
        if moves(card) or known is None:
            return not moves(card)
        return known.state is not card.state or (bool(card.images) and not known.pictures)

    def owed(self) -> int:
        """Count the cards that will soon need an update for their end."""
        since = time.monotonic() - _EXPECTED
        while self._moving and next(iter(self._moving.values())) < since:
            self._moving.popitem(last=False)
        return len(self._moving)

    def expect(self, card: Card) -> None:
        """Note that a card is about to stand where it will need an update for its end."""
        if moves(card):
            self._moving[card.id] = time.monotonic()
        else:
            self._moving.pop(card.id, None)

    def note(self, card: Card, at: Posted, shown: Shown) -> None:
        """Note where a card stands now, and how it looks."""
        self._known[card.id] = _Standing(
            at=at,
            digest=_digest(shown),
            state=card.state,
            pictures=bool(card.images),
            since=time.monotonic(),
        )
        self.expect(card)


def moves(card: Card) -> bool:
    """Tell whether a card will change by itself soon."""
    return card.state in {State.QUEUED, State.DRAWING, State.DRAWN}


def _digest(shown: Shown) -> str:
    content = json.dumps([shown.text, shown.blocks], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
