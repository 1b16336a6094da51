"""Which controls does a card offer, in which order, and at what price? Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import brainstorm, votes
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.cards import Button
from bot.ports.errors import Kind
from bot.ports.language import N_, _
from bot.ports.messages import OPEN, State
from bot.presentation.sentences import FINAL, join_names
from bot.presentation.version_buttons import (
    name_output,
    offer_star,
    offer_suggestion,
    offer_version,
)

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.model.catalog.entry import ModelEntry


#: what people choose an earlier version under, where a platform can list them
HISTORY = Button(action=Action.GOTO, label=N_("Go back to…"), value="versions")


def buttons(
    turn: Turn, model: ModelEntry, suggested: ModelEntry | None = None
) -> tuple[Button, ...]:
    """Return the controls of a turn's card, the most useful first. `suggested`: a model that may do it better."""
    if turn.control is not None:
        return _on_control(turn, model)
    price = model.price(turn.request.output)
    found: tuple[Button, ...] = ()
    match turn.state:
        case State.QUEUED:
            found = (*_on_waiting(turn, price), Button(action=Action.CANCEL, label=_("Cancel")))
        case State.DRAWING:
            found = (Button(action=Action.CANCEL, label=_("Cancel")),)
        case State.HELD:
            resume = Button(action=Action.RESUME, label=_("Resume"), primary=True)
            found = (resume, Button(action=Action.CANCEL, label=_("Cancel")))
        case State.POSTED | State.DRAWN:
            found = _on_answer(turn, model, suggested)
        case State.REFUSED | State.INTERRUPTED | State.FAILED:
            found = _on_failure(turn, price)
    return (*found, *_on_rest(turn))


def _on_rest(turn: Turn) -> tuple[Button, ...]:
    """Offer what is seldom wanted, last: adapters may put it behind a further press."""
    if turn.state in OPEN or turn.is_merged:
        return ()
    export = Button(action=Action.EXPORT, label=_("Export"))
    delete = Button(action=Action.DELETE, label=_("Delete…"))
    numbers = [version.number for version in turn.result.versions]
    if not numbers:
        return (delete,)
    at = turn.head if turn.head in numbers else numbers[0]
    return (Button(action=Action.CONTINUE, label=_("Open in…"), version=at), export, delete)


def _on_control(turn: Turn, model: ModelEntry) -> tuple[Button, ...]:
    action = turn.control.action if turn.control else None
    if action is Action.GO and turn.request.text and turn.mode == "talking":
        price = model.price(turn.request.output)
        return (
            Button(action=Action.GO, label=_("Draw"), value="draw", price=price, primary=True),
            Button(action=Action.GO, label=_("Edit the wording…")),
        )
    if action in {Action.UNDO, Action.REDO} and turn.head == turn.request.source:
        redo = [Button(action=Action.REDO, label=_("Redo"))] if action is Action.UNDO else []
        undo = [Button(action=Action.UNDO, label=_("Undo"))] if turn.head != "v1" else []
        return (*undo, *redo)
    if is_pause(turn):
        return (Button(action=Action.GO, label=_("Go"), primary=True),)
    if action is Action.SETTINGS:
        return (Button(action=Action.SETTINGS, label=_("Change…")), *_on_kit(turn))
    if action is Action.KIT:
        whose = turn.control.fields.get("whose", "") if turn.control else ""
        change = Button(action=Action.KIT, label=_("Change…"), value=whose)
        return (change, *_on_kit(turn))
    if action in {Action.FORK, Action.VOTE}:
        return _on_gallery(turn, model)
    return ()


def _on_kit(turn: Turn) -> tuple[Button, ...]:
    """Offer to switch the brand kit off in a thread, or on again, where its card says that there is one."""
    fields = turn.control.fields if turn.control else {}
    held = any(fields.get(name) for name in ("palette", "style", "avoid", "images"))
    switch = "on" if fields.get("kit") == "off" else "off"
    label = _("Kit on here") if switch == "on" else _("Kit off here")
    return (Button(action=Action.KIT, label=label, value=switch),) if held else ()


def is_pause(turn: Turn) -> bool:
    """Return whether a turn paused the drawing, and it is still paused."""
    paused = turn.control is not None and turn.control.action is Action.PAUSE
    return paused and turn.mode == "talking"


def _on_waiting(turn: Turn, price: float | None) -> tuple[Button, ...]:
    """Offer the first of several who wait to draw them as one, or side by side."""
    if turn.team.parent or turn.team.forkable < 2:
        return ()
    found = []
    if turn.team.mergeable > 1:
        label = _("Merge {count} into one edit").format(count=turn.team.mergeable)
        found.append(Button(action=Action.MERGE, label=label, price=price))
    count = str(turn.team.forkable)
    label = _("Draw {count} side by side").format(count=count)
    price = _times(price, turn.team.forkable)
    found.append(Button(action=Action.FORK, label=label, value=count, price=price))
    return tuple(found)


def _times(price: float | None, count: int) -> float | None:
    return None if price is None else price * count


def _on_answer(turn: Turn, model: ModelEntry, suggested: ModelEntry | None) -> tuple[Button, ...]:
    found: list[Button] = []
    if turn.result.question and not turn.result.is_answered:
        found += [
            Button(action=Action.ANSWER, label=one, value=one)
            for one in turn.result.question.options
        ]
    if turn.team.directions:
        found += _on_ideas(turn, model)
    if turn.result.versions:
        found += _on_images(turn, model, suggested)
    if turn.result.offer is not None:
        label = _("Redraw at {output}").format(output=name_output(turn.result.offer))
        found.append(
            Button(action=Action.ACCEPT, label=label, price=model.price(turn.result.offer))
        )
    return tuple(found)


def _on_ideas(turn: Turn, model: ModelEntry) -> list[Button]:
    """Let people tick ideas, then draw them; once they are drawn, vote."""
    found = list(_on_gallery(turn, model)) if turn.team.children else []
    if turn.team.winner:
        return found
    left = votes.undrawn_directions(turn)
    found += [
        Button(
            action=Action.TICK,
            label=f"{'☑' if number in turn.team.ticked else '☐'} {number}",
            value=str(number),
            hint=turn.team.directions[number - 1],
        )
        for number in left
    ]
    if ticked := [one for one in turn.team.ticked if one in left]:
        price = _times(model.price(replace(turn.request.output, n=1)), len(ticked))
        value = ",".join(
            map(str, ticked)
        )  # what is pressed is what is drawn, whoever ticks meanwhile
        label = _("Draw {count}").format(count=len(ticked))
        found.append(
            Button(action=Action.DRAW, label=label, value=value, price=price, primary=True)
        )
    return found


def _on_images(turn: Turn, model: ModelEntry, suggested: ModelEntry | None) -> list[Button]:
    numbers = [version.number for version in turn.result.versions]
    at = turn.head if turn.head in numbers else numbers[0]
    price = model.price(turn.request.output)
    found = []
    if len(numbers) > 1 and not turn.team.winner:
        found += [
            Button(
                action=Action.CHOOSE,
                label=_("Use {version}").format(version=n),
                version=n,
                primary=n != turn.head,
            )
            for n in numbers
        ]
    edit, vary, *finalize = offer_version(at, turn.request.output, model)
    found += [edit, vary]
    if suggested is not None:
        found.append(offer_suggestion(turn.request.output, suggested))
    if turn.head in numbers and turn.result.versions[0].parent:
        found.append(Button(action=Action.UNDO, label=_("Undo"), version=at))
    elif turn.head not in numbers and len(numbers) == 1:
        found.append(
            Button(action=Action.GOTO, label=_("Back to {version}").format(version=at), version=at)
        )
    if len(numbers) > 1:
        found += _on_votes(turn)
    found += finalize
    if turn.result.versions[0].parent:
        found.append(Button(action=Action.COMPARE, label=_("Before | after"), version=at))
    found.append(offer_star(turn, at))
    if turn.result.branches > 1 and len(numbers) == 1:
        found.append(Button(action=Action.VOTE, label=_("Vote on the branches")))
    if drifts(turn):
        label = _("Redo all {count} from {version} in one edit").format(
            count=limits.DRIFTING_EDITS, version=turn.result.drift_from
        )
        found.append(Button(action=Action.TOGETHER, label=label, version=at, price=price))
    return found


def drifts(turn: Turn) -> bool:
    """Is this the last of so many edits that redoing them is offered? What is final is left as it is."""
    return turn.result.drift_from is not None and turn.request.text != FINAL


def _on_gallery(turn: Turn, model: ModelEntry) -> tuple[Button, ...]:
    """Offer what can be done with all parts: resume, retry, cancel; then the vote."""
    parts = turn.team.children
    found = [*_on_votes(turn), *_on_winner(turn, model)]
    again = [part for part in parts if part.can_retry]
    if any(part.state is State.HELD for part in parts):
        found.append(Button(action=Action.RESUME, label=_("Resume"), primary=True))
    if again:
        names = join_names([votes.part_letter(turn, part) for part in again])
        price = _times(model.price(again[0].request.output), len(again))
        found.append(
            Button(action=Action.RETRY, label=_("Retry {names}").format(names=names), price=price)
        )
    if any(part.state in OPEN for part in parts):
        found.append(Button(action=Action.CANCEL, label=_("Cancel the rest")))
    return tuple(found)


def _on_winner(turn: Turn, model: ModelEntry) -> tuple[Button, ...]:
    """Offer what can be done with what won a vote."""
    winner = turn.team.winner
    for part in turn.team.children if winner is not None else ():
        if any(version.number == winner for version in part.result.versions):
            edit, *rest = offer_version(winner, part.request.output, model)
            return (replace(edit, primary=True), *rest)
    return ()


def _on_votes(turn: Turn) -> tuple[Button, ...]:
    """Let people vote, with the count on each button; close when somebody has."""
    if not votes.can_vote(turn):
        return ()
    found = []
    for name, version in votes.list_choices(turn):
        count = turn.team.votes.get(version.number, 0)
        label = _("Vote {name} ({count})") if count else _("Vote {name}")
        label = label.format(name=name, count=count)
        hint = brainstorm.find_direction(turn, version.turn)
        found.append(Button(action=Action.VOTE, label=label, version=version.number, hint=hint))
    for number in turn.team.tied:
        label = _("Take {name}").format(name=votes.choice_name(turn, number))
        found.append(Button(action=Action.CLOSE, label=label, version=number, primary=True))
    if turn.team.votes and not turn.team.tied:
        found.append(Button(action=Action.CLOSE, label=_("Close the vote"), primary=True))
    return tuple(found)


def _on_failure(turn: Turn, price: float | None) -> tuple[Button, ...]:
    failed = turn.result.failure
    found = []
    if turn.can_retry:
        kept = failed is not None and failed.code == "not_posted"
        found.append(
            Button(
                action=Action.RETRY, label=_("Retry"), price=None if kept else price, primary=True
            )
        )
    if failed is None or failed.kind not in {Kind.NOT_POSTED, Kind.NOT_ALLOWED}:
        found.append(Button(action=Action.EDIT_PROMPT, label=_("Edit prompt"), price=price))
    return tuple(found)
