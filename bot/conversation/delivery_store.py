"""What may those ask of what lasts who draw and show turns, and remove them? One protocol for each.

A write that names an attempt that is over raises Superseded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.conversation.intake_store import TurnStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.conversation.records import (
        Answer,
        ChooseOutput,
        Claim,
        NewPrompt,
        PendingDeletions,
        Recorded,
    )
    from bot.conversation.terms import Limits
    from bot.conversation.turn import Failure, Turn
    from bot.ports.cards import Posted, Preview
    from bot.ports.messages import ActionEvent, Place


class LaneStore(TurnStore, Protocol):
    """What a lane works through."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""

    async def record_prompt(
        self, prompt: NewPrompt, fit: ChooseOutput, *, claim: bool = False
    ) -> Recorded:
        """Put a prompt on disk: the same event gives the same turn. Raise NoSuchVersion, BadPrompt.

        `claim`: take it at once where nothing waits before it, and no other process may.
        """

    async def prepare_next(
        self, lane: str, limits: Limits | None = None, held: Container[str] = ()
    ) -> Turn | None:
        """Do what a lane has to do before its next drawing: return a Turn to show; None: nothing waits.

        A Turn that is queued is what `claim` would take. All else is as there.
        """

    async def claim(
        self,
        lane: str,
        limits: Limits | None = None,
        held: Container[str] = (),
        *,
        sent: bool = True,
    ) -> Claim | Turn | None:
        """Take the next thing to do in a lane: a Claim to draw, or a Turn to show; None: nothing.

        First what an earlier holder left: what is drawn is given to be shown, what was being drawn
        is interrupted, or queued again where its request never went out. A control is done at once.
        Then the oldest queued turn, its money reserved; what the month's limits do not allow is refused.
        Not `sent`: nothing goes out before `mark_sent` says so. None also where others come first: workspaces
        take turns, then threads, and no more is drawn at once than allowed. `held`: the ids of turns that this
        process has claimed; while one of them is open in the lane, nothing is taken.
        """

    async def list_next_lanes(self) -> Sequence[str]:
        """List the lanes that may be drawn now, whose turn it is first."""

    async def finish(self, turn: Turn, answer: Answer, *, seen: bool = False) -> Turn:
        """Keep an answer; `seen`: people see it as soon as it is kept, so the turn is posted, not drawn."""

    async def fail(self, turn: Turn, failure: Failure) -> Turn:
        """End a turn without an image."""

    async def interrupt(self, turn: Turn, failure: Failure) -> Turn:
        """End a drawing that was let go; one whose request never went out is queued again."""

    async def record_late_answer(self, turn: Turn, answer: Answer) -> None:
        """Settle the money of an answer that came after its attempt was over."""


class GeneratorStore(Protocol):
    """What is known of a request while it is out."""

    async def mark_sent(self, turn: Turn) -> None:
        """Note that a turn's request goes out: from here on it may be billed."""

    async def record_cost(self, turn: Turn, cost: float) -> None:
        """Note what a turn's requests cost so far, US dollars, before the next one goes out."""

    async def save_unfetched(self, turn: Turn, answer: str) -> None:
        """Keep an answer whose pictures are still to be fetched, so that Retry need not pay again."""


class LanguageStore(Protocol):
    """What knows in which language people want to read."""

    @property
    def is_shared(self) -> bool:
        """Do other processes use the same database?"""

    async def find_language(self, place: Place) -> str | None:
        """Return the language that is set for a channel, else for its workspace; None: none is."""


class CardStore(LanguageStore, Protocol):
    """What knows where cards stand."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""

    async def reserve_card(self, card: str) -> tuple[Posted | None, bool]:
        """Return where a card stands; if nowhere, whether this process may post it, for some seconds.

        (None, False): another process is about to post it.
        """

    async def release_card(self, card: str) -> None:
        """Let another process post a card that this one reserved and could not."""

    async def find_posted(self, card: str) -> Posted | None:
        """Find where a card stands; None: nowhere yet."""

    async def save_posted(self, card: str, at: Posted) -> None:
        """Note where a card stands that is of no turn."""


class PublisherStore(CardStore, TurnStore, Protocol):
    """What publishes turns."""

    async def find_turn_and_posted(self, id_: str) -> tuple[Turn | None, Posted | None]:
        """Read one turn, and where its card stands."""

    async def list_queued(self, conversation: str, limit: int) -> Sequence[Turn]:
        """List the first of those who wait in a conversation."""

    async def record_retry(self, turn: Turn, tries: int, *, sent: bool = True) -> Turn:
        """Note that the request goes out again; not `sent`: until `mark_sent` says so, nothing is out."""

    async def mark_posted(self, turn: Turn, at: Posted, before: Posted | None = None) -> Turn:
        """Note where a card stands; a drawn turn that people can see now is posted, the end of one is notified.

        `before`: where it was known to stand; None: not known. Raise PostedElsewhere where it was posted for the
        first time, and so it was by another process.
        """

    async def get_revision(self, id_: str) -> int:
        """Read when a turn last changed; 0: there is no such turn."""

    async def mark_not_posted(self, turn: Turn, failure: Failure) -> Turn:
        """Note that what is drawn could not be shown."""

    async def mark_notified(self, turn: Turn) -> None:
        """Note that people can see how a turn ended without a picture."""


class AccountStore(TurnStore, Protocol):
    """What holds the model's account."""

    async def get_held_since(self) -> float | None:
        """Read since when the account is on hold, Unix seconds; None: it is not."""

    async def hold_account(self, turn: Turn, failure: Failure) -> Sequence[str]:
        """Hold a turn, the account and all that waits; return the lanes that changed."""

    async def resume_account(self, event: ActionEvent | None = None) -> Sequence[str]:
        """Take the account off hold; return the lanes whose turns are queued again.

        `event`: who wants it; None: whoever runs Easel, by a command.
        """


class RetentionStore(Protocol):
    """What is removed, and what it leaves outside the store."""

    async def list_expired(self, before: float, limit: int) -> Sequence[str]:
        """List conversations in which nothing was said or done since a time, Unix seconds."""

    async def delete_conversation(
        self, conversation: str, event: ActionEvent | None = None
    ) -> Recorded:
        """Remove a whole conversation. Raise NoSuchThread. `event`: who wants it; None: its time is over."""

    async def delete_audit(self, until: float) -> None:
        """Remove what the audit log has of before a time, Unix seconds; money stays counted."""

    async def list_pending_deletions(
        self, platforms: Sequence[str], limit: int
    ) -> PendingDeletions:
        """List the messages (on these platforms) and images that deletions left outside the store."""

    async def mark_removed(self, cards: Sequence[str], blobs: Sequence[str]) -> None:
        """Note that such messages and images are gone."""

    async def find_referenced(self, blobs: Sequence[str]) -> AbstractSet[str]:
        """Find those of these images that a conversation holds."""

    async def record_orphans(self, blobs: Mapping[str, int], now: float) -> Mapping[str, float]:
        """Note orphans and their bytes; return since when each has been known for one."""

    async def clear_orphans(self, before: float) -> None:
        """Forget those that were not noted since a time: they are gone, or named."""


class LiveStore(Protocol):
    """How processes on one database tell each other what their pages show."""

    async def announce(self, messages: Sequence[str]) -> None:
        """Send messages to all processes."""

    async def save_preview(self, conversation: str, turn: str, preview: Preview | None) -> None:
        """Keep a drawing's newest preview for others, and say `preview CONVERSATION`; None removes it."""

    async def list_previews(self, conversation: str) -> Mapping[str, Preview]:
        """List the previews of a conversation, by the turns that are being drawn."""

    async def listen(
        self, handle: Callable[[str], Awaitable[None]], begin: Callable[[], Awaitable[None]]
    ) -> None:
        """Hand on all messages, and `changed CONVERSATION` for each change, for ever.

        `begin` is called first, and again where messages may have been missed.
        """
