"""Is a copy of a canvas a canvas like any other, and does it cost nothing?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.conversation.codes import Code
from bot.conversation.records import NewPrompt
from bot.conversation.terms import Admission
from bot.conversation.turn import Failure
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind, NoSuchVersion, NotAllowed
from bot.ports.messages import Defaults, IncomingMessage, Place, State
from bot.ports.queries import ImageQuery
from tests.storage.canvas import BEN, Canvas

if TYPE_CHECKING:
    from bot.conversation.records import Recorded
    from storage.store import SqlStore

ELSEWHERE = Place(platform="discord", workspace="G1", channel="7", thread="8")
BLOCKED = Failure(kind=Kind.BLOCKED, code="blocked", billed=False, retry=False)


async def copy(
    store: SqlStore, source: str, version: str, event: str = "", admission: Admission | None = None
) -> Recorded:
    message = IncomingMessage(
        event_id=event or secrets.token_hex(8), place=ELSEWHERE, person=BEN, text="continue it"
    )
    prompt = NewPrompt(
        id=secrets.token_hex(8),
        conversation=secrets.token_hex(8),
        message=message,
        text="a boat",
        source=None,
        admission=admission or Admission(),
    )
    return await store.copy_canvas(prompt, source, version, "#design")


async def test_the_path_goes_along_and_neither_money_nor_blocked_words(store: SqlStore) -> None:
    canvas = Canvas(store)
    _, second, third = await canvas.line(3)
    blocked = await canvas.ask("something unspeakable")
    await store.fail(await canvas.claim(), BLOCKED)
    await canvas.control(Action.GOTO, version="v1")
    await canvas.ask("at night")
    fourth = await canvas.draw()
    before = await canvas.ledger()
    recorded = await copy(store, blocked.conversation, "v4", "e1")
    again = await copy(store, blocked.conversation, "v4", "e1")
    assert (again.conversation, again.is_new) == (recorded.conversation, False)
    assert await canvas.ledger() == before, "a copy is in no sum"
    assert recorded.turn is not None
    assert (recorded.turn.state, recorded.turn.request.origin) == (State.DRAWN, "#design")
    [shown] = recorded.turn.result.versions
    assert (shown.number, shown.parent) == ("v2", "v1")
    assert shown.blob == fourth.result.versions[0].blob
    assert await store.has_image(ImageQuery(platform="discord", workspace="G1", blob=shown.blob))

    await store.mark_posted(recorded.turn, Posted(place=ELSEWHERE, messages=("m1",)))
    there = Canvas(store, place=ELSEWHERE)
    await there.ask("make it red")
    claim = await there.claimed()
    assert claim.turn.request.source == "v2"
    assert [step.text for step in claim.lineage.steps] == ["prompt 1", "at night"]
    assert "unspeakable" not in str(await store.load_conversation(recorded.conversation or ""))
    await there.finish(claim.turn)

    await store.delete_conversation(blocked.conversation)
    pending = {one.blob for one in (await store.list_pending_deletions([], 20)).blobs}
    gone = {one.result.versions[0].blob for one in (second, third)}
    assert pending == gone, "what the copy shows is kept"
    assert await there.head() == "v3"


async def test_whoever_may_not_draw_there_copies_nothing(store: SqlStore) -> None:
    canvas = Canvas(store)
    [turn] = await canvas.line(1)
    refusal = Failure(
        kind=Kind.NOT_ALLOWED, code="not_allowed", billed=False, detail={"problem": "no"}
    )
    for admission in (Admission(refusal=refusal), Admission(guest_refusal=refusal)):
        with pytest.raises(NotAllowed):
            await copy(store, turn.conversation, "v1", admission=admission)
    with pytest.raises(NoSuchVersion):
        await copy(store, turn.conversation, "v9")
    assert await store.find_conversation_at(ELSEWHERE) is None


async def test_a_code_is_good_until_it_is_over_or_its_picture_is_deleted(store: SqlStore) -> None:
    now = 1000.0
    store.clock = lambda: now  # there is no other way to let a day pass
    canvas = Canvas(store)
    first, second = await canvas.line(2)
    code = Code(
        hash="a" * 64,
        until=now + 10,
        conversation=first.conversation,
        version="v2",
        origin="#design",
    )
    await store.save_code(code)
    known = replace(code, platform="web", workspace="local")
    assert await store.find_code(code.hash) == known
    incoming = IncomingMessage(event_id="s", place=canvas.place, person=BEN, text="")
    await store.set_preferences(incoming, "workspace", {}, Defaults(copies="here"))
    assert await store.find_code(code.hash) == replace(known, copies="here")
    now += 11
    assert await store.find_code(code.hash) is None
    await store.save_code(replace(code, until=now + 10))
    await store.delete_turn("d", canvas.press(Action.DELETE), first.conversation, second.id)
    assert await store.find_code(code.hash) is None
    await store.delete_conversation(first.conversation)
    assert await store.find_code(code.hash) is None
