"""Which parts make an Easel, and how do they start and end? The composition root."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.data_lock import DataLock
from bot.commands.models import open_model, refresh_catalog
from bot.commands.stores import open_stores
from bot.commands.web_server import address_of, open_socket, read_tokens
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
from bot.server.auth import Guard
from bot.server.http import MAX_PER_ADDRESS, Server, application
from bot.server.metrics import Metrics
from bot.server.parts import Delivery, Inbox
from bot.server.query_handler import QueryHandler
from bot.server.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from bot.commands.models import Model
    from bot.commands.stores import SqlStores
    from bot.commands.web_server import Tokens
    from bot.model.transport import Timing
    from bot.policy.permissions import Permissions
    from bot.ports.adapter import Adapter
    from bot.server.builtin import BuiltinModel
    from bot.server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The bot and what runs beside it, for all platforms."""

    easel: Easel
    service: Service
    delivery: Delivery
    permissions: Permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An Easel that runs."""

    core: Core
    stores: SqlStores
    #: by the first part of their places
    adapters: dict[str, Adapter]
    #: None: another model is used
    builtin: BuiltinModel | None
    #: where the page is, for people
    address: str
    #: where it is served on this machine
    local: str
    #: what the page asks people for; None: nothing
    token: str | None


@dataclass(frozen=True, slots=True)
class _Platforms:
    """The adapters of the platforms that are configured, and their routes."""

    adapters: dict[str, Adapter] = field(default_factory=dict)
    routes: list[BaseRoute] = field(default_factory=list)
    webhooks: list[BaseRoute] = field(default_factory=list)


@asynccontextmanager
async def running(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[Running]:
    """Put the parts together and run them; at the end let drawings end, then take all apart.

    Raise BadSettings, StartFailed, NotSaved or NewerDatabase where it cannot start.
    """
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(DataLock(settings.data))
        model = await stack.enter_async_context(open_model(settings, timing))
        platforms = _build_platforms(settings)
        stores = await stack.enter_async_context(open_stores(settings, platforms.adapters))
        core = _build_core(settings, stores, model, platforms.adapters)
        listening = open_socket(settings)
        stack.callback(listening.close)
        tokens = read_tokens(settings)
        app = _build_app(settings, core, platforms, tokens, control_token=lock.token)
        server = Server(app, listening, 0 if settings.web_url else MAX_PER_ADDRESS)
        local = address_of(settings, listening, local=True)
        lock.publish(local)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        started = [
            tasks.create_task(work)
            for work in (
                *(adapter.run(core.easel) for adapter in platforms.adapters.values()),
                server.run_until_cancelled(),
                core.service.run(),
                *([model.builtin.run()] if model.builtin else []),
                refresh_catalog(model.client, model.catalog, asyncio.sleep),
                stores.ownership.run(),
                stores.blobs.run(),
            )
        ]
        try:
            yield Running(
                core=core,
                stores=stores,
                adapters=platforms.adapters,
                builtin=model.builtin,
                address=address_of(settings, listening),
                local=local,
                token=tokens.people if tokens else None,
            )
        finally:
            await core.service.stop(settings.grace_s)
            for task in started:
                task.cancel()


def _build_platforms(settings: Settings) -> _Platforms:
    """Build the adapters. Raise BadSettings."""
    built = _Platforms()
    for platform, own in settings.platforms.items():
        if platform.is_configured(own):
            adapter = built.adapters[platform.name] = platform.build(own)
            built.routes.extend(platform.routes(adapter))
            built.webhooks.extend(platform.webhooks(adapter))
    return built


def _build_app(
    settings: Settings,
    core: Core,
    platforms: _Platforms,
    tokens: Tokens | None,
    *,
    control_token: str,
) -> ASGIApp:
    return application(
        ready=core.service.ready,
        resume=core.delivery.account.resume,
        control_token=control_token,
        metrics=core.service.measure,
        routes=platforms.routes,
        webhooks=platforms.webhooks,
        guard=partial(
            Guard,
            host=settings.web_host,
            url=settings.web_url,
            token=tokens.people if tokens else None,
            operator=tokens.operator if tokens else None,
        ),
    )


def _build_core(
    settings: Settings, stores: SqlStores, model: Model, adapters: dict[str, Adapter]
) -> Core:
    """Build the bot and what runs beside it."""
    store, blobs, catalog = stores.store, stores.blobs, model.catalog
    permissions, metrics, viewers = settings.permissions(), Metrics(), Viewers()
    exporter = Exporter(store, blobs, _empty(settings.data / "exports"))
    uploads = Uploads(blobs, store, adapters)
    publisher = CardPublisher(store, adapters, catalog, viewers)
    account = AccountHold(store, stores.queue, publisher, operator_place(settings.operator))
    generator = Generator(
        client=model.client,
        store=store,
        blobs=blobs,
        catalog=catalog,
        files=uploads,
        publisher=publisher,
    )
    worker = LaneWorker(
        store=store,
        slots=stores.slots,
        generator=generator,
        publisher=publisher,
        account=account,
        permissions=permissions,
        metrics=metrics,
        images=stores.ownership,
    )
    retention = Retention(
        store=store,
        blobs=blobs,
        ownership=stores.ownership,
        adapters=adapters,
        publisher=publisher,
        cancel=worker.cancel,
        retention=settings.retention_days,
    )
    delivery = Delivery(publisher=publisher, viewers=viewers, account=account, retention=retention)
    prompts = Prompts(store, catalog, uploads, permissions, settings.confirm_above)
    versions = VersionActions(store, blobs, exporter, publisher, permissions.operates)
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
        GeneralActions(store, permissions, account.resume),
    )
    inbox = Inbox(
        messages=MessageHandler(store, prompts, actions, preferences, permissions),
        actions=actions,
        uploads=uploads,
        permissions=permissions,
    )
    queries = QueryHandler(store, blobs, catalog, viewers, exporter)
    return Core(
        easel=Easel(stores, inbox, delivery, worker=worker, queries=queries, metrics=metrics),
        service=Service(
            stores,
            delivery,
            platforms=adapters,
            worker=worker,
            exports=versions,
            metrics=metrics,
        ),
        delivery=delivery,
        permissions=permissions,
    )


def _empty(folder: Path) -> Path:
    """Remove the files that an earlier run left in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
