"""What goes with a turn that is deleted, and what stays usable?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from bot.conversation.records import Claim, NewPrompt
from bot.conversation.turn import Control, Failure, Turn
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind
from bot.ports.messages import (
    Attachment,
    Defaults,
    IncomingMessage,
    Output,
    Person,
    Place,
    State,
    Version,
)
from bot.ports.queries import ImageQuery, ListQuery, PromptsQuery
from storage import tables
from storage.store import SqlStore
from tests.storage.canvas import ANA, BEN, Canvas

CARA = Person(id="U3", name="Cara")

if TYPE_CHECKING:
    from pathlib import Path

    from bot.conversation.records import Recorded


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def delete(canvas: Canvas, turn: Turn) -> Recorded:
    press = canvas.press(Action.DELETE)
    return await canvas.store.delete_turn(secrets.token_hex(8), press, turn.conversation, turn.id)


async def path_of(canvas: Canvas, text: str, **more: Any) -> Claim:
    await canvas.ask(text, **more)
    return await canvas.claimed()


def words(claim: Claim) -> list[str]:
    return [step.text for step in claim.lineage.steps]


async def test_the_children_of_a_deleted_version_hang_on_what_it_was_made_from(
    canvas: Canvas,
) -> None:
    turns = await canvas.line(4)
    begun = await delete(canvas, turns[1])
    known, left = await canvas.whole()
    assert [(v.number, v.parent) for v in known.versions.values()] == [
        ("v1", None),
        ("v3", "v1"),
        ("v4", "v3"),
    ]
    assert [turn.request.text for turn in left if turn.control is None] == [
        "prompt 1",
        "prompt 3",
        "prompt 4",
    ]
    assert (known.head, begun.deleted) == ("v4", (turns[1].id,))
    assert [turn.id for turn in begun.also_changed] == [turns[2].id], (
        "its card says what it was made from"
    )
    claim = await path_of(canvas, "prompt 5")
    assert words(claim) == ["prompt 1", "prompt 3", "prompt 4"]
    assert (claim.lineage.omitted, claim.lineage.root_prompt) == (0, None)


async def test_the_head_moves_to_the_nearest_living_ancestor(canvas: Canvas) -> None:
    turns = await canvas.line(4)
    await delete(canvas, turns[2])
    begun = await delete(canvas, turns[3])
    assert await canvas.head() == "v2"
    assert begun.turn is not None
    assert begun.turn.request.source == "v2"


async def test_without_an_ancestor_the_head_is_the_newest_that_is_left(canvas: Canvas) -> None:
    turns = await canvas.line(3)
    await canvas.control(Action.GOTO, version="v1")
    await delete(canvas, turns[0])
    known, _ = await canvas.whole()
    assert known.head == "v3"
    assert known.versions["v2"].parent is None
    claim = await path_of(canvas, "more", source="v2")
    assert words(claim) == ["prompt 2"]
    assert claim.lineage.omitted == 0
    with pytest.raises(errors.NothingToUndo):
        known.move_head(Control(action=Action.UNDO, version="v2"))


async def test_numbers_are_never_given_anew(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    for turn in reversed(turns):
        await delete(canvas, turn)
    assert await canvas.head() is None
    claim = await path_of(canvas, "again from nothing")
    assert (claim.lineage.source, words(claim)) == (None, [])
    made = await canvas.finish(claim.turn)
    assert [one.number for one in made.result.versions] == ["v3"]


async def test_what_was_undone_is_not_redone_once_it_is_gone(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    await canvas.control(Action.UNDO)
    await delete(canvas, turns[1])
    with pytest.raises(errors.NothingToRedo):
        await canvas.control(Action.REDO)


async def test_no_words_and_no_images_are_left_and_the_money_is(canvas: Canvas) -> None:
    await canvas.ask("something unspeakable", person=BEN)
    drawn = await canvas.draw(reply="An unspeakable thing.")
    paid = await canvas.ledger()
    await delete(canvas, drawn)
    assert await canvas.store.find_turn(drawn.id) is None
    assert await canvas.ledger() == paid
    image = ImageQuery(platform="web", workspace="local", blob=drawn.result.versions[0].blob)
    assert not await canvas.store.has_image(image)
    [line] = await canvas.store.list_conversations(ListQuery(platform="web", workspace="local"))
    assert (line.title, line.head, line.image) == ("", None, None)
    mine = PromptsQuery(platform="web", workspace="local", person=BEN.id)
    assert await canvas.store.list_prompts(mine) == ()
    left = await everything(canvas.store)
    assert "unspeakable" not in str(left)
    assert {table for table, row in left if drawn.result.versions[0].blob in str(row)} == {
        "pending_blobs"
    }


async def everything(store: SqlStore) -> list[tuple[str, Any]]:
    """Read every row of every table."""
    return await store.database.read(
        lambda sql: [
            (table.name, tuple(row))
            for table in tables.metadata.sorted_tables
            for row in sql.execute(sa.select(table))
        ]
    )


async def test_an_image_that_another_turn_or_thread_uses_stays(
    canvas: Canvas, store: SqlStore
) -> None:
    shared = "ab" * 32
    file = Attachment(id="1", name="cat.png", media_type="image/png", blob=shared)
    first = await canvas.ask("with this cat", attachments=(file,))
    await canvas.draw()
    second = await canvas.ask("and again", attachments=(file,))
    await canvas.draw()
    other = Canvas(store, "t2")
    third = await other.ask("elsewhere", attachments=(file,))
    await other.draw()
    for turn, stays in ((first, True), (second, True), (third, False)):
        await delete(canvas, turn)
        left = await store.list_pending_deletions(["web"], 100)
        assert (shared in {one.blob for one in left.blobs}) is not stays
        assert (shared in await store.find_referenced([shared])) is stays


async def test_only_messages_and_images_of_deleted_turns_remain_to_be_removed(
    canvas: Canvas, store: SqlStore
) -> None:
    turns = await canvas.line(2)
    at = {turn.id: Posted(place=turn.place, messages=(f"{turn.id}-1", "2")) for turn in turns}
    for turn in turns:
        await store.mark_posted(turn, at[turn.id])
    await delete(canvas, turns[0])
    left = await store.list_pending_deletions(["web"], 100)
    assert [(one.turn, one.at) for one in left.cards] == [(turns[0].id, at[turns[0].id])]
    assert [one.blob for one in left.blobs] == [turns[0].result.versions[0].blob]
    await store.mark_removed([one.turn for one in left.cards], [one.blob for one in left.blobs])
    empty = await store.list_pending_deletions(["web"], 100)
    assert (empty.cards, empty.blobs) == ((), ())
    assert await store.find_posted(turns[1].id) == at[turns[1].id]


async def test_a_drawing_that_ends_after_its_deletion_writes_nothing(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    drawing = await canvas.claim()
    begun = await delete(canvas, drawing)
    assert begun.deleted == (drawing.id,)
    with pytest.raises(errors.Superseded):
        await canvas.store.finish(drawing, canvas.answer())
    assert [row.state for row in await canvas.ledger()] == ["unsettled"]
    assert (await canvas.whole())[0].versions == {}


async def test_a_drawing_whose_source_goes_meanwhile_hangs_on_what_that_was_made_from(
    canvas: Canvas,
) -> None:
    turns = await canvas.line(2)
    await canvas.ask("an edit of v2")
    drawing = await canvas.claim()
    await delete(canvas, turns[1])
    made = await canvas.finish(drawing)
    assert [(v.number, v.parent) for v in made.result.versions] == [("v3", "v1")]
    assert made.request.source == "v1"


async def test_a_prompt_that_waits_for_just_that_version_is_refused(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    waiting = await canvas.ask("make it blue", source="v2")
    plain = await canvas.ask("then add a flag")
    begun = await delete(canvas, turns[1])
    refused = await canvas.again(waiting)
    assert refused.state is State.REFUSED
    assert refused.result.failure is not None
    assert refused.result.failure.code == "no_such_version"
    assert waiting.id in {turn.id for turn in begun.also_changed}
    assert (await canvas.again(plain)).queue_position == 1
    assert (await canvas.claim()).request.source == "v1"


async def test_a_lost_answer_is_not_asked_for_again_with_another_image(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    await canvas.ask("make it blue")
    failed = await canvas.store.fail(
        await canvas.claim(),
        Failure(kind=Kind.UNKNOWN_OUTCOME, code="unknown_outcome", billed=None),
    )
    assert failed.can_retry
    await delete(canvas, turns[1])
    assert not (await canvas.again(failed)).can_retry, "its key stands for a request with v2"


async def test_a_comparison_with_a_deleted_version_goes_with_it(canvas: Canvas) -> None:
    turns = await canvas.line(3)
    picture = Version(
        number="v1-v2",
        parent=None,
        blob="cd" * 32,
        media_type="image/jpeg",
        size=1,
        width=1,
        height=1,
        alt="Before and after",
        turn="c1",
    )
    what = Control(action=Action.COMPARE, version="v2")
    press = canvas.press(Action.COMPARE)
    shown = await canvas.store.record_comparison("c1", press, turns[0].conversation, what, picture)
    assert shown.turn is not None
    assert shown.turn.result.picture == picture
    await delete(canvas, turns[2])
    assert await canvas.store.find_turn("c1") is not None
    begun = await delete(canvas, turns[1])
    assert set(begun.deleted) == {turns[1].id, "c1"}
    assert picture.blob in {
        one.blob for one in (await canvas.store.list_pending_deletions(["web"], 100)).blobs
    }


async def test_the_same_press_deletes_once_and_a_deleted_turn_is_unknown(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    press = canvas.press(Action.DELETE)
    of = turns[0].conversation
    one = await canvas.store.delete_turn("d1", press, of, turns[1].id)
    two = await canvas.store.delete_turn("d2", press, of, turns[1].id)
    assert (one.is_new, two.is_new, two.turn) == (True, False, one.turn)
    for id_ in (turns[1].id, one.turn.id if one.turn else "", "none"):
        with pytest.raises(errors.NoSuchTurn):
            await canvas.store.delete_turn("d3", canvas.press(Action.DELETE), of, id_)
    again = await canvas.begin("prompt 2", event=turns[1].request.event_id)
    assert not again.is_new, "the message that asked may be delivered once more"


async def test_a_whole_conversation_goes_and_its_thread_is_free_again(
    canvas: Canvas, store: SqlStore
) -> None:
    turns = await canvas.line(3)
    await canvas.ask("and this")
    drawing = await canvas.claim()
    begun = await store.delete_conversation(drawing.conversation)
    assert set(begun.deleted) == {turn.id for turn in (*turns, drawing)}
    assert await store.load_conversation(drawing.conversation) is None
    assert await store.find_conversation(drawing.conversation) is None
    assert await store.find_conversation_at(canvas.place) is None
    assert await store.list_conversations(ListQuery(platform="web", workspace="local")) == ()
    assert len((await store.list_pending_deletions(["web"], 100)).blobs) == 3
    assert [row.state for row in await canvas.ledger()] == ["settled"] * 3 + ["unsettled"]
    with pytest.raises(errors.NoSuchThread):
        await store.delete_conversation(drawing.conversation)
    with pytest.raises(errors.Superseded):
        await store.finish(drawing, canvas.answer())
    anew = await canvas.ask("a new canvas")
    assert anew.conversation != drawing.conversation


async def test_those_who_watch_learn_that_a_turn_is_gone(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    seen = (await canvas.whole())[0].revision
    await delete(canvas, turns[0])
    changed = await canvas.store.list_changes(turns[0].conversation, seen)
    assert [turn.id for turn in changed if turn.is_deleted] == [turns[0].id]
    assert turns[1].id in {turn.id for turn in changed}


async def test_only_what_nobody_touched_for_so_long_expires(tmp_path: Path) -> None:
    now = 1000.0
    store = SqlStore(tmp_path / "clock.db", lambda: now)
    await store.open()
    old, touched, new = (Canvas(store, name) for name in ("old", "touched", "new"))
    for canvas in (old, touched):
        await canvas.line(2)
    now = 2000.0
    await touched.control(Action.UNDO)
    await new.line(1)
    at = Place(platform="web", workspace="local", channel="page", thread="old")
    assert await store.list_expired(1500.0, 10) == [await store.find_conversation_at(at)]
    assert len(await store.list_expired(2500.0, 10)) == 3
    assert len(await store.list_expired(2500.0, 2)) == 2
    for id_ in await store.list_expired(2500.0, 10):
        await store.delete_conversation(id_)
    assert await store.list_expired(2500.0, 10) == []
    await store.close()


async def test_a_deleted_picture_leaves_the_vote_with_its_votes(canvas: Canvas) -> None:
    turns = await canvas.line(2)
    of = turns[0].conversation
    branches = []
    for name in ("another branch", "a third"):
        await canvas.control(Action.GOTO, version="v1")
        await canvas.ask(name)
        branches.append(await canvas.draw())
    poll = (await canvas.store.open_poll("p1", canvas.press(Action.VOTE), of)).turn
    assert poll is not None
    for person, version in ((ANA, "v3"), (BEN, "v3"), (CARA, "v2")):
        press = replace(canvas.press(Action.VOTE), person=person)
        await canvas.store.record_vote(press, poll.id, version)
    begun = await delete(canvas, branches[0])
    assert poll.id in {turn.id for turn in begun.also_changed}, "it is shown without the picture"
    left = await canvas.again(poll)
    assert (
        dict(left.team.votes),
        [part.result.versions[0].number for part in left.team.children],
    ) == (
        {"v2": 1},
        ["v2", "v4"],
    )
    closed = await canvas.store.close_poll(canvas.press(Action.CLOSE), poll.id, None)
    assert closed.turn is not None
    assert closed.turn.team.winner == "v2"
    begun = await delete(canvas, turns[1])
    assert (await canvas.again(poll)).team.winner is None


async def test_of_a_brainstorm_goes_what_its_asker_drew_and_others_pictures_stand_alone(
    canvas: Canvas,
) -> None:
    await canvas.line(1)

    def prompt(text: str, person: Person, **more: Any) -> NewPrompt:
        ask = IncomingMessage(
            event_id=secrets.token_hex(4), place=canvas.place, person=person, text=text
        )
        id_ = secrets.token_hex(8)
        return NewPrompt(
            id=id_,
            conversation="",
            message=ask,
            text=text,
            source=None,
            source_is_final=True,
            **more,
        )

    def fit(_defaults: Defaults, _size: str | None) -> tuple[str, Output, float | None]:
        return canvas.catalog.resolve(None, Output())

    asked = (
        await canvas.store.record_prompt(prompt("brainstorm: a fox", ANA, is_brainstorm=True), fit)
    ).turn
    assert asked is not None
    ideas = canvas.answer(images=0, directions=("red", "blue"))
    gallery = await canvas.store.finish(await canvas.claim(), ideas)
    await canvas.store.mark_posted(gallery, Posted(place=gallery.place))
    parts = []
    for person in (ANA, BEN):
        begun = await canvas.store.record_prompt(prompt("a fox: red", person, parent=asked.id), fit)
        assert begun.turn is not None
        claim = await canvas.store.claim(begun.turn.lane)
        assert isinstance(claim, Claim)
        parts.append(await canvas.finish(claim.turn))
    mine, others = parts
    gone = await delete(canvas, asked)
    assert set(gone.deleted) == {asked.id, mine.id}
    alone = await canvas.again(others)
    assert (alone.team.parent, alone.team.is_hidden) == (None, False)
    assert others.id in {turn.id for turn in gone.also_changed}, "it gets a card of its own"
    assert [one.number for one in alone.result.versions] == ["v3"]


async def test_a_picture_goes_also_where_somebody_wrote_its_name(canvas: Canvas) -> None:
    blob = secrets.token_hex(32)
    file = Attachment(id="1", name="cat.png", media_type="image/png", blob=blob)
    first = await canvas.ask("with this cat", attachments=(file,))
    await canvas.draw()
    other = replace(file, name=f"{blob}.png", blob=secrets.token_hex(32))
    await canvas.ask("and with this dog", attachments=(other,))
    await canvas.draw()
    await delete(canvas, first)
    left = {one.blob for one in (await canvas.store.list_pending_deletions([], 9)).blobs}
    assert blob in left
    assert other.blob not in left
