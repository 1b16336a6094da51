"""What is removed after a deletion, when it is too old, or when nothing refers to it?

The store deletes first and lists what is left outside it: messages on platforms, image bytes. Both are
removed here, at once, and again at the next start after a crash in between. Conversations older than the
retention period are deleted, and images that no conversation refers to. Images are removed by their owner
alone (`storage.ownership`).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from typing import TYPE_CHECKING

import structlog

from bot.delivery.attempt import TIMEOUT, attempt
from bot.ports.errors import EaselError, NotPosted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.conversation.blobs import Blobs, Ownership
    from bot.conversation.delivery_store import RetentionStore
    from bot.conversation.records import PendingCard, PendingDeletion, Recorded
    from bot.delivery.publisher import CardPublisher
    from bot.ports.adapter import Adapter

_log = structlog.stdlib.get_logger("easel.retention")

_DAY = 24 * 3600.0
#: seconds for which an image that nothing refers to is left alone, and between its warning and its removal
_ORPHAN_GRACE, _ORPHAN_NOTICE = 7 * _DAY, _DAY
#: seconds between two sweeps
_SWEEP_INTERVAL = 3600.0
#: seconds before what could not be removed is tried again
_RETRY_INTERVAL = 600.0
#: seconds after its put within which an image may not be referred to yet
_NEW_IMAGE = 3600.0
#: seconds for which a platform is asked again to remove a card that it says it cannot
_CARD_GIVE_UP = 3 * _DAY
#: conversations, messages or images of one batch
_BATCH = 200


class Retention:
    """Removes what is deleted or expired.

    `retention`: days that untouched conversations are kept; `audit`: days of the audit log; None: for ever.
    """

    def __init__(  # noqa: PLR0913 - each part once, by name
        self,
        *,
        store: RetentionStore,
        blobs: Blobs,
        adapters: Mapping[str, Adapter],
        publisher: CardPublisher,
        cancel: Callable[[str], None],
        ownership: Ownership,
        retention: float | None = None,
        audit: float | None = None,
    ) -> None:
        self._store = store
        self._ownership = ownership
        self._orphans_checked = -math.inf
        self._blobs = blobs
        self._adapters = adapters
        self._publisher = publisher
        self._cancel = cancel
        self._retention, self._audit = retention, audit
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def schedule(self, deleted: Recorded) -> None:
        """Remove what was deleted in the store, in the background."""
        self._stop_drawings(deleted)
        work = attempt(self._remove(deleted), "not removed", conversation=deleted.conversation)
        task = asyncio.create_task(work, name=f"remove {deleted.conversation}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _remove(self, deleted: Recorded) -> None:
        await self._remove_pending()
        await self._rename_threads(deleted)

    async def _rename_threads(self, deleted: Recorded) -> None:
        """Remove deleted words from the names of threads."""
        for place in deleted.renamed:
            if (adapter := self._adapters.get(place.platform)) is not None:
                renaming = adapter.rename_thread(place, deleted.title)
                await attempt(renaming, "thread not renamed", within=TIMEOUT, place=str(place))

    async def flush(self) -> None:
        """Wait until scheduled removals are done."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self) -> None:
        """Sweep now and every hour, until cancelled."""
        while True:
            done = await self.sweep()
            await asyncio.sleep(_SWEEP_INTERVAL if done else _RETRY_INTERVAL)

    async def sweep(self) -> bool:
        """Remove everything deleted or expired; False: some of it is to be retried soon."""
        steps = (self._expire, self._remove_pending, self._remove_orphans)
        return all([await attempt(step(), "sweep failed") for step in steps])

    def _stop_drawings(self, deleted: Recorded) -> None:
        for id_ in deleted.deleted:
            self._cancel(id_)
            self._publisher.forget(id_)

    async def _expire(self) -> bool:
        """Delete conversations older than the retention period, and what is noted of who did what before it."""
        if self._audit is not None:
            await self._store.delete_audit(time.time() - self._audit * _DAY)
        if self._retention is None:
            return True
        while True:
            old = await self._store.list_expired(time.time() - self._retention * _DAY, _BATCH)
            for id_ in old:
                deleted = await self._store.delete_conversation(id_)
                self._stop_drawings(deleted)
                await self._rename_threads(deleted)
                _log.info("conversation expired", conversation=id_)
            if not old:
                return True

    async def _remove_pending(self) -> bool:
        """Remove messages and images of what was deleted; False: some could not be."""
        away: set[str] = set()  # platforms that do not answer now
        async with self._lock:
            owned: bool | None = None
            while True:
                left = await self._store.list_pending_deletions(
                    sorted(self._adapters.keys() - away), _BATCH
                )
                cards = [one.turn for one in left.cards if await self._remove_card(one, away)]
                if left.blobs and owned is None:
                    owned = await self._owns_images()
                blobs = [one.blob for one in left.blobs if owned and await self._remove_image(one)]
                if not cards and not blobs:
                    return not (left.cards or away) and (owned is False or not left.blobs)
                await self._store.mark_removed(cards, blobs)

    async def _owns_images(self) -> bool | None:
        """Return whether the images are ours to remove; None: not known now."""
        try:
            return not await self._ownership.missing()
        except EaselError as error:
            _log.warning("images not removed, trying again later", error=str(error))
            return None

    async def _remove_card(self, pending: PendingCard, away: set[str]) -> bool:
        """Remove a card; False: not now. One whose channel is gone is given up after some days."""
        platform = pending.at.place.platform
        if platform in away:
            return False
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._publisher.wait_for(pending.turn)
                await self._adapters[platform].remove_card(pending.at)
        except TimeoutError:
            _log.warning("cards not removed, the platform does not answer", platform=platform)
            away.add(platform)
            return False
        except Exception as error:  # platforms and their SDKs fail in many ways
            give_up = isinstance(error, NotPosted) and time.time() - pending.since > _CARD_GIVE_UP
            _log.warning(
                "card not removed", turn=pending.turn, retry=not give_up, error=repr(error)
            )
            return give_up
        return True

    async def _remove_image(self, pending: PendingDeletion) -> bool:
        """Remove an image that nothing refers to; False: it was put again and may be referred to soon."""
        if await self._store.find_referenced([pending.blob]):
            return True
        put = await self._blobs.put_at(pending.blob)
        if put is None:
            return True
        if put > pending.until and put > time.time() - _NEW_IMAGE:
            return False
        try:
            await self._blobs.remove(pending.blob)
        except EaselError as error:
            _log.warning("image not removed, trying again later", error=str(error))
            return False
        return True

    async def _remove_orphans(self) -> bool:
        """Remove images that no conversation refers to: a crash came between their put and their row.

        Once a day, where the images are ours, after days of grace, and none that was not logged the day before.
        """
        now = time.time()
        if now < self._orphans_checked + _DAY or await self._ownership.missing():
            return True
        found, removed = Counter[str](), Counter[str]()
        async for some in self._blobs.listed():
            old = {name: size for name, put, size in some if put < now - _ORPHAN_GRACE}
            left = {
                name: old[name] for name in old.keys() - await self._store.find_referenced([*old])
            }
            for name, since in (await self._store.record_orphans(left, now)).items():
                due = since <= now - _ORPHAN_NOTICE and await self._remove_orphan(name, now)
                (removed if due else found).update(images=1, bytes=left[name])
        await self._store.clear_orphans(now)
        if found:
            _log.warning("unused images found; they are removed after a day", **found)
        if removed:
            _log.warning("unused images removed", **removed)
        self._orphans_checked = now
        return True

    async def _remove_orphan(self, name: str, now: float) -> bool:
        """Remove an orphan; False: it was put again, and may be referred to soon."""
        put = await self._blobs.put_at(name)
        if put is None or put > now - _ORPHAN_GRACE or await self._store.find_referenced([name]):
            return False
        await self._blobs.remove(name)
        _log.info("orphan removed", blob=name)
        return True
