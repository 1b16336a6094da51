"""Which card is about to be shown, and how is its turn known?"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.turn import Turn


class PendingUpdate:
    """A card that is about to be shown: the newest state of its turn."""

    def __init__(self, turn: Turn, after: PendingUpdate | None) -> None:
        self.turn = turn
        self.is_current = False  # is it as the store has it? Else it is read before it is shown
        self.is_new = False  # was it put on disk just now, so that it stands nowhere?
        self.since = time.monotonic()
        self.is_outdated = True
        self.after = after  # the new card asked before it in its conversation
        self.shown = asyncio.Event()  # also set where it was refused
        self.settled = asyncio.Event()  # it need not wait for being claimed
        self.task: asyncio.Task[bool] | None = None
