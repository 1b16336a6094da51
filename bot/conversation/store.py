"""What may the bot ask of what lasts, in the domain's verbs?

A write names the attempt that it belongs to; one that is over raises Superseded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.conversation.conversation import Control, Conversation, Failure, Turn
    from bot.conversation.records import (
        Answer,
        ChooseOutput,
        Claim,
        Limits,
        NewPrompt,
        PendingDeletions,
        Proposal,
        Recorded,
        Thread,
    )
    from bot.ports.cards import Posted
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
        ImageQuery,
        KnownPlace,
        ListQuery,
        PlaceQuery,
        PlacesQuery,
        PromptsQuery,
        Revision,
        Summary,
        Usage,
        UsageQuery,
        VersionsQuery,
    )


class Store(Protocol):
    """What lasts, in the domain's verbs. A write that names an attempt that is over raises Superseded."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""
        ...

    async def get_revisions(self, conversations: Sequence[str]) -> Mapping[str, int]:
        """Give the revisions of conversations, as they are now."""
        ...

    async def find_recorded(self, incoming: IncomingMessage | ActionEvent) -> Recorded | None:
        """Find what an earlier delivery of the same event became; None: it is new."""
        ...

    async def record_prompt(self, prompt: NewPrompt, fit: ChooseOutput) -> Recorded:
        """Put a prompt on disk: the same event gives the same turn. Raises NoSuchVersion, BadPrompt."""
        ...

    async def get_thread(self, message: IncomingMessage) -> Thread:
        """Tell what is known of the place where something is said, by whom it is said."""
        ...

    async def save_pictures(self, message: IncomingMessage) -> bool:
        """Keep pictures that came without words for their person's next prompt there; False: seen before."""
        ...

    async def delete_pictures(self, message: MessageChange | None = None) -> None:
        """Forget such pictures: those that waited too long, or those of a deleted message."""
        ...

    async def set_preferences(
        self, incoming: IncomingMessage, scope: str, wanted: Defaults
    ) -> None:
        """Set what holds from now on in a whole "channel" or "workspace"."""
        ...

    async def record_control(
        self, id_: str, incoming: IncomingMessage | ActionEvent, what: Control
    ) -> Recorded:
        """Move the head at once when the lane is idle, else queue the control in its place.

        Raises what `Conversation.move_head` raises.
        """
        ...

    async def cancel_turn(self, event: ActionEvent, turn: str, conversation: str) -> Recorded:
        """End a queued, held or drawing turn. Raises NothingToCancel, NoSuchTurn."""
        ...

    async def retry_turn(self, event: ActionEvent, turn: str, conversation: str) -> Recorded:
        """Queue a failed or interrupted turn again. Raises NothingToRetry, NoSuchTurn."""
        ...

    async def update_text(self, turn: str, text: str) -> Recorded | None:
        """Give a turn that still waits, or what was said in a pause, its new text; None: too late."""
        ...

    async def bind_place(self, conversation: str, place: Place) -> None:
        """Note that a conversation is shown at a place."""
        ...

    async def list_waiting_lanes(
        self, platforms: Sequence[str], limit: int = 1000
    ) -> Sequence[str]:
        """Give the lanes of these platforms that have something to do, the longest waiting first."""
        ...

    async def save_attachments(self, turn: str, attachments: Sequence[Attachment]) -> None:
        """Note the blobs of files that were read after their message was taken."""
        ...

    async def prepare_next(self, lane: str, limits: Limits | None = None) -> Turn | None:
        """Do what a lane has to do before its next drawing: give a Turn to show; None: nothing waits.

        A Turn that is queued is what `claim` would take. All else is as there.
        """
        ...

    async def claim(
        self, lane: str, limits: Limits | None = None, *, sent: bool = True
    ) -> Claim | Turn | None:
        """Take the next thing to do in a lane: a Claim to draw, or a Turn to show; None: nothing.

        First what an earlier holder left: what is drawn is given to be shown, what was being drawn
        is interrupted, or queued again where its request never went out. A control is done at once.
        Then the oldest queued turn, its money reserved; what the month's limits do not allow is refused.
        Not `sent`: nothing goes out before `mark_sent` says so.
        """
        ...

    async def mark_sent(self, turn: Turn) -> None:
        """Note that a turn's request goes out: from here on it may be billed."""
        ...

    async def record_retry(self, turn: Turn, tries: int, *, sent: bool = True) -> Turn:
        """Note that the request goes out again; not `sent`: until `mark_sent` says so, nothing is out."""
        ...

    async def finish(self, turn: Turn, answer: Answer, *, seen: bool = False) -> Turn:
        """Keep an answer; `seen`: people see it as soon as it is kept, so the turn is posted, not drawn."""
        ...

    async def record_late_answer(self, turn: Turn, answer: Answer) -> None:
        """Settle the money of an answer that came after its attempt was over."""
        ...

    async def record_cost(self, turn: Turn, cost: float) -> None:
        """Note what a turn's requests cost so far, US dollars, before the next one goes out."""
        ...

    async def save_unfetched(self, turn: Turn, answer: str) -> None:
        """Keep an answer whose pictures are still to be fetched, so that Retry need not pay again."""
        ...

    async def fail(self, turn: Turn, failure: Failure) -> Turn:
        """End a turn without an image."""
        ...

    async def interrupt(self, turn: Turn, failure: Failure) -> Turn:
        """End a drawing that was let go; one whose request never went out is queued again."""
        ...

    async def mark_not_posted(self, turn: Turn, failure: Failure) -> Turn:
        """Note that what is drawn could not be shown."""
        ...

    async def hold_account(self, turn: Turn, failure: Failure) -> Sequence[str]:
        """Hold a turn, the account and all that waits; give the lanes that changed."""
        ...

    async def resume_account(self) -> Sequence[str]:
        """Take the account off hold; give the lanes whose turns are queued again."""
        ...

    async def count_open_turns(self) -> Mapping[str, int]:
        """Count the turns that are not over, by state."""
        ...

    async def get_held_since(self) -> float | None:
        """Tell since when the account is on hold, Unix seconds; None: it is not."""
        ...

    async def mark_posted(self, turn: Turn, at: Posted) -> Turn:
        """Note where a card stands; a drawn turn that people can see now is posted."""
        ...

    async def mark_notified(self, turn: Turn) -> None:
        """Note that people can see how a turn ended without a picture."""
        ...

    async def list_unnotified(self, platforms: Sequence[str], limit: int = 100) -> Sequence[Turn]:
        """Give the turns whose end nobody has been shown, the oldest first."""
        ...

    async def set_mode(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, what: Control
    ) -> Recorded:
        """Pause the drawing, so that people talk for free, or end the pause."""
        ...

    async def record_proposal(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        proposal: Proposal,
    ) -> Recorded:
        """Show the wording that the talk comes to, before it is drawn."""
        ...

    async def list_talk(self, conversation: str) -> Sequence[Turn]:
        """Give what was said since the drawing was paused."""
        ...

    async def set_defaults(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        wanted: Defaults,
    ) -> Recorded:
        """Set what holds from now on: in the thread, for the person, in a channel or workspace."""
        ...

    async def merge_prompts(self, event: ActionEvent, conversation: str) -> Recorded:
        """Put the prompts that wait into one edit, the first of them. Raises NothingToMerge."""
        ...

    async def fork_prompts(
        self, id_: str, event: ActionEvent, conversation: str, most: int | None = None
    ) -> Recorded:
        """Give each prompt that waits a lane of its own, the first `most` of them. Raises NothingToMerge."""
        ...

    async def open_poll(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        """Put the pictures that branches end in to the vote. Raises NothingToChoose."""
        ...

    async def record_vote(self, event: ActionEvent, poll: str, version: str) -> Recorded:
        """Vote for a version; the newest vote of a person counts.

        Raises NotInVote, NothingToChoose, VoteClosed.
        """
        ...

    async def close_poll(self, event: ActionEvent, poll: str, winner: str | None) -> Recorded:
        """End a vote: the winner is the head, the rest is kept. A tie is noted, and stays open.

        `winner`: which of a tie. Raises NoVotes, NotInVote, NothingToChoose, VoteClosed.
        """
        ...

    async def tick_idea(self, event: ActionEvent, poll: str, number: int) -> Recorded:
        """Tick an idea, or take the tick away. Raises NoSuchIdea, VoteClosed."""
        ...

    async def list_edits(self, conversation: str, version: str, most: int) -> Sequence[Turn]:
        """Give the turns of the newest edits that lead to a version, oldest first."""
        ...

    async def find_newest_poll(self, conversation: str) -> Turn | None:
        """Find the newest card that can be voted on."""
        ...

    async def record_comparison(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        picture: Version,
    ) -> Recorded:
        """Keep a picture made of others, on a card of its own."""
        ...

    async def record_export(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str
    ) -> Recorded:
        """Keep that an export was asked for, until it is told that it was handed out."""
        ...

    async def delete_turn(
        self, id_: str, incoming: IncomingMessage | ActionEvent, conversation: str, turn: str
    ) -> Recorded:
        """Remove a prompt with all that came of it alone; what it left outside is in `list_pending_deletions`.

        Its children hang on what it was made from, the head moves to the nearest living ancestor, its
        money stays counted. Raises NoSuchTurn.
        """
        ...

    async def delete_conversation(self, conversation: str) -> Recorded:
        """Remove a whole conversation. Raises NoSuchThread."""
        ...

    async def list_conversation_ids(self) -> Sequence[str]:
        """Give the ids of all conversations, the oldest first."""
        ...

    async def list_expired(self, before: float, limit: int) -> Sequence[str]:
        """Give conversations in which nothing was said or done since a time, Unix seconds."""
        ...

    async def list_pending_deletions(
        self, platforms: Sequence[str], limit: int
    ) -> PendingDeletions:
        """Give the messages (on these platforms) and images that deletions left outside the store."""
        ...

    async def mark_removed(self, cards: Sequence[str], blobs: Sequence[str]) -> None:
        """Note that such messages and images are gone."""
        ...

    async def find_referenced(self, blobs: Sequence[str]) -> AbstractSet[str]:
        """Tell which of these images a conversation holds."""
        ...

    async def record_orphans(self, blobs: Mapping[str, int], now: float) -> Mapping[str, float]:
        """Note orphans and their bytes; tell since when each has been known for one."""
        ...

    async def clear_orphans(self, before: float) -> None:
        """Forget those that were not noted since a time: they are gone, or named."""
        ...

    async def find_by_card(self, place: Place, message: str) -> Turn | None:
        """Find the turn whose card this message of the bot is."""
        ...

    async def get_usage(self, query: UsageQuery, since: float, until: float) -> Usage:
        """Add up what was spent from one time to another, Unix seconds."""
        ...

    async def save_posted(self, card: str, at: Posted) -> None:
        """Note where a card stands that is of no turn."""
        ...

    async def find_posted(self, card: str) -> Posted | None:
        """Tell where a card stands; None: nowhere yet."""
        ...

    async def find_turn_and_posted(self, id_: str) -> tuple[Turn | None, Posted | None]:
        """Read one turn, and where its card stands; None: there is none."""
        ...

    async def find_turn(self, id_: str) -> Turn | None:
        """Give a turn; None: there is none."""
        ...

    async def find_by_message(self, place: Place, message: str) -> Turn | None:
        """Find the turn whose asking message this is."""
        ...

    async def find_newest(
        self, conversation: str, person: Person | None = None, which: str = "any"
    ) -> Turn | None:
        """Give the newest prompt: "any", one that is "open", or one that "failed"."""
        ...

    async def find_creator(self, conversation: str) -> str | None:
        """Tell who began a conversation, by id."""
        ...

    async def list_queued(self, conversation: str, limit: int) -> Sequence[Turn]:
        """Give the first of those who wait in a conversation."""
        ...

    async def find_conversation(self, id_: str, names: Sequence[str] = ()) -> Conversation | None:
        """Give a conversation with its head and the versions of these names only."""
        ...

    async def find_conversation_at(self, place: Place) -> str | None:
        """Find the conversation shown at a place."""
        ...

    async def load_conversation(self, id_: str) -> tuple[Conversation, Sequence[Turn]] | None:
        """Give a conversation with all its versions and turns."""
        ...

    async def list_changes(self, conversation: str, after: Revision) -> Sequence[Turn]:
        """Give the turns that changed after a revision, in that order."""
        ...

    async def list_conversations(self, query: ListQuery) -> tuple[Summary, ...]:
        """Give a page of conversations, newest first."""
        ...

    async def list_places(self, query: PlacesQuery) -> tuple[KnownPlace, ...]:
        """Give the known places, the most recently used first."""
        ...

    async def find_place(self, query: PlaceQuery) -> KnownPlace | None:
        """Find the conversation at a place, or the one that a message of its channel belongs to."""
        ...

    async def list_versions(self, query: VersionsQuery) -> tuple[tuple[str, str], ...]:
        """Give the numbers of a conversation's images with what was asked for each, the newest first."""
        ...

    async def list_prompts(self, query: PromptsQuery) -> tuple[str, ...]:
        """Give a person's newest prompts, each wording once."""
        ...

    async def rename(self, conversation: str, title: str) -> str:
        """Give a conversation a name of people's own; give it. "": that of its first prompt again."""
        ...

    async def find_thumbnail(self, original: str, width: int) -> str | None:
        """Find the blob of an image's small copy; None: there is none yet."""
        ...

    async def add_thumbnail(self, original: str, width: int, blob: str, color: str) -> None:
        """Note a small copy, unless it is known or its image was deleted meanwhile."""
        ...

    async def list_colors(self, originals: Sequence[str]) -> Mapping[str, str]:
        """Give the colours of those images that have a small copy."""
        ...

    async def has_image(self, query: ImageQuery) -> bool:
        """Tell whether a conversation of the workspace holds the image."""
        ...
