"""Who is looking at a conversation right now, and what is new for them?

A viewer is told *that* something changed; what changed is read from the store, so that nothing is
missed, whoever wrote it. Previews live here only: the newest of each drawing, in memory.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.faces import Preview

#: seconds after which who looks reads the store anew
_LOOK_AGAIN = 2.0


class Viewer:
    """One open page on one conversation."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def tell(self) -> None:
        """Say that something changed; saying it twice before it is heard is once."""
        self._news.set()

    async def wait(self) -> None:
        """Wait until something changed since the last wait, or may have: another process tells nobody."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _LOOK_AGAIN)
        self._news.clear()


class Viewers:
    """All viewers of this process, by conversation."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[Viewer]] = {}
        self._previews: dict[str, dict[str, Preview]] = {}

    def changed(self, conversation: str) -> None:
        """Tell those who look at a conversation that something in it changed."""
        for viewer in self._viewers.get(conversation, ()):
            viewer.tell()

    def watched(self, conversation: str) -> bool:
        """Is anybody looking?"""
        return conversation in self._viewers

    def preview(self, conversation: str, turn: str, preview: Preview | None) -> None:
        """Keep a drawing's newest preview, None forgets it; tell those who look."""
        held = self._previews.setdefault(conversation, {})
        before = held.pop(turn, None)
        if preview is not None:
            held[turn] = preview
        if not held:
            del self._previews[conversation]
        if preview is not before:
            self.changed(conversation)

    def preview_of(self, conversation: str, turn: str) -> Preview | None:
        """Give a drawing's newest preview."""
        return self._previews.get(conversation, {}).get(turn)

    def previews(self, conversation: str) -> dict[str, Preview]:
        """Give the newest preview of each drawing of a conversation, by turn."""
        return dict(self._previews.get(conversation, {}))

    @contextmanager
    def looking(self, conversation: str) -> Iterator[Viewer]:
        """Be a viewer for a while."""
        viewer = Viewer()
        self._viewers.setdefault(conversation, set()).add(viewer)
        try:
            yield viewer
        finally:
            self._viewers[conversation].discard(viewer)
            if not self._viewers[conversation]:
                del self._viewers[conversation]
