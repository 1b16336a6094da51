"""`easel doctor`: is everything in place? A line each, ✓ or ✗ with what to do."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.data_lock import StartFailed, read_running
from bot.commands.doctor_live import draws, least_output, probe_model
from bot.commands.models import open_model
from bot.commands.platforms import installation_of, read_settings
from bot.commands.stores import (
    LOCAL_IMAGES,
    are_images_local,
    build_blobs,
    build_ownership,
    describe_images,
    open_queue,
    open_store,
)
from bot.commands.web_server import read_tokens
from bot.ports.errors import EaselError, NotKept, NotSaved, UnknownModel
from bot.ports.settings import BadSettings
from bot.server import logs
from bot.server.encryption import EncryptedSecrets
from bot.server.event_loop import run_loop
from storage import durable

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.commands.models import Model
    from bot.server.settings import Settings
    from storage.blobs import ObjectBlobs

_CHECK_IMAGES = "Make it readable and writable, or correct EASEL_BLOBS_URL"


def main(args: argparse.Namespace) -> int:
    """Check all parts; 0 when all are well."""
    logs.configure("CRITICAL")
    try:
        settings = read_settings()
        _print("✓", _describe_settings(settings))
    except (BadSettings, StartFailed) as error:
        for line in str(error).splitlines():
            _print("✗", line)
        return 1
    failed: list[str] = []
    run_loop(_run_checks(settings, failed, live=args.live))
    return 1 if failed else 0


def _print(mark: str, line: str) -> None:
    sys.stdout.write(f"{mark} {line}\n")


def _describe_settings(settings: Settings) -> str:
    names = [
        platform.title
        for platform, own in settings.platforms.items()
        if platform.is_configured(own)
    ]
    door = f"; {_describe_access(settings)}" if settings.has_page or settings.is_public else ""
    return f"Settings: {', '.join(names) or 'no adapter'}; model {settings.model}{door}"


def _describe_access(settings: Settings) -> str:
    """Return who gets in: what others than this machine's people reach is behind a token."""
    where = settings.web_url or settings.web_host
    if settings.oidc_issuer:
        return f"{where} asks people to sign in, and scripts for its token"
    if read_tokens(settings) is None:
        return f"{where} is for this machine only and asks for no token"
    given = "EASEL_WEB_TOKEN" if settings.web_token else f"in {settings.data / 'web-token'}"
    return f"{where} asks for its token ({given})"


async def _run_checks(settings: Settings, failed: list[str], *, live: bool) -> None:
    checks: list[tuple[str, Callable[[], Awaitable[str | None]]]] = [
        ("Database", partial(_check_database, settings)),
        ("Image store", partial(_check_images, settings)),
        ("Model", partial(check_model, settings)),
    ]
    installation = installation_of(settings)
    checks += [
        (platform.title, partial(platform.check, own, installation))
        for platform, own in settings.platforms.items()
        if platform.is_configured(own)
    ]
    if settings.oidc_issuer:
        checks.append(("Sign-in", partial(_check_sign_in, settings)))
    if live:
        checks.append(("Live", partial(_check_live, settings)))
    for name, check in checks:
        try:
            found = await check()
        except (EaselError, BadSettings, OSError) as error:
            failed.append(name)
            _print("✗", f"{name}: {error}")
        else:
            if found is not None:
                _print("✓", f"{name}: {found}")


async def _check_sign_in(settings: Settings) -> str:
    """Ask the provider who it is. Raise BadSettings."""
    from bot.server.sign_in import (  # noqa: PLC0415 - only where people sign in
        ProviderError,
        build_client,
        load_metadata,
    )

    assert settings.oidc_issuer is not None  # noqa: S101 - the caller looked
    try:
        await load_metadata(build_client(settings), settings.oidc_issuer)
    except ProviderError as error:
        raise BadSettings(
            f"EASEL_OIDC_ISSUER: {settings.oidc_issuer} is no provider that can be asked ({error}). "
            "Check the address: /.well-known/openid-configuration is below it."
        ) from None
    return f"people sign in at {settings.oidc_issuer} and come back to {settings.web_url}/sign-in/callback"


async def _check_database(settings: Settings) -> str:
    running = read_running(settings.data)
    durable.make(settings.data)
    async with open_store(settings) as store:
        await store.check()
        held = await store.get_held_since()
        tokens = await EncryptedSecrets(store, settings.secret_keys).check()
        async with open_queue(settings, store, ()):
            pass
    by = f", in use by process {running['pid']}" if running else ""
    hold = "; the model's account is ON HOLD: top it up, then `easel resume`" if held else ""
    return f"{store.name}{by}{hold}{f'; tokens of {tokens} workspaces' if tokens else ''}"


async def _check_images(settings: Settings) -> str:
    blobs = build_blobs(settings)
    where = describe_images(settings)
    try:
        await blobs.check()
    except NotKept as error:
        raise BadSettings(f"{where}: {error}. {_CHECK_IMAGES}.") from None
    alone = f"; {LOCAL_IMAGES}" if are_images_local(settings) else ""
    return f"{where}; {await _check_ownership(settings, blobs)}{alone}"


async def _check_ownership(settings: Settings, blobs: ObjectBlobs) -> str:
    try:
        async with open_store(settings) as store:
            why = await (await build_ownership(settings, store, blobs)).missing()
    except NotSaved:  # the database's own line says so
        return "whose it is stands in the database"
    return f"no image is removed from it. {why}" if why else "it is this installation's own"


@asynccontextmanager
async def _reach_model(settings: Settings) -> AsyncIterator[Model]:
    """Open the model, with the built-in one running where it is used. Raise BadSettings."""
    async with open_model(settings) as model:
        task = asyncio.create_task(model.builtin.run()) if model.builtin else None
        try:
            yield model
        except EaselError as error:
            raise BadSettings(
                f"{settings.shown_model_url}: {error}. Check EASEL_MODEL_URL and EASEL_MODEL_KEY."
            ) from None
        finally:
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def check_model(settings: Settings) -> str:
    """Ask the model's gateway what it has. Raise BadSettings."""
    where = settings.shown_model_url or "the built-in sketcher (set EASEL_MODEL_URL for another)"
    async with _reach_model(settings) as model:
        try:
            found = await model.client.list_models()
        except UnknownModel:
            return f"{where} answers, but lists no models"
    named = any(one.get("id") == settings.model for one in found)
    return where + ("" if named else f"; it does not list {settings.model}")


async def price_of_one(settings: Settings) -> float | None:
    """Return what one small picture costs, in US dollars; None: it is not known."""
    async with _reach_model(settings) as model:
        entry = model.catalog.entry(settings.model)
        return entry.price(least_output(entry))


async def draw_one(settings: Settings) -> None:
    """Draw one small picture. Raise BadSettings where none comes."""
    async with _reach_model(settings) as model:
        if not await draws(model.client, model.catalog.entry(settings.model)):
            raise BadSettings(
                f"{settings.shown_model_url} answers, but no picture came. Check EASEL_MODEL; "
                "`easel doctor --live` shows what the answer looks like."
            )


async def _check_live(settings: Settings) -> str:
    async with _reach_model(settings) as model:
        with contextlib.suppress(EaselError):  # a list is not needed to draw
            model.catalog.update_from_gateway(await model.client.list_models())
        wrong = await probe_model(model.client, model.catalog.entry(settings.model))
    if wrong:
        raise BadSettings(f"{wrong}.")
    return "a picture and an edit of it came; above is their shape, values taken out"
