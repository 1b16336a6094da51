"""What does a button carry, so that pressing it works for ever? Turn, version, thread and value, in its value.

Pure. A button's value has up to 2,000 characters, an overflow menu's option 150.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ports.actions import Action

if TYPE_CHECKING:
    from bot.ports.cards import Button

MOST_VALUE = 2000
MOST_OPTION = 150
#: what every action id of ours begins with
PREFIX = "easel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What was read from a button that somebody pressed."""

    action: Action
    #: None: the card is of no turn
    turn: str | None
    version: str | None
    #: the thread that the card belongs to; None: that it stands in
    thread: str | None
    #: "": none
    value: str


def write(button: Button, turn: str, thread: str | None = None) -> str:
    """Write a button's value. `thread`: where it is shown outside of its thread."""
    parts = (button.action.value, turn, button.version or "", thread or "", button.value)
    return "|".join(parts)[:MOST_VALUE]


def read(value: str) -> Pressed | None:
    """Read it back; None: it is none of ours."""
    name, *rest = value.split("|", 4)
    if len(rest) != 4 or name not in {action.value for action in Action}:
        return None
    turn, version, thread, given = rest
    return Pressed(
        action=Action(name),
        turn=turn or None,
        version=version or None,
        thread=thread or None,
        value=given,
    )
