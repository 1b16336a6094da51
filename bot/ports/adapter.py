"""Who may ask what of whom?

Adapters speak to a `Bot`; the bot speaks to an `Adapter`, a `Store` (`bot.conversation.store`), `Blobs` and a `TurnQueue`.
Each member is in the caller's words. One contract suite a port runs against every implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from bot.ports.cards import Card, Form, Posted, Receipt
    from bot.ports.messages import (
        ActionEvent,
        Attachment,
        IncomingMessage,
        MessageChange,
        Person,
        Place,
    )
    from bot.ports.queries import (
        Bookmark,
        CanvasQuery,
        CardChange,
        ListQuery,
        Query,
        Revision,
        SummaryChange,
    )
    from bot.ports.secret_store import SecretStore

V = TypeVar("V", covariant=True)  # noqa: PLC0105 - one letter, as everywhere


class Bot(Protocol):
    """What an adapter may ask of the bot. Nothing here raises, secrets aside."""

    @property
    def secrets(self) -> SecretStore:
        """Where the tokens of workspaces are stored."""
        ...

    async def handle_message(self, message: IncomingMessage) -> Receipt:
        """Take a prompt or a spoken control; it is on disk when this returns."""
        ...

    async def handle_action(self, event: ActionEvent) -> Receipt | Form:
        """Use an action. A Form is shown at once; its fields come back in another ActionEvent."""
        ...

    async def handle_change(self, change: MessageChange) -> None:
        """Take note that an earlier message was edited or deleted."""
        ...

    async def introduce(self, place: Place) -> None:
        """Say in a channel that Easel joined who it is; once, however often this is asked."""
        ...

    async def query(self, query: Query[V]) -> V:
        """Answer a question, for those who ask only."""
        ...

    async def rename(self, query: CanvasQuery, title: str) -> str | None:
        """Rename a conversation; return its name. None: there is none for those who ask."""
        ...

    async def bookmark(
        self, query: CanvasQuery, person: str, *, starred: bool | None = None, seen: bool = False
    ) -> Bookmark | None:
        """Set or take away a person's star (None: leave it), note that they look at a conversation now.

        Return what they keep of it; None: there is no such conversation for those who ask.
        """
        ...

    async def forget_workspace(self, platform: str, workspace: str) -> None:
        """Remove what is pinned in a workspace that Easel is not in any more; its canvases stay."""
        ...

    def watch_list(self, query: ListQuery) -> AsyncIterator[SummaryChange]:
        """Yield each line of the list of conversations that changes from now on, for ever."""
        ...

    def watch(self, query: CanvasQuery, after: Revision | None) -> AsyncIterator[CardChange]:
        """Yield each card that changed after `after` (None: from now on), then live, for ever.

        A card that changed twice may come once, as it is last; none is missed.
        """
        ...

    def hold_shards(
        self, platform: str, count: int, shard_of: Callable[[str], int]
    ) -> AsyncGenerator[frozenset[int], None]:
        """Yield which of a platform's `count` shards, from 0, are this process's, again and again.

        Of all processes on one database each shard is one's at a time. It may end, or be cancelled, and then
        all are given back. `shard_of` is the shard of a workspace.
        """
        ...

    async def serve_workspace(self, platform: str, workspace: str) -> bool:
        """Draw for this workspace of a platform and no other; return whether other processes may serve others.

        For an adapter whose token reaches one workspace; "": it does not know yet which. Of others it raises
        ServedElsewhere, if other processes may.
        """
        ...

    async def pace(self, key: str, seconds: float) -> None:
        """Wait until no process has used a key for so many seconds, and use it."""
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

    def is_direct(self, place: Place) -> bool:
        """Return whether one person alone reads what is said at a place."""
        ...

    def locale_of(self, place: Place) -> str:
        """Return the language that is spoken at a place, "de-DE", as far as the platform says; "": it does not."""
        ...

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Post the card, or update it where it is (`at`).

        Idempotent by the card's id: never a second message, also after a crash between posting and
        remembering. Where the place has no thread yet, make one and return it. Raise NotPosted,
        NotReached where the platform does not answer.
        """
        ...

    async def check_place(self, place: Place, event: str) -> None:
        """Raise CannotPost where a picture cannot be posted at this place now, ServedElsewhere where another process has to.

        Return where it can, or where that cannot be known. `event` is what asked: a platform may still
        answer that where it takes nothing else. The error's `problem` says what is missing, as a part of
        a sentence for who asked: "this channel is archived".
        """
        ...

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:
        """Show a card to one person alone; False: not possible here."""
        ...

    def read_attachment(self, place: Place, attachment: Attachment) -> AsyncIterator[bytes]:
        """Read a file that somebody sent at a place, capped."""
        ...

    async def remove_card(self, posted: Posted) -> None:
        """Take a card away."""
        ...

    async def rename_thread(self, place: Place, title: str) -> None:
        """Rename a thread, where threads have names: its old one was made of deleted words."""
        ...

    async def name_place(self, place: Place) -> str:
        """Return what a place's channel is called, "#design", where everybody of its workspace may read that; else ""."""
        ...
