"""A drawing that is over in the store ends, and no other does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.drawing import lease
from bot.ports.actions import Action
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from storage.store import SqlStore


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_LOOK", 0.01)


async def drawing(store: SqlStore, turn: Turn, done: asyncio.Event) -> str:
    async with lease.while_current(store, turn):
        await done.wait()
    return "drawn"


async def test_what_another_process_cancelled_is_drawn_no_further(store: SqlStore) -> None:
    canvas = Canvas(store)
    await canvas.ask("a boat")
    turn = await canvas.claim()
    task = asyncio.create_task(drawing(store, turn, asyncio.Event()))
    await store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)


async def test_what_another_process_took_over_is_drawn_no_further(store: SqlStore) -> None:
    canvas = Canvas(store)
    asked = await canvas.ask("a boat")
    task = asyncio.create_task(drawing(store, await canvas.claim(), asyncio.Event()))
    await store.claim(asked.lane)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)


async def test_what_is_still_ours_is_drawn_to_its_end(store: SqlStore) -> None:
    canvas = Canvas(store)
    await canvas.ask("a boat")
    turn, done = await canvas.claim(), asyncio.Event()
    task = asyncio.create_task(drawing(store, turn, done))
    await store.record_retry(turn, 2)
    await asyncio.sleep(0.1)  # it looks again and again
    assert not task.done()
    done.set()
    assert await task == "drawn"
