"""Which parts make an Easel? The composition root builds them; `Easel` and `Service` are given them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs, Ownership
    from bot.conversation.queue import Slots, TurnQueue
    from bot.conversation.store import Store
    from bot.delivery.live import Viewers
    from bot.delivery.notices import AccountHold
    from bot.delivery.publisher import CardPublisher
    from bot.delivery.retention import Retention
    from bot.images.upload import Uploads
    from bot.intake.actions import ActionHandler
    from bot.intake.incoming import MessageHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What lasts, and what wakes who draws."""

    store: Store
    blobs: Blobs
    ownership: Ownership
    queue: TurnQueue
    slots: Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What takes messages and actions."""

    messages: MessageHandler
    actions: ActionHandler
    uploads: Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What shows turns, and removes them."""

    publisher: CardPublisher
    viewers: Viewers
    account: AccountHold
    retention: Retention
