"""What do people read? Each sentence says what happened, whether it cost anything, and what to do next.

`card` turns the state of a turn into the Card people see; pure. Labels of modals and commands that only
one platform has are in that adapter's `render.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Failure
from bot.faces import Button, Card, Problem
from bot.values import OPEN, Action, Kind, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation import Turn
    from bot.errors import EaselError
    from bot.faces import Preview
    from bot.model.catalog import Model

#: what ended a turn, by the error's class; `{}` are the error's facts
FAILURES = {
    "blocked": "The image model's safety system blocked this prompt. It was not billed. "
    "Change the words and try again.",
    "no_credit": "The image model's account has no credit. Nothing was billed and this wish is kept. "
    "When the account is topped up, press Resume.",
    "image_refused": "The model could not read an image that came with this wish. It was not billed. "
    "Send the image again, as PNG or JPEG.",
    "request_refused": "The model did not accept this wish: {says} It was not billed. "
    "Change the wish and try again.",
    "too_large": "This is too much for the model in one request, also without the older history. "
    "It was not billed. Send fewer or smaller images.",
    "key_refused": "Easel is not set up correctly: the image model refused its key. It was not billed. "
    "Tell whoever runs Easel, then retry.",
    "unknown_model": "Easel is not set up correctly: the image model or its address is unknown there. "
    "It was not billed. Tell whoever runs Easel, then retry.",
    "busy": "The image model has too much to do right now. It was not billed. Retry in a minute.",
    "unavailable": "The image model has a fault of its own. It was not billed. Retry in a while.",
    "unreachable": "The image model cannot be reached. Nothing was sent or billed. Retry in a while.",
    "empty": "The model answered with nothing. It was not billed. Retry, or say it in other words.",
    "unknown_outcome": "The answer did not arrive whole, so nobody knows whether it was drawn; "
    "it may have been billed. It is not sent again by itself: press Retry if you want that.",
    "interrupted": "Easel stopped while this was being drawn, so the answer is lost; "
    "it may have been billed. It is not sent again by itself: press Retry if you want that.",
    "bad_image": "The model's answer held an image that cannot be used. It may have been billed. "
    "Press Retry to ask again.",
    "not_posted": "This is drawn and kept, but it could not be posted here. Press Retry to post it again; "
    "it costs nothing more.",
    "storage": "The image could not be saved: the disk is full or not writable. It may have been billed. "
    "Tell whoever runs Easel, then retry.",
    "file_unreadable": "{problem} Nothing was sent or billed.",
    "lost_image": "The image being edited is missing from Easel's image store. Nothing was sent or billed. "
    "Edit another version.",
    "internal": "Something went wrong inside Easel; its log has the details. It may have been billed. "
    "Retry, or go on with another wish.",
}

#: why a request was refused before anything was sent, by the error's class
REFUSALS = {
    "bad_wish": "{problem}",
    "no_such_version": "There is no {version} in this thread{newest}.",
    "no_such_thread": "There is no such thread.",
    "no_such_turn": "There is no such turn in this thread.",
    "nothing_to_undo": "There is nothing to undo: {version} is where it began.",
    "nothing_to_redo": "There is nothing to redo.",
    "nothing_to_choose": "There is nothing to choose: the newest picture is not one of two.",
    "nothing_to_cancel": "That is done already, so there is nothing to cancel.",
    "nothing_to_retry": "That one needs no retry. Say what you want as a new wish.",
    "nothing_to_resume": "Nothing is on hold.",
    "not_saved": "Easel could not save this just now, so nothing was sent or billed. "
    "Try again in a moment; if it goes on, tell whoever runs Easel.",
}


def failure(error: EaselError, **facts: str) -> Failure:
    """Give what the store keeps of an error."""
    return Failure(
        kind=error.kind,
        code=error.code(),
        billed=error.billed,
        retry=error.retry,
        detail={**error.facts, **facts},
    )


def problem(failed: Failure) -> Problem:
    """Give a turn's failure in words."""
    if failed.code in REFUSALS:
        says = _refused(failed.code, failed.detail)
        return Problem(kind=failed.kind, says=says, billed=False, code=failed.code)
    says = FAILURES.get(failed.code, FAILURES["internal"])
    unnamed = {"says": "it gave no reason.", "problem": "A file cannot be used."}
    facts = {**unnamed, **failed.detail}
    if not facts["says"].endswith((".", "!", "?")):
        facts["says"] += "."
    says = says.format_map(facts)
    return Problem(kind=failed.kind, says=says, billed=failed.billed, code=failed.code)


def refusal(error: EaselError) -> Problem:
    """Give a refusal in words."""
    code = error.code()
    return Problem(kind=error.kind, says=_refused(code, error.facts), billed=False, code=code)


def _refused(code: str, known: Mapping[str, str]) -> str:
    facts = {"version": "this thread", "problem": "That cannot be drawn.", **known}
    newest = facts.get("newest")
    facts["newest"] = f"; the newest is {newest}" if newest else ": nothing is drawn yet"
    return REFUSALS.get(code, REFUSALS["not_saved"]).format_map(facts)


def done(turn: Turn) -> str:
    """Say what a control did."""
    head = turn.source
    action = turn.control.action if turn.control else None
    return {
        Action.UNDO: f"Undone. Replies now edit {head}.",
        Action.REDO: f"Redone. Replies now edit {head}.",
        Action.GOTO: f"Back at {head}. Replies now edit it.",
        Action.CHOOSE: f"{head} it is. Replies now edit it.",
    }.get(action or Action.GOTO, "")


def money(dollars: float | None, *, about: bool) -> str:
    """Write US dollars as people read them; "" when not known."""
    if dollars is None:
        return ""
    if dollars == 0:
        return "free"
    amount = f"${dollars:.2f}" if dollars >= 0.1 else f"${dollars:.3f}"
    return f"about {amount}" if about else amount


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
