"""How does the state of a turn become the Card that people see? Pure; the words are in `bot.sentences`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.faces import Button, Card
from bot.sentences import FAILURES, HUSHED, done, money, problem
from bot.values import OPEN, Action, Kind, Output, Person, State

if TYPE_CHECKING:
    from bot.conversation import Failure, Turn
    from bot.faces import Preview
    from bot.model.catalog import Model


def notice(id_: str, text: str, *buttons: Button) -> Card:
    """Make a word of the bot's own, for whoever runs it."""
    return Card(
        id=id_,
        conversation="",
        kind="notice",
        order=0,
        state=State.POSTED,
        revision=0,
        person=Person(id="", name="Easel"),
        wish="",
        title="",
        text=text,
        detail="",
        output=Output(),
        buttons=buttons,
    )


def on_hold(since: float, *, over: bool) -> Card:
    """Tell the operator that the model's account is empty, or no longer."""
    id_ = f"hold-{int(since * 1000):x}"
    if over:
        return notice(id_, "Resumed: what waited for credit is being drawn.")
    button = Button(action=Action.RESUME, label="Resume", primary=True)
    text = (
        "The image model's account has no credit, so nothing is drawn. Nothing was billed and every "
        "wish is kept. Top the account up, then press Resume (or run `easel resume`)."
    )
    return notice(id_, text, button)


def fault(failed: Failure, day: str) -> Card:
    """Tell the operator what only they can mend; once a day for each sort of fault."""
    return notice(f"fault-{failed.code}-{day}", f"{problem(failed).says} ({failed.code})")


def card(turn: Turn, *, model: Model, preview: Preview | None = None) -> Card:
    """Show a turn as it is."""
    return Card(
        id=turn.id,
        conversation=turn.conversation,
        kind="control" if turn.control else "wish",
        order=turn.seq,
        state=turn.state,
        revision=turn.revision,
        person=turn.person,
        wish=turn.text,
        title=_title(turn),
        text=_text(turn),
        detail=_detail(turn),
        hushed=HUSHED.get(turn.failure.kind, "") if turn.failure else "",
        source=turn.source,
        reply=turn.reply,
        problem=problem(turn.failure) if turn.failure else None,
        cost=turn.cost,
        about=turn.about,
        queue=turn.queue,
        output=turn.output,
        images=turn.versions,
        files=turn.attachments,
        buttons=_buttons(turn, model),
        preview=preview if turn.state is State.DRAWING else None,
    )


def _title(turn: Turn) -> str:
    made = ", ".join(version.number for version in turn.versions)
    if made:
        return f"{made} ← {turn.source}" if turn.source else made
    if turn.source is None or turn.control is not None:
        return ""
    return f"editing {turn.source}" if turn.state in OPEN else f"← {turn.source}"


def _text(turn: Turn) -> str:
    if turn.failure and turn.state not in {State.QUEUED, State.DRAWING, State.HELD}:
        return problem(turn.failure).says
    match turn.state:
        case State.QUEUED:
            return _waiting(turn.queue or 1)
        case State.HELD if (turn.queue or 1) == 1:
            return FAILURES["no_credit"]
        case State.HELD:
            return "Kept until the model's account has credit again."
        case State.DRAWING:
            return f"Trying again, {turn.tries} of 3…" if turn.tries > 1 else "Drawing…"
        case State.DRAWN:
            return "Drawn; on its way here…"
        case State.CANCELLED:
            return (
                "Cancelled. It may still be billed." if turn.attempt else "Cancelled. Not billed."
            )
        case _:
            return done(turn) if turn.control else ""


def _waiting(place: int) -> str:
    if place == 1:
        return "Next in line."
    return f"Waiting: {place - 1} before this one."


def _detail(turn: Turn) -> str:
    if turn.control:
        return ""
    size = " and ".join(dict.fromkeys(f"{v.width}×{v.height}" for v in turn.versions))
    parts = [
        size or (turn.output.size or "").replace("x", "×"),
        turn.output.quality or "",
        "2 images" if turn.output.n == 2 and not turn.versions else "",
        money(turn.cost, about=turn.about),
    ]
    return " · ".join(part for part in parts if part)


def _buttons(turn: Turn, model: Model) -> tuple[Button, ...]:
    price = model.price(turn.output)
    found: tuple[Button, ...] = ()
    if turn.control is not None:
        return found
    match turn.state:
        case State.QUEUED | State.DRAWING:
            found = (Button(action=Action.CANCEL, label="Cancel"),)
        case State.HELD:
            resume = Button(action=Action.RESUME, label="Resume", primary=True)
            found = (resume, Button(action=Action.CANCEL, label="Cancel"))
        case State.POSTED | State.DRAWN:
            found = _on_answer(turn) + (_on_images(turn, price) if turn.versions else ())
            found += _on_offer(turn, model)
        case State.REFUSED | State.INTERRUPTED | State.FAILED:
            found = _on_failure(turn, price)
    return found


def _on_answer(turn: Turn) -> tuple[Button, ...]:
    """Give a button for each option of the model's question, until somebody has answered."""
    options = turn.question.options if turn.question and not turn.answered else ()
    return tuple(Button(action=Action.ANSWER, label=one, value=one) for one in options)


def _on_offer(turn: Turn, model: Model) -> tuple[Button, ...]:
    """Offer what costs more, with its price."""
    if turn.offer is None:
        return ()
    size = (turn.offer.size or "").replace("x", "×")
    number = ", 2 images" if turn.offer.n == 2 else ""
    label = f"Redraw at {size}, {turn.offer.quality}{number}"
    return (Button(action=Action.ACCEPT, label=label, price=model.price(turn.offer)),)


def _on_images(turn: Turn, price: float | None) -> tuple[Button, ...]:
    head = turn.head
    numbers = [version.number for version in turn.versions]
    found = []
    if len(numbers) > 1:
        found += [
            Button(
                action=Action.CHOOSE, label=f"Use {number}", version=number, primary=number != head
            )
            for number in numbers
        ]
    at = head if head in numbers else numbers[0]
    found.append(Button(action=Action.EDIT, label="Edit…", version=at, price=price))
    found.append(Button(action=Action.VARY, label="Vary", version=at, price=price))
    if head in numbers:
        if turn.versions[0].parent:
            found.append(Button(action=Action.UNDO, label="Undo", version=at))
    elif len(numbers) == 1:
        found.append(Button(action=Action.GOTO, label=f"Back to {at}", version=at))
    return tuple(found)


def _on_failure(turn: Turn, price: float | None) -> tuple[Button, ...]:
    failed = turn.failure
    found = []
    if turn.can_retry:
        kept = failed is not None and failed.kind is Kind.NOT_POSTED
        found.append(
            Button(action=Action.RETRY, label="Retry", price=None if kept else price, primary=True)
        )
    if failed is None or failed.kind is not Kind.NOT_POSTED:
        found.append(Button(action=Action.EDIT_PROMPT, label="Edit prompt", price=price))
    return tuple(found)
