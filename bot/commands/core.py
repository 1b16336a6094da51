"""Of which parts is the bot built, and what runs beside it?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery.live import Viewers
from bot.delivery.notices import AccountHold, operator_place
from bot.delivery.publisher import CardPublisher
from bot.delivery.retention import Retention
from bot.drawing.generator import Generator
from bot.drawing.worker import LaneWorker
from bot.export.archive import Exporter
from bot.images.upload import Uploads
from bot.intake.actions import ActionHandler
from bot.intake.general import GeneralActions
from bot.intake.head import HeadActions
from bot.intake.incoming import MessageHandler
from bot.intake.polls import Polls
from bot.intake.preferences import PreferenceActions
from bot.intake.prompt_actions import PromptActions
from bot.intake.prompts import Prompts
from bot.intake.team import TeamActions
from bot.intake.version_actions import VersionActions
from bot.server.app import Easel
from bot.server.metrics import Metrics
from bot.server.parts import Delivery, Inbox
from bot.server.query_handler import QueryHandler
from bot.server.service import Service

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.models import Model
    from bot.commands.stores import SqlStores
    from bot.policy.permissions import Permissions
    from bot.ports.adapter import Adapter
    from bot.server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The bot and what runs beside it, for all platforms."""

    easel: Easel
    service: Service
    delivery: Delivery
    permissions: Permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What most parts are given."""

    stores: SqlStores
    model: Model
    permissions: Permissions
    metrics: Metrics
    uploads: Uploads
    publisher: CardPublisher
    account: AccountHold


def build_core(
    settings: Settings, stores: SqlStores, model: Model, adapters: dict[str, Adapter]
) -> Core:
    """Build the bot and what runs beside it."""
    store, blobs, viewers = stores.store, stores.blobs, Viewers()
    exporter = Exporter(store, blobs, _empty(settings.data / "exports"))
    publisher = CardPublisher(store, adapters, model.catalog, viewers)
    shared = _Shared(
        stores=stores,
        model=model,
        permissions=settings.permissions(),
        metrics=Metrics(),
        uploads=Uploads(blobs, store, adapters),
        publisher=publisher,
        account=AccountHold(store, stores.queue, publisher, operator_place(settings.operator)),
    )
    worker = _build_worker(shared)
    retention = Retention(
        store=store,
        blobs=blobs,
        ownership=stores.ownership,
        adapters=adapters,
        publisher=publisher,
        cancel=worker.cancel,
        retention=settings.retention_days,
    )
    delivery = Delivery(
        publisher=publisher, viewers=viewers, account=shared.account, retention=retention
    )
    versions = VersionActions(store, blobs, exporter, publisher, shared.permissions.operates)
    inbox = _build_inbox(shared, versions, settings.confirm_above)
    queries = QueryHandler(store, blobs, model.catalog, viewers, exporter)
    metrics = shared.metrics
    easel = Easel(stores.queue, inbox, delivery, worker=worker, queries=queries, metrics=metrics)
    service = Service(
        stores, delivery, platforms=adapters, worker=worker, exports=versions, metrics=metrics
    )
    return Core(easel=easel, service=service, delivery=delivery, permissions=shared.permissions)


def _build_worker(shared: _Shared) -> LaneWorker:
    stores = shared.stores
    return LaneWorker(
        store=stores.store,
        slots=stores.slots,
        generator=Generator(
            client=shared.model.client,
            store=stores.store,
            blobs=stores.blobs,
            catalog=shared.model.catalog,
            files=shared.uploads,
            publisher=shared.publisher,
        ),
        publisher=shared.publisher,
        account=shared.account,
        permissions=shared.permissions,
        metrics=shared.metrics,
        images=stores.ownership,
    )


def _build_inbox(shared: _Shared, versions: VersionActions, confirm_above: float | None) -> Inbox:
    store, catalog, permissions = shared.stores.store, shared.model.catalog, shared.permissions
    prompts = Prompts(store, catalog, shared.uploads, permissions, confirm_above)
    polls = Polls(store, catalog, prompts)
    preferences = PreferenceActions(store, catalog, permissions.operates)
    actions = ActionHandler(
        store,
        permissions,
        PromptActions(store, catalog, prompts, polls),
        HeadActions(store, polls),
        versions,
        TeamActions(store, catalog, prompts),
        polls,
        preferences,
        GeneralActions(store, permissions, shared.account.resume),
    )
    messages = MessageHandler(store, prompts, actions, preferences, permissions)
    return Inbox(messages=messages, actions=actions, uploads=shared.uploads)


def _empty(folder: Path) -> Path:
    """Remove the files that an earlier run left in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
