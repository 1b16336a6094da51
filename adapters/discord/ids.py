"""What do the custom ids of buttons, lists and forms say? Pure.

They say all that is needed, so that whatever was ever posted works for ever, also after a restart.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bot.ports.actions import Action

#: characters of a custom id
_LONGEST = 100
#: stands for a value that is too long: the label is the value then
LABEL = "…"
#: stands for the empty value of a list's choice
EMPTY = "-"
_ACTIONS = frozenset(action.value for action in Action)
_CONTROL = re.compile(
    r"easel(?P<form>-form)?:(?P<action>[a-z_]+):(?P<turn>[^:]*):(?P<version>[^:]*):(?P<value>.*)",
    re.DOTALL,
)
_PICTURE = re.compile(r"easel-picture:(?P<how>edit|reference):(?P<channel>\d+):(?P<message>\d+)")


#: a list's choice that says what another field is, too
_ALSO = re.compile(r"(?P<value>.*)\|(?P<name>[a-z]+)=(?P<other>[^|]*)", re.DOTALL)


def choice(value: str, name: str = "", other: str = "") -> str:
    """Write a list's choice; with `name`, it says too that this other field is `other`."""
    return f"{value or EMPTY}|{name}={other}" if name else value or EMPTY


def chosen(field: str, value: str) -> dict[str, str]:
    """Read what `choice()` wrote, by field."""
    match = _ALSO.fullmatch(value)
    more = {match["name"]: match["other"]} if match else {}
    value = match["value"] if match else value
    return {field: "" if value == EMPTY else value, **more}


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
    #: is it a form?
    form: bool = False

    def __str__(self) -> str:
        kind = "easel-form" if self.form else "easel"
        head = f"{kind}:{self.action.value}:{self.turn or ''}:{self.version or ''}:"
        whole = head + self.value
        return whole if len(whole) <= _LONGEST else head + LABEL

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
            form=match["form"] is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreId:
    """Of the button that shows a card's further controls."""

    turn: str

    def __str__(self) -> str:
        return f"easel-more:{self.turn}"

    @classmethod
    def parse(cls, text: str) -> MoreId | None:
        """Read what `str()` wrote; None: it is another."""
        kind, _, turn = text.partition(":")
        return cls(turn=turn) if kind == "easel-more" and turn else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureId:
    """Of the form that asks what to make of a message's picture."""

    channel: int
    message: int
    #: is the picture itself edited? Else it is drawn from
    edits: bool

    def __str__(self) -> str:
        how = "edit" if self.edits else "reference"
        return f"easel-picture:{how}:{self.channel}:{self.message}"

    @classmethod
    def parse(cls, text: str) -> PictureId | None:
        """Read what `str()` wrote; None: it is another."""
        match = _PICTURE.fullmatch(text)
        if match is None:
            return None
        channel, message = int(match["channel"]), int(match["message"])
        return cls(channel=channel, message=message, edits=match["how"] == "edit")


def mark(card: str) -> int:
    """Give the number that a card's first component has, by which its message is found again."""
    return int.from_bytes(hashlib.sha256(card.encode()).digest()[:4]) >> 1 or 1


def nonce(card: str) -> str:
    """Give a card's nonce: Discord takes up to 25 characters."""
    return card if len(card) <= 25 else hashlib.sha256(card.encode()).hexdigest()[:25]
