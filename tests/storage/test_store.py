"""The contract of the Store port."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation.records import Claim
from bot.conversation.turn import Control, Failure, Turn
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.cards import Posted
from bot.ports.errors import Kind
from bot.ports.messages import Output, Place, State
from bot.ports.queries import ImageQuery, ListQuery, PlaceQuery, PlacesQuery, PromptsQuery
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from storage.store import SqlStore

LOST = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=False)
BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


async def test_a_prompt_is_there_when_begin_returns(canvas: Canvas) -> None:
    turn = await canvas.ask("a boat")
    found = await canvas.store.find_turn(turn.id)
    assert found == turn
    assert (found.state, found.request.text, found.queue_position) == (State.QUEUED, "a boat", 1)
    assert found.request.output == Output(size="1024x1024", quality="medium", n=1)


async def test_the_same_event_gives_the_same_turn(canvas: Canvas) -> None:
    one = await canvas.begin("a boat", event="e1")
    two = await canvas.begin("another", event="e1")
    assert (one.is_new, two.is_new) == (True, False)
    assert two.turn == one.turn


async def test_the_same_event_in_another_workspace_is_another(canvas: Canvas) -> None:
    other = Place(platform="slack", workspace="T2", channel="C1", thread="9")
    one = await canvas.begin("a boat", event="e1")
    two = await canvas.begin("a boat", event="e1", place=other, starts=True)
    assert two.is_new
    assert two.conversation != one.conversation


async def test_words_where_there_is_no_canvas_are_not_for_us(canvas: Canvas) -> None:
    elsewhere = Place(platform="slack", workspace="T1", channel="C1", thread="404")
    begun = await canvas.begin("hello", place=elsewhere, starts=False)
    assert begun.turn is None
    assert begun.conversation is None


async def test_turns_are_claimed_in_the_order_of_asking(canvas: Canvas) -> None:
    asked = [await canvas.ask(f"prompt {number}") for number in range(4)]
    drawn = [await canvas.draw() for _ in asked]
    assert [turn.id for turn in drawn] == [turn.id for turn in asked]
    assert await canvas.store.claim(asked[0].lane) is None


async def test_each_edits_the_head_as_it_stands_when_it_is_claimed(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    await canvas.ask("paint it red")
    await canvas.ask("add a flag")
    titles = [
        (turn.result.versions[0].number, turn.request.source)
        for turn in [await canvas.draw() for _ in "123"]
    ]
    assert titles == [("v1", None), ("v2", "v1"), ("v3", "v2")]


async def test_those_who_wait_know_their_place_and_move_up(canvas: Canvas) -> None:
    turns = [await canvas.ask(f"prompt {number}") for number in range(3)]
    assert [turn.queue_position for turn in turns] == [1, 2, 3]
    await canvas.claim()
    places = [(await canvas.again(turn)).queue_position for turn in turns]
    assert places == [None, 1, 2]


async def test_a_named_version_is_edited_whatever_the_head(canvas: Canvas) -> None:
    await canvas.line(3)
    turn = await canvas.ask("add a dog", source="v1")
    assert turn.request.source == "v1"
    drawn = await canvas.draw()
    assert (drawn.result.versions[0].number, drawn.result.versions[0].parent) == ("v4", "v1")


async def test_an_unknown_version_is_refused_and_nothing_is_written(canvas: Canvas) -> None:
    await canvas.line(1)
    with pytest.raises(errors.NoSuchVersion) as caught:
        await canvas.ask("add a dog", source="v9")
    assert caught.value.facts == {"version": "v9", "newest": "v1"}
    assert len((await canvas.whole())[1]) == 1


async def test_an_answer_to_a_card_edits_its_version(canvas: Canvas) -> None:
    await canvas.line(3)
    first = (await canvas.whole())[1][0]
    await canvas.store.mark_posted(first, Posted(place=canvas.place, messages=("m1", "m1b")))
    turn = await canvas.ask("add a dog", reply_to="m1b")
    assert (turn.request.source, turn.request.source_is_final) == ("v1", True)


async def test_an_answer_to_two_images_means_the_first_unless_it_says_b(canvas: Canvas) -> None:
    await canvas.ask("a cat")
    pair = await canvas.draw(images=2)
    await canvas.store.mark_posted(pair, Posted(place=canvas.place, messages=("m1",)))
    assert (await canvas.ask("a hat", reply_to="m1")).request.source == "v1a"
    assert (await canvas.ask("a hat", reply_to="m1", letter="b")).request.source == "v1b"
    assert (await canvas.ask("a hat", letter="b")).request.source == "v1b"


async def test_a_finished_turn_is_not_written_by_an_older_attempt(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    frozen = await canvas.claim()
    left = await canvas.store.claim(frozen.lane)  # another holder of the lane looks
    assert isinstance(left, Turn)
    assert left.state is State.INTERRUPTED
    for write in (
        canvas.store.finish(frozen, canvas.answer()),
        canvas.store.fail(frozen, LOST),
        canvas.store.record_retry(frozen, 2),
        canvas.store.hold_account(frozen, BROKE),
    ):
        with pytest.raises(errors.Superseded):
            await write
    assert (await canvas.again(frozen)).state is State.INTERRUPTED


async def test_what_an_earlier_holder_had_drawn_is_given_to_be_shown(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    drawn = await canvas.store.finish(await canvas.claim(), canvas.answer())
    await canvas.ask("paint it red")
    left = await canvas.store.claim(drawn.lane)
    assert isinstance(left, Turn)
    assert (left.id, left.state) == (drawn.id, State.DRAWN)
    await canvas.store.mark_posted(left, Posted(place=left.place))
    assert isinstance(await canvas.store.claim(drawn.lane), Claim)


async def test_a_failed_turn_takes_no_number_and_the_next_edits_the_head(canvas: Canvas) -> None:
    await canvas.line(1)
    await canvas.ask("something odd")
    failed = await canvas.store.fail(await canvas.claim(), LOST)
    assert (failed.state, failed.result.failure) == (State.FAILED, LOST)
    await canvas.ask("add a dog")
    drawn = await canvas.draw()
    assert (drawn.result.versions[0].number, drawn.request.source) == ("v2", "v1")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.BLOCKED, State.REFUSED),
        (Kind.BAD_REQUEST, State.REFUSED),
        (Kind.TOO_LARGE, State.REFUSED),
        (Kind.NOT_ALLOWED, State.REFUSED),
        (Kind.UNKNOWN_OUTCOME, State.INTERRUPTED),
        (Kind.NOT_CONFIGURED, State.FAILED),
        (Kind.BUSY, State.FAILED),
        (Kind.UNAVAILABLE, State.FAILED),
        (Kind.BAD_IMAGE, State.FAILED),
        (Kind.INTERNAL, State.FAILED),
    ],
)
async def test_each_kind_of_error_ends_in_its_state(
    canvas: Canvas, kind: Kind, state: State
) -> None:
    await canvas.ask("a boat")
    failure = Failure(kind=kind, code=kind.value, billed=False)
    assert (await canvas.store.fail(await canvas.claim(), failure)).state is state


async def test_refused_and_failed_turns_are_on_no_path(canvas: Canvas) -> None:
    await canvas.line(1)
    await canvas.ask("unspeakable")
    await canvas.store.fail(
        await canvas.claim(), Failure(kind=Kind.BLOCKED, code="blocked", billed=False)
    )
    await canvas.ask("add a dog")
    claim = await canvas.claimed()
    assert [step.text for step in claim.lineage.steps] == ["prompt 1"]


async def test_the_path_is_that_of_the_source_with_the_talk_along_it(canvas: Canvas) -> None:
    await canvas.line(2)
    await canvas.ask("by day or night?")
    await canvas.draw(images=0, reply="As you like.")
    await canvas.ask("at night")
    await canvas.draw()
    await canvas.ask("a branch", source="v1")
    branch = await canvas.claimed()
    assert [step.text for step in branch.lineage.steps] == ["prompt 1"]
    await canvas.finish(branch.turn)
    await canvas.ask("go on", source="v3")
    claim = await canvas.claimed()
    told = [(step.text, step.version) for step in claim.lineage.steps]
    assert told == [
        ("prompt 1", "v1"),
        ("prompt 2", "v2"),
        ("by day or night?", None),
        ("at night", "v3"),
    ]
    assert claim.lineage.source is not None
    assert claim.lineage.source.number == "v3"
    assert claim.lineage.messages[0]["role"] == "assistant"


async def test_a_path_is_bounded_and_counts_what_it_leaves_out(canvas: Canvas) -> None:
    await canvas.line(60)
    await canvas.ask("go on")
    path = (await canvas.claimed()).lineage
    assert len(path.steps) == 48
    assert (path.omitted, path.root_prompt) == (12, "prompt 1")
    assert path.steps[-1].version == "v60"


async def test_controls_on_an_idle_lane_are_done_at_once(canvas: Canvas) -> None:
    await canvas.line(3)
    begun = await canvas.control(Action.UNDO)
    assert begun.turn is not None
    assert (begun.turn.state, begun.turn.request.source) == (State.POSTED, "v2")
    assert (await canvas.head()) == "v2"
    await canvas.control(Action.REDO)
    assert (await canvas.head()) == "v3"


async def test_controls_on_a_busy_lane_wait_for_their_place(canvas: Canvas) -> None:
    await canvas.line(2)
    await canvas.ask("a third")
    await canvas.claim()
    begun = await canvas.control(Action.GOTO, version="v1")
    assert begun.turn is not None
    assert begun.turn.state is State.QUEUED
    after = await canvas.ask("a fourth")
    drawing = (await canvas.whole())[1][2]
    await canvas.finish(drawing)
    done = await canvas.store.claim(after.lane)
    assert isinstance(done, Turn)
    assert (done.id, done.state, done.request.source) == (begun.turn.id, State.POSTED, "v1")
    assert (await canvas.claimed()).turn.request.source == "v1"


async def test_a_control_that_fits_no_more_when_its_turn_comes_says_so(canvas: Canvas) -> None:
    await canvas.line(1)
    await canvas.ask("something odd")
    drawing = await canvas.claim()
    await canvas.control(Action.UNDO)
    await canvas.store.fail(drawing, LOST)
    refused = await canvas.store.claim(drawing.lane)
    assert isinstance(refused, Turn)
    assert refused.state is State.REFUSED
    assert refused.result.failure is not None
    assert refused.result.failure.code == "nothing_to_undo"


async def test_a_control_that_does_not_fit_is_refused_and_leaves_nothing(canvas: Canvas) -> None:
    await canvas.line(1)
    for action, error in (
        (Action.UNDO, errors.NothingToUndo),
        (Action.REDO, errors.NothingToRedo),
        (Action.CHOOSE, errors.NothingToChoose),
    ):
        with pytest.raises(error):
            await canvas.control(action)
    assert len((await canvas.whole())[1]) == 1


async def test_the_same_control_twice_is_done_once(canvas: Canvas) -> None:
    await canvas.line(3)
    press = canvas.press(Action.UNDO)
    for _ in range(2):
        await canvas.store.record_control("c1", press, Control(action=Action.UNDO))
    assert (await canvas.head()) == "v2"


async def test_a_waiting_turn_is_cancelled_without_a_trace_in_the_ledger(canvas: Canvas) -> None:
    turn = await canvas.ask("a boat")
    begun = await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)
    assert begun.turn is not None
    assert begun.turn.state is State.CANCELLED
    assert await canvas.store.claim(turn.lane) is None
    assert await canvas.ledger() == []


async def test_a_drawing_turn_is_cancelled_and_its_answer_comes_too_late(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    drawing = await canvas.claim()
    await canvas.store.cancel_turn(canvas.press(Action.CANCEL), drawing.id, drawing.conversation)
    with pytest.raises(errors.Superseded):
        await canvas.store.finish(drawing, canvas.answer())
    assert [row.state for row in await canvas.ledger()] == ["unsettled"]


async def test_what_is_over_cannot_be_cancelled(canvas: Canvas) -> None:
    [turn] = await canvas.line(1)
    with pytest.raises(errors.NothingToCancel):
        await canvas.store.cancel_turn(canvas.press(Action.CANCEL), turn.id, turn.conversation)


async def test_a_retried_turn_is_the_same_turn_with_the_same_source(canvas: Canvas) -> None:
    await canvas.line(1)
    await canvas.ask("add a dog")
    failed = await canvas.store.fail(await canvas.claim(), LOST)
    await canvas.ask("add a cat")
    await canvas.draw()
    press = canvas.press(Action.RETRY)
    begun = await canvas.store.retry_turn(press, failed.id, failed.conversation)
    assert begun.turn is not None
    assert (begun.turn.state, begun.turn.result.failure) == (State.QUEUED, None)
    claim = await canvas.claimed()
    assert (claim.turn.id, claim.turn.request.source, claim.turn.attempt) == (failed.id, "v1", 2)
    again = await canvas.store.retry_turn(press, failed.id, failed.conversation)
    assert not again.is_new, "the same press does nothing twice"


async def test_what_retry_cannot_help_is_not_retried(canvas: Canvas) -> None:
    await canvas.ask("unspeakable")
    blocked = Failure(kind=Kind.BLOCKED, code="blocked", billed=False, retry=False)
    turn = await canvas.store.fail(await canvas.claim(), blocked)
    with pytest.raises(errors.NothingToRetry):
        await canvas.store.retry_turn(canvas.press(Action.RETRY), turn.id, turn.conversation)


async def test_what_could_not_be_posted_is_kept_and_posted_on_retry(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    drawn = await canvas.store.finish(await canvas.claim(), canvas.answer())
    gone = Failure(kind=Kind.NOT_POSTED, code="not_posted", billed=True)
    failed = await canvas.store.mark_not_posted(drawn, gone)
    assert (failed.state, [v.number for v in failed.result.versions]) == (State.FAILED, ["v1"])
    await canvas.store.retry_turn(canvas.press(Action.RETRY), failed.id, failed.conversation)
    left = await canvas.store.claim(failed.lane)
    assert isinstance(left, Turn)
    assert left.state is State.DRAWN
    assert len(await canvas.ledger()) == 1, "nothing was asked of the model again"


async def test_an_empty_account_holds_all_that_waits_everywhere_and_resume_frees_it(
    store: SqlStore,
) -> None:
    one, two = Canvas(store), Canvas(store, thread="other")
    await one.ask("a boat")
    await one.ask("paint it red")
    waiting = await two.ask("a cat")
    changed = await store.hold_account(await one.claim(), BROKE)
    assert set(changed) == {(await one.whole())[0].id, waiting.conversation}
    later = await two.ask("with a hat")
    states = [turn.state for turn in (*(await one.whole())[1], *(await two.whole())[1])]
    assert states == [State.HELD] * 4
    assert later.queue_position == 2
    assert await store.get_held_since() is not None
    assert await store.claim(waiting.lane) is None
    assert set(await store.resume_account()) == set(changed)
    assert await store.get_held_since() is None
    assert [(await one.draw()).request.text for _ in "12"] == ["a boat", "paint it red"]


async def test_a_control_is_not_held_by_an_empty_account(canvas: Canvas) -> None:
    await canvas.line(2)
    await canvas.ask("paint it red")
    await canvas.store.hold_account(await canvas.claim(), BROKE)
    await canvas.control(Action.UNDO)
    assert (await canvas.head()) == "v1"


async def test_money_is_reserved_when_claimed_and_settled_when_finished(canvas: Canvas) -> None:
    await canvas.ask("a boat")
    turn = await canvas.claim()
    [row] = await canvas.ledger()
    assert (row.state, row.reserved, row.cost) == ("reserved", 42_000_000, None)
    await canvas.store.finish(turn, canvas.answer(cost=0.0387))
    [row] = await canvas.ledger()
    assert (row.state, row.cost, row.images) == ("settled", 38_700_000, 1)
    assert (await canvas.again(turn)).result.cost == 0.0387


async def test_what_is_not_billed_is_free_and_what_nobody_knows_is_perhaps(canvas: Canvas) -> None:
    for billed in (False, None):
        await canvas.ask("a boat")
        failure = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=billed)
        await canvas.store.fail(await canvas.claim(), failure)
    assert [row.state for row in await canvas.ledger()] == ["free", "unsettled"]


async def test_waiting_lanes_are_found_for_the_platforms_that_run(store: SqlStore) -> None:
    one = Canvas(store)
    turn = await one.ask("a boat")
    assert await store.list_waiting_lanes(["web"]) == [turn.lane]
    assert await store.list_waiting_lanes(["slack"]) == []
    await one.draw()
    assert await store.list_waiting_lanes(["web"]) == []


async def test_changes_since_a_revision_are_all_that_changed(canvas: Canvas) -> None:
    [first] = await canvas.line(1)
    known, _ = await canvas.whole()
    assert await canvas.store.list_changes(known.id, known.revision) == []
    await canvas.ask("add a dog")
    await canvas.draw()
    changed = await canvas.store.list_changes(known.id, known.revision)
    assert {turn.request.text for turn in changed} == {"prompt 1", "add a dog"}, (
        "the old head's card too"
    )
    assert first.id in {turn.id for turn in changed}
    everything = await canvas.store.list_changes(known.id, -1)
    assert [turn.revision for turn in everything] == sorted(turn.revision for turn in everything)


async def test_lists_are_paged_newest_first_and_kept_apart(store: SqlStore) -> None:
    for number in range(5):
        await Canvas(store, thread=f"t{number}").ask(f"picture {number}")
    other = Place(platform="slack", workspace="T1", channel="C", thread="1")
    await Canvas(store, place=other).ask("somebody else's")
    query = ListQuery(platform="web", workspace="local", limit=3)
    first = await store.list_conversations(query)
    assert [one.title for one in first] == ["picture 4", "picture 3", "picture 2"]
    rest = await store.list_conversations(
        ListQuery(platform="web", workspace="local", limit=3, before=first[-1].cursor)
    )
    assert [one.title for one in rest] == ["picture 1", "picture 0"]


async def test_an_image_is_given_to_its_own_workspace_only(canvas: Canvas) -> None:
    [turn] = await canvas.line(1)
    blob = turn.result.versions[0].blob
    own = ImageQuery(platform="web", workspace="local", blob=blob)
    theirs = ImageQuery(platform="slack", workspace="T1", blob=blob)
    assert await canvas.store.has_image(own)
    assert not await canvas.store.has_image(theirs)


async def test_a_thread_that_was_made_later_is_found_again(store: SqlStore) -> None:
    channel = Place(platform="slack", workspace="T1", channel="C1")
    canvas = Canvas(store, place=channel)
    turn = await canvas.ask("a boat")
    thread = Place(platform="slack", workspace="T1", channel="C1", thread="17.1")
    await store.mark_posted(turn, Posted(place=thread, messages=("17.1",)))
    assert await store.find_conversation_at(thread) == turn.conversation
    assert await store.find_posted(turn.id) == Posted(place=thread, messages=("17.1",))
    assert await store.find_turn_and_posted(turn.id) == (
        await store.find_turn(turn.id),
        Posted(place=thread, messages=("17.1",)),
    )
    [known] = await store.list_places(PlacesQuery(platform="slack", workspace="T1"))
    assert (known.place, known.conversation) == (thread, turn.conversation)


async def test_a_reworded_turn_takes_the_new_words_while_it_waits(canvas: Canvas) -> None:
    turn = await canvas.ask("a baot", message_id="m7")
    assert (await canvas.store.find_by_message(canvas.place, "m7")) == turn
    begun = await canvas.store.update_text(turn.id, "a boat")
    assert begun is not None
    assert begun.turn is not None
    assert begun.turn.request.text == "a boat"
    await canvas.claim()
    assert await canvas.store.update_text(turn.id, "a goat") is None


async def test_variations_of_the_same_prompt_are_counted(canvas: Canvas) -> None:
    await canvas.line(1)
    takes = [
        (await canvas.ask("prompt 1", fixed=True, source=None, again=True)).request.variation
        for _ in range(3)
    ]
    assert takes == [2, 3, 4]


async def test_two_writers_at_once_lose_nothing(store: SqlStore) -> None:
    canvases = [Canvas(store, thread=f"t{number}") for number in range(10)]
    asked = await asyncio.gather(
        *(
            canvas.ask(f"prompt {n}", event=f"{canvas.place.thread}/{n}")
            for canvas in canvases
            for n in range(10)
        )
    )
    assert len({turn.id for turn in asked}) == 100
    for canvas in canvases:
        seqs = [turn.seq for turn in (await canvas.whole())[1]]
        assert seqs == sorted(seqs)
        assert len(seqs) == 10


async def test_one_refused_transaction_among_others_takes_none_with_it(canvas: Canvas) -> None:
    await canvas.line(1)
    good = [canvas.ask(f"prompt {n}", event=f"e{n}") for n in range(5)]
    bad = [canvas.ask("no", source="v99", event=f"b{n}") for n in range(5)]
    found = await asyncio.gather(*good, *bad, return_exceptions=True)
    assert [type(one) for one in found] == [Turn] * 5 + [errors.NoSuchVersion] * 5
    assert len((await canvas.whole())[1]) == 6


async def test_several_people_keep_their_names(canvas: Canvas) -> None:
    await canvas.ask("a boat", person=ANA)
    await canvas.draw()
    await canvas.ask("paint it red", person=BEN)
    claim = await canvas.claimed()
    assert claim.lineage.steps[0].person == ANA
    assert claim.turn.person == BEN


async def test_the_canvas_of_a_message_is_found_in_its_own_channel(store: SqlStore) -> None:
    channel = Place(platform="discord", workspace="G1", channel="C1")
    canvas = Canvas(store, place=channel)
    begun = await canvas.begin("a boat", place=channel, message_id="100")
    assert begun.turn is not None
    there = replace(channel, thread="101")
    await store.mark_posted(begun.turn, Posted(place=there, messages=("101",)))
    who: dict[str, Any] = {"platform": "discord", "workspace": "G1"}
    for message in ("100", "101"):
        known = await store.find_place(PlaceQuery(**who, place=channel, message=message))
        assert known is not None
        assert (known.place, known.conversation) == (there, begun.conversation)
    known = await store.find_place(PlaceQuery(**who, place=channel, turn=begun.turn.id))
    assert known is not None
    assert known.place == there
    elsewhere = replace(channel, channel="C2")
    assert await store.find_place(PlaceQuery(**who, place=elsewhere, turn=begun.turn.id)) is None
    assert await store.find_place(PlaceQuery(**who, place=elsewhere, message="101")) is None
    assert await store.find_place(PlaceQuery(**who, place=channel, message="102")) is None
    known = await store.find_place(PlaceQuery(**who, place=there))
    assert known is not None
    assert known.conversation == begun.conversation
    assert await store.find_place(PlaceQuery(**who, place=channel)) is None


async def test_a_person_is_offered_their_own_prompts_of_the_workspace(canvas: Canvas) -> None:
    for text in ("a red boat", "a hill", "a red boat", "a red house"):
        await canvas.begin(text)
    await canvas.begin("something of Ben's", person=BEN)
    who: dict[str, Any] = {"platform": "web", "workspace": "local", "person": ANA.id}
    prompts = canvas.store.list_prompts
    assert await prompts(PromptsQuery(**who)) == ("a red house", "a red boat", "a hill")
    assert await prompts(PromptsQuery(**who, holds="RED", limit=1)) == ("a red house",)
    assert await prompts(PromptsQuery(**{**who, "workspace": "other"})) == ()
