"""What does a button carry, so that pressing it works for ever? Action, turn, version, thread and value. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.actions import Action

if TYPE_CHECKING:
    from bot.ports.cards import Button

#: characters of a button's value, and of an overflow menu's option
_MAX_VALUE = 2000
MAX_OPTION = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonValue:
    """What was read from a button that somebody pressed."""

    action: Action
    #: None: the card is of no turn
    turn: str | None
    version: str | None
    #: the thread that the card belongs to; None: the one that it is in
    thread: str | None
    value: str


def write_value(button: Button, turn: str, thread: str | None = None) -> str:
    """Write a button's value. `thread`: where it belongs, if it is shown elsewhere."""
    parts = (button.action.value, turn, button.version or "", thread or "", button.value)
    return "|".join(parts)[:_MAX_VALUE]


def read_value(value: str) -> ButtonValue | None:
    """Read it back; None: it is none of ours."""
    name, *rest = value.split("|", 4)
    if len(rest) != 4 or name not in {action.value for action in Action}:
        return None
    turn, version, thread, given = rest
    return ButtonValue(
        action=Action(name),
        turn=turn or None,
        version=version or None,
        thread=thread or None,
        value=given,
    )
