"""Is this drawing still ours, whoever else works on the same store?

Another process may have cancelled it, or taken its lane over when this one was frozen. The store would
refuse its result; to notice early saves waiting, money and the wrong card.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.ports.errors import EaselError
from bot.ports.messages import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.conversation.intake_store import TurnStore
    from bot.conversation.turn import Turn

_log = structlog.stdlib.get_logger("easel")

#: seconds between two checks
_LOOK = 2.0


@asynccontextmanager
async def while_current(store: TurnStore, turn: Turn) -> AsyncIterator[None]:
    """Cancel the task that draws when its attempt is over in the store."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine runs in a task
    watching = asyncio.create_task(_watch(store, turn, task), name=f"watch {turn.id}")
    try:
        yield
    finally:
        watching.cancel()


async def _watch(store: TurnStore, turn: Turn, task: asyncio.Task[object]) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        try:
            found = await store.find_turn(turn.id)
        except EaselError:
            continue  # whoever writes next gets the error
        if found is None or (found.attempt, found.state) != (turn.attempt, State.DRAWING):
            _log.info("drawing is over elsewhere", turn=turn.id)
            task.cancel()
            return
