"""How does a person use Easel, whatever the platform? Journeys are written once against a Driver."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A prompt's card as people see it on the platform."""

    #: "v2 ← v1", or ""
    title: str
    #: all sentences on the card
    text: str
    #: the images' bytes as the platform would show them
    images: tuple[bytes, ...]
    #: the labels of its buttons, without prices
    buttons: tuple[str, ...]


class Driver(Protocol):
    """A platform with people on it, and an Easel behind it."""

    name: str
    #: how people mention Easel
    mention: str

    async def start(self, text: str, *, person: str = "Ana", **output: str) -> str:
        """Begin a canvas with a prompt; return a handle of its thread."""
        ...

    def make_admin(self, person: str) -> None:
        """Let somebody manage the workspace."""
        ...

    async def newest(self, *, other_than: str) -> str:
        """Wait for a canvas that is begun after another; return a handle of its thread."""
        ...

    async def say(
        self, thread: str, text: str, *, person: str = "Ana", source: str | None = None
    ) -> None:
        """Say something in a thread; `source`: in answer to that version's card."""
        ...

    async def press(
        self,
        thread: str,
        prompt: int,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Press the button of this label on the card of the thread's n-th prompt (0 is the first)."""
        ...

    async def seen(self, thread: str, prompt: int, when: Callable[[Seen], bool]) -> Seen:
        """Wait until the n-th prompt's card looks as `when` says; fail after some seconds."""
        ...

    async def use(
        self,
        thread: str,
        label: str,
        *,
        person: str = "Ana",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Press the newest button of the thread whose label begins so, on whatever card it is.

        Where that opens a form, fill it with `fields` (what they leave out stays as it is) and submit.
        """
        ...

    async def shown(self, thread: str, when: Callable[[Seen], bool]) -> Seen:
        """Wait until some card of the thread, of whatever kind, looks as `when` says; the newest counts."""
        ...

    async def head(self, thread: str, number: str) -> None:
        """Wait until a plain reply would edit this version, as far as the platform tells."""
        ...

    async def exported(self, thread: str) -> bytes:
        """Say “export” in a thread; return the bytes of the file that people get."""
        ...

    async def asked(self, thread: str, words: str, *, person: str = "Ana") -> str:
        """Say words in a thread that show somebody something alone; return what they read."""

    async def code(self, thread: str) -> str:
        """Press “Open in…” on a thread's newest picture; return the code that its person is given."""
        ...

    async def private(self, person: str) -> list[str]:
        """Return the texts that this person alone was shown."""
        ...


def find_code(said: str) -> str:
    """Return the code that somebody was told."""
    found = re.search(r"continue ([A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4})", said)
    assert found is not None, said
    return found[1]


def drawn(title: str) -> Callable[[Seen], bool]:
    """Match a finished card of this title, with its image and its buttons."""
    return lambda seen: seen.title == title and bool(seen.images) and "Vary" in seen.buttons


def says(words: str) -> Callable[[Seen], bool]:
    """Match a card that says this."""
    return lambda seen: words in seen.text
