from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.conversation import Conversation, possible_numbers
from bot.conversation.turn import Control
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.messages import Version


def version(number: str, parent: str | None) -> Version:
    return Version(
        number=number,
        parent=parent,
        blob="0" * 64,
        media_type="image/png",
        size=1,
        width=1,
        height=1,
        alt="",
        turn="t",
    )


def grown(conversation: Conversation, source: str | None, images: int = 1) -> Conversation:
    """A turn that edits `source` finishes."""
    after, numbers = conversation.add_versions(images)
    made = {number: version(number, source) for number in numbers}
    return replace(after, versions={**after.versions, **made})


NEW = Conversation(id="c", platform="web", workspace="local", title="a boat")


def line(count: int) -> Conversation:
    """A thread of edits, each of the one before."""
    conversation = NEW
    for _ in range(count):
        conversation = grown(conversation, conversation.head)
    return conversation


def test_numbers_count_the_turns_that_made_images_over_the_whole_conversation() -> None:
    conversation = line(3)
    branch = grown(conversation.move_head(Control(action=Action.GOTO, version="v1")), "v1")
    assert branch.head == "v4"
    assert branch.versions["v4"].parent == "v1"


def test_two_images_of_one_turn_share_a_number_and_the_head_is_the_first() -> None:
    conversation = grown(line(7), "v7", images=2)
    assert conversation.head == "v8a"
    assert {"v8a", "v8b"} < set(conversation.versions)
    assert grown(conversation, "v8a").head == "v9"


def test_a_turn_without_images_takes_no_number() -> None:
    conversation = line(2)
    assert conversation.add_versions(0) == (conversation, ())


def test_undo_goes_to_the_parent_and_redo_comes_back() -> None:
    conversation = line(3)
    undone = conversation.move_head(Control(action=Action.UNDO))
    twice = undone.move_head(Control(action=Action.UNDO))
    assert (undone.head, twice.head) == ("v2", "v1")
    again = twice.move_head(Control(action=Action.REDO))
    assert again.head == "v2"
    assert again.move_head(Control(action=Action.REDO)).head == "v3"


def test_undo_of_a_named_version_goes_to_what_was_before_it() -> None:
    assert line(4).move_head(Control(action=Action.UNDO, version="v3")).head == "v2"


def test_a_new_version_leaves_nothing_to_redo() -> None:
    conversation = line(2).move_head(Control(action=Action.UNDO))
    with pytest.raises(errors.NothingToRedo):
        grown(conversation, conversation.head).move_head(Control(action=Action.REDO))


@pytest.mark.parametrize("conversation", [NEW, line(1)])
def test_there_is_nothing_before_the_first_version(conversation: Conversation) -> None:
    with pytest.raises(errors.NothingToUndo):
        conversation.move_head(Control(action=Action.UNDO))


def test_choosing_takes_the_other_of_two() -> None:
    pair = grown(line(1), "v1", images=2)
    assert pair.move_head(Control(action=Action.CHOOSE, letter="b")).head == "v2b"
    assert pair.move_head(Control(action=Action.CHOOSE, version="v2b")).head == "v2b"
    with pytest.raises(errors.NothingToChoose):
        line(2).move_head(Control(action=Action.CHOOSE, letter="b"))


def test_choosing_a_single_version_by_name_goes_there() -> None:
    assert line(3).move_head(Control(action=Action.CHOOSE, version="v1")).head == "v1"


@pytest.mark.parametrize(
    ("said", "meant"), [("V2", "v2"), ("v02", "v2"), ("v3", "v3a"), ("v3B", "v3b")]
)
def test_versions_are_found_as_people_call_them(said: str, meant: str) -> None:
    assert grown(line(2), "v2", images=2).resolve_version(said) == meant


@pytest.mark.parametrize("said", ["v9", "v2b", "", "two"])
def test_an_unknown_version_is_refused_with_the_newest(said: str) -> None:
    with pytest.raises(errors.NoSuchVersion) as caught:
        line(3).resolve_version(said)
    assert caught.value.facts["newest"] == "v3"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("draw"), st.integers(1, 2)),
        st.tuples(st.just("undo"), st.just(0)),
        st.tuples(st.just("redo"), st.just(0)),
        st.tuples(st.just("goto"), st.integers(1, 12)),
        st.tuples(st.just("choose"), st.integers(0, 1)),
    ),
    max_size=40,
)


@given(STEPS)
def test_whatever_people_do_the_tree_stays_a_tree(steps: list[tuple[str, int]]) -> None:
    conversation = NEW
    drawn = 0
    for what, number in steps:
        before = conversation
        try:
            if what == "draw":
                conversation = grown(conversation, conversation.head, images=number)
                drawn += 1
            else:
                control = Control(
                    action=Action(what),
                    version=f"v{number}" if what == "goto" else None,
                    letter="ab"[number] if what == "choose" else None,
                )
                conversation = conversation.move_head(control)
        except errors.Refused:
            assert conversation is before
        assert conversation.count == drawn, "a number for each turn that made images, and no other"
        assert conversation.head is None or conversation.head in conversation.versions
        assert all(number in conversation.versions for number in conversation.redo)
        assert set(before.versions) <= set(conversation.versions), "nothing is ever lost"
        for one in conversation.versions.values():
            assert one.parent is None or one.parent in conversation.versions
            assert one.parent is None or int(one.parent.strip("vab")) < int(one.number.strip("vab"))


def test_the_names_a_store_loads_cover_what_people_may_mean() -> None:
    assert set(possible_numbers("v3", None, "nonsense", "V4b")) == {
        *("v3", "v3a", "v3b"),
        *("v4", "v4a", "v4b"),
    }
