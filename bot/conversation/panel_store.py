"""What may those ask of what lasts who show people what is theirs, and their channel's?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.conversation.intake_store import GeneralStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports.cards import Posted
    from bot.ports.messages import Person, Place
    from bot.ports.panels import Starred
    from bot.ports.queries import Summary


class PanelStore(GeneralStore, Protocol):
    """What a person is shown beside canvases."""

    async def list_own(
        self, place: Place, person: Person, limit: int
    ) -> Sequence[tuple[Summary, Posted | None]]:
        """List the canvases that somebody asked in, newest first, each with where its head stands."""

    async def list_starred(
        self, place: Place, *, offset: int = 0, limit: int = 10
    ) -> Sequence[Starred]:
        """List the versions with a star whose canvas is shown in a place's channel, the newest star first."""
