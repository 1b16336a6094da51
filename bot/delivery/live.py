"""Who has a conversation open right now, and what is new for them?

A viewer is notified *that* something changed; what changed is read from the store, so that nothing is
missed, whoever wrote it. Previews are here only: the newest of each drawing, in memory.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from bot.ports.cards import Preview

_log = structlog.stdlib.get_logger("easel")

#: seconds between two polls for what other processes changed
_POLL_INTERVAL = 2.0


class Viewer:
    """One open page on one conversation."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def notify(self) -> None:
        """Say that something changed; twice before it is read is once."""
        self._changed.set()

    async def wait(self) -> None:
        """Wait until something changed since the last wait."""
        await self._changed.wait()
        self._changed.clear()


class Viewers:
    """All viewers of this process, by conversation."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[Viewer]] = {}
        self._previews: dict[str, dict[str, Preview]] = {}

    def notify(self, conversation: str) -> None:
        """Notify those who have a conversation open that something in it changed."""
        for viewer in self._viewers.get(conversation, ()):
            viewer.notify()

    async def poll_other_processes(
        self, revisions: Callable[[Sequence[str]], Awaitable[Mapping[str, int]]]
    ) -> None:
        """Poll for what other processes changed in open conversations, for ever."""
        known: Mapping[str, int] = {}
        while True:
            await asyncio.sleep(_POLL_INTERVAL)
            try:
                found = await revisions(list(self._viewers)) if self._viewers else {}
            except Exception as error:  # the next poll may do better, whatever this is
                _log.warning("open pages not refreshed", error=repr(error))
                continue
            for conversation, revision in found.items():
                if known.get(conversation) != revision:
                    self.notify(conversation)
            known = found

    def is_watched(self, conversation: str) -> bool:
        """Has anybody it open?"""
        return conversation in self._viewers

    def set_preview(self, conversation: str, turn: str, preview: Preview | None) -> None:
        """Keep a drawing's newest preview, None removes it; notify viewers."""
        held = self._previews.setdefault(conversation, {})
        before = held.pop(turn, None)
        if preview is not None:
            held[turn] = preview
        if not held:
            del self._previews[conversation]
        if preview is not before:
            self.notify(conversation)

    def get_preview(self, conversation: str, turn: str) -> Preview | None:
        """Return a drawing's newest preview."""
        return self._previews.get(conversation, {}).get(turn)

    def get_previews(self, conversation: str) -> dict[str, Preview]:
        """Return the newest preview of each drawing of a conversation, by turn."""
        return dict(self._previews.get(conversation, {}))

    @contextmanager
    def watch(self, conversation: str) -> Iterator[Viewer]:
        """Be a viewer for a while."""
        viewer = Viewer()
        self._viewers.setdefault(conversation, set()).add(viewer)
        try:
            yield viewer
        finally:
            self._viewers[conversation].discard(viewer)
            if not self._viewers[conversation]:
                del self._viewers[conversation]
