"""Does the tree hold together, whichever versions are made, chosen, undone and deleted in whatever order?"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.ports import errors
from bot.ports.actions import Action
from storage.store import SqlStore
from storage.tables import versions
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from bot.conversation.turn import Turn

T = TypeVar("T")


class Tree(RuleBasedStateMachine):
    """One thread, beside a plain dictionary of parents."""

    def __init__(self, loop: asyncio.AbstractEventLoop, store: SqlStore) -> None:
        super().__init__()
        self.loop = loop
        self.store = store
        self.canvas = Canvas(store, secrets.token_hex(4))
        self.parents: dict[str, str | None] = {}
        self.turns: dict[str, Turn] = {}
        self.head: str | None = None
        self.count = 0

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(images=st.integers(1, 2))
    def draw(self, images: int) -> None:
        self.do(self.canvas.ask("a prompt"))
        turn = self.do(self.canvas.draw(images=images))
        self.count += 1
        letters = ("",) if images == 1 else ("a", "b")
        numbers = [f"v{self.count}{letter}" for letter in letters]
        assert [one.number for one in turn.result.versions] == numbers, "no number is given anew"
        for number in numbers:
            self.parents[number], self.turns[number] = self.head, turn
        self.head = numbers[0]

    @precondition(lambda self: self.parents)
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        self.head = data.draw(st.sampled_from(sorted(self.parents)))
        self.do(self.canvas.control(Action.GOTO, version=self.head))

    @precondition(lambda self: self.parents)
    @rule()
    def undo(self) -> None:
        assert self.head is not None
        try:
            self.do(self.canvas.control(Action.UNDO))
        except errors.NothingToUndo:
            assert self.parents[self.head] is None
        else:
            self.head = self.parents[self.head]

    @precondition(lambda self: self.parents)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.parents)))
        turn = self.turns[number]
        gone = {one.number for one in turn.result.versions}
        press = self.canvas.press(Action.DELETE)
        id_ = secrets.token_hex(8)
        self.do(self.store.delete_turn(id_, press, turn.conversation, turn.id))
        above = self.parents[number]
        for one in gone:
            del self.parents[one], self.turns[one]
        for child, parent in self.parents.items():
            if parent in gone:
                self.parents[child] = above
        if self.head in gone:
            self.head = above
            if above is None and self.parents:
                newest = max(int(one.strip("vab")) for one in self.parents)
                self.head = min(one for one in self.parents if int(one.strip("vab")) == newest)

    @invariant()
    def it_is_the_tree_that_people_see(self) -> None:
        if not self.count:
            return
        known, turns = self.do(self.canvas.whole())
        assert {one.number: one.parent for one in known.versions.values()} == self.parents
        assert known.head == self.head
        assert all(
            turn.request.source in {None, *self.parents} for turn in turns if not turn.control
        )
        mine = sa.select(versions).where(versions.c.conversation == known.id)
        for row in self.do(self.store.database.read(lambda sql: sql.execute(mine).all())):
            path = [row.number]
            while (parent := self.parents[path[-1]]) is not None:
                path.append(parent)
            assert row.depth == len(path)
            assert self.turns[row.root].id == self.turns[path[-1]].id, "two of one prompt share it"


def test_the_tree_holds_together(tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    store = SqlStore(tmp_path / "easel.db")
    loop.run_until_complete(store.open())
    run_state_machine_as_test(
        lambda: Tree(loop, store),  # type: ignore[arg-type] # whatever makes one
        settings=settings(max_examples=10, stateful_step_count=15, deadline=None),
    )
    loop.run_until_complete(store.close())
    loop.close()
