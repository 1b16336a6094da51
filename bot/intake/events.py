"""How does what somebody said, or pressed, become a press or a prompt in the bot's own words? Pure."""

from __future__ import annotations

import hashlib
import json

from bot.ports.actions import ACTIONS, Action
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output


def press_of(incoming: IncomingMessage | ActionEvent, action: Action) -> ActionEvent:
    """Make a Press of a control, however it came."""
    if isinstance(incoming, ActionEvent):
        return incoming
    return ActionEvent(
        event_id=incoming.event_id, place=incoming.place, person=incoming.person, action=action
    )


def pressed(incoming: IncomingMessage | ActionEvent) -> str | None:
    """Name a press by what it asks for, so that pressed twice it draws once; None: it was said."""
    if not isinstance(incoming, ActionEvent):
        return None
    who = "" if ACTIONS[incoming.action].is_shared else incoming.person.id
    about = incoming.version or incoming.turn
    fields = sorted((incoming.fields or {}).items())
    named = json.dumps([str(incoming.place), incoming.action.value, about, who, fields])
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def ask_of(  # noqa: PLR0913 - an Ask's own fields
    incoming: IncomingMessage | ActionEvent,
    text: str,
    *,
    event: str | None = None,
    output: Output | None = None,
    model: str | None = None,
    source: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> IncomingMessage:
    """Make an Ask of the bot's own wording, by whoever pressed or said it."""
    return IncomingMessage(
        event_id=event or incoming.event_id,
        place=incoming.place,
        person=incoming.person,
        text=text,
        action_key=pressed(incoming) if event is None else None,
        message_id=incoming.message_id
        if isinstance(incoming, IncomingMessage) and event is None
        else None,
        output=output or Output(),
        model=model,
        source=source,
        attachments=attachments,
        literal=True,
    )
