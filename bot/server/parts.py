"""Which parts make an Easel? The composition root builds them; `Easel` and `Service` are given them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs, Ownership
    from bot.conversation.queue import TurnQueue
    from bot.conversation.store import Store
    from bot.delivery.ephemerals import Ephemerals
    from bot.delivery.live import Viewers
    from bot.delivery.notices import AccountHold
    from bot.delivery.publisher import CardPublisher
    from bot.delivery.retention import Retention
    from bot.drawing.drawer import Drawer
    from bot.drawing.worker import LaneWorker
    from bot.images.upload import Uploads
    from bot.intake.actions import ActionHandler
    from bot.intake.incoming import MessageHandler
    from bot.intake.version_actions import VersionActions
    from bot.policy.languages import Languages
    from bot.policy.permissions import Permissions
    from bot.ports.secret_store import SecretStore
    from bot.server.metrics import Metrics
    from bot.server.query_handler import QueryHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What lasts, and what wakes who draws."""

    store: Store
    blobs: Blobs
    ownership: Ownership
    queue: TurnQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What takes messages and actions, draws, and shows what came of it."""

    #: by name, sorted
    platforms: tuple[str, ...]
    permissions: Permissions
    secrets: SecretStore
    messages: MessageHandler
    actions: ActionHandler
    exports: VersionActions
    uploads: Uploads
    queries: QueryHandler
    worker: LaneWorker
    drawer: Drawer
    publisher: CardPublisher
    ephemerals: Ephemerals
    viewers: Viewers
    account: AccountHold
    retention: Retention
    metrics: Metrics
    languages: Languages
