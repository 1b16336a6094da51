"""Which controls does a card offer, in which order, and at what price? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.faces import Button
from bot.values import OPEN, Action, Kind, State

if TYPE_CHECKING:
    from bot.conversation import Turn
    from bot.model.catalog import Model
    from bot.values import Output

#: edits in a row after which a card offers to redo them in one go
DRIFT = 5


def buttons(turn: Turn, model: Model) -> tuple[Button, ...]:
    """Give the controls of a turn's card, the most useful first."""
    if turn.control is not None:
        return _on_control(turn, model)
    price = model.price(turn.output)
    found: tuple[Button, ...] = ()
    match turn.state:
        case State.QUEUED:
            found = (Button(action=Action.CANCEL, label="Cancel"), *_on_waiting(turn, price))
        case State.DRAWING:
            found = (Button(action=Action.CANCEL, label="Cancel"),)
        case State.HELD:
            resume = Button(action=Action.RESUME, label="Resume", primary=True)
            found = (resume, Button(action=Action.CANCEL, label="Cancel"))
        case State.POSTED | State.DRAWN:
            found = _on_answer(turn, model)
        case State.REFUSED | State.INTERRUPTED | State.FAILED:
            found = _on_failure(turn, price)
    return found


def _on_control(turn: Turn, model: Model) -> tuple[Button, ...]:
    action = turn.control.action if turn.control else None
    if action is Action.GO and turn.text and turn.mode == "talking":
        return (
            Button(action=Action.GO, label="Draw", value="draw", primary=True),
            Button(action=Action.GO, label="Edit the wording…"),
        )
    if action is Action.PAUSE and turn.mode == "talking":
        return (Button(action=Action.GO, label="Go", primary=True),)
    if action is Action.FORK:
        return _on_votes(turn, [one.number for part in turn.gathered for one in part.versions])
    del model
    return ()


def _on_waiting(turn: Turn, price: float | None) -> tuple[Button, ...]:
    """Offer the first of several who wait to draw them as one, or side by side."""
    if turn.queue != 1 or turn.waiting < 2 or turn.gathering:
        return ()
    all_ = None if price is None else price * turn.waiting
    return (
        Button(action=Action.MERGE, label=f"Merge {turn.waiting} into one edit", price=price),
        Button(action=Action.FORK, label="Draw side by side", price=all_),
    )


def _on_answer(turn: Turn, model: Model) -> tuple[Button, ...]:
    found: list[Button] = []
    if turn.question and not turn.answered:
        found += [
            Button(action=Action.ANSWER, label=one, value=one) for one in turn.question.options
        ]
    if turn.directions:
        found += _on_ideas(turn, model)
    if turn.versions:
        found += _on_images(turn, model)
    if turn.offer is not None:
        label = f"Redraw at {_named(turn.offer)}"
        found.append(Button(action=Action.ACCEPT, label=label, price=model.price(turn.offer)))
    return tuple(found)


def _named(output: Output) -> str:
    count = ", 2 images" if output.n == 2 else ""
    return f"{(output.size or '').replace('x', '×')}, {output.quality}{count}"


def _on_ideas(turn: Turn, model: Model) -> list[Button]:
    """Let people tick ideas, then draw them; once they are drawn, vote."""
    if turn.gathered:
        made = [one.number for part in turn.gathered for one in part.versions]
        return list(_on_votes(turn, made))
    found = [
        Button(
            action=Action.TICK,
            label=f"{'☑' if number in turn.ticked else '☐'} {number}",
            value=str(number),
        )
        for number in range(1, len(turn.directions) + 1)
    ]
    if turn.ticked:
        each = model.price(turn.output)
        price = None if each is None else each * len(turn.ticked)
        label = f"Draw {len(turn.ticked)}"
        found.append(Button(action=Action.DRAW, label=label, price=price, primary=True))
    return found


def _on_images(turn: Turn, model: Model) -> list[Button]:
    numbers = [version.number for version in turn.versions]
    at = turn.head if turn.head in numbers else numbers[0]
    price = model.price(turn.output)
    found = []
    if len(numbers) > 1 and not turn.won:
        found += [
            Button(action=Action.CHOOSE, label=f"Use {n}", version=n, primary=n != turn.head)
            for n in numbers
        ]
    found.append(Button(action=Action.EDIT, label="Edit…", version=at, price=price))
    found.append(Button(action=Action.VARY, label="Vary", version=at, price=price))
    if turn.head in numbers and turn.versions[0].parent:
        found.append(Button(action=Action.UNDO, label="Undo", version=at))
    elif turn.head not in numbers and len(numbers) == 1:
        found.append(Button(action=Action.GOTO, label=f"Back to {at}", version=at))
    if len(numbers) > 1:
        found += _on_votes(turn, numbers)
    best = model.best(turn.output)
    if best != turn.output:
        found.append(
            Button(action=Action.FINALIZE, label="Finalize", version=at, price=model.price(best))
        )
    if turn.versions[0].parent:
        found.append(Button(action=Action.COMPARE, label="Before | after", version=at))
    if drifts(turn):
        label = f"Redo from {root_of(turn)} in one go"
        found.append(Button(action=Action.TOGETHER, label=label, version=at, price=price))
    return found


def _on_votes(turn: Turn, numbers: list[str]) -> tuple[Button, ...]:
    """Let people vote, with the count on each button; close when somebody has."""
    if turn.won or len(numbers) < 2 or any(part.state in OPEN for part in turn.gathered):
        return ()
    letters = bool(turn.gathered)
    found = []
    for index, number in enumerate(numbers):
        name = chr(ord("A") + index) if letters else number
        count = turn.votes.get(number, 0)
        label = f"Vote {name} ({count})" if count else f"Vote {name}"
        found.append(Button(action=Action.VOTE, label=label, version=number))
    if turn.votes:
        found.append(Button(action=Action.CLOSE, label="Close the vote", primary=True))
    return tuple(found)


def _on_failure(turn: Turn, price: float | None) -> tuple[Button, ...]:
    failed = turn.failure
    found = []
    if turn.can_retry:
        kept = failed is not None and failed.kind is Kind.NOT_POSTED
        found.append(
            Button(action=Action.RETRY, label="Retry", price=None if kept else price, primary=True)
        )
    if failed is None or failed.kind not in {Kind.NOT_POSTED, Kind.NOT_ALLOWED}:
        found.append(Button(action=Action.EDIT_PROMPT, label="Edit prompt", price=price))
    return tuple(found)


def drifts(turn: Turn) -> bool:
    """Tell whether this card ends a row of edits that might be redone in one go."""
    row = turn.depth - 1
    return len(turn.versions) == 1 and row >= DRIFT and row % DRIFT == 0


def root_of(turn: Turn) -> str:
    """Name the version that the row of edits began at, as far as a card can tell."""
    return "v1" if turn.depth == DRIFT + 1 else f"{DRIFT} edits ago"
