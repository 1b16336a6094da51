"""Which language is spoken: to one person, and where many read it?"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports.language import current_language, match_language
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.delivery_store import LanguageStore
    from bot.ports.adapter import Adapter
    from bot.ports.messages import Person, Place

#: people and channels that are remembered
_REMEMBERED = 5000
#: seconds that a channel's language holds: another process may set it
_CHANNEL_TTL = 60.0


class Languages:
    """Languages by person and by channel."""

    def __init__(
        self, store: LanguageStore, adapters: Mapping[str, Adapter], default: str | None = None
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._default = default or current_language()
        self._people: LRU[tuple[str, str, str], str] = LRU(_REMEMBERED)
        self._channels: LRU[Place, tuple[str | None, float]] = LRU(_REMEMBERED)

    def note(self, place: Place, person: Person) -> None:
        """Remember what somebody speaks: what is stored of them does not say it."""
        if language := match_language(person.locale):
            self._people[place.platform, place.workspace, person.id] = language

    async def find_for_person(self, place: Place, person: Person) -> str:
        """Return the language of what somebody is told alone: their own, else that of the place."""
        known = match_language(person.locale) or self._people.get(
            (place.platform, place.workspace, person.id)
        )
        return known or await self.find_for_place(place)

    async def find_for_place(self, place: Place, person: Person | None = None) -> str:
        """Return the language of what is shown at a place: what was set there, else what its platform says.

        `person`: in direct messages whoever writes them, whose language it is.
        """
        chosen = await self._find_chosen(place)
        if chosen is not None:
            return chosen
        adapter = self._adapters.get(place.platform)
        if adapter is None:
            return self._default
        if person is not None and adapter.is_direct(place):
            own = self._people.get((place.platform, place.workspace, person.id))
            return own or self._default
        return match_language(adapter.locale_of(place)) or self._default

    async def _find_chosen(self, place: Place) -> str | None:
        """Return what was chosen for a channel or its workspace; None: nothing was."""
        channel, now = replace(place, thread=None), time.monotonic()
        known = self._channels.get(channel)
        if known is None or (self._store.is_shared and now - known[1] > _CHANNEL_TTL):
            known = match_language(await self._store.find_language(channel)), now
            self._channels[channel] = known
        return known[0]

    def forget_channels(self) -> None:
        """Look again at what is set: somebody set a language."""
        self._channels.clear()
