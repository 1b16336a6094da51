"""What a team does to a thread together, against the real store: talk, merge, fork, vote, tick, settle."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import votes
from bot.conversation.records import Claim, Proposal
from bot.conversation.turn import Control, Failure
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import ActionEvent, Attachment, Defaults, Output, Person, State
from bot.presentation.problems import refusal
from storage.store import SqlStore
from tests.storage.canvas import ANA, BEN, Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.conversation.turn import Turn

CLEO = Person(id="U3", name="Cleo")
TEAM = [ANA, BEN, CLEO, Person(id="U4", name="Dov"), Person(id="U5", name="Eda")]
BROKE = Failure(kind=Kind.NO_CREDIT, code="no_credit", billed=False, retry=False)
WHOLE = Output(size="1024x1024", quality="low", n=1)
LOST = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=False)


@pytest.fixture
def canvas(store: SqlStore) -> Canvas:
    return Canvas(store)


def by(canvas: Canvas, person: Person, action: Action, **more: Any) -> ActionEvent:
    return replace(canvas.press(action), person=person, **more)


async def take(canvas: Canvas, lane: str) -> Turn:
    """Claim the next prompt of a lane."""
    claim = await canvas.store.claim(lane)
    assert isinstance(claim, Claim)
    return claim.turn


async def conversation(canvas: Canvas) -> str:
    return await canvas.store.find_conversation_at(canvas.place) or ""


def once(test: Callable[[Canvas], Coroutine[Any, Any, None]]) -> None:
    """Run a test in a store of its own: hypothesis asks for many."""

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = SqlStore(Path(folder) / "easel.db")
            await store.open()
            try:
                await test(Canvas(store))
            finally:
                await store.close()

    asyncio.run(run())


# Votes.


async def pair(canvas: Canvas) -> Turn:
    await canvas.ask("a cat", output=Output(n=2))
    return await canvas.draw(images=2)


async def test_a_person_has_one_vote_and_may_change_it(canvas: Canvas) -> None:
    poll = await pair(canvas)
    for person, version in ((ANA, "v1a"), (BEN, "v1b"), (ANA, "v1b")):
        await canvas.store.record_vote(by(canvas, person, Action.VOTE), poll.id, version)
    assert (await canvas.again(poll)).team.votes == {"v1b": 2}


async def test_an_earlier_vote_that_comes_a_second_time_does_not_count_again(
    canvas: Canvas,
) -> None:
    poll = await pair(canvas)
    early = by(canvas, ANA, Action.VOTE)
    await canvas.store.record_vote(early, poll.id, "v1a")
    await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v1b")
    again = await canvas.store.record_vote(early, poll.id, "v1a")
    assert not again.is_new
    assert (await canvas.again(poll)).team.votes == {"v1b": 1}


async def test_a_closed_vote_makes_the_winner_the_head_and_keeps_the_rest(canvas: Canvas) -> None:
    poll = await pair(canvas)
    await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v1b")
    closing = by(canvas, BEN, Action.CLOSE)
    before = (await canvas.whole())[0].revision
    closed = await canvas.store.close_poll(closing, poll.id, None)
    assert closed.turn is not None
    assert closed.turn.team.winner == "v1b"
    whole, _ = await canvas.whole()
    assert whole.head == "v1b"
    assert set(whole.versions) == {"v1a", "v1b"}
    assert {turn.id for turn in await canvas.store.list_changes(whole.id, before)} == {poll.id}
    assert not (await canvas.store.close_poll(closing, poll.id, None)).is_new
    with pytest.raises(errors.VoteClosed):
        await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v1a")
    with pytest.raises(errors.VoteClosed):
        await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, None)
    await canvas.control(Action.REDO)
    assert await canvas.head() == "v1a", "the head before the vote is a step away"


async def test_a_tie_stays_open_until_somebody_votes_or_takes_one(canvas: Canvas) -> None:
    poll = await pair(canvas)
    await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v1a")
    await canvas.store.record_vote(by(canvas, BEN, Action.VOTE), poll.id, "v1b")
    tied = await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, None)
    assert tied.turn is not None
    assert (tied.turn.team.winner, tied.turn.team.tied) == (None, ("v1a", "v1b"))
    assert await canvas.head() == "v1a"
    more = await canvas.store.record_vote(by(canvas, CLEO, Action.VOTE), poll.id, "v1b")
    assert more.turn is not None
    assert more.turn.team.tied == ()
    await canvas.store.record_vote(by(canvas, CLEO, Action.VOTE), poll.id, "v1a")
    await canvas.store.record_vote(by(canvas, TEAM[3], Action.VOTE), poll.id, "v1b")
    taken = await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, "v1b")
    assert taken.turn is not None
    assert taken.turn.team.winner == "v1b"
    assert await canvas.head() == "v1b"


async def test_what_cannot_be_voted_on_is_refused(canvas: Canvas) -> None:
    [single] = await canvas.line(1)
    with pytest.raises(errors.NothingToChoose):
        await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), single.id, "v1")
    poll = await pair(canvas)
    with pytest.raises(errors.NotInVote) as refused:
        await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v1")
    assert refusal(refused.value).message == "v1 isn't part of this vote. Choose v2a or v2b."
    with pytest.raises(errors.NoVotes):
        await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, None)
    await canvas.store.record_vote(by(canvas, ANA, Action.VOTE), poll.id, "v2a")
    with pytest.raises(errors.NotInVote):
        await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, "v2b")


async def test_branches_are_put_to_the_vote_on_a_card_of_their_own(canvas: Canvas) -> None:
    await canvas.line(2)
    id_ = await conversation(canvas)
    with pytest.raises(errors.NothingToChoose):
        await canvas.store.open_poll("p0", canvas.press(Action.VOTE), id_)
    for source in ("v1", "v2"):
        await canvas.ask("a branch", source=source)
        await canvas.draw()
    _, turns = await canvas.whole()
    assert [turn.result.branches for turn in turns] == [0, 2, 2, 1]
    assert [(await canvas.again(turn)).result.branches for turn in turns] == [0, 2, 2, 1]
    press = canvas.press(Action.VOTE)
    begun = await canvas.store.open_poll("p1", press, id_)
    assert begun.turn is not None
    shown = [(name, version.number) for name, version in votes.list_choices(begun.turn)]
    assert shown == [("A", "v3"), ("B", "v4")]
    assert not (await canvas.store.open_poll("p2", press, id_)).is_new
    poll = await canvas.store.find_newest_poll(id_)
    assert poll is not None
    assert poll.id == "p1"
    await canvas.store.record_vote(by(canvas, BEN, Action.VOTE), "p1", "v3")
    await canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), "p1", None)
    assert await canvas.head() == "v3"


@settings(max_examples=12, deadline=None)
@given(cast=st.lists(st.tuples(st.sampled_from(TEAM), st.sampled_from("ab")), max_size=12))
def test_the_newest_vote_of_each_counts_whatever_the_order(cast: list[tuple[Person, str]]) -> None:
    async def test(canvas: Canvas) -> None:
        poll = await pair(canvas)
        for person, letter in cast:
            await canvas.store.record_vote(by(canvas, person, Action.VOTE), poll.id, f"v1{letter}")
        counted = Counter(f"v1{letter}" for letter in dict(cast).values())
        assert (await canvas.again(poll)).team.votes == counted
        lead = votes.find_leaders(counted)
        closing = canvas.store.close_poll(by(canvas, ANA, Action.CLOSE), poll.id, None)
        if not lead:
            with pytest.raises(errors.NoVotes):
                await closing
            return
        turn = (await closing).turn
        assert turn is not None
        assert turn.team.winner == (lead[0] if len(lead) == 1 else None)
        assert turn.team.tied == (lead if len(lead) > 1 else ())
        assert await canvas.head() == (turn.team.winner or "v1a")
        assert set((await canvas.whole())[0].versions) == {"v1a", "v1b"}

    once(test)


# Prompts that wait: in order, merged, side by side.


async def queue(canvas: Canvas, *texts: str, **more: Any) -> list[Turn]:
    """Have one drawing under way, and these behind it."""
    await canvas.ask("a park")
    await canvas.claim()
    return [
        await canvas.ask(text, person=TEAM[at % len(TEAM)], **more) for at, text in enumerate(texts)
    ]


async def test_the_prompt_that_waits_longest_learns_how_many_wait_with_it(canvas: Canvas) -> None:
    first, second = await queue(canvas, "a bench", "a dog")
    begun = await canvas.begin("a kite")
    [told] = begun.also_changed
    assert (told.id, told.team.forkable, told.team.mergeable) == (first.id, 3, 3)
    assert (await canvas.again(second)).team.forkable == 0
    assert [turn.team.forkable for turn in await canvas.store.list_queued(first.lane, 5)] == [
        3,
        0,
        0,
    ]
    _, turns = await canvas.whole()
    assert [turn.team.forkable for turn in turns] == [0, 3, 0, 0]


async def test_merging_makes_one_request_that_says_who_asked_what(canvas: Canvas) -> None:
    queued = await queue(canvas, "add a bench", "add a dog", "make it autumn")
    press = by(canvas, CLEO, Action.MERGE)
    begun = await canvas.store.merge_prompts(press, queued[0].conversation)
    merged = begun.turn
    assert merged is not None
    assert merged.id == queued[0].id
    assert merged.request.text == "Ana: add a bench\nBen: add a dog\nCleo: make it autumn"
    assert merged.team.contributors == ("Ana", "Ben", "Cleo")
    assert [turn.state for turn in begun.also_changed] == [State.CANCELLED, State.CANCELLED]
    assert {turn.result.failure.code for turn in begun.also_changed if turn.result.failure} == {
        "merged"
    }
    assert not (await canvas.store.merge_prompts(press, queued[0].conversation)).is_new
    await canvas.ask("and a kite", person=BEN)
    again = await canvas.store.merge_prompts(by(canvas, ANA, Action.MERGE), queued[0].conversation)
    assert again.turn is not None
    assert again.turn.request.text.splitlines()[-1] == "Ben: and a kite"
    assert again.turn.request.text.count("Ana:") == 1
    assert await canvas.store.update_text(merged.id, "something else") is None


async def test_words_that_people_write_make_no_brainstorm_of_their_prompts(canvas: Canvas) -> None:
    tricky = Person(id="directions", name="directions")
    await queue(canvas, "add a bench")
    await canvas.ask('"directions": []', person=tricky)
    begun = await canvas.store.merge_prompts(
        by(canvas, ANA, Action.MERGE), await conversation(canvas)
    )
    assert begun.turn is not None
    assert begun.turn.team.points[-1][0] == tricky
    assert not begun.turn.request.is_brainstorm
    await canvas.ask("and a kite", person=BEN)
    first = await canvas.again(begun.turn)
    assert first.team.mergeable == 2, "it waits as any prompt does"
    assert await canvas.store.find_newest_poll(begun.turn.conversation) is None


async def test_a_merge_stops_at_what_edits_something_else(canvas: Canvas) -> None:
    await canvas.line(1)
    queued = await queue(canvas, "a bench", "a dog")
    other = await canvas.ask("paint it red", source="v1")
    late = await canvas.ask("a kite")
    await canvas.store.merge_prompts(by(canvas, ANA, Action.MERGE), other.conversation)
    assert (await canvas.again(other)).state is State.QUEUED
    assert (await canvas.again(late)).state is State.QUEUED
    assert (await canvas.again(queued[1])).state is State.CANCELLED


async def test_a_merge_stops_at_a_control_and_needs_two(canvas: Canvas) -> None:
    await canvas.line(2)
    [first] = await queue(canvas, "a bench")
    await canvas.control(Action.UNDO)
    await canvas.ask("a dog")
    assert (await canvas.again(first)).team.forkable == 1
    for verb in (
        canvas.store.merge_prompts(by(canvas, ANA, Action.MERGE), first.conversation),
        canvas.store.fork_prompts("f1", by(canvas, ANA, Action.FORK), first.conversation),
    ):
        with pytest.raises(errors.NothingToMerge):
            await verb


async def test_a_merge_takes_no_more_pictures_than_one_request_may_carry(canvas: Canvas) -> None:
    def photo(number: int) -> Attachment:
        return Attachment(id=str(number), name=f"{number}.png", media_type="image/png")

    await queue(canvas)
    for number in range(3):
        await canvas.ask(f"like {number}", attachments=(photo(number), photo(number + 10)))
    begun = await canvas.store.merge_prompts(
        by(canvas, ANA, Action.MERGE), await conversation(canvas)
    )
    assert begun.turn is not None
    assert len(begun.turn.request.attachments) == 4
    assert len(begun.also_changed) == 1


async def test_pictures_that_are_read_after_a_merge_take_nothing_from_it(canvas: Canvas) -> None:
    def photo(name: str) -> Attachment:
        return Attachment(id=name, name=f"{name}.png", media_type="image/png")

    await queue(canvas)
    mine = await canvas.ask("like this", attachments=(photo("mine"),))
    await canvas.ask("and this", person=BEN, attachments=(photo("theirs"),))
    await canvas.store.merge_prompts(by(canvas, ANA, Action.MERGE), mine.conversation)
    await canvas.store.save_attachments(mine.id, [replace(photo("mine"), blob="a" * 64)])
    kept = (await canvas.again(mine)).request.attachments
    assert [(file.id, file.blob) for file in kept] == [("mine", "a" * 64), ("theirs", None)]


@settings(max_examples=12, deadline=None)
@given(
    said=st.lists(
        st.tuples(st.sampled_from(TEAM), st.text("abcdef ", min_size=1).filter(str.strip)),
        min_size=2,
        max_size=8,
    )
)
def test_a_merge_loses_nothing_and_keeps_the_order(said: list[tuple[Person, str]]) -> None:
    async def test(canvas: Canvas) -> None:
        await queue(canvas)
        for person, text in said:
            await canvas.ask(text, person=person)
        begun = await canvas.store.merge_prompts(
            by(canvas, ANA, Action.MERGE), await conversation(canvas)
        )
        turn = begun.turn
        assert turn is not None
        assert turn.team.points == tuple(said)
        lines = turn.request.text.splitlines()
        assert len(lines) == len(said)
        several = len({person.id for person, _ in said}) > 1
        for line, (person, text) in zip(lines, said, strict=True):
            assert line == f"{f'{person.name}:' if several else '-'} {' '.join(text.split())}"
        assert set(turn.team.contributors) == {person.name for person, _ in said}
        assert 1 + len(begun.also_changed) == len(said)

    once(test)


async def test_prompts_side_by_side_edit_the_same_picture_in_lanes_of_their_own(
    canvas: Canvas,
) -> None:
    await canvas.line(1)
    running = await canvas.ask("a park")
    await canvas.claim()
    queued = [await canvas.ask(text) for text in ("a bench", "a dog", "a kite")]
    press = by(canvas, ANA, Action.FORK)
    begun = await canvas.store.fork_prompts("g1", press, running.conversation)
    assert begun.turn is not None
    assert begun.turn.id == "g1"
    assert [turn.id for turn in begun.turn.team.children] == [turn.id for turn in queued]
    assert not (await canvas.store.fork_prompts("g2", press, running.conversation)).is_new
    assert set(await canvas.store.list_waiting_lanes(["web"])) >= {turn.id for turn in queued}
    for turn in reversed(queued):
        claimed = await take(canvas, turn.id)
        assert claimed.request.source == "v1"
        await canvas.finish(claimed)
    assert await canvas.head() == "v1", "the head stays until somebody chooses"
    gallery = await canvas.store.find_turn("g1")
    assert gallery is not None
    assert [name for name, _ in votes.list_choices(gallery)] == ["A", "B", "C"]
    assert [version.number for _, version in votes.list_choices(gallery)] == ["v4", "v3", "v2"]
    await canvas.store.record_vote(by(canvas, BEN, Action.VOTE), "g1", "v3")
    await canvas.store.close_poll(by(canvas, BEN, Action.CLOSE), "g1", None)
    assert await canvas.head() == "v3"


async def test_no_more_are_drawn_side_by_side_than_one_card_can_show(canvas: Canvas) -> None:
    for n, most in ((1, 8), (2, 4)):
        wide = Canvas(canvas.store, thread=f"with {n}")
        queued = await queue(
            wide, *(f"prompt {number}" for number in range(10)), output=Output(n=n)
        )
        press = wide.press(Action.FORK)
        begun = await canvas.store.fork_prompts(f"g{n}", press, queued[0].conversation)
        assert [turn.id for turn in begun.also_changed] == [turn.id for turn in queued[:most]]
        assert (await wide.again(queued[most])).lane == queued[0].conversation


async def test_letters_stay_while_others_fail(canvas: Canvas) -> None:
    queued = await queue(canvas, "a bench", "a dog", "a kite")
    await canvas.store.fork_prompts("g1", by(canvas, ANA, Action.FORK), queued[0].conversation)
    for number, turn in enumerate(queued):
        claimed = await take(canvas, turn.id)
        if number == 0:
            await canvas.store.fail(claimed, LOST)
        else:
            await canvas.finish(claimed)
    gallery = await canvas.store.find_turn("g1")
    assert gallery is not None
    assert [name for name, _ in votes.list_choices(gallery)] == ["B", "C"]
    assert votes.part_letter(gallery, queued[0]) == "A"


async def test_a_gallery_changes_whenever_a_part_of_it_does(canvas: Canvas) -> None:
    queued = await queue(canvas, "a bench", "a dog")
    await canvas.store.fork_prompts("g1", by(canvas, ANA, Action.FORK), queued[0].conversation)
    seen = (await canvas.whole())[0].revision
    await take(canvas, queued[0].id)
    changed = await canvas.store.list_changes(queued[0].conversation, seen)
    assert [turn.id for turn in changed] == [queued[0].id, "g1"]
    assert {turn.revision for turn in changed} == {seen + 1}


async def test_an_account_on_hold_frees_every_lane_again(canvas: Canvas) -> None:
    queued = await queue(canvas, "a bench", "a dog")
    await canvas.store.fork_prompts("g1", by(canvas, ANA, Action.FORK), queued[0].conversation)
    claimed = await take(canvas, queued[0].id)
    changed = await canvas.store.hold_account(claimed, BROKE)
    assert set(changed) == {turn.id for turn in queued}
    assert {(await canvas.again(turn)).state for turn in queued} == {State.HELD}
    assert set(await canvas.store.resume_account()) == {turn.id for turn in queued}
    assert {(await canvas.again(turn)).state for turn in queued} == {State.QUEUED}


# Talk.


async def pause(canvas: Canvas) -> str:
    id_ = await conversation(canvas)
    said = canvas.press(Action.PAUSE)
    await canvas.store.set_mode(secrets.token_hex(4), said, id_, Control(action=Action.PAUSE))
    return id_


async def test_talk_is_kept_in_order_and_nothing_is_drawn(canvas: Canvas) -> None:
    await canvas.line(1)
    id_ = await pause(canvas)
    for person, text in ((ANA, "a red roof"), (BEN, "no, blue")):
        begun = await canvas.begin(text, person=person, plain=True)
        assert begun.turn is not None
        assert begun.turn.control == Control(action=Action.TALK)
    assert [(t.person.name, t.request.text) for t in await canvas.store.list_talk(id_)] == [
        ("Ana", "a red roof"),
        ("Ben", "no, blue"),
    ]
    assert await canvas.store.claim(id_) is None
    pressed = await canvas.begin("a button's prompt")
    assert pressed.turn is not None
    assert pressed.turn.control is None


async def test_only_one_go_ends_a_pause(canvas: Canvas) -> None:
    await canvas.line(1)
    id_ = await pause(canvas)
    await canvas.begin("a red roof", plain=True)
    proposal = Proposal(
        text="a red roof", contributors=("Ana",), model="gpt-4o-image", output=WHOLE
    )
    shown = await canvas.store.record_proposal("p1", canvas.press(Action.GO), id_, proposal)
    assert shown.turn is not None
    assert (shown.turn.request.text, shown.turn.team.contributors) == ("a red roof", ("Ana",))
    await canvas.begin("a red roof", ends_talk=True, event="go")
    assert (await canvas.whole())[0].mode == "drawing"
    assert not (await canvas.begin("a red roof", ends_talk=True, event="go")).is_new
    with pytest.raises(errors.NothingToGo):
        await canvas.begin("a red roof", ends_talk=True)
    assert await canvas.store.list_talk(id_)
    await pause(canvas)
    assert not await canvas.store.list_talk(id_), "each pause has its own talk"


async def test_what_was_said_in_a_pause_can_be_said_otherwise(canvas: Canvas) -> None:
    await canvas.line(1)
    id_ = await pause(canvas)
    begun = await canvas.begin("a red roof", plain=True)
    assert begun.turn is not None
    assert await canvas.store.update_text(begun.turn.id, "a blue roof")
    assert [turn.request.text for turn in await canvas.store.list_talk(id_)] == ["a blue roof"]


# Settings.


async def set_(canvas: Canvas, person: Person, whose: str, wanted: Defaults) -> None:
    what = Control(action=Action.SETTINGS, fields={"whose": whose})
    said = by(canvas, person, Action.SETTINGS)
    id_ = await conversation(canvas)
    await canvas.store.set_defaults(secrets.token_hex(4), said, id_, what, wanted)


async def test_a_threads_setting_is_before_a_persons_and_both_last(canvas: Canvas) -> None:
    await canvas.line(1)
    await set_(canvas, BEN, "mine", Defaults(output=Output(size="1024x1536", quality="low")))
    await set_(canvas, BEN, "mine", Defaults(output=Output(n=2)))
    prompt = await canvas.ask("a boat", person=BEN)
    assert prompt.request.output == Output(size="1024x1536", quality="low", n=2)
    assert (await canvas.ask("a boat", person=ANA)).request.output.size == "1024x1024"
    await set_(canvas, ANA, "thread", Defaults(output=Output(size="1536x1024"), previews=False))
    prompt = await canvas.ask("a boat", person=BEN)
    assert prompt.request.output == Output(size="1536x1024", quality="low", n=2)
    assert not prompt.request.previews
    elsewhere = Canvas(canvas.store, thread="t2")
    other = await elsewhere.ask("a boat", person=BEN)
    assert (other.request.output.size, other.request.previews) == ("1024x1536", None)


# Drift.


async def test_every_fifth_edit_in_a_row_knows_where_the_row_began(canvas: Canvas) -> None:
    line = await canvas.line(11)
    drifted = [(await canvas.again(turn)).result.drift_from for turn in line]
    assert drifted == [None] * 5 + ["v1"] + [None] * 4 + ["v6"]
    _, turns = await canvas.whole()
    assert [turn.result.drift_from for turn in turns] == drifted
    row = await canvas.store.list_edits(line[0].conversation, "v6", 5)
    assert [turn.request.text for turn in row] == [f"prompt {number}" for number in range(2, 7)]
    assert row[0].request.source == "v1"
    await canvas.ask("in one go", source="v1")
    branch = await canvas.draw()
    assert (await canvas.again(branch)).result.drift_from is None
