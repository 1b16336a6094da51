"""Which parts make an Easel, and how do they start and end? `easel run` and `easel demo`."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bot.commands.instance import Instance, StartFailed, writing
from bot.commands.lasting import open_queue, open_store, ownership_of
from bot.commands.platforms import find_platforms, read_settings
from bot.delivery.notices import operator_place
from bot.model.catalog.catalog import Catalog
from bot.model.catalog.known import known
from bot.model.catalog.models_file import ModelsFile, read_models
from bot.model.catalog.prices import read_prices
from bot.model.client import ModelClient
from bot.model.image_fetcher import Fetcher
from bot.model.requests.profiles import PROFILES
from bot.ports.errors import EaselError, NotKept, UnknownModel
from bot.ports.settings import BadSettings
from bot.server import logs
from bot.server.app import Easel
from bot.server.auth import Guard, new_token
from bot.server.builtin import BuiltinModel
from bot.server.http import MOST_OF_ONE, Server, application, listen
from bot.server.memory import map_large_blocks
from bot.server.settings import weak
from storage.blobs import ObjectBlobs
from storage.spool import SpooledBlobs

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping

    from pydantic import SecretStr
    from starlette.routing import BaseRoute

    from bot.model.transport import Timing
    from bot.ports.adapter import Adapter
    from bot.server.settings import Settings
    from storage.store import SqlStore

#: seconds for a database that starts together with Easel
_PATIENCE = 20.0
_log = structlog.stdlib.get_logger("easel")

#: seconds until the gateway's list is read again: usually, and after it could not be, at first and at most
_HOURLY, _SOON, _LATER = 3600.0, 15.0, 600.0


def main(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    alone: dict[str, object] = {}
    if args.command == "demo":
        alone = {"model_url": None}
        for platform in find_platforms():
            alone |= platform.demo
    settings = read_settings(**alone)
    logs.configure(settings.log_level, [name for one in settings.platforms for name in one.loggers])
    loop_run(_serve(settings))
    return 0


def loop_run(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one; memory that pictures took goes back to the system."""
    map_large_blocks()
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


async def _serve(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stopped, number)
    async with running(settings) as one:
        _greet(settings, one)
        await stopped.wait()
    _log.info("stopped")


def _stop(stopped: asyncio.Event, number: int) -> None:
    """Stop in good order; whoever presses Ctrl-C again wants it at once."""
    if stopped.is_set() and number == signal.SIGINT:
        os._exit(128 + number)
    stopped.set()
    if sys.stderr.isatty():
        sys.stderr.write(
            "Easel is stopping: it waits for what is being drawn. Ctrl-C ends it at once.\n"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An Easel that runs."""

    easel: Easel
    #: where the page is, for people
    address: str
    #: where it is served on this machine
    local: str
    #: the page asks for it; None: it does not
    token: str | None
    #: None: another model is used
    builtin: BuiltinModel | None
    #: by the first part of their places
    adapters: Mapping[str, Adapter]
    store: SqlStore
    blobs: ObjectBlobs


@asynccontextmanager
async def running(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[Running]:
    """Put the parts together and run them; at the end let drawings end, then take all apart.

    Raises BadSettings, StartFailed, NotSaved or NewerDatabase where it cannot start.
    """
    with Instance(settings.data) as instance:
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_store(settings, _PATIENCE))
            builtin = BuiltinModel() if settings.model_url is None else None
            model = model_of(settings, builtin, timing)
            stack.push_async_callback(model.close)
            catalog = catalog_of(settings)
            blobs = blobs_of(settings)
            ownership = await ownership_of(settings, store, blobs)
            try:
                await ownership.check()
            except NotKept as error:  # it may come; until then nothing is drawn
                _log.error("images cannot be kept", why=str(error), store=images_at(settings))
            adapters: dict[str, Adapter] = {}
            routes: list[BaseRoute] = []
            webhooks: list[BaseRoute] = []
            for platform, own in settings.platforms.items():
                if platform.is_configured(own):
                    adapter = adapters[platform.name] = platform.build(own)
                    routes += platform.routes(adapter)
                    webhooks += platform.webhooks(adapter)
            queue, slots = await stack.enter_async_context(open_queue(settings, store, adapters))
            easel = Easel(
                store=store,
                blobs=blobs,
                ownership=ownership,
                queue=queue,
                model=model,
                catalog=catalog,
                adapters=adapters,
                slots=slots,
                operator=operator_place(settings.operator),
                retention=settings.retention_days,
                permissions=settings.permissions(),
                confirm_above=settings.confirm_above,
                exports=emptied(settings.data / "exports"),
            )
            listening = _listen(settings)
            stack.callback(listening.close)
            tokens = tokens_of(settings)
            app = application(
                ready=easel.ready,
                resume=easel.resume,
                control_token=instance.token,
                metrics=easel.measured,
                routes=routes,
                webhooks=webhooks,
                guard=partial(
                    Guard,
                    host=settings.web_host,
                    url=settings.web_url,
                    token=tokens and tokens[0],
                    operator=tokens and tokens[1],
                ),
            )
            instance.tell(_address(settings, listening, local=True))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            parts = [adapter.run(easel) for adapter in adapters.values()]
            parts += [
                Server(
                    app, listening, 0 if settings.web_url else MOST_OF_ONE
                ).run_until_cancelled(),
                easel.run(),
            ]
            parts += [builtin.run()] if builtin else []
            parts += [learn(model, catalog, asyncio.sleep), ownership.run(), blobs.run()]
            started = [tasks.create_task(part) for part in parts]
            try:
                yield Running(
                    easel=easel,
                    address=_address(settings, listening),
                    local=_address(settings, listening, local=True),
                    token=tokens and tokens[0],
                    builtin=builtin,
                    adapters=adapters,
                    store=store,
                    blobs=blobs,
                )
            finally:
                await easel.stop(settings.grace_s)
                for task in started:
                    task.cancel()


def emptied(folder: Path) -> Path:
    """Remove the files that an earlier run left in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def model_of(
    settings: Settings, builtin: BuiltinModel | None, timing: Timing | None = None
) -> ModelClient:
    """Make the model's client. Raises BadSettings."""
    url = builtin.url if builtin else settings.model_url or ""
    models = _models(settings)
    profile = replace(models.profile, streams=True) if builtin else models.profile
    dialects = [one.profile for one in models.models if one.profile is not None]
    return ModelClient(
        url,
        key=settings.model_key.get_secret_value() if settings.model_key else None,
        profile=profile,
        stream=settings.model_stream,
        timing=timing,
        fetcher=Fetcher(url, trusted=[host for one in dialects for host in one.hosts]),
    )


def catalog_of(settings: Settings) -> Catalog:
    """Make the catalogue, with the installation's own prices. Raises BadSettings."""
    models = _models(settings)
    try:
        prices = read_prices(settings.prices) if settings.prices else {}
    except ValueError as error:
        raise BadSettings(f"EASEL_PRICES: {error}.") from None
    if settings.model_url is None:
        free = {one.name: {"any": 0.0} for one in models.models if not one.profile}
        prices = {settings.model: {"any": 0.0}, **free, **prices}
    return Catalog(
        settings.model,
        models=models.models,
        prices={**models.prices, **prices},
        profile=models.profile,
    )


def _models(settings: Settings) -> ModelsFile:
    """Read which models there are. Raises BadSettings."""
    profile = PROFILES.get(settings.model_profile)
    if profile is None:
        there = ", ".join(PROFILES)
        raise BadSettings(f"EASEL_MODEL_PROFILE: “{settings.model_profile}” is none of {there}.")
    if settings.models is None:
        return ModelsFile(known(profile), profile, {})
    try:
        return read_models(settings.models, profile)
    except ValueError as error:
        raise BadSettings(f"EASEL_MODELS: {error}.") from None


async def learn(
    model: ModelClient, catalog: Catalog, pause: Callable[[float], Awaitable[None]]
) -> None:
    """Take up what the gateway lists, for ever: every hour, and soon after it could not be asked."""
    wait = _SOON
    while True:
        try:
            catalog.update_from_gateway(await model.list_models())
            wait = _HOURLY
        except UnknownModel as error:
            _log.info("the model publishes no list", error=str(error))
            wait = _HOURLY
        except EaselError as error:
            _log.info("the model's list cannot be read now", error=str(error))
            wait = min(2 * wait, _LATER) if wait <= _LATER else _SOON
        await pause(wait)


def blobs_of(settings: Settings) -> ObjectBlobs:
    """Make the image store. Raises BadSettings."""
    if settings.blobs_url is None:
        return ObjectBlobs.in_folder(settings.data / "images")
    try:
        return SpooledBlobs.at(settings.blobs_url, settings.data / "spool")
    except Exception as error:  # obstore has a class for each store's every fault
        reason = str(error).partition("\n")[0]
        raise BadSettings(f"EASEL_BLOBS_URL: {reason}. Use s3://…, gs://… or az://….") from None


def images_at(settings: Settings) -> str:
    """Say where images are kept."""
    return settings.blobs_url or str(settings.data / "images")


def _listen(settings: Settings) -> socket.socket:
    try:
        return listen(settings.web_host, settings.web_port)
    except OSError as error:
        if "web_port" not in settings.model_fields_set and settings.loopback:
            return listen(settings.web_host, 0)
        where = f"{settings.web_host}:{settings.web_port} cannot be opened ({error.strerror})"
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise StartFailed(
                f"EASEL_WEB_PORT: {where}. Set EASEL_WEB_PORT to another port; 0 picks a free one."
            ) from None
        raise StartFailed(
            f"EASEL_WEB_HOST: {where}. Set EASEL_WEB_HOST to an address of this machine, or 0.0.0.0 for all."
        ) from None


def _address(settings: Settings, listening: socket.socket, *, local: bool = False) -> str:
    if settings.web_url and not local:
        return settings.web_url
    host = settings.web_host
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return (
        f"http://[{host}]:{listening.getsockname()[1]}"
        if ":" in host
        else (f"http://{host}:{listening.getsockname()[1]}")
    )


def tokens_of(settings: Settings) -> tuple[str, str] | None:
    """Give the page's token and its operator's; made at first start where others reach the page.

    None: it is for this machine only. Raises BadSettings or StartFailed.
    """
    if settings.web_token is None and not settings.public:
        return None
    return (
        _token(settings, settings.web_token, "web-token"),
        _token(settings, settings.operator_token, "operator-token"),
    )


def _token(settings: Settings, given: SecretStr | None, name: str) -> str:
    if given is not None:
        return given.get_secret_value()
    file = settings.data / name
    with writing(settings.data):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists() or not file.read_text().strip():  # one that a full disk took is none
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w") as opened:
                opened.write(new_token())
        file.chmod(0o600)
        kept = file.read_text().strip()
    if weak(kept):
        raise BadSettings(
            f"{file}: this token is too easy to guess. Delete the file: a new one is made."
        )
    return kept


def _kept(settings: Settings, one: Running) -> str:
    folder = str(settings.data.resolve())
    return folder if isinstance(settings.database, Path) else f"{one.store.name}; {folder}"


def _greet(settings: Settings, one: Running) -> None:
    """Tell whoever started it where to look."""
    drawn_by = f"{settings.model} at {settings.model_at}"
    if one.builtin:
        drawn_by = "the built-in sketcher: no AI, no key, nothing to pay"
    lines = ["Easel is running."]
    for platform, own in reversed(list(settings.platforms.items())):
        if platform.name in one.adapters:
            title = platform.title[:1].upper() + platform.title[1:]
            lines.append(f"  {title:<5}  {platform.greeting(own, one.address)}")
    if one.token and settings.web_token is None:
        lines.append(f"  Token  in {settings.data / 'web-token'}; the page asks for it once")
    if one.token and settings.operator_token is None:
        yours = settings.data / "operator-token"
        lines.append(f"  Yours  in {yours}: whoever opens the page with it may delete anything")
    lines += [f"  Model  {drawn_by}", f"  Data   {_kept(settings, one)}", "  Stop   Ctrl-C"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
