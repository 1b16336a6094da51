"""Are a brand kit's pictures kept as long as anything names them, and no longer?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.conversation.kit_rules import change_kit
from bot.ports.actions import Action
from bot.ports.kit import KitImage
from bot.ports.messages import ActionEvent, Place
from bot.ports.queries import ImageQuery
from storage.images import list_referenced
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from storage.store import SqlStore

PLACE = Place(platform="slack", workspace="T1", channel="C1")


def event(name: str = "") -> ActionEvent:
    id_ = name or secrets.token_hex(8)
    return ActionEvent(event_id=id_, place=PLACE, person=ANA, action=Action.KIT)


async def pin(
    store: SqlStore, *blobs: str, incoming: ActionEvent | None = None, **fields: str
) -> None:
    images = [KitImage(name=blob[:4], blob=blob) for blob in blobs]
    change = partial(change_kit, fields=fields, images=images)
    await store.update_kit("k", incoming or event(), None, "channel", change)


async def pending(store: SqlStore) -> list[str]:
    return [one.blob for one in (await store.list_pending_deletions(["slack"], 10)).blobs]


async def test_pinned_pictures_are_no_orphans_and_go_when_they_are_taken_out(
    store: SqlStore,
) -> None:
    logo, mascot = "a" * 64, "b" * 64
    await pin(store, logo, mascot)
    assert await store.find_referenced([logo, mascot]) == {logo, mascot}
    assert await store.database.read(list_referenced) == {logo, mascot}, "a backup holds them"
    query = ImageQuery(platform="slack", workspace="T1", blob=logo)
    assert await store.has_image(query)
    assert not await store.has_image(replace(query, workspace="T2"))
    once = event("e1")
    for _ in range(2):  # delivered twice, it takes out one
        await pin(store, incoming=once, remove="1")
    kits = await store.list_kits(PLACE)
    assert [one.blob for one in kits["channel"].images] == [mascot]
    assert await pending(store) == [logo]


async def test_a_canvas_keeps_the_kit_it_was_begun_with(store: SqlStore) -> None:
    logo, other = "a" * 64, "b" * 64
    await pin(store, logo, style="flat")
    canvas = Canvas(store, place=replace(PLACE, thread="1.0"))
    turn = await canvas.ask("a banner")
    assert turn.request.kit is not None
    assert (turn.request.kit.style, turn.request.kit.images[0].blob) == ("flat", logo)
    await pin(store, other, style="round", remove="all")
    assert await store.find_referenced([logo, other]) == {logo, other}
    assert await pending(store) == []
    await canvas.draw()
    await canvas.ask("wider")
    claim = await canvas.claimed()
    assert claim.turn.request.kit is None
    assert claim.lineage.kit is not None
    assert claim.lineage.kit.style == "flat"
    await store.delete_conversation(turn.conversation)
    assert logo in await pending(store)


async def test_a_workspace_that_removes_easel_takes_its_kits_along(store: SqlStore) -> None:
    logo = "a" * 64
    await pin(store, logo, style="flat")
    await store.forget_kits("slack", "T")
    assert (await store.list_kits(PLACE))["channel"].style == "flat"
    await store.forget_kits("slack", "T1")
    assert not (await store.list_kits(PLACE))["channel"].has_content
    assert await pending(store) == [logo]
