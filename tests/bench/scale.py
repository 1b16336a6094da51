"""Does it stay as quick with 100,000 threads, and in a thread of 200 turns? Each verb, small and large.

The large store is a small one whose rows are copied; `EASEL_BENCH_URL=postgresql://…` measures an empty
Postgres in place of SQLite.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.conversation.records import Claim
from bot.conversation.terms import Limits
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.queries import (
    ImageQuery,
    ListQuery,
    PlaceQuery,
    PlacesQuery,
    PromptsQuery,
    UsageQuery,
)
from storage.store import SqlStore
from storage.tables import conversations, ledger, places, posts, turns, versions
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.conversation.turn import Turn

_THREADS = 100_000
_TURNS = 200
_ROUNDS = 15
_DAY = 86400.0
#: what is another's in a copy
_OWN: Mapping[sa.Table, tuple[str, ...]] = {
    conversations: ("id",),
    places: ("place", "conversation"),
    turns: ("id", "conversation", "lane", "event", "place", "message", "person"),
    versions: ("conversation", "turn", "blob"),
    posts: ("card", "place", "message"),
    ledger: ("turn", "person", "channel"),
}


async def main() -> None:
    """Print a line a verb: milliseconds with one thread of one turn, and with all."""
    with tempfile.TemporaryDirectory() as folder:
        where = os.environ.get("EASEL_BENCH_URL") or Path(folder) / "easel.db"
        async with _opened(where) as store:
            pattern, short = Canvas(store, thread="pattern"), Canvas(store, thread="short")
            await _drawn(pattern, "a lighthouse at dusk")
            copied = await _drawn(pattern, "add a boat")
            small = await _measure(store, short, await _drawn(short, "a castle"))
            await store.database.write(_copied, copied.conversation, _THREADS)
        async with _opened(where) as store:  # as it is found after a start
            long = Canvas(store, thread="long")
            turn = await _drawn(long, "prompt 1")
            for number in range(2, _TURNS + 1):
                turn = await _drawn(long, f"prompt {number}")
            _tell(small, await _measure(store, long, turn))


@asynccontextmanager
async def _opened(where: Path | str) -> AsyncIterator[SqlStore]:
    store = SqlStore(where)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _tell(small: Mapping[str, float], large: Mapping[str, float]) -> None:
    print(f"{'ms':>28}   small   large: {_THREADS:,} threads, and one of {_TURNS} turns")
    for name, quick in small.items():
        slow = large[name]
        print(f"{name:>28} {quick:7.2f} {slow:7.2f}{'  <—' if slow > 5 * quick + 1 else ''}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{most:.0f} MB of memory at most")


async def _drawn(canvas: Canvas, text: str) -> Turn:
    turn = await canvas.ask(text, message_id=f"m-{text}")
    drawn = await canvas.draw()
    at = Posted(place=turn.place, messages=(f"p-{turn.id}",))
    return await canvas.store.mark_posted(replace(drawn, place=turn.place), at)


def _copied(sql: sa.Connection, conversation: str, count: int) -> None:
    """Copy all rows of a conversation so many times, some a minute over two months."""
    number = sa.select(sa.literal(1).label("i")).cte("number", recursive=True)
    number = number.union_all(sa.select(number.c.i + 1).where(number.c.i < count))
    own = sa.select(turns.c.id).where(turns.c.conversation == conversation).scalar_subquery()
    whose = {conversations: conversations.c.id == conversation, posts: posts.c.card.in_(own)}
    whose[ledger] = ledger.c.turn.in_(own)
    for table, names in _OWN.items():
        chosen = [one for one in table.columns if one.name != "seq"]
        copies: list[sa.ColumnElement[object]] = []
        for column in chosen:
            if column.name in names:
                spread = number.c.i % 5000 if column.name in {"person", "channel"} else number.c.i
                copies.append(column + "-" + sa.cast(spread, sa.Text))
            elif column.name == "created":
                copies.append(column - number.c.i * (60 * _DAY / count))
            else:
                copies.append(column)
        where = whose.get(table)
        if where is None:
            where = table.c.conversation == conversation
        rows = sa.select(*copies).select_from(table.join(number, sa.true())).where(where)
        sql.execute(sa.insert(table).from_select([one.name for one in chosen], rows))
    sql.exec_driver_sql("ANALYZE")


async def _measure(store: SqlStore, canvas: Canvas, turn: Turn) -> dict[str, float]:
    """Give the median of each verb in milliseconds."""
    now, place = time.time(), turn.place
    here: dict[str, Any] = {"platform": place.platform, "workspace": place.workspace}
    month = UsageQuery(**here)
    version = turn.result.versions[0]
    message = f"m-{turn.request.text}"
    card = await store.find_posted(turn.id)
    assert card is not None
    known = await store.find_conversation(turn.conversation)
    assert known is not None
    middle = (await store.list_conversations(ListQuery(**here, limit=1)))[0].cursor
    last = str(max(1, int(middle) // 2))
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        "turn": lambda: store.find_turn(turn.id),
        "conversation": lambda: store.find_conversation(turn.conversation),
        "conversation_at": lambda: store.find_conversation_at(place),
        "by_message": lambda: store.find_by_message(place, message),
        "shown_as": lambda: store.find_by_card(place, card.messages[0]),
        "known by a message": lambda: store.find_place(
            PlaceQuery(**here, place=place, message=card.messages[0])
        ),
        "changes, none": lambda: store.list_changes(turn.conversation, known.revision),
        "newest": lambda: store.find_newest(turn.conversation, ANA),
        "newest failed": lambda: store.find_newest(turn.conversation, None, "failed"),
        "newest_poll": lambda: store.find_newest_poll(turn.conversation),
        "edits_back": lambda: store.list_edits(turn.conversation, version.number, 10),
        "queued": lambda: store.list_queued(turn.conversation, 5),
        "sweep: waiting": lambda: store.list_waiting_lanes(["web", "slack"]),
        "sweep: remains": lambda: store.list_pending_deletions(["web", "slack"], 100),
        "sweep: expired": lambda: store.list_expired(now - 365 * _DAY, 100),
        "held_since": store.get_held_since,
        "listed": lambda: store.list_conversations(ListQuery(**here)),
        "listed, deep": lambda: store.list_conversations(ListQuery(**here, before=last)),
        "places": lambda: store.list_places(PlacesQuery(**here)),
        "holds_image": lambda: store.has_image(ImageQuery(**here, blob=version.blob)),
        "prompts": lambda: store.list_prompts(
            PromptsQuery(**here, person=ANA.id, holds="", limit=25)
        ),
        "usage of a month": lambda: store.get_usage(month, now - 30 * _DAY, now),
        "whole thread": lambda: store.load_conversation(turn.conversation),
    }
    found = {name: await _median(verb) for name, verb in reads.items()}
    return found | await _writes(canvas)


async def _median(verb: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        await verb()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


async def _writes(canvas: Canvas) -> dict[str, float]:
    """Time a turn's life, in a thread and with limits, and a new thread's first prompt."""
    store = canvas.store
    limits = Limits(person=1e9, month=1e9, since=time.time() - 30 * _DAY, resets="soon")
    taken: dict[str, list[float]] = {}

    async def timed(name: str, verb: Awaitable[object]) -> object:
        began = time.perf_counter()
        found = await verb
        taken.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        return found

    for number in range(_ROUNDS):
        begun = await timed("begin", canvas.begin("add a boat"))
        turn = begun.turn  # type: ignore[attr-defined] # what `begin` gives
        claim = await timed("claim, with limits", store.claim(turn.lane, limits))
        assert isinstance(claim, Claim)
        drawn = await timed("finish", store.finish(claim.turn, canvas.answer()))
        at = Posted(place=turn.place, messages=(f"q-{turn.id}",))
        await timed("posted", store.mark_posted(drawn, at))  # type: ignore[arg-type] # as above
        place = replace(canvas.place, thread=f"new-{turn.id}-{number}")
        first = await timed("begin a thread", canvas.begin("a castle", place=place))
        press = canvas.press  # the prompt is ended, so that the sweep's lane stays empty
        gone = first.turn  # type: ignore[attr-defined] # as above
        await store.cancel_turn(press(Action.CANCEL), gone.id, gone.conversation)
    return {name: statistics.median(found) for name, found in taken.items()}
