"""Who may ask what of whom?

Adapters speak to a `Bot`; the bot speaks to an `Adapter`, a `Store` (`bot.conversation.store`), `Blobs` and a `TurnQueue`.
Each member is in the caller's words. One contract suite a port runs against every implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.conversation.store import Store as Store  # noqa: PLC0414 - a port like the others, in a module of its own

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from types import TracebackType

    from bot.ports.cards import Card, Form, Posted, Receipt
    from bot.ports.messages import Ask, Attachment, Change, Person, Place, Press
    from bot.ports.queries import CanvasQuery, CardChange, Query, Revision

V = TypeVar("V", covariant=True)  # noqa: PLC0105 - one letter, as everywhere


class Bot(Protocol):
    """What an adapter may ask of the bot. Nothing here raises."""

    async def ask(self, ask: Ask) -> Receipt:
        """Take a wish or a spoken control; it is on disk when this returns."""
        ...

    async def press(self, press: Press) -> Receipt | Form:
        """Use a control. A Form is shown at once; its fields come back in another Press."""
        ...

    async def changed(self, change: Change) -> None:
        """Take note that an earlier message was edited or deleted."""
        ...

    async def look(self, query: Query[V]) -> V:
        """Answer a question, for those who ask only."""
        ...

    def watch(self, query: CanvasQuery, after: Revision | None) -> AsyncIterator[CardChange]:
        """Give each card that changed after `after` (None: from now on), then live, for ever.

        A card that changed twice may come once, as it is last; none is missed.
        """
        ...


class Adapter(Protocol):
    """What the bot may ask of a platform."""

    #: the first part of every Place it makes
    name: str
    #: do people see each change by themselves, so that only an end has to be noted?
    live: bool

    @property
    def previews(self) -> bool | None:
        """Whether `show` makes use of previews; None: of those that people asked for."""
        ...

    async def run(self, bot: Bot) -> None:
        """Listen until cancelled."""
        ...

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post the card, or update it where it is (`at`).

        Idempotent by the card's id: never a second message, also after a crash between posting and
        remembering. Where the place has no thread yet, make one and give it back. Raises NotPosted,
        NotReached where the platform does not answer.
        """
        ...

    async def check(self, place: Place, event: str) -> None:
        """Raise CannotPost where a picture cannot be posted at this place now.

        Return where it can, or where that cannot be known. `event` is what asked: a platform may still
        answer that where it takes nothing else. The error's `problem` says what is missing, as a part of
        a sentence for who asked: "this channel is archived".
        """
        ...

    async def whisper(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Show a card to one person alone; False: not possible here."""
        ...

    def read(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent, capped."""
        ...

    async def remove(self, posted: Posted) -> None:
        """Take a card away."""
        ...

    async def rename(self, place: Place, title: str) -> None:
        """Give a thread another name, where threads have one: its old one was made of deleted words."""
        ...


class Blobs(Protocol):
    """Image bytes, named by their SHA-256 in hexadecimal."""

    async def put(self, data: bytes, name: str | None = None) -> str:
        """Keep the bytes, whole or not at all; give their name. Raises Storage.

        `name`: their SHA-256, where the caller knows it already.
        """
        ...

    async def get(self, name: str) -> bytes | None:
        """Give the bytes; None: not there, or no longer what its name says."""
        ...

    async def remove(self, name: str) -> None:
        """Forget the bytes; none there is well too. Raises Storage."""
        ...

    async def put_at(self, name: str) -> float | None:
        """Tell when the bytes were put last, Unix seconds; None: not there. Raises Storage."""
        ...

    def listed(self) -> AsyncIterator[Sequence[tuple[str, float, int]]]:
        """Give all names, when each was put last, and its bytes, some at a time. Raises Storage."""
        ...


class Ownership(Protocol):
    """Whose the images are: a copy of a database must not remove those of its original."""

    async def check(self) -> None:
        """Raise NotKept where images cannot be kept now."""
        ...

    async def missing(self) -> str:
        """Say why no image may be removed from here; "": the images are ours. Raises Storage, NotSaved."""
        ...


class TurnQueue(Protocol):
    """A wake-up for lanes; it may be lost or doubled."""

    async def wake(self, lane: str) -> None:
        """Have the lane drained soon; once, however often this is called meanwhile."""
        ...

    async def rest(self) -> None:
        """Begin no more drains, because this process is about to end; those that run go on."""
        ...

    async def run(self, drain: Callable[[str], Awaitable[None]]) -> None:
        """Drain what is woken, one drain a lane at a time, until cancelled."""
        ...


class Slots(Protocol):
    """How many may be drawn at once: who enters has a slot, or the process is about to end."""

    async def __aenter__(self) -> object:
        """Wait for a slot."""
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """Give it back."""
        ...
