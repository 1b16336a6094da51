"""What of all that lasts is one process's to serve, where several share a database?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storage import images, lanes, places, reserved_cards, turns
from storage.sqlite import Sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.records import PendingDeletions
    from bot.conversation.turn import Turn
    from bot.ports.cards import Posted
    from storage.fairness import Capacity
    from storage.transactions import Database


class ProcessStore:
    """The verbs of the store whose answer depends on the process that asks."""

    database: Database
    clock: Callable[[], float]
    _capacity: Capacity
    #: names this process among others
    _process: str

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""
        return not isinstance(self.database, Sqlite)

    def serve_workspace(self, platform: str, workspace: str) -> None:
        """Of a platform, list and claim for this workspace only."""
        before = self._capacity.platforms
        one = f"{platform}/{workspace}"
        served = tuple(one if name.partition("/")[0] == platform else name for name in before)
        self._capacity = replace(self._capacity, platforms=served)

    def _served(self, platforms: Sequence[str]) -> Sequence[str]:
        """Return platforms, each narrowed to the one workspace that is served of it."""
        narrow = {one.partition("/")[0]: one for one in self._capacity.platforms if "/" in one}
        return [narrow.get(one, one) for one in platforms]

    async def list_waiting_lanes(
        self, platforms: Sequence[str], limit: int = 1000
    ) -> Sequence[str]:
        """List the lanes of these platforms that have something to do now, the longest waiting first."""
        of = self._capacity, self._served(platforms), limit
        return await self.database.read(lanes.list_waiting_lanes, self.clock(), *of)

    async def reserve_card(self, card: str) -> tuple[Posted | None, bool]:
        """Return where a card stands; if nowhere, whether this process may post it."""
        if not self.is_shared:
            at = await self.database.read(places.find_posted, card)
            return at, at is None
        return await self.database.write(reserved_cards.reserve_card, card, self._process)

    async def list_unnotified(self, platforms: Sequence[str], limit: int = 100) -> Sequence[Turn]:
        """List the turns whose end nobody has been shown, the oldest first."""
        return await self.database.read(turns.list_unnotified, self._served(platforms), limit)

    async def list_pending_deletions(
        self, platforms: Sequence[str], limit: int
    ) -> PendingDeletions:
        """List the messages (on these platforms) and images that deletions left outside the store."""
        served = self._served(platforms)
        return await self.database.read(images.list_pending_deletions, served, limit)

    async def release_card(self, card: str) -> None:
        """Let another process post a card that this one reserved and could not."""
        if self.is_shared:
            await self.database.write(reserved_cards.release_card, card, self._process)
