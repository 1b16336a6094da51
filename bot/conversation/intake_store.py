"""What may those ask of what lasts who take up what people say and press? One protocol for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.conversation.batch import BatchRow
    from bot.conversation.conversation import Conversation
    from bot.conversation.records import (
        Admission,
        ChooseOutput,
        NewPrompt,
        Proposal,
        Recorded,
        Thread,
    )
    from bot.conversation.turn import Control, Failure, Turn
    from bot.ports.kit import Kit
    from bot.ports.messages import (
        ActionEvent,
        Attachment,
        Defaults,
        IncomingMessage,
        MessageChange,
        Person,
        Place,
        Version,
    )
    from bot.ports.queries import (
        Usage,
        UsageQuery,
    )


class TurnStore(Protocol):
    """What reads a turn."""

    async def find_turn(self, id_: str) -> Turn | None:
        """Read a turn; None: there is none."""


class ConversationStore(Protocol):
    """What finds a conversation."""

    async def find_conversation(self, id_: str, names: Sequence[str] = ()) -> Conversation | None:
        """Read a conversation with its head and the versions of these names only."""

    async def find_conversation_at(self, place: Place) -> str | None:
        """Find the conversation shown at a place."""


class UsageStore(Protocol):
    """What was spent."""

    async def get_usage(self, query: UsageQuery, since: float, until: float) -> Usage:
        """Add up what was spent from one time to another, Unix seconds."""


class LookupStore(TurnStore, ConversationStore, Protocol):
    """What finds what people speak of."""

    async def find_newest(
        self, conversation: str, person: Person | None = None, which: str = "any"
    ) -> Turn | None:
        """Find the newest prompt: "any", one that is "open", or one that "failed"."""

    async def find_by_card(self, place: Place, message: str) -> Turn | None:
        """Find the turn whose card this message of the bot is."""


class CancelStore(Protocol):
    """What ends a turn."""

    async def cancel_turn(self, event: ActionEvent, turn: str, conversation: str) -> Recorded:
        """End a queued, held or drawing turn. Raise NothingToCancel, NoSuchTurn."""


class EventStore(TurnStore, ConversationStore, CancelStore, Protocol):
    """What knows an event again, and changes what a message asked."""

    async def find_recorded(self, incoming: IncomingMessage | ActionEvent) -> Recorded | None:
        """Find what an earlier delivery of the same event became; None: it is new."""

    async def find_by_message(self, place: Place, message: str) -> Turn | None:
        """Find the turn whose asking message this is."""

    async def update_text(self, turn: str, text: str) -> Recorded | None:
        """Give a turn that still waits, or what was said in a pause, its new text; None: too late."""

    async def delete_pictures(self, message: MessageChange | None = None) -> None:
        """Forget such pictures: those that waited too long, or those of a deleted message."""


class ThreadStore(Protocol):
    """What knows the place where something is said."""

    async def get_thread(self, message: IncomingMessage) -> Thread:
        """Read what is known of the place where something is said, by whom it is said."""


class PromptRecorder(Protocol):
    """What puts prompts on disk, and draws them at once where nothing waits before them."""

    async def record(self, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
        """Put a prompt on disk: the same event gives the same turn. Raise NoSuchVersion, BadPrompt."""


class PromptStore(Protocol):
    """What keeps pictures for prompts."""

    async def save_pictures(self, message: IncomingMessage) -> bool:
        """Keep pictures that came without words for their person's next prompt there; False: seen before."""


class AttachmentStore(Protocol):
    """What notes files."""

    async def save_attachments(self, turn: str, attachments: Sequence[Attachment]) -> None:
        """Note the blobs of files that were read after their message was taken."""


class KitStore(LookupStore, Protocol):
    """What keeps brand kits."""

    async def list_kits(self, place: Place) -> Mapping[str, Kit]:
        """Read by scope what is pinned in a thread, its channel and its workspace."""

    async def update_kit(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str | None,
        scope: str,
        change: Callable[[Kit], Kit],
    ) -> Recorded:
        """Change what is pinned in a "channel" or "workspace"; the control says it in a conversation, if there is one.

        Raise what `change` raises.
        """


class GeneralStore(KitStore, ThreadStore, ConversationStore, UsageStore, Protocol):
    """What is asked for where no canvas need be, and what keeps settings."""

    async def set_preferences(
        self, incoming: IncomingMessage, scope: str, wanted: Defaults
    ) -> None:
        """Set what holds from now on in a whole "channel" or "workspace"."""

    async def set_defaults(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        wanted: Defaults,
    ) -> Recorded:
        """Set what holds from now on: in the thread, for the person, in a channel or workspace."""


class PromptActionStore(LookupStore, CancelStore, Protocol):
    """What cancels and repeats prompts."""

    async def cancel_batch(self, event: ActionEvent, turn: str) -> Recorded:
        """End what is not begun of a list. Raise NothingToCancel."""

    async def retry_turn(
        self,
        event: ActionEvent,
        turn: str,
        conversation: str,
        guest_refusal: Failure | None = None,
    ) -> Recorded:
        """Queue a failed or interrupted turn again. Raise NothingToRetry, NoSuchTurn, NotAllowed.

        `guest_refusal`: as in `Admission`.
        """

    async def list_edits(self, conversation: str, version: str, most: int) -> Sequence[Turn]:
        """List the turns of the newest edits that lead to a version, oldest first."""


class VersionActionStore(LookupStore, Protocol):
    """What is done with versions."""

    async def find_creator(self, conversation: str) -> str | None:
        """Find who began a conversation, by id."""

    async def record_comparison(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        picture: Version,
    ) -> Recorded:
        """Keep a picture made of others, on a card of its own."""

    async def record_export(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        """Keep that an export was asked for, until it is noted that it was handed out."""

    async def mark_notified(self, turn: Turn) -> None:
        """Note that people can see how a turn ended without a picture."""

    async def delete_turn(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, turn: str
    ) -> Recorded:
        """Remove a prompt with all that came of it alone; what it left outside is a pending deletion.

        Its children hang on what it was made from, the head moves to the nearest living ancestor, its
        money stays counted. Raise NoSuchTurn.
        """

    async def delete_conversation(self, conversation: str) -> Recorded:
        """Remove a whole conversation. Raise NoSuchThread."""


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


class BatchStore(LookupStore, Protocol):
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

    async def copy_canvas(self, prompt: NewPrompt, conversation: str, version: str) -> Recorded:
        """Begin a conversation with a version of another, at the place of `prompt`. Raise NoSuchVersion."""


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
