"""How does an action become a prompt in the bot's own words? Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from bot.ports.actions import ACTIONS
from bot.ports.messages import IncomingMessage, Output

if TYPE_CHECKING:
    from bot.conversation.turn import Turn
    from bot.ports.messages import ActionEvent, Attachment


def make_prompt(  # noqa: PLR0913 - an IncomingMessage's own fields
    event: ActionEvent,
    text: str,
    *,
    event_id: str | None = None,
    output: Output | None = None,
    model: str | None = None,
    source: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> IncomingMessage:
    """Return a prompt by whoever used an action. `event_id`: of one prompt of several."""
    said = event.message if event_id is None else None
    return IncomingMessage(
        event_id=event_id or event.event_id,
        place=event.place,
        person=event.person,
        text=text,
        action_key=action_key(event) if event_id is None else None,
        message_id=said.message_id if said else None,
        output=output or Output(),
        model=model,
        source=source,
        attachments=attachments,
        literal=True,
    )


def repeat_prompt(event: ActionEvent, turn: Turn) -> IncomingMessage:
    """Return what an earlier turn asked, asked once more by whoever used an action."""
    return make_prompt(
        event,
        turn.request.text,
        output=turn.request.output,
        model=turn.request.model,
        source=turn.request.source,
        attachments=turn.request.attachments,
    )


def action_key(event: ActionEvent) -> str | None:
    """Return a name of what a press asks for, so that pressed twice it draws once; None: it was said."""
    if event.message is not None:
        return None
    who = "" if ACTIONS[event.action].is_shared else event.person.id
    about = event.version or event.turn
    fields = sorted((event.fields or {}).items())
    named = json.dumps([str(event.place), event.action.value, about, who, fields])
    return hashlib.sha256(named.encode()).hexdigest()[:32]
