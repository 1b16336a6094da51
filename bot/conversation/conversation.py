"""What is a conversation, and by which rules does its tree of versions grow and move?

Everything here is pure: no clock, no store, no platform. The store keeps it, the bot decides by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.messages import Defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.turn import Control
    from bot.ports.messages import Version

_NUMBER = re.compile(r"v(\d+)([a-h]?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The tree of versions, and where in it a plain reply edits."""

    id: str
    platform: str
    workspace: str
    title: str
    #: what a plain reply edits; None: nothing drawn yet
    head: str | None = None
    #: heads to come back to, the newest last
    redo: tuple[str, ...] = ()
    count: int = 0
    #: talking: people talk and nothing is drawn until "go"
    mode: Literal["drawing", "talking"] = "drawing"
    defaults: Defaults = field(default_factory=Defaults)
    revision: int = 0
    #: by number: all of them in a look; in a decision those it may speak of
    versions: Mapping[str, Version] = field(default_factory=dict)

    def resolve_version(self, name: str, letter: str | None = None) -> str:
        """Give the number of the version that people call `name`: "V8" is v8, or v8a of two.

        Raises NoSuchVersion.
        """
        match = _NUMBER.fullmatch(name.strip())
        if match is None:
            raise errors.NoSuchVersion(version=name, newest=self.newest_version)
        plain = f"v{int(match[1])}"
        wanted = match[2].lower() or letter or ""
        for number in (plain + wanted, plain, plain + "a"):
            if number in self.versions and (not match[2] or number == plain + wanted):
                return number
        raise errors.NoSuchVersion(version=name, newest=self.newest_version)

    @property
    def newest_version(self) -> str | None:
        """The highest number so far; None before the first."""
        return f"v{self.count}" if self.count else None

    def move_head(self, control: Control) -> Conversation:
        """Move the head as `control` says.

        Raises NothingToUndo, NothingToRedo, NothingToChoose or NoSuchVersion.
        """
        move = {
            Action.UNDO: self._undo,
            Action.REDO: self._redo,
            Action.GOTO: self._go_to,
            Action.CHOOSE: self._choose,
        }[control.action]
        return move(control)

    def _undo(self, control: Control) -> Conversation:
        base = self.resolve_version(control.version) if control.version else self.head
        parent = self.versions[base].parent if base else None
        if parent is None:
            raise errors.NothingToUndo(version=base)
        return self._move_to(parent)

    def _redo(self, _control: Control) -> Conversation:
        if not self.redo:
            raise errors.NothingToRedo
        return replace(self, head=self.redo[-1], redo=self.redo[:-1])

    def _go_to(self, control: Control) -> Conversation:
        return self._move_to(self.resolve_version(control.version or "", control.letter))

    def _choose(self, control: Control) -> Conversation:
        named = control.version or self.head
        if named is None:
            raise errors.NothingToChoose
        number = self.resolve_version(named)
        if number[-1].isdigit():
            if control.version is None:
                raise errors.NothingToChoose
            return self._move_to(number)
        if control.letter and (control.version or "1")[-1].isdigit():
            number = self.resolve_version(number[:-1] + control.letter)
        return replace(self, head=number)

    def _move_to(self, number: str) -> Conversation:
        if self.head is None or number == self.head:
            return self
        return replace(self, head=number, redo=(*self.redo, self.head)[-100:])

    def add_versions(self, images: int) -> tuple[Conversation, tuple[str, ...]]:
        """Take up the images of a finished turn: the conversation after it, and their numbers.

        The head moves to the first of them, and there is nothing left to redo.
        """
        if not images:
            return self, ()
        count = self.count + 1
        letters = ("",) if images == 1 else "abcdefgh"[:images]
        numbers = tuple(f"v{count}{letter}" for letter in letters)
        return replace(self, count=count, head=numbers[0], redo=()), numbers


def possible_numbers(*names: str | None) -> tuple[str, ...]:
    """Give all the numbers that `names` may mean, for a store to load."""
    found: dict[str, None] = {}
    for name in names:
        match = _NUMBER.fullmatch(name.strip()) if name else None
        if match:
            plain = f"v{int(match[1])}"
            found |= dict.fromkeys((plain, plain + "a", plain + "b", plain + match[2].lower()))
    return tuple(found)
