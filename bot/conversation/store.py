"""What may the process and its adapters ask of what lasts, and what is all of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.conversation.delivery_store import (
    AccountStore,
    GeneratorStore,
    LaneStore,
    LiveStore,
    PublisherStore,
    RetentionStore,
)
from bot.conversation.intake_store import (
    AttachmentStore,
    ConversationStore,
    CopyStore,
    EventStore,
    PromptActionStore,
    PromptStore,
    TurnStore,
    UsageStore,
    VersionActionStore,
)
from bot.conversation.panel_store import PanelStore
from bot.conversation.team_store import BatchStore, ChoiceStore, TeamStore
from bot.ports.sessions import SessionStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.conversation import Conversation
    from bot.conversation.turn import Turn
    from bot.ports.audit import AuditEntry, AuditQuery, ChannelsQuery, KnownChannel
    from bot.ports.messages import (
        MessageChange,
    )
    from bot.ports.queries import (
        Bookmark,
        ImageQuery,
        KnownPlace,
        ListQuery,
        PlaceQuery,
        PlacesQuery,
        PromptsQuery,
        Revision,
        Summary,
        VersionsQuery,
    )


class ExportStore(Protocol):
    """What an export holds."""

    async def load_conversation(self, id_: str) -> tuple[Conversation, Sequence[Turn]] | None:
        """Read a conversation with all its versions and turns."""


class ServiceStore(Protocol):
    """What the process looks after."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes write here too."""

    def serve_workspace(self, platform: str, workspace: str) -> None:
        """Of a platform, list and claim for this workspace only."""

    async def get_held_since(self) -> float | None:
        """Read since when the account is on hold, Unix seconds; None: it is not."""

    async def count_open_turns(self) -> Mapping[str, int]:
        """Count the turns that are not over, by state."""

    async def list_waiting_lanes(
        self, platforms: Sequence[str], limit: int = 1000
    ) -> Sequence[str]:
        """List the lanes of these platforms that have something to do, the longest waiting first."""

    async def list_unnotified(self, platforms: Sequence[str], limit: int = 100) -> Sequence[Turn]:
        """List the turns whose end nobody has been shown, the oldest first."""

    async def delete_pictures(self, message: MessageChange | None = None) -> None:
        """Forget such pictures: those that waited too long, or those of a deleted message."""


class ThumbnailStore(Protocol):
    """Which small copies of images there are."""

    async def find_thumbnail(self, original: str, width: int) -> str | None:
        """Find the blob of an image's small copy; None: there is none yet."""

    async def add_thumbnail(self, original: str, width: int, blob: str, color: str) -> None:
        """Note a small copy, unless it is known or its image was deleted meanwhile."""


class QueryStore(TurnStore, ConversationStore, ExportStore, UsageStore, ThumbnailStore, Protocol):
    """What can be asked without changing anything, names and bookmarks aside."""

    async def list_changes(self, conversation: str, after: Revision) -> Sequence[Turn]:
        """List the turns that changed after a revision, in that order."""

    async def list_conversations(self, query: ListQuery) -> tuple[Summary, ...]:
        """List a page of conversations, newest first; `platform`, `workspace` "": any."""

    async def list_places(self, query: PlacesQuery) -> tuple[KnownPlace, ...]:
        """List the known places, the most recently used first."""

    async def find_place(self, query: PlaceQuery) -> KnownPlace | None:
        """Find the conversation at a place, or the one that a message of its channel belongs to."""

    async def list_versions(self, query: VersionsQuery) -> tuple[tuple[str, str], ...]:
        """List the numbers of a conversation's images with what was asked for each, the newest first."""

    async def list_prompts(self, query: PromptsQuery) -> tuple[str, ...]:
        """List a person's newest prompts, each wording once."""

    async def has_image(self, query: ImageQuery) -> bool:
        """Check whether a conversation of the workspace holds the image; `platform` "": of any."""

    async def rename(self, conversation: str, title: str) -> str:
        """Give a conversation a name of people's own; give it. "": that of its first prompt again."""

    async def find_title(self, conversation: str) -> str:
        """Read a conversation's name; "": it has none."""

    async def list_deleted(self, query: ListQuery) -> tuple[str, ...]:
        """List those of the query's conversations (`ids`) that are deleted."""

    async def forget_kits(self, platform: str, workspace: str) -> None:
        """Empty the brand kits of a workspace and its channels; their pictures are to be removed."""

    async def set_bookmark(
        self, conversation: str, person: str, *, starred: bool | None, seen: bool
    ) -> Bookmark:
        """Star a canvas or take the star away (None: leave it), and note that it is seen as it is."""

    async def list_channels(self, query: ChannelsQuery) -> tuple[KnownChannel, ...]:
        """List the channels in which something was drawn; `platform` "": of all."""

    async def list_audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]:
        """List a page of the audit log, the newest first."""

    async def list_colors(self, originals: Sequence[str]) -> Mapping[str, str]:
        """Give the colours of those images that have a small copy."""


class SecretRowStore(Protocol):
    """The tokens of workspaces, as they stand on disk: encrypted."""

    async def save_secret(self, platform: str, name: str, value: str) -> None:
        """Write a secret in place of the one before."""

    async def find_secret(self, platform: str, name: str) -> str | None:
        """Read a secret; None: there is none."""

    async def list_secrets(self) -> Sequence[tuple[str, str]]:
        """List the platforms and names of all secrets."""

    async def delete_secret(self, platform: str, name: str) -> None:
        """Delete a secret, if there is one."""

    async def replace_secret(self, platform: str, name: str, old: str, new: str) -> None:
        """Write a secret, unless it changed since it was read as `old`."""


class Store(
    PanelStore,
    EventStore,
    PromptStore,
    AttachmentStore,
    PromptActionStore,
    VersionActionStore,
    ChoiceStore,
    BatchStore,
    CopyStore,
    TeamStore,
    LaneStore,
    GeneratorStore,
    PublisherStore,
    AccountStore,
    RetentionStore,
    LiveStore,
    ServiceStore,
    QueryStore,
    SecretRowStore,
    SessionStore,
    Protocol,
):
    """All of it, for who puts an Easel together."""
