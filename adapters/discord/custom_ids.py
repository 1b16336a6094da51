"""What do the custom ids of buttons, lists and forms say? Pure.

They say all that is needed, so that whatever was ever posted works for ever, also after a restart.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bot.ports.actions import Action

#: characters of a custom id, and of a nonce
_MAX_LENGTH, _MAX_NONCE = 100, 25
#: stands for a value that is too long: the label is the value then
LABEL = "…"
#: stands for the empty value of a list's choice
EMPTY = "-"
_ACTIONS = frozenset(action.value for action in Action)
_CONTROL = re.compile(
    r"easel(?P<form>-form)?:(?P<action>[a-z_]+):(?P<turn>[^:]*):(?P<version>[^:]*):(?P<value>.*)",
    re.DOTALL,
)
_MORE = re.compile(r"easel-more:(?P<turn>.+)", re.DOTALL)
_IMAGE = re.compile(r"easel-picture:(?P<how>edit|reference):(?P<channel>\d+):(?P<message>\d+)")
#: a list's choice that says what another field is, too
_TWO_FIELDS = re.compile(r"(?P<value>.*)\|(?P<name>[a-z]+)=(?P<other>[^|]*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlId:
    """A button's, a list's or a form's."""

    action: Action
    #: None: of no turn
    turn: str | None = None
    #: None: the head, or what the turn made
    version: str | None = None
    #: what goes back with a button; of a form: the message that it was opened from
    value: str = ""
    is_form: bool = False

    def __str__(self) -> str:
        kind = "easel-form" if self.is_form else "easel"
        head = f"{kind}:{self.action.value}:{self.turn or ''}:{self.version or ''}:"
        id_ = head + self.value
        return id_ if len(id_) <= _MAX_LENGTH else head + LABEL

    @classmethod
    def parse(cls, text: str) -> ControlId | None:
        """Read what `str()` wrote; None: it is somebody else's, or of an action that is no more."""
        match = _CONTROL.fullmatch(text)
        if match is None or match["action"] not in _ACTIONS:
            return None
        return cls(
            action=Action(match["action"]),
            turn=match["turn"] or None,
            version=match["version"] or None,
            value=match["value"],
            is_form=match["form"] is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageId:
    """Of the form that asks what to make of a message's image."""

    channel: int
    message: int
    #: is the image itself edited? Else it is a reference
    is_edit: bool

    def __str__(self) -> str:
        how = "edit" if self.is_edit else "reference"
        return f"easel-picture:{how}:{self.channel}:{self.message}"

    @classmethod
    def parse(cls, text: str) -> ImageId | None:
        """Read what `str()` wrote; None: it is another."""
        match = _IMAGE.fullmatch(text)
        if match is None:
            return None
        channel, message = int(match["channel"]), int(match["message"])
        return cls(channel=channel, message=message, is_edit=match["how"] == "edit")


def make_more_id(turn: str) -> str:
    """Return the custom id of the button that shows a card's further controls."""
    return f"easel-more:{turn}"


def parse_more_id(text: str) -> str | None:
    """Return the turn of such a button; None: it is another."""
    match = _MORE.fullmatch(text)
    return match["turn"] if match else None


def make_choice(value: str, name: str = "", other: str = "") -> str:
    """Return a list's choice; with `name`, it says too that this other field is `other`."""
    return f"{value or EMPTY}|{name}={other}" if name else value or EMPTY


def parse_choice(field: str, choice: str) -> dict[str, str]:
    """Return what `make_choice` wrote, by field."""
    match = _TWO_FIELDS.fullmatch(choice)
    others = {match["name"]: match["other"]} if match else {}
    value = match["value"] if match else choice
    return {field: "" if value == EMPTY else value, **others}


def make_component_id(card: str) -> int:
    """Return the number of a card's first component, by which its message is found again."""
    return int.from_bytes(hashlib.sha256(card.encode()).digest()[:4]) >> 1 or 1


def make_nonce(text: str) -> str:
    """Return a nonce, by which Discord posts a message once."""
    if len(text) <= _MAX_NONCE:
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:_MAX_NONCE]
