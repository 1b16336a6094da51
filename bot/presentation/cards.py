"""How does the state of a turn become the Card that people see?

Pure. The words are in `bot.presentation.sentences`, the buttons in `bot.presentation.buttons`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from bot.conversation import brainstorm, votes
from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.cards import Card
from bot.ports.language import _, ngettext
from bot.ports.messages import OPEN, State
from bot.presentation import batch_card
from bot.presentation.buttons import HISTORY, buttons, drifts, is_pause
from bot.presentation.controls import (
    describe_cancelled,
    describe_control,
    describe_vote,
)
from bot.presentation.details import describe_details, say_cost
from bot.presentation.problems import FAILURES, problem, public_text
from bot.presentation.sentences import (
    FINAL,
    describe_copy,
    describe_waiting,
)

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.model.catalog.entry import ModelEntry
    from bot.ports.cards import Preview
    from bot.ports.messages import Version


#: characters of what a picture is about, below it
_LONGEST_CAPTION = 60
#: seconds of drawing after which people look elsewhere: an update of a message tells them nothing
SLOW = 20.0


def card(
    turn: Turn,
    *,
    model: ModelEntry,
    preview: Preview | None = None,
    suggested: ModelEntry | None = None,
    mention_after: float | None = SLOW,
) -> Card:
    """Show a turn as it is. `mention_after`: seconds of drawing; None: nobody is mentioned by default."""
    images, failed = _images(turn), turn.result.failure
    shown = Card(
        id=turn.id,
        conversation=turn.conversation,
        kind=_kind(turn),
        order=turn.seq,
        state=turn.state,
        revision=turn.revision,
        person=turn.person,
        prompt=_prompt(turn),
        title=_title(turn),
        text=_text(turn),
        detail=describe_details(turn, model),
        created=turn.created,
        event=turn.request.event_id,
        public_text=public_text(failed),
        source=turn.request.source,
        reply=turn.result.reply,
        problem=problem(failed, turn.result.cost, about=turn.result.estimated) if failed else None,
        cost=turn.result.cost,
        estimated=turn.result.estimated,
        queue=turn.queue_position,
        output=turn.request.output,
        images=images,
        captions=tuple(_caption(turn, image) for image in images),
        files=tuple(one for one in turn.request.attachments if not one.left),
        parent=turn.team.parent,
        hidden=turn.team.is_hidden,
        mention=turn.person
        if images and not failed and _is_mentioned(turn, mention_after)
        else None,
        gone=turn.is_deleted,
        buttons=buttons(turn, model, suggested),
        history=replace(HISTORY, label=_(HISTORY.label))
        if images and turn.control is None and turn.state in {State.POSTED, State.DRAWN}
        else None,
        is_paused=is_pause(turn),
        preview=preview if turn.state is State.DRAWING else None,
    )
    return batch_card.show(shown, turn, say_cost(turn)) if turn.team.batch else shown


def _is_mentioned(turn: Turn, after: float | None) -> bool:
    """Is whoever asked told with a mention that their picture is there?"""
    match turn.request.mentions:
        case "never":
            return False
        case "always":
            return turn.result.seconds > 0
        case "slow":
            return turn.result.seconds > (SLOW if after is None else after)
        case _:
            return after is not None and turn.result.seconds > after


def _kind(turn: Turn) -> Literal["prompt", "control", "talk"]:
    if turn.control is None:
        return "prompt"
    return "talk" if turn.control.action is Action.TALK else "control"


def _prompt(turn: Turn) -> str:
    """Return what was asked; the wording that a talk comes to is said by the card itself."""
    if turn.control is not None and turn.control.action is Action.GO:
        return Action.GO.value
    return _(FINAL) if turn.request.text == FINAL else turn.request.text


def _images(turn: Turn) -> tuple[Version, ...]:
    """Return a card's images: its own, those that it gathers, or one made of others."""
    if turn.result.picture is not None:
        return (turn.result.picture,)
    return tuple(version for _name, version in votes.list_choices(turn))


def _caption(turn: Turn, image: Version) -> str:
    if turn.team.children:
        about = " ".join(brainstorm.find_direction(turn, image.turn).split())
        short = about if len(about) <= _LONGEST_CAPTION else f"{about[:_LONGEST_CAPTION].rstrip()}…"
        return " · ".join(filter(None, (votes.choice_name(turn, image.number), short)))
    return image.number if len(turn.result.versions) > 1 else ""


def _title(turn: Turn) -> str:
    made = ", ".join(version.number for version in turn.result.versions)
    if made and turn.request.origin is not None:
        return describe_copy(made, turn.request.origin)
    if made:
        return f"{made} ← {turn.request.source}" if turn.request.source else made
    if turn.request.source is None or turn.control is not None:
        return ""
    if turn.state in OPEN:
        return _("editing {version}").format(version=turn.request.source)
    return f"← {turn.request.source}"


def _text(turn: Turn) -> str:
    if turn.result.failure and turn.state not in {State.QUEUED, State.DRAWING, State.HELD}:
        return problem(turn.result.failure, turn.result.cost, about=turn.result.estimated).message
    match turn.state:
        case State.QUEUED:
            return "\n".join(
                filter(None, (describe_waiting(turn.queue_position or 1), _in_line(turn)))
            )
        case State.HELD if (turn.queue_position or 1) == 1:
            return _(FAILURES["no_credit"])
        case State.HELD:
            return _("Saved until the model's account has credit again.")
        case State.DRAWING if turn.tries > 1:
            return _("Trying again, {count} of {most}…").format(
                count=turn.tries, most=limits.MAX_TRIES
            )
        case State.DRAWING:
            return _("Thinking of directions…") if turn.request.is_brainstorm else _("Drawing…")
        case State.DRAWN:
            return _("Drawn. Posting it here…")
        case State.CANCELLED:
            return describe_cancelled(turn)
        case _:
            return "\n".join(
                filter(None, (describe_control(turn, by=turn.person.name), *_beside(turn)))
            )


def _beside(turn: Turn) -> list[str]:
    """Say what should be known beside a finished card: a gallery's state, a vote's end, a hint."""
    said = []
    if turn.team.directions and not turn.team.winner and votes.undrawn_directions(turn):
        said.append(
            _("Tick more directions, then press Draw.")
            if turn.team.children
            else _("Tick the directions you like, then press Draw.")
        )
    said += _of_parts(turn)
    said.append(describe_vote(turn))
    if drifts(turn):
        drift = _("After {count} edits in a row, pictures can drift.")
        said.append(drift.format(count=limits.DRIFTING_EDITS))
    return said


def _in_line(turn: Turn) -> str:
    """Say what is done with those who wait, and that there is a choice."""
    if turn.team.parent or turn.team.forkable < 2:
        return ""
    return ngettext(
        "{count} prompt is waiting. It's drawn in order unless you choose otherwise.",
        "{count} prompts are waiting. They're drawn in order unless you choose otherwise.",
        turn.team.forkable,
    ).format(count=turn.team.forkable)


def _of_parts(turn: Turn) -> list[str]:
    """Say how far a gallery is, and which of its parts did not come."""
    parts = turn.team.children
    still = sum(part.state in OPEN for part in parts)
    progress = _("Drawing side by side: {done} of {count} done.")
    said = [progress.format(done=len(parts) - still, count=len(parts))] if still else []
    for part in parts:
        if part.state is State.POSTED or (part.state in OPEN and part.state is not State.HELD):
            continue
        held = part.state is State.HELD
        why = _(FAILURES["no_credit"]) if held else _text(part)
        said.append(f"{votes.part_letter(turn, part)}: {why}")
    return list(dict.fromkeys(said))
