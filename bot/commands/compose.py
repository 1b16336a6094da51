"""Which parts make an Easel, and how do they start and end? The composition root."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.core import build_parts
from bot.commands.data_lock import DataLock
from bot.commands.models import open_model, refresh_catalog
from bot.commands.stores import allow_links, open_stores
from bot.commands.web_server import address_of, open_sign_in, open_socket, read_tokens
from bot.server.app import Easel
from bot.server.auth import Guard
from bot.server.http import MAX_PER_ADDRESS, Server, application
from bot.server.otlp import tracing
from bot.server.service import Service
from bot.server.settings import WORKER

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator

    from starlette.routing import BaseRoute

    from bot.commands.stores import SqlStores
    from bot.commands.web_server import Tokens
    from bot.model.transport import Timing
    from bot.ports.adapter import Adapter
    from bot.server.builtin import BuiltinModel
    from bot.server.parts import Parts
    from bot.server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An Easel that runs."""

    easel: Easel
    service: Service
    parts: Parts
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
    #: whose lanes are drained here
    drawn: list[str] = field(default_factory=list)
    routes: list[BaseRoute] = field(default_factory=list)
    webhooks: list[BaseRoute] = field(default_factory=list)


@asynccontextmanager
async def running(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[Running]:
    """Put the parts together and run them; at the end let drawings end, then take all apart.

    Raise BadSettings, StartFailed, NotSaved or NewerDatabase where it cannot start.
    """
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(DataLock(settings.data))
        await stack.enter_async_context(tracing())
        model = await stack.enter_async_context(open_model(settings, timing))
        platforms = _build_platforms(settings)
        stores = await stack.enter_async_context(open_stores(settings, platforms.drawn))
        listening = open_socket(settings)
        stack.callback(listening.close)
        address = address_of(settings, listening)
        parts = build_parts(settings, stores, model, platforms.adapters, address)
        easel, service = Easel(stores, parts), Service(stores, parts)
        tokens = read_tokens(settings)
        server = _build_server(settings, stores, service, platforms, tokens, lock.token, listening)
        local = address_of(settings, listening, local=True)
        lock.publish(local)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        started = [
            tasks.create_task(work)
            for work in (
                *(adapter.run(easel) for adapter in platforms.adapters.values()),
                server.run_until_cancelled(),
                service.run(),
                *([model.builtin.run()] if model.builtin else []),
                refresh_catalog(model.client, model.catalog, asyncio.sleep),
                stores.ownership.run(),
                stores.blobs.run(),
            )
        ]
        try:
            yield Running(
                easel=easel,
                service=service,
                parts=parts,
                stores=stores,
                adapters=platforms.adapters,
                builtin=model.builtin,
                address=address,
                local=local,
                token=tokens.people if tokens else None,
            )
        finally:
            await service.stop(settings.grace_s)
            for task in started:
                task.cancel()


def _build_server(  # noqa: PLR0913, PLR0917 - each part once
    settings: Settings,
    stores: SqlStores,
    service: Service,
    platforms: _Platforms,
    tokens: Tokens | None,
    control_token: str,
    listening: socket.socket,
) -> Server:
    """Build what serves the page and its API, and asks who calls."""
    sign_in = open_sign_in(settings, stores.store)
    guard = partial(
        Guard,
        host=settings.web_host,
        url=settings.web_url,
        token=tokens.people if tokens else None,
        operator=tokens.operator if tokens else None,
        sign_in=sign_in,
        images=allow_links(settings, stores.blobs),
    )
    app = application(
        service,
        control_token=control_token,
        routes=[*platforms.routes, *(sign_in.routes() if sign_in else ())],
        webhooks=platforms.webhooks,
        guard=guard,
        url=settings.web_url,
    )
    return Server(app, listening, 0 if settings.web_url else MAX_PER_ADDRESS)


def _build_platforms(settings: Settings) -> _Platforms:
    """Build the adapters that this process's roles need. Raise BadSettings."""
    built = _Platforms()
    for platform, own in settings.platforms.items():
        if not platform.is_configured(own):
            continue
        draws = settings.has_role(WORKER)
        sender = None if settings.roles is None else platform.build_sender(own)
        if settings.has_role(platform.name):
            adapter = built.adapters[platform.name] = platform.build(own)
            built.routes.extend(platform.routes(adapter))
            built.webhooks.extend(platform.webhooks(adapter))
            draws = draws or sender is None
        elif draws and sender is not None:
            built.adapters[platform.name] = sender
        if draws and platform.name in built.adapters:
            built.drawn.append(platform.name)
    return built
