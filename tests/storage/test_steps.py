"""Does SQLite read more for a turn, the more turns there are?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.ports.messages import IncomingMessage
from storage.sqlite import Sqlite
from storage.store import SqlStore
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from bot.conversation.turn import Turn

#: steps of SQLite's machine between two counts
_EACH = 20


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(tmp_path / "easel.db")
    await opened.open()
    yield opened
    await opened.close()


class Steps:
    """Counts what SQLite's machine does: a step is an instruction, some for each row that is read."""

    def __init__(self, store: SqlStore) -> None:
        self._count = 0
        assert isinstance(store.database, Sqlite)
        for one in (store.database._writer, *store.database._readers):
            one._conn.set_progress_handler(self._note, _EACH)

    def _note(self) -> None:
        self._count += _EACH

    async def of(self, doing: Awaitable[Any]) -> int:
        before = self._count
        await doing
        return self._count - before


async def _answer(canvas: Canvas) -> Turn:
    """Claim what waits, and answer it in words."""
    return await canvas.draw(images=0)


async def test_a_turn_takes_as_many_steps_in_a_thread_of_hundreds_beside_others(
    store: SqlStore,
) -> None:
    steps = Steps(store)
    canvas = Canvas(store)

    async def measure() -> dict[str, int]:
        turn = await canvas.ask("make it blue")
        sweep = {
            "lanes that wait": await steps.of(store.list_waiting_lanes(["web"])),
            "what nobody was shown": await steps.of(store.list_unnotified(["web"])),
        }
        message = IncomingMessage(
            event_id=secrets.token_hex(4), place=canvas.place, person=ANA, text="make it bluer"
        )
        return {
            **sweep,
            "draw": await steps.of(_answer(canvas)),
            "read the thread": await steps.of(store.get_thread(message)),
            "ask": await steps.of(canvas.ask("make it bluer")),
            "draw that": await steps.of(_answer(canvas)),
            "read the turn": await steps.of(store.find_turn(turn.id)),
        }

    for number in range(3):
        await canvas.ask(f"prompt {number}")
        await canvas.draw()
    small = await measure()
    for number in range(150):
        await canvas.ask(f"prompt {number}")
        await _answer(canvas)
        other = Canvas(store, thread=f"other {number}")
        await other.ask("a castle", person=replace(ANA, id=f"U{number}"))
        await _answer(other)
    large = await measure()
    slower = {
        name: (small[name], large[name]) for name in small if large[name] > 1.5 * small[name] + 100
    }
    assert not slower
