"""How do pages that are open here show what other processes draw, and those elsewhere what is drawn here?

Processes tell each other through the store which conversations are open and which changed. A preview goes there only
while a page of another process has its conversation open.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from bot.delivery.live import Viewers
from bot.ports.errors import EaselError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.conversation.delivery_store import LiveStore
    from bot.delivery.live import Viewer
    from bot.ports.cards import Preview

_log = structlog.stdlib.get_logger("easel")

#: seconds between two announcements of what is open here, and for which one holds
_RENEWAL, _LEASE = 20.0, 50.0
#: seconds before all of it starts again after a failure
_RESTART_PAUSE = 5.0


class SharedViewers(Viewers):
    """The viewers of this process, beside those of others."""

    def __init__(self, store: LiveStore) -> None:
        super().__init__()
        self._store = store
        self._me = secrets.token_hex(8)
        #: until when conversations are open elsewhere, by the monotonic clock
        self._elsewhere: dict[str, float] = {}
        #: conversations that were opened here just now
        self._opened: set[str] = set()
        #: previews that the store has to hold, or not, by turn; and turns of which it holds one of ours
        self._unsaved: dict[str, tuple[str, Preview | None]] = {}
        self._saved: set[str] = set()
        #: turns of which others' previews are shown here, by conversation
        self._received: dict[str, set[str]] = {}
        self._woken = asyncio.Event()

    def is_watched(self, conversation: str) -> bool:
        """Has anybody it open, here or elsewhere?"""
        return super().is_watched(conversation) or self._is_open_elsewhere(conversation)

    def set_preview(self, conversation: str, turn: str, preview: Preview | None) -> None:
        """Keep a drawing's newest preview, here and for those who watch it elsewhere."""
        super().set_preview(conversation, turn, preview)
        if turn in self._saved or (preview and self._is_open_elsewhere(conversation)):
            self._save(conversation, turn, preview)

    @contextmanager
    def watch(self, conversation: str) -> Iterator[Viewer]:
        """Be a viewer for a while, of whom other processes know."""
        if not super().is_watched(conversation):
            self._opened.add(conversation)
            self._woken.set()
        with super().watch(conversation) as viewer:
            yield viewer

    async def run(self) -> None:
        """Tell the others, and listen to them, until cancelled; goes on after whatever goes wrong."""
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    listening = self._store.listen(self._handle, self._begin)
                    tasks.create_task(listening, name="listener")
                    tasks.create_task(self._announce(), name="announcer")
            except Exception:  # drawing must go on, whatever this is
                _log.exception("open pages are not live, starting again")
            await asyncio.sleep(_RESTART_PAUSE)

    def _is_open_elsewhere(self, conversation: str) -> bool:
        return self._elsewhere.get(conversation, 0.0) > time.monotonic()

    def _save(self, conversation: str, turn: str, preview: Preview | None) -> None:
        self._unsaved[turn] = (conversation, preview)
        self._saved.add(turn)
        self._woken.set()

    async def _begin(self) -> None:
        """Look at everything that is open here: what changed before this was not heard."""
        self._opened |= self._viewers.keys()
        self._woken.set()
        for conversation in list(self._viewers):
            self.notify(conversation)

    async def _handle(self, message: str) -> None:
        kind, conversation, *rest = *message.split(" "), ""
        if kind == "changed":
            self.notify(conversation)
        elif kind == "watched" and rest[0] != self._me:
            is_new = not self._is_open_elsewhere(conversation)
            self._elsewhere[conversation] = time.monotonic() + _LEASE
            for turn, preview in self.get_previews(conversation).items() if is_new else ():
                if turn not in self._received.get(conversation, ()):
                    self._save(conversation, turn, preview)
        elif kind == "preview" and super().is_watched(conversation):
            await self._try_load([conversation])

    async def _announce(self) -> None:
        """Say what is open here and save previews: at once what is new, all of it now and then."""
        renewed = time.monotonic()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_RENEWAL):
                    await self._woken.wait()
            self._woken.clear()
            opened, self._opened = self._opened & self._viewers.keys(), set()
            announced = sorted(opened)
            if time.monotonic() - renewed >= _RENEWAL:
                renewed = time.monotonic()
                announced = sorted(self._viewers)
                self._forget()
            try:
                if announced:
                    messages = [f"watched {conversation} {self._me}" for conversation in announced]
                    await self._store.announce(messages)
                await self._save_previews()
            except EaselError as error:  # the next one may do better
                _log.info("other processes not told", error=str(error))
            await self._try_load(opened)

    async def _save_previews(self) -> None:
        while self._unsaved:
            turn, (conversation, preview) = self._unsaved.popitem()
            await self._store.save_preview(conversation, turn, preview)
            if preview is None:
                self._saved.discard(turn)

    async def _try_load(self, conversations: Iterable[str]) -> None:
        """Show the previews that other processes have of conversations."""
        for conversation in conversations:
            try:
                found = await self._store.list_previews(conversation)
            except EaselError as error:  # the next one may come
                _log.info("previews not loaded", error=str(error))
                continue
            for turn in self._received.get(conversation, set()) - found.keys():
                super().set_preview(conversation, turn, None)
            theirs = {turn: one for turn, one in found.items() if turn not in self._saved}
            for turn, preview in theirs.items():
                if self.get_preview(conversation, turn) != preview:
                    super().set_preview(conversation, turn, preview)
            self._received[conversation] = set(theirs)

    def _forget(self) -> None:
        """Forget what nobody watches any more."""
        now = time.monotonic()
        self._elsewhere = {id_: until for id_, until in self._elsewhere.items() if until > now}
        for conversation in self._received.keys() - self._viewers.keys():
            for turn in self._received.pop(conversation):
                super().set_preview(conversation, turn, None)
