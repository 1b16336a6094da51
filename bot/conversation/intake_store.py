"""What may those ask of what lasts who take up what people say and press? One protocol for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bot.conversation.codes import Code
    from bot.conversation.conversation import Conversation
    from bot.conversation.records import ChooseOutput, NewPrompt, Recorded, Thread
    from bot.conversation.terms import Admission
    from bot.conversation.turn import Control, Turn
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


class PreferenceStore(Protocol):
    """What is set in a workspace, in a channel and for a person."""

    async def find_preferences(self, place: Place, person: Person) -> Mapping[str, Defaults]:
        """Return what is set in a "workspace", in a "channel" and for a "person", by scope."""


class PromptStore(PreferenceStore, Protocol):
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


class GeneralStore(KitStore, ThreadStore, ConversationStore, UsageStore, PreferenceStore, Protocol):
    """What is asked for where no canvas need be, and what keeps settings."""

    async def set_preferences(
        self,
        incoming: IncomingMessage | ActionEvent,
        scope: str,
        fields: Mapping[str, str],
        wanted: Defaults,
        cleared: Collection[str] = (),
    ) -> None:
        """Set what holds from now on for a "person", in a whole "channel" or "workspace".

        `fields`: as it was said; `cleared`: the names of what is set no more.
        """

    async def set_defaults(
        self,
        id_: str,
        incoming: IncomingMessage | ActionEvent,
        conversation: str,
        what: Control,
        wanted: Defaults,
    ) -> Recorded:
        """Set what holds from now on: in the thread, for the person, in a channel or workspace."""


class CopyStore(LookupStore, Protocol):
    """What copies canvases."""

    async def save_code(self, code: Code) -> None:
        """Keep a code that copies a canvas, and forget those that are over."""

    async def find_code(self, hash_: str) -> Code | None:
        """Find a code by its hash; None: there is none, or it is over, or its canvas or version is deleted."""

    async def copy_canvas(
        self, prompt: NewPrompt, conversation: str, version: str, origin: str | None = None
    ) -> Recorded:
        """Begin a conversation with the path to a version of another, at the place of `prompt`, whose text is its name.

        `origin`: what its card says of where it is from; None: nothing. Raise NoSuchVersion, NotAllowed.
        """


class PromptActionStore(LookupStore, CancelStore, Protocol):
    """What cancels and repeats prompts."""

    async def cancel_batch(self, event: ActionEvent, turn: str) -> Recorded:
        """End what is not begun of a list. Raise NothingToCancel."""

    async def retry_turn(
        self,
        event: ActionEvent,
        turn: str,
        conversation: str,
        admission: Admission | None = None,
    ) -> Recorded:
        """Queue a turn again, on these terms. Raise NothingToRetry, NoSuchTurn, NotAllowed."""

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

    async def toggle_star(
        self, event: ActionEvent, conversation: str, version: Version
    ) -> Recorded:
        """Give a version a person's star, or take it away."""

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

    async def delete_conversation(
        self, conversation: str, event: ActionEvent | None = None
    ) -> Recorded:
        """Remove a whole conversation, as somebody wants. Raise NoSuchThread."""
