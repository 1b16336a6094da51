"""How are the parts of an Easel built, each with those that it needs?"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from bot.delivery.ephemerals import Ephemerals
from bot.delivery.live import Viewers
from bot.delivery.live_shared import SharedViewers
from bot.delivery.notices import AccountHold, parse_operator
from bot.delivery.publisher import CardPublisher
from bot.delivery.retention import Retention
from bot.drawing.drawer import Drawer
from bot.drawing.generator import Generator
from bot.drawing.worker import LaneWorker
from bot.export.archive import Exporter
from bot.images.thumbnails import Thumbnails
from bot.images.upload import Uploads
from bot.intake.actions import ActionHandler
from bot.intake.batch_actions import BatchActions
from bot.intake.choices import ChoiceActions
from bot.intake.continue_actions import ContinueActions
from bot.intake.general import GeneralActions
from bot.intake.incoming import MessageHandler
from bot.intake.kit_actions import KitActions
from bot.intake.panels import PanelActions
from bot.intake.prompt_actions import PromptActions
from bot.intake.prompts import Prompts
from bot.intake.quota_actions import QuotaActions
from bot.intake.team import TeamActions
from bot.intake.version_actions import VersionActions
from bot.policy.languages import Languages
from bot.server.access import Access
from bot.server.encryption import EncryptedSecrets
from bot.server.metrics import Metrics
from bot.server.parts import Parts
from bot.server.query_handler import QueryHandler

if TYPE_CHECKING:
    from pathlib import Path

    from bot.commands.models import Model
    from bot.commands.stores import SqlStores
    from bot.conversation.store import Store
    from bot.policy.permissions import Permissions
    from bot.ports.adapter import Adapter
    from bot.server.settings import Settings


def build_parts(
    settings: Settings, stores: SqlStores, model: Model, adapters: dict[str, Adapter], address: str
) -> Parts:
    """Build what takes messages and actions, draws, and shows what came of it. `address`: the page's, if there is one."""
    store, blobs, catalog = stores.store, stores.blobs, model.catalog
    viewers = SharedViewers(store) if store.is_shared else Viewers()
    permissions, metrics = settings.permissions(), Metrics()
    exporter = Exporter(store, blobs, _empty(settings.data / "exports"))
    thumbnails = Thumbnails(store, blobs)
    uploads = Uploads(blobs, store, adapters)
    languages = Languages(store, adapters, settings.language)
    publisher = CardPublisher(
        store, adapters, catalog, viewers, languages, settings.mention_after_s
    )
    ephemerals = Ephemerals(store, adapters, catalog, languages)
    operator = parse_operator(settings.operator)
    account = AccountHold(store, stores.queue, publisher, ephemerals, operator)
    drawer, worker = _build_drawing(
        stores, model, uploads, publisher, ephemerals, account, permissions, metrics, thumbnails
    )
    prompts = Prompts(store, worker, catalog, uploads, permissions, settings.confirm_above)
    versions = VersionActions(store, blobs, exporter, ephemerals, permissions)
    general = GeneralActions(store, catalog, permissions, account.resume, languages)
    batches = BatchActions(store, catalog, uploads, permissions)
    page = address if permissions.pages & adapters.keys() else None
    actions = _build_actions(
        stores,
        model,
        permissions,
        prompts,
        general,
        versions,
        batches,
        KitActions(store, permissions, uploads),
        ContinueActions(store, permissions, adapters, page),
        _build_quota_actions(store, permissions, settings),
    )
    return Parts(
        platforms=tuple(sorted(adapters)),
        permissions=permissions,
        secrets=EncryptedSecrets(store, settings.secret_keys),
        messages=MessageHandler(store, prompts, actions, general, batches, permissions),
        actions=actions,
        exports=versions,
        uploads=uploads,
        queries=QueryHandler(
            store, blobs, catalog, viewers, exporter, thumbnails, Access(store, permissions)
        ),
        worker=worker,
        drawer=drawer,
        publisher=publisher,
        ephemerals=ephemerals,
        viewers=viewers,
        account=account,
        retention=_build_retention(settings, stores, adapters, publisher, drawer),
        metrics=metrics,
        languages=languages,
    )


def _build_drawing(  # noqa: PLR0913, PLR0917 - each part once
    stores: SqlStores,
    model: Model,
    uploads: Uploads,
    publisher: CardPublisher,
    ephemerals: Ephemerals,
    account: AccountHold,
    permissions: Permissions,
    metrics: Metrics,
    thumbnails: Thumbnails,
) -> tuple[Drawer, LaneWorker]:
    generator = Generator(
        client=model.client,
        store=stores.store,
        blobs=stores.blobs,
        catalog=model.catalog,
        files=uploads,
        publisher=publisher,
    )
    drawer = Drawer(
        store=stores.store,
        generator=generator,
        publisher=publisher,
        ephemerals=ephemerals,
        account=account,
        images=stores.ownership,
    )
    worker = LaneWorker(
        store=stores.store,
        queue=stores.queue,
        drawer=drawer,
        publisher=publisher,
        ephemerals=ephemerals,
        account=account,
        permissions=permissions,
        metrics=metrics,
        thumbnails=thumbnails,
    )
    return drawer, worker


def _build_retention(
    settings: Settings,
    stores: SqlStores,
    adapters: dict[str, Adapter],
    publisher: CardPublisher,
    drawer: Drawer,
) -> Retention:
    return Retention(
        store=stores.store,
        blobs=stores.blobs,
        ownership=stores.ownership,
        adapters=adapters,
        publisher=publisher,
        cancel=drawer.cancel,
        retention=settings.retention_days,
        audit=settings.audit_days,
    )


def _build_actions(
    stores: SqlStores,
    model: Model,
    permissions: Permissions,
    prompts: Prompts,
    general: GeneralActions,
    *more: object,
) -> ActionHandler:
    store, catalog = stores.store, model.catalog
    choices = ChoiceActions(store, catalog, prompts)
    return ActionHandler(
        store,
        permissions,
        PromptActions(store, catalog, prompts, choices),
        TeamActions(store, catalog, prompts),
        choices,
        general,
        PanelActions(store, catalog, permissions, general),
        *more,
    )


def _build_quota_actions(
    store: Store, permissions: Permissions, settings: Settings
) -> QuotaActions:
    most = settings.model_concurrency
    concurrency = min(most, settings.workspace_concurrency or most)
    return QuotaActions(store, permissions, concurrency, settings.confirm_above)


def _empty(folder: Path) -> Path:
    """Remove the files that an earlier run left in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
