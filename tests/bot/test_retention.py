"""Is everything removed in the end that was deleted, whenever the process dies, and nothing else?"""

from __future__ import annotations

import os
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.conversation.records import Answer, StoredImage
from bot.delivery.live import Viewers
from bot.delivery.publisher import CardPublisher
from bot.delivery.retention import Retention
from bot.model.catalog.catalog import Catalog
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import NotPosted
from bot.ports.messages import ActionEvent, Place
from storage.blobs import ObjectBlobs
from storage.ownership import Ownership
from tests.servers.pictures import png
from tests.storage.canvas import ANA, Canvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.conversation.turn import Turn
    from bot.ports.adapter import Adapter
    from storage.store import SqlStore
    from tests.conftest import Start

CHAT = Place(platform="chat", workspace="T1", channel="C1", thread="1.0")


class Wall:
    """A platform whose messages can be taken away, or cannot just now."""

    def __init__(self) -> None:
        self.messages: set[str] = set()
        self.fault: Exception | None = None

    async def remove_card(self, posted: Posted) -> None:
        if self.fault is not None:
            raise self.fault
        self.messages -= set(posted.messages)

    async def rename_thread(self, place: Place, title: str) -> None:
        """Rename nothing: no name holds what was deleted."""


class House:
    """A store, an image store, a platform, and what clears them."""

    def __init__(self, store: SqlStore, folder: Path, retention: float | None = None) -> None:
        self.store = store
        self.folder = folder
        self.blobs = ObjectBlobs.in_folder(folder)
        self.wall = Wall()
        self.ended: list[str] = []
        self.canvas = Canvas(store, place=CHAT)
        adapters: Mapping[str, Adapter] = {"chat": self.wall}  # type: ignore[dict-item] # only `remove` is used
        self.ownership = Ownership(self.blobs, store, "this one")
        self.retention = Retention(
            store=store,
            blobs=self.blobs,
            adapters=adapters,
            publisher=CardPublisher(store, adapters, Catalog("gpt-4o-image"), Viewers()),
            cancel=self.ended.append,
            ownership=self.ownership,
            retention=retention,
        )

    async def draw(self, number: int) -> Turn:
        """Draw a picture that stands on the wall."""
        await self.canvas.ask(f"prompt {number}")
        turn = await self.canvas.claim()
        data = png(number)
        stored = StoredImage(
            blob=await self.blobs.put(data),
            media_type="image/png",
            size=len(data),
            width=64,
            height=64,
            alt="a picture",
        )
        answer = Answer(reply=None, images=(stored,), messages=(), cost=0.04, estimated=False)
        drawn = await self.store.finish(turn, answer)
        self.wall.messages.add(drawn.id)
        return await self.store.mark_posted(drawn, Posted(place=CHAT, messages=(drawn.id,)))

    async def forget(self, turn: Turn) -> None:
        """Delete in the store, and die."""
        press = ActionEvent(
            event_id=secrets.token_hex(4),
            place=CHAT,
            person=ANA,
            action=Action.DELETE,
            turn=turn.id,
        )
        await self.store.delete_turn(secrets.token_hex(8), press, turn.conversation, turn.id)

    async def holds(self, turn: Turn) -> bool:
        return await self.blobs.get(turn.result.versions[0].blob) is not None

    def age(self, name: str, seconds: float) -> None:
        """Have an image put so long ago."""
        put = time.time() - seconds
        os.utime(self.folder / name[:2] / name, (put, put))

    async def opened(self) -> House:
        """Take the image store while it is empty, as a start does."""
        assert await self.ownership.missing() == ""
        return self


@pytest.fixture
async def house(store: SqlStore, tmp_path: Path) -> House:
    return await House(store, tmp_path / "images").opened()


@pytest.fixture
def captured() -> Iterator[list[EventDict]]:
    with capture_logs() as found:
        yield found


async def test_what_a_crash_left_is_removed_by_the_next_sweep(house: House) -> None:
    one, two = await house.draw(1), await house.draw(2)
    await house.forget(one)
    assert await house.holds(one)
    assert one.id in house.wall.messages
    assert await house.retention.sweep()
    assert (await house.holds(one), await house.holds(two)) == (False, True)
    assert house.wall.messages == {two.id}
    left = await house.store.list_pending_deletions(["chat"], 9)
    assert (left.cards, left.blobs) == ((), ())


async def test_dying_at_any_step_of_the_removal_leaves_it_to_be_done_again(house: House) -> None:
    one = await house.draw(1)
    await house.forget(one)
    await house.wall.remove_card(Posted(place=CHAT, messages=(one.id,)))  # and dies here
    assert await house.retention.sweep()
    two = await house.draw(2)
    await house.forget(two)
    await house.blobs.remove(two.result.versions[0].blob)  # or here
    assert await house.retention.sweep()
    assert house.wall.messages == set()


async def test_a_platform_that_fails_is_asked_again_and_a_channel_that_is_gone_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await house.draw(1)
    house.wall.fault = OSError("connection lost")
    await house.forget(one)
    assert not await house.retention.sweep()
    assert not await house.holds(one), "its image does not wait for the platform"
    house.wall.fault = None
    assert await house.retention.sweep()
    assert house.wall.messages == set()
    two = await house.draw(2)
    await house.forget(two)
    house.wall.fault = NotPosted("channel_not_found")
    assert not await house.retention.sweep()
    later = time.time() + 4 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert await house.retention.sweep()


async def test_an_image_that_is_put_again_meanwhile_stays(house: House) -> None:
    one = await house.draw(1)
    await house.forget(one)
    await house.blobs.put(png(1))  # somebody draws just this, and has not named it yet
    assert not await house.retention.sweep()
    assert await house.holds(one)
    again = await house.draw(1)
    assert await house.retention.sweep()
    assert await house.holds(again)
    assert (await house.store.list_pending_deletions(["chat"], 9)).blobs == ()


DAY = 24 * 3600.0


async def test_orphans_go_after_days_of_grace_and_a_day_after_it_was_said(
    house: House, monkeypatch: pytest.MonkeyPatch, captured: list[EventDict]
) -> None:
    named = await house.draw(1)
    old, young = await house.blobs.put(png(2)), await house.blobs.put(png(3))
    for name, ago in ((named.result.versions[0].blob, 30), (old, 8), (young, 5)):
        house.age(name, ago * DAY)
    assert await house.retention.sweep()
    said = [one for one in captured if "unused images found" in one["event"]]
    assert [(one["images"], one["bytes"]) for one in said] == [(1, len(png(2)))]
    assert await house.blobs.get(old) == png(2), "said, not done"
    for days, gone in ((0.5, False), (1.5, True)):  # the sweeps of another process, later
        monkeypatch.setattr(time, "time", partial(float, time.time() + days * DAY))
        assert await House(house.store, house.folder).retention.sweep()
        assert (await house.blobs.get(old) is None) == gone
        monkeypatch.undo()
    assert await house.blobs.get(young) == png(3)
    assert await house.holds(named)
    [done] = [one for one in captured if "unused images removed" in one["event"]]
    assert (done["images"], done["bytes"]) == (1, len(png(2)))


async def test_an_orphan_that_is_named_or_put_again_after_it_was_said_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, again = await house.blobs.put(png(1)), await house.blobs.put(png(2))
    house.age(name, 9 * DAY)
    house.age(again, 9 * DAY)
    assert await house.retention.sweep()
    turn = await house.draw(1)
    house.age(name, 9 * DAY)
    await house.blobs.put(png(2))
    later = time.time() + 2 * DAY
    monkeypatch.setattr(time, "time", lambda: later)
    assert await House(house.store, house.folder).retention.sweep()
    assert await house.holds(turn)
    assert await house.blobs.get(again) == png(2)


async def test_what_nobody_touched_for_so_many_days_goes_whole(
    store: SqlStore, tmp_path: Path
) -> None:
    kept = await House(store, tmp_path / "images", retention=30).opened()
    turn = await kept.draw(1)
    assert await kept.retention.sweep()
    assert await kept.holds(turn)
    strict = House(store, tmp_path / "images", retention=1e-9)
    strict.wall.messages = kept.wall.messages
    assert await strict.retention.sweep()
    assert not await kept.holds(turn)
    assert kept.wall.messages == set()
    assert await store.load_conversation(turn.conversation) is None
    assert [row.state for row in await kept.canvas.ledger()] == ["settled"]
    assert turn.id in strict.ended, "a drawing that still ran would be ended"


async def test_a_restart_removes_what_is_left(
    start: Start,
) -> None:
    async with start() as one:
        canvas = Canvas(one.stores.store, place=Place.parse("web/local/page/t1"))
        name = await one.stores.blobs.put(png(1))
        await canvas.ask("a boat")
        begun = await canvas.claim()
        stored = StoredImage(
            blob=name, media_type="image/png", size=1, width=1, height=1, alt="a boat"
        )
        drawn = await one.stores.store.finish(
            begun, Answer(reply=None, images=(stored,), messages=(), cost=None, estimated=False)
        )
        await one.stores.store.delete_turn(
            "d1", canvas.press(Action.DELETE), drawn.conversation, drawn.id
        )
    async with start() as one:
        await one.parts.retention.sweep()
        assert await one.stores.blobs.get(name) is None
