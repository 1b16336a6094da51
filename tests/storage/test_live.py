"""Does one process hear what another one does, also after its connection was lost? On Postgres."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.delivery.live_shared import SharedViewers
from bot.ports.cards import Preview
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.store import SqlStore

_DISCONNECT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'easel pages' AND datname = current_database()
"""


@asynccontextmanager
async def listening(store: SqlStore) -> AsyncIterator[SharedViewers]:
    viewers = SharedViewers(store)
    task = asyncio.create_task(viewers.run())
    yield viewers
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until_heard(viewers: SharedViewers, canvas: Canvas) -> None:
    """Change a conversation until its viewer hears of it: when somebody begins to listen, nothing tells."""
    id_ = await canvas.store.find_conversation_at(canvas.place)
    with viewers.watch(id_ or "") as viewer:
        while True:
            await canvas.store.rename(id_ or "", "another title")
            try:
                return await asyncio.wait_for(viewer.wait(), 0.5)
            except TimeoutError:
                continue


async def test_what_another_process_writes_is_heard_also_after_a_lost_connection(
    stores: list[SqlStore],
) -> None:
    mine, theirs = stores
    canvas = Canvas(theirs)
    await canvas.line(1)
    async with listening(mine) as viewers:
        await until_heard(viewers, canvas)
        await theirs.database.write(lambda sql: sql.execute(sa.text(_DISCONNECT)).all())
        await until_heard(viewers, canvas)
        await theirs.announce(["nonsense", "", "watched", "preview  "])
        await until_heard(viewers, canvas)


async def test_a_list_that_is_open_elsewhere_hears_of_new_names_and_stars(
    stores: list[SqlStore],
) -> None:
    mine, theirs = stores
    canvas = Canvas(theirs)
    id_ = (await canvas.ask("a boat")).conversation
    async with listening(mine) as viewers:
        await until_heard(viewers, canvas)
        with viewers.watch_list() as viewer:
            await theirs.rename(id_, "Regatta")
            assert await viewer.wait() == (id_,)
            await theirs.set_bookmark(id_, "U1", starred=True, seen=False)
            assert await viewer.wait() == (id_,)


async def test_a_preview_is_shown_elsewhere_while_it_is_watched_and_its_turn_is_drawn(
    stores: list[SqlStore],
) -> None:
    canvas = Canvas(stores[0])
    turn = await canvas.ask("a boat")
    turn = await canvas.claim()
    first, second = (
        Preview(index=number, data=b"half of it", media_type="image/png") for number in (0, 1)
    )
    async with listening(stores[0]) as draws, listening(stores[1]) as shows:
        draws.set_preview(turn.conversation, turn.id, first)
        with shows.watch(turn.conversation) as viewer:
            while shows.get_preview(turn.conversation, turn.id) != first:
                await viewer.wait()
            assert draws.is_watched(turn.conversation), "so that more are asked for"
            draws.set_preview(turn.conversation, turn.id, second)
            while shows.get_preview(turn.conversation, turn.id) != second:
                await viewer.wait()
            draws.set_preview(turn.conversation, turn.id, None)
            while shows.get_preview(turn.conversation, turn.id) is not None:
                await viewer.wait()
    assert await stores[1].list_previews(turn.conversation) == {}
    await stores[0].save_preview(turn.conversation, turn.id, first)
    assert await stores[1].list_previews(turn.conversation) == {turn.id: first}
    await canvas.finish(turn)
    assert await stores[1].list_previews(turn.conversation) == {}, "what ended has a picture"
