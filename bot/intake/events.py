"""How does what somebody said, or pressed, become a press or a wish in the bot's own words? Pure."""

from __future__ import annotations

import hashlib
import json

from bot.ports.messages import Action, Ask, Attachment, Output, Press

#: presses of which one answer is enough, whoever presses; of the rest each person may want one
_FOR_ALL = frozenset({Action.FINALIZE, Action.ACCEPT, Action.ANSWER, Action.TOGETHER})


def press_of(said: Ask | Press, action: Action) -> Press:
    """Make a Press of a control, however it came."""
    if isinstance(said, Press):
        return said
    return Press(event=said.event, place=said.place, person=said.person, action=action)


def pressed(said: Ask | Press) -> str | None:
    """Name a press by what it asks for, so that pressed twice it draws once; None: it was said."""
    if not isinstance(said, Press):
        return None
    who = "" if said.action in _FOR_ALL else said.person.id
    about = said.version or said.turn
    fields = sorted((said.fields or {}).items())
    named = json.dumps([str(said.place), said.action.value, about, who, fields])
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def ask_of(  # noqa: PLR0913 - an Ask's own fields
    said: Ask | Press,
    text: str,
    *,
    event: str | None = None,
    output: Output | None = None,
    model: str | None = None,
    source: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Ask:
    """Make an Ask of the bot's own wording, by whoever pressed or said it."""
    return Ask(
        event=event or said.event,
        place=said.place,
        person=said.person,
        text=text,
        pressed=pressed(said) if event is None else None,
        message=said.message if isinstance(said, Ask) and event is None else None,
        output=output or Output(),
        model=model,
        source=source,
        attachments=attachments,
        literal=True,
    )
