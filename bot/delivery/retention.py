"""What is removed after a deletion, when it is too old, or when nothing names it?

The store forgets first and remembers what is left outside it: messages on platforms, image bytes. Both
are removed here, at once, and again at the next start after a crash in between. Conversations that are
older than people want to keep go, and images that no conversation names. Images are removed by their
owner alone (`storage.owning`).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from typing import TYPE_CHECKING

import structlog

from bot.delivery.ephemerals import PATIENCE
from bot.ports.errors import EaselError, NotPosted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.conversation.blobs import Blobs, Ownership
    from bot.conversation.records import PendingCard, PendingDeletion, Recorded
    from bot.conversation.store import Store
    from bot.delivery.publisher import CardPublisher
    from bot.ports.adapter import Adapter

_log = structlog.stdlib.get_logger("easel.retention")

_DAY = 24 * 3600.0
#: seconds within which an image that nothing names is left alone, and from where it was said that it goes
_GRACE, _SAID = 7 * _DAY, _DAY
#: seconds between two sweeps
_SWEEP = 3600.0
#: seconds before what could not be removed is tried again
_AGAIN = 600.0
#: seconds after its put within which an image may still wait to be named
_YOUNG = 3600.0
#: seconds for which a platform is asked again to take a card away that it says it cannot
_GIVEN_UP = 3 * _DAY
#: conversations, messages or images taken up at a time
_AT_ONCE = 200


class Retention:
    """Removes what is over. `retention`: days that untouched conversations are kept; None: for ever."""

    def __init__(  # noqa: PLR0913 - each part once, by name
        self,
        *,
        store: Store,
        blobs: Blobs,
        adapters: Mapping[str, Adapter],
        publisher: CardPublisher,
        end: Callable[[str], None],
        ownership: Ownership,
        retention: float | None = None,
    ) -> None:
        self._store = store
        self._ownership = ownership
        #: when images were looked through for orphans
        self._looked = -math.inf
        self._blobs = blobs
        self._adapters = adapters
        self._publisher = publisher
        self._end = end
        self._retention = retention
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[bool]] = set()

    def schedule(self, begun: Recorded) -> None:
        """End and remove what is deleted in the store."""
        self._over(begun)
        task = asyncio.create_task(
            self._tried(lambda: self._followed(begun)), name=f"clear {begun.conversation}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _followed(self, begun: Recorded) -> bool:
        done = await self._cleared()
        await self._rename(begun)
        return done

    async def _rename(self, begun: Recorded) -> None:
        """Take deleted words out of the names of threads."""
        for place in begun.renamed:
            adapter = self._adapters.get(place.platform)
            if adapter is not None:
                try:
                    async with asyncio.timeout(PATIENCE):
                        await adapter.rename_thread(place, begun.title)
                except Exception as error:  # as below; its name is not worth a second try
                    _log.warning("not renamed", place=str(place), error=repr(error))

    async def flush(self) -> None:
        """Wait until what was begun is done."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self) -> None:
        """Clear now and every hour, until cancelled."""
        while True:
            done = await self.sweep()
            await asyncio.sleep(_SWEEP if done else _AGAIN)

    async def sweep(self) -> bool:
        """Remove all that is over; False: some of it is to be tried again soon."""
        steps = (self._expire, self._cleared, self._orphans)
        return all([await self._tried(step) for step in steps])

    async def _tried(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """Do a step; what goes wrong is in the log, and left for the next time."""
        try:
            return await step()
        except EaselError as error:
            _log.error("not cleared", error=str(error))
        except Exception:  # whatever it is, the next sweep goes on
            _log.exception("not cleared")
        return False

    def _over(self, begun: Recorded) -> None:
        for id_ in begun.deleted:
            self._end(id_)
            self._publisher.forget(id_)

    async def _expire(self) -> bool:
        """Delete what is older than it may be."""
        if self._retention is None:
            return True
        while True:
            old = await self._store.list_expired(time.time() - self._retention * _DAY, _AT_ONCE)
            for id_ in old:
                begun = await self._store.delete_conversation(id_)
                self._over(begun)
                await self._rename(begun)
                _log.info("conversation expired", conversation=id_)
            if not old:
                return True

    async def _cleared(self) -> bool:
        """Remove messages and images that deletions left; False: some could not be."""
        away: set[str] = set()  # platforms that do not answer now
        async with self._one:
            ours: bool | None = None
            while True:
                left = await self._store.list_pending_deletions(
                    sorted(self._adapters.keys() - away), _AT_ONCE
                )
                cards = [one.turn for one in left.cards if await self._taken_away(one, away)]
                if left.blobs and ours is None:
                    ours = await self._ours()
                blobs = [one.blob for one in left.blobs if ours and await self._buried(one)]
                if not cards and not blobs:
                    return not (left.cards or away) and (ours is False or not left.blobs)
                await self._store.mark_removed(cards, blobs)

    async def _ours(self) -> bool | None:
        """Return whether the images are ours to remove; None: nobody can say now."""
        try:
            return not await self._ownership.missing()
        except EaselError as error:
            _log.warning("images not removed, trying again later", error=str(error))
            return None

    async def _taken_away(self, left: PendingCard, away: set[str]) -> bool:
        """Take a card away; False: not now. One whose channel is gone is given up after some days."""
        platform = left.at.place.platform
        if platform in away:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                await self._publisher.wait_for(left.turn)
                await self._adapters[platform].remove_card(left.at)
        except TimeoutError:
            _log.warning("cards not removed, the platform does not answer", platform=platform)
            away.add(platform)
            return False
        except Exception as error:  # platforms and their SDKs fail in many ways
            over = isinstance(error, NotPosted) and time.time() - left.since > _GIVEN_UP
            _log.warning("card not removed", turn=left.turn, again=not over, error=repr(error))
            return over
        return True

    async def _buried(self, grave: PendingDeletion) -> bool:
        """Remove an image that nothing names; False: it was put anew and may be about to be named."""
        if await self._store.find_referenced([grave.blob]):
            return True
        put = await self._blobs.put_at(grave.blob)
        if put is None:
            return True
        if put > grave.until and put > time.time() - _YOUNG:
            return False
        try:
            await self._blobs.remove(grave.blob)
        except EaselError as error:
            _log.warning("image not removed, trying again later", error=str(error))
            return False
        return True

    async def _orphans(self) -> bool:
        """Remove images that no conversation names: a crash came between their put and their naming.

        Once a day, where the images are ours, after days of grace, and none that an earlier day did not name.
        """
        now = time.time()
        if now < self._looked + _DAY or await self._ownership.missing():
            return True
        found, gone = Counter[str](), Counter[str]()
        async for some in self._blobs.listed():
            old = {name: size for name, put, size in some if put < now - _GRACE}
            left = {
                name: old[name] for name in old.keys() - await self._store.find_referenced([*old])
            }
            for name, since in (await self._store.record_orphans(left, now)).items():
                ripe = since <= now - _SAID and await self._gone(name, now)
                (gone if ripe else found).update(images=1, bytes=left[name])
        await self._store.clear_orphans(now)
        if found:
            _log.warning("images that nothing names; they are removed after a day", **found)
        if gone:
            _log.warning("images that nothing named are removed", **gone)
        self._looked = now
        return True

    async def _gone(self, name: str, now: float) -> bool:
        """Remove an orphan; False: it was put anew, and may be about to be named."""
        put = await self._blobs.put_at(name)
        if put is None or put > now - _GRACE or await self._store.find_referenced([name]):
            return False
        await self._blobs.remove(name)
        _log.info("orphan removed", blob=name)
        return True
