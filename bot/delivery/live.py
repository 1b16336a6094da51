"""Who has a conversation open right now, and what is new for them?

A viewer is notified *that* something changed; what changed is read from the store, so that nothing is
missed, whoever wrote it. Previews are the newest of each drawing, in memory.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.ports.cards import Preview
    from bot.ports.messages import Place

#: changed conversations that a page on the list of them is given at once
MOST_CHANGED = 100
#: images of cards that are remembered
_MOST_IMAGES = 1000


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


class ListViewer:
    """One open page on the list of conversations."""

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._event = asyncio.Event()

    def notify(self, conversation: str) -> None:
        """Say that a conversation changed."""
        self._changed[conversation] = None
        self._event.set()

    async def wait(self) -> tuple[str, ...]:
        """Wait until conversations changed; return some of those that did since the last wait."""
        await self._event.wait()
        found = tuple(self._changed)[:MOST_CHANGED]
        for conversation in found:
            del self._changed[conversation]
        if not self._changed:
            self._event.clear()
        return found


class Viewers:
    """All viewers of this process, by conversation."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[Viewer]] = {}
        self._list_viewers: set[ListViewer] = set()
        self._previews: dict[str, dict[str, Preview]] = {}
        #: images on cards, by platform and workspace, which may see them, and blob
        self._images: LRU[tuple[str, str, str], None] = LRU(_MOST_IMAGES)

    def notify(self, conversation: str) -> None:
        """Notify those who have a conversation open, or the list of all, that something in it changed."""
        self._notify_viewers(conversation)
        self.notify_lists(conversation)

    def _notify_viewers(self, conversation: str) -> None:
        for viewer in self._viewers.get(conversation, ()):
            viewer.notify()

    def notify_lists(self, conversation: str) -> None:
        """Notify those who have the list of conversations open that a line of it changed."""
        for viewer in self._list_viewers:
            viewer.notify(conversation)

    async def run(self) -> None:
        """Do what is to be done beside; alone nothing is."""

    def note_images(self, place: Place, blobs: Sequence[str]) -> None:
        """Remember the images of a card that is shown at a place."""
        for blob in blobs:
            self._images[place.platform, place.workspace, blob] = None

    def forget_images(self) -> None:
        """Remember none: some of them are deleted."""
        self._images.clear()

    def is_on_card(self, platform: str, workspace: str, blob: str) -> bool:
        """Return whether an image is on a card that was shown in a workspace lately."""
        return (platform, workspace, blob) in self._images

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
            self._notify_viewers(conversation)

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

    @contextmanager
    def watch_list(self) -> Iterator[ListViewer]:
        """Be a viewer of the list of conversations for a while."""
        viewer = ListViewer()
        self._list_viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._list_viewers.discard(viewer)
