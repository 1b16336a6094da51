"""Which model draws, what is known of it, and how is what its gateway lists kept up to date?"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.model.catalog.catalog import Catalog
from bot.model.catalog.known import known_models
from bot.model.catalog.models_file import ModelsFile, read_models, read_prices
from bot.model.client import ModelClient
from bot.model.image_fetcher import ImageFetcher
from bot.model.requests.profiles import PROFILES
from bot.ports.errors import EaselError, UnknownModel
from bot.ports.settings import BadSettings
from bot.server.builtin import BuiltinModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.model.transport import Timing
    from bot.server.settings import Settings

_log = structlog.stdlib.get_logger("easel")

#: seconds until the gateway's list is read again: usually, and after it could not be, at first and at most
_HOURLY, _SOON, _LATER = 3600.0, 15.0, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model that draws."""

    client: ModelClient
    catalog: Catalog
    #: None: another model is used
    builtin: BuiltinModel | None


@asynccontextmanager
async def open_model(settings: Settings, timing: Timing | None = None) -> AsyncIterator[Model]:
    """Build the model's client and catalog; close the client in the end. Raise BadSettings."""
    models = _read_models_file(settings)
    catalog = _build_catalog(settings, models)
    builtin = BuiltinModel() if settings.model_url is None else None
    client = _build_client(settings, models, builtin, timing)
    try:
        yield Model(client=client, catalog=catalog, builtin=builtin)
    finally:
        await client.close()


def _build_client(
    settings: Settings, models: ModelsFile, builtin: BuiltinModel | None, timing: Timing | None
) -> ModelClient:
    url = builtin.url if builtin else settings.model_url or ""
    profile = replace(models.profile, streams=True) if builtin else models.profile
    dialects = [one.profile for one in models.models if one.profile is not None]
    return ModelClient(
        url,
        key=settings.model_key.get_secret_value() if settings.model_key else None,
        profile=profile,
        stream=settings.model_stream,
        timing=timing,
        fetcher=ImageFetcher(url, trusted=[host for one in dialects for host in one.hosts]),
    )


def _build_catalog(settings: Settings, models: ModelsFile) -> Catalog:
    """Build the catalog, with the installation's own prices. Raise BadSettings."""
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


def _read_models_file(settings: Settings) -> ModelsFile:
    """Read which models there are. Raise BadSettings."""
    profile = PROFILES.get(settings.model_profile)
    if profile is None:
        there = ", ".join(PROFILES)
        raise BadSettings(f"EASEL_MODEL_PROFILE: “{settings.model_profile}” is none of {there}.")
    if settings.models is None:
        return ModelsFile(known_models(profile), profile, {})
    try:
        return read_models(settings.models, profile)
    except ValueError as error:
        raise BadSettings(f"EASEL_MODELS: {error}.") from None


async def refresh_catalog(
    model: ModelClient, catalog: Catalog, pause: Callable[[float], Awaitable[None]]
) -> None:
    """Read what the gateway lists, for ever: every hour, and soon after it could not be asked."""
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
