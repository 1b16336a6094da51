"""Is what a person keeps of a canvas theirs alone, and gone with the canvas?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.ports.queries import ListQuery, Summary
from storage.tables import bookmarks
from tests.storage.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.store import SqlStore

OF: dict[str, Any] = {"platform": "web", "workspace": "local"}


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def listed(store: SqlStore, viewer: str, *, starred: bool = False) -> Sequence[Summary]:
    return await store.list_conversations(ListQuery(**OF, viewer=viewer, starred=starred))


async def test_a_star_is_its_persons_and_filters_the_list(canvas: Canvas) -> None:
    store, id_ = canvas.store, (await canvas.ask("a boat")).conversation
    kept = await store.set_bookmark(id_, "U1", starred=True, seen=False)
    assert (kept.starred, kept.seen) == (True, None)
    assert [one.starred for one in await listed(store, "U1")] == [True]
    assert [one.starred for one in await listed(store, "U2")] == [False]
    assert len(await listed(store, "U1", starred=True)) == 1
    assert len(await listed(store, "U2", starred=True)) == 0
    assert (await store.set_bookmark(id_, "U1", starred=None, seen=True)).starred
    assert not (await store.set_bookmark(id_, "U1", starred=False, seen=False)).starred


async def test_a_canvas_is_unread_where_it_changed_since_somebody_looked(canvas: Canvas) -> None:
    store, id_ = canvas.store, (await canvas.ask("a boat")).conversation
    assert [one.unread for one in await listed(store, "U1")] == [False], "never looked at"
    await store.set_bookmark(id_, "U1", starred=None, seen=True)
    assert [one.unread for one in await listed(store, "U1")] == [False]
    await canvas.draw()
    assert [one.unread for one in await listed(store, "U1")] == [True]
    assert [one.unread for one in await listed(store, "U2")] == [False]
    await store.set_bookmark(id_, "U1", starred=None, seen=True)
    assert [one.unread for one in await listed(store, "U1")] == [False]


async def test_a_deleted_canvas_leaves_no_bookmark(canvas: Canvas) -> None:
    store, id_ = canvas.store, (await canvas.ask("a boat")).conversation
    await store.set_bookmark(id_, "U1", starred=True, seen=True)
    await store.delete_conversation(id_)
    left = await store.database.read(lambda sql: sql.execute(sa.select(bookmarks)).all())
    assert left == []
    assert await store.list_deleted(ListQuery(**OF, ids=(id_,))) == (id_,)
    elsewhere = ListQuery(platform="slack", workspace="T1", ids=(id_,))
    assert await store.list_deleted(elsewhere) == ()


async def test_a_new_name_is_a_change_of_the_newest_turn(canvas: Canvas) -> None:
    await canvas.line(2)
    conversation, turns = await canvas.whole()
    assert await canvas.store.rename(conversation.id, "Regatta") == "Regatta"
    changed = await canvas.store.list_changes(conversation.id, conversation.revision)
    assert [turn.id for turn in changed] == [turns[-1].id]
    assert await canvas.store.find_title(conversation.id) == "Regatta"
