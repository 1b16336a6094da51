from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.turn import Control, Failure, Turn
from bot.model.catalog.catalog import Catalog
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import Output, State
from bot.ports.money import format_money
from bot.presentation import cards, problems, sentences
from tests.bot.test_history import turn, version

MODEL = Catalog("gpt-4o-image").entry("gpt-4o-image")
ERRORS = [
    one
    for one in vars(errors).values()
    if inspect.isclass(one) and issubclass(one, errors.EaselError)
]
ABSTRACT = {
    errors.EaselError,
    errors.Refused,
    errors.ModelError,
    errors.Superseded,
    errors.PostedElsewhere,
}


@pytest.mark.parametrize(
    "error", [one for one in ERRORS if one not in ABSTRACT], ids=lambda e: e.__name__
)
def test_every_error_has_a_sentence_that_says_what_to_do(error: type[errors.EaselError]) -> None:
    made = error()
    problem = (
        problems.refusal(made)
        if issubclass(error, errors.Refused)
        else problems.problem(problems.failure(made))
    )
    assert problem.kind is error.kind
    assert problem.message.endswith((".", "?"))
    assert "{" not in problem.message
    if not issubclass(error, errors.Refused):
        assert problem.code in problems.FAILURES, "its own sentence, not the last resort's"
        paid = {
            False: ("not billed", "nothing was sent", "Nothing was", "nothing more"),
            True: ("nothing more",),
            None: ("may have been billed",),
        }
        assert any(word.lower() in problem.message.lower() for word in paid[error.billed]), (
            problem.message
        )


def test_blocked_and_unpaid_share_no_words() -> None:
    blocked = problems.FAILURES["blocked"].lower()
    unpaid = problems.FAILURES["no_credit"].lower()
    assert "credit" not in blocked
    assert "account" not in blocked
    assert "safety" not in unpaid
    assert "blocked" not in unpaid


def test_no_sentence_is_long() -> None:
    for text in (*problems.FAILURES.values(), *problems.REFUSALS.values()):
        assert len(text) <= 220, text


def posted(**more: Any) -> Turn:
    """Make a turn that people can see."""
    known: dict[str, Any] = {
        "state": State.POSTED,
        "versions": (version("v4"),),
        "source": "v2",
        "head": "v4",
        "cost": 0.042,
        "estimated": True,
    }
    return turn(**{**known, **more})


POSTED = posted()


def test_words_alone_have_neither_size_nor_quality() -> None:
    answer = turn(state=State.POSTED, reply="By day or by night?", cost=0.002)
    assert cards.card(answer, model=MODEL).detail == "$0.002"
    assert "low" in cards.card(turn(state=State.DRAWING), model=MODEL).detail


def test_a_finished_card_names_what_was_edited_and_what_it_cost() -> None:
    card = cards.card(POSTED, model=MODEL)
    assert card.title == "v4 ← v2"
    assert card.detail == "1×1 · low · about $0.042"
    assert [button.label for button in card.buttons] == [
        "Edit…",
        "Vary",
        "Finalize",
        "Star",
        "Open in…",
        "Export",
        "Delete…",
    ]


@pytest.mark.parametrize(
    ("state", "more", "words", "labels"),
    [
        (State.QUEUED, {"queue_position": 1}, "Next in line.", ["Cancel"]),
        (State.QUEUED, {"queue_position": 3}, "2 before this one", ["Cancel"]),
        (State.DRAWING, {"tries": 1}, "Drawing…", ["Cancel"]),
        (State.DRAWING, {"tries": 2}, "2 of 3", ["Cancel"]),
        (State.HELD, {"queue_position": 1}, "no credit", ["Resume", "Cancel"]),
        (State.HELD, {"queue_position": 2}, "Saved until", ["Resume", "Cancel"]),
        (State.DRAWN, {}, "Posting it", []),
        (State.CANCELLED, {"attempt": 0}, "Not billed", ["Delete…"]),
        (State.CANCELLED, {"unsettled": True}, "may still be billed", ["Delete…"]),
    ],
)
def test_each_state_says_what_is_happening(
    state: State, more: dict[str, Any], words: str, labels: list[str]
) -> None:
    card = cards.card(turn(state=state, **more), model=MODEL)
    assert words in card.text
    assert [button.label for button in card.buttons] == labels


@pytest.mark.parametrize("code", ["unavailable", "unreachable", "busy", "file_unreadable"])
def test_nobody_reads_that_it_was_not_billed_beside_a_cost(code: str) -> None:
    failure = Failure(kind=Kind.UNAVAILABLE, code=code, billed=False)
    for cost in (None, 0.0):
        free = cards.card(turn(state=State.FAILED, failure=failure, cost=cost), model=MODEL)
        assert "billed" in free.text
    paid = cards.card(turn(state=State.FAILED, failure=failure, cost=0.04), model=MODEL)
    assert "billed" not in paid.text
    assert "Earlier requests for it cost $0.040." in paid.text
    assert paid.problem is not None
    assert "billed" not in paid.problem.message


@pytest.mark.parametrize(
    ("billed", "own", "cost", "bill"),
    [
        (True, 0.04, 0.04, "It cost $0.040. R"),
        (True, 0.04, 0.09, "It cost $0.040. Earlier requests for it cost $0.050. R"),
        (None, None, 0.05, "It may have been billed. Earlier requests for it cost $0.050. R"),
        (False, None, 0.05, "Earlier requests for it cost $0.050. R"),
    ],
)
def test_what_a_failed_request_cost_itself_is_not_said_of_earlier_ones(
    *, billed: bool | None, own: float | None, cost: float, bill: str
) -> None:
    detail = {} if own is None else {"cost": str(own)}
    failure = Failure(kind=Kind.UNAVAILABLE, code="unavailable", billed=billed, detail=detail)
    told = cards.card(turn(state=State.FAILED, failure=failure, cost=cost), model=MODEL)
    assert f"didn't draw this. {bill}" in told.text


def test_retry_is_offered_only_where_it_can_help() -> None:
    for code, kind, helps in (
        ("unavailable", Kind.UNAVAILABLE, True),
        ("blocked", Kind.BLOCKED, False),
        ("not_posted", Kind.NOT_POSTED, True),
        ("cannot_post", Kind.NOT_POSTED, True),
    ):
        failure = Failure(kind=kind, code=code, billed=False, retry=helps)
        state = State.REFUSED if kind is Kind.BLOCKED else State.FAILED
        labels = [
            b.label for b in cards.card(turn(state=state, failure=failure), model=MODEL).buttons
        ]
        assert ("Retry" in labels) is helps
        assert ("Edit prompt" in labels) is (kind is not Kind.NOT_POSTED)


def test_two_images_can_each_be_chosen_and_the_other_stands_out() -> None:
    pair = posted(versions=(version("v4a"), version("v4b", "b" * 64)), head="v4a")
    card = cards.card(pair, model=MODEL)
    choose = [button for button in card.buttons if button.action is Action.CHOOSE]
    assert [(b.label, b.primary) for b in choose] == [("Use v4a", False), ("Use v4b", True)]
    assert card.title == "v4a, v4b ← v2"


def test_what_is_final_is_not_offered_to_be_redone() -> None:
    for text, offered in (("make it blue", True), (sentences.FINAL, False)):
        card = cards.card(
            turn(text, state=State.POSTED, versions=(version("v6"),), head="v6", drift_from="v1"),
            model=MODEL,
        )
        assert ("5 edits in a row" in card.text) is offered
        assert (Action.TOGETHER in {one.action for one in card.buttons}) is offered


def test_undo_is_offered_on_the_head_and_the_way_back_elsewhere() -> None:
    child = replace(version("v4"), parent="v2")
    on_head = cards.card(posted(versions=(child,)), model=MODEL)
    elsewhere = cards.card(posted(versions=(child,), head="v7"), model=MODEL)
    assert "Undo" in [button.label for button in on_head.buttons]
    assert "Back to v4" in [button.label for button in elsewhere.buttons]


def test_a_control_says_what_it_did_in_a_word() -> None:
    for action, text in (
        (Action.UNDO, "Undone by Ana. Replies now edit v1."),
        (Action.REDO, "Redone by Ana. Replies now edit v1."),
        (Action.GOTO, "Ana went back to v1. Replies now edit it."),
        (Action.CHOOSE, "Ana chose v1. Replies now edit it."),
        (Action.DELETE, "Deleted everywhere by Ana."),
        (Action.FORK, "Drawing side by side, each from the same picture."),
    ):
        done = turn(action.value, control=Control(action=action), state=State.POSTED, source="v1")
        card = cards.card(done, model=MODEL)
        assert (card.kind, card.text) == ("control", text)
        assert card.detail == ("" if "Ana" in text else "Ana"), "once, in the one or the other"


@pytest.mark.parametrize(
    ("action", "source", "head", "labels"),
    [
        (Action.UNDO, "v2", "v2", ["Undo", "Redo"]),
        (Action.UNDO, "v1", "v1", ["Redo"]),
        (Action.REDO, "v2", "v2", ["Undo"]),
        (Action.UNDO, "v2", "v3", []),
    ],
)
def test_redo_stands_beside_undo_on_what_was_undone_while_it_holds(
    action: Action, source: str, head: str, labels: list[str]
) -> None:
    done = turn(
        "undo", control=Control(action=action), state=State.POSTED, source=source, head=head
    )
    assert [one.label for one in cards.card(done, model=MODEL).buttons] == labels


@pytest.mark.parametrize(
    ("dollars", "about", "text"),
    [
        (None, True, ""),
        (0.0, False, "free"),
        (0.0387, False, "$0.039"),
        (0.042, True, "about $0.042"),
        (1.5, False, "$1.50"),
    ],
)
def test_money_is_written_as_people_read_it(
    dollars: float | None, about: object, text: str
) -> None:
    assert format_money(dollars, estimated=bool(about)) == text


def test_a_dearer_output_is_offered_with_its_price() -> None:
    offer = Output(size="2048x2048", quality="high", n=1)
    card = cards.card(posted(offer=offer), model=MODEL)
    button = next(one for one in card.buttons if one.action is Action.ACCEPT)
    assert button.label == "Redraw at 2048×2048, high"
    assert button.price == pytest.approx(0.668)
