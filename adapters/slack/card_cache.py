"""Where are the cards in Slack, and how do they look? So that nothing is changed in vain, nor too often."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.lru import LRU
from bot.ports.messages import State

if TYPE_CHECKING:
    from adapters.slack.render import Content
    from bot.ports.cards import Card, Posted

_MAX_CARDS = 4096
#: seconds in which a card that changes by itself is expected to need the update of its end
_EXPECTED = 120.0
#: seconds in which no other process will have changed a card
_FRESH = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    at: Posted
    digest: str
    state: State
    has_images: bool
    #: when it was last changed, on the monotonic clock
    since: float


class CardCache:
    """The newest cards, by id."""

    def __init__(self) -> None:
        self._entries: LRU[str, _Entry] = LRU(_MAX_CARDS)
        #: cards that will change once more at least, and since when they are there so
        self._changing: LRU[str, float] = LRU(_MAX_CARDS)

    def find(self, card: Card) -> Posted | None:
        """Return where a card is; None: not known."""
        entry = self._entries.get(card.id)
        return entry.at if entry else None

    def is_shown(self, card: Card, content: Content) -> bool:
        """Return whether a card looks like that already."""
        entry = self._entries.get(card.id)
        if entry is None:
            return False
        if card.preview is None and time.monotonic() - entry.since > _FRESH:
            return False  # else it is being drawn here, and each preview comes by
        return entry.digest == content.digest()

    def is_awaited(self, card: Card) -> bool:
        """Return whether people wait for it: how a turn ends, or a first picture. Else something small changed."""
        entry = self._entries.get(card.id)
        if is_changing(card) or entry is None:
            return not is_changing(card)
        return entry.state is not card.state or (bool(card.images) and not entry.has_images)

    def expected_updates(self) -> int:
        """Return how many cards will soon need an update for their end."""
        since = time.monotonic() - _EXPECTED
        while self._changing and next(iter(self._changing.values())) < since:
            self._changing.popitem(last=False)
        return len(self._changing)

    def expect(self, card: Card) -> None:
        """Note whether a card that is about to be shown will need an update for its end."""
        if is_changing(card):
            self._changing[card.id] = time.monotonic()
        else:
            self._changing.pop(card.id, None)

    def note(self, card: Card, at: Posted, content: Content) -> None:
        """Note where a card is now, and how it looks."""
        self._entries[card.id] = _Entry(
            at=at,
            digest=content.digest(),
            state=card.state,
            has_images=bool(card.images),
            since=time.monotonic(),
        )
        self.expect(card)


def is_changing(card: Card) -> bool:
    """Return whether a card will change by itself soon."""
    return card.state in {State.QUEUED, State.DRAWING, State.DRAWN}
