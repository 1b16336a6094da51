"""What may those ask of what lasts who take up what a team does: choose, vote, talk, draw a list?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.conversation.intake_store import CopyStore, LookupStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.records import NewPrompt, Proposal, Recorded
    from bot.conversation.terms import Admission
    from bot.conversation.turn import BatchRow, Control, Turn
    from bot.ports.messages import (
        ActionEvent,
        Defaults,
        IncomingMessage,
    )


class ChoiceStore(LookupStore, Protocol):
    """What moves the head and counts votes."""

    async def record_control(
        self, id_: str, incoming: IncomingMessage | ActionEvent, what: Control
    ) -> Recorded:
        """Move the head at once when the lane is idle, else queue. Raise what `Conversation.move_head` raises."""

    async def find_newest_poll(self, conversation: str) -> Turn | None:
        """Find the newest card that can be voted on."""

    async def open_poll(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        """Put the pictures that branches end in to the vote. Raise NothingToChoose."""

    async def record_vote(self, event: ActionEvent, poll: str, version: str) -> Recorded:
        """Vote for a version; a person's newest vote counts. Raise NotInVote, NothingToChoose, VoteClosed."""

    async def close_poll(self, event: ActionEvent, poll: str, winner: str | None) -> Recorded:
        """End a vote: the winner is the head, the rest is kept. A tie is noted, and stays open.

        `winner`: which of a tie. Raise NoVotes, NotInVote, NothingToChoose, VoteClosed.
        """

    async def tick_idea(self, event: ActionEvent, poll: str, number: int) -> Recorded:
        """Tick an idea, or take the tick away. Raise NoSuchIdea, VoteClosed."""


class BatchStore(CopyStore, Protocol):
    """What lasts of lists of pictures."""

    async def record_batch(
        self, prompt: NewPrompt, complete: Callable[[Defaults], Sequence[BatchRow]]
    ) -> Recorded:
        """Put a list on disk, on a card of its own: nothing of it is drawn yet. The same event gives the same card.

        `complete`: gives its rows by what holds there. Raise what it raises.
        """

    async def start_batch(self, event: ActionEvent, turn: str, admission: Admission) -> Recorded:
        """Make turns of a list's rows, once. Raise what refuses all of them together: OverLimit, TooFast and the like."""

    async def turn_page(self, event: ActionEvent, turn: str, page: int) -> Recorded:
        """Have a list's card show another page, 0 is the first."""


class TeamStore(LookupStore, Protocol):
    """What a team does with a thread."""

    async def set_mode(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, what: Control
    ) -> Recorded:
        """Pause the drawing, so that people talk for free, or end the pause."""

    async def list_talk(self, conversation: str) -> Sequence[Turn]:
        """List what was said since the drawing was paused."""

    async def record_proposal(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        proposal: Proposal,
    ) -> Recorded:
        """Show the wording that the talk comes to, before it is drawn."""

    async def merge_prompts(self, event: ActionEvent, conversation: str) -> Recorded:
        """Put the prompts that wait into one edit, the first of them. Raise NothingToMerge."""

    async def fork_prompts(
        self, id_: str, event: ActionEvent, conversation: str, most: int | None = None
    ) -> Recorded:
        """Give each prompt that waits a lane of its own, the first `most` of them. Raise NothingToMerge."""
