"""How does what somebody said, or pressed, become a press or a wish in the bot's own words? Pure."""

from __future__ import annotations

from bot.values import Action, Ask, Attachment, Output, Press


def press_of(said: Ask | Press, action: Action) -> Press:
    """Make a Press of a control, however it came."""
    if isinstance(said, Press):
        return said
    return Press(event=said.event, place=said.place, person=said.person, action=action)


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
        message=said.message if isinstance(said, Ask) and event is None else None,
        output=output or Output(),
        model=model,
        source=source,
        attachments=attachments,
        literal=True,
    )
