"""Does everybody get their turn, and are there never more drawings at once than allowed, whoever else draws?"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.records import Claim
from bot.ports.messages import Place
from storage.fairness import Capacity
from storage.store import SqlStore
from tests.storage.canvas import Canvas, empty_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.conversation.turn import Turn


def thread(store: SqlStore, workspace: str, name: str) -> Canvas:
    place = Place(platform="chat", workspace=workspace, channel="C1", thread=f"{workspace}-{name}")
    return Canvas(store, place=place)


def allow(drawings: int, workspace: int | None = None, *platforms: str) -> Capacity:
    return Capacity(
        drawings=drawings, workspace=workspace or drawings, platforms=platforms or ("chat",)
    )


async def claim_next(store: SqlStore) -> Turn | None:
    """Claim what comes next, as a worker does that was woken for it; None: nothing may be drawn now."""
    for lane in await store.list_next_lanes():
        claim = await store.claim(lane)
        if isinstance(claim, Claim):
            return claim.turn
    return None


@dataclass
class Run:
    """Who is served in which order; each drawing ends before the next begins."""

    store: SqlStore
    served: list[str] = field(default_factory=list)

    async def draw(self) -> bool:
        turn = await claim_next(self.store)
        if turn is None:
            return False
        self.served.append(turn.place.workspace)
        await Canvas(self.store).finish(turn)
        return True


@pytest.fixture(params=["sqlite", "postgres"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[SqlStore]]:
    """The store as two processes have it, three drawings at once in both; on SQLite they are one."""
    if request.param == "sqlite":
        one = SqlStore(tmp_path / "easel.db", capacity=allow(3))
        found = [one, one]
    else:
        url = request.getfixturevalue("postgres_url")
        found = [SqlStore(url, capacity=allow(3)) for _ in range(2)]
    for one in dict.fromkeys(found):
        await one.open()
    yield found
    for one in dict.fromkeys(found):
        await one.close()


async def test_no_more_are_drawn_at_once_than_allowed_by_both_together_and_all_come_at_last(
    two: list[SqlStore],
) -> None:
    lanes = [(await thread(two[0], "A", f"{n}").ask("a boat")).lane for n in range(8)]
    waiting, drawn = set(lanes), 0
    while waiting:
        claims = await asyncio.gather(*(two[n % 2].claim(one) for n, one in enumerate(waiting)))
        begun = [one.turn for one in claims if isinstance(one, Claim)]
        assert len(begun) == min(3, len(waiting))
        waiting -= {turn.lane for turn in begun}
        assert await two[1].list_next_lanes() == []
        for turn in begun:
            await Canvas(two[0]).finish(turn)
        drawn += len(begun)
    assert drawn == 8


async def test_of_two_who_claim_at_once_the_last_place_goes_to_one(two: list[SqlStore]) -> None:
    lanes = [(await thread(two[0], one, "1").ask("a boat")).lane for one in "ABCDEF"]
    for _ in "12":
        assert isinstance(await two[0].claim(lanes.pop(0)), Claim)
    claims = await asyncio.gather(*(two[n % 2].claim(lane) for n, lane in enumerate(lanes)))
    assert sum(isinstance(one, Claim) for one in claims) == 1


async def test_workspaces_take_turns_then_threads_then_who_asked_first(
    two: list[SqlStore],
) -> None:
    store = two[0]
    store._capacity = allow(1)
    busy = [thread(store, "busy", name) for name in "12"]
    for canvas in (busy[0], busy[0], busy[0], busy[1]):
        await canvas.ask("a boat")
    for name in ("calm", "late"):
        await thread(store, name, "1").ask("a hat")
    run, found = Run(store), []
    while (turn := await claim_next(store)) is not None:
        found.append((turn.place.workspace, (turn.place.thread or "")[-1]))
        await Canvas(store).finish(turn)
    assert run.served == []
    assert found == [
        ("busy", "1"),
        ("calm", "1"),
        ("late", "1"),
        ("busy", "2"),
        ("busy", "1"),
        ("busy", "1"),
    ]


async def test_a_workspace_draws_no_more_at_once_than_its_share(two: list[SqlStore]) -> None:
    store = two[0]
    store._capacity = allow(3, 2)
    lanes = [(await thread(store, "A", f"{n}").ask("a boat")).lane for n in range(4)]
    other = (await thread(store, "B", "1").ask("a hat")).lane
    claims = [await store.claim(lane) for lane in (*lanes, other)]
    assert [isinstance(one, Claim) for one in claims] == [True, True, False, False, True]
    assert await store.list_next_lanes() == []
    first = claims[0]
    assert isinstance(first, Claim)
    await Canvas(store).finish(first.turn)
    assert await store.list_next_lanes() == [lanes[2]]


async def test_who_cannot_be_shown_here_holds_up_nobody(two: list[SqlStore]) -> None:
    store = two[0]
    store._capacity = allow(1)
    away = Place(platform="gone", workspace="G", channel="C1", thread="1")
    await Canvas(store, place=away).ask("a boat")
    lane = (await thread(store, "A", "1").ask("a hat")).lane
    assert await store.list_next_lanes() == [lane]
    assert isinstance(await store.claim(lane), Claim)


async def test_a_drawing_that_its_process_left_is_a_place_again_when_its_lane_is_taken_up(
    two: list[SqlStore],
) -> None:
    store = two[0]
    store._capacity = allow(1)
    left = await thread(store, "A", "1").ask("a boat")
    assert isinstance(await store.claim(left.lane), Claim)
    lane = (await thread(store, "B", "1").ask("a hat")).lane
    assert await store.claim(lane) is None
    assert left.lane in await two[1].list_waiting_lanes(["chat"])
    await two[1].claim(left.lane)  # by who takes the lane over
    assert isinstance(await store.claim(lane), Claim)


_ASK = st.tuples(st.just("ask"), st.sampled_from("ABCD"), st.sampled_from("12"))
_DRAW = st.tuples(st.just("draw"), st.just(""), st.just(""))


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.one_of(_ASK, _ASK, _DRAW), max_size=25))
def test_between_two_drawings_of_a_workspace_every_other_that_waits_is_served_once(
    steps: list[tuple[str, str, str]],
) -> None:
    made = empty_database()

    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(shutil.copy(made, folder))
            store = SqlStore(path, capacity=allow(1))
            await store.open()
            async with aclosing(_Closing(store)):
                run = Run(store)
                waiting: dict[str, int] = {}
                #: who was served while somebody waits, by who waits
                passed: dict[str, set[str]] = {}
                for step, workspace, name in [*steps, *[("draw", "", "")] * len(steps)]:
                    if step == "ask":
                        await thread(store, workspace, name).ask("a boat")
                        waiting[workspace] = waiting.get(workspace, 0) + 1
                        passed.setdefault(workspace, set())
                        continue
                    assert await run.draw() == bool(waiting)
                    if not waiting:
                        continue
                    served = run.served[-1]
                    waiting[served] -= 1
                    passed.pop(served)
                    for others in passed.values():
                        assert served not in others, run.served
                        others.add(served)
                    if waiting[served]:
                        passed[served] = set()
                    else:
                        del waiting[served]
                assert waiting == {}

    asyncio.run(play())


class _Closing:
    """A store that is closed at last."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def aclose(self) -> None:
        await self._store.close()
