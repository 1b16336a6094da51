"""What do the short commands do? `easel usage`, `images`, `migrate`, `secrets`, `resume` and `model`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.data_lock import StartFailed, call_running, explain_unwritable, read_running
from bot.commands.platforms import read_settings
from bot.commands.stores import (
    build_blobs,
    build_ownership,
    describe_images,
    open_queue,
    open_store,
    require_data,
)
from bot.policy.budget import Month, get_usage
from bot.ports.queries import UsageQuery
from bot.ports.settings import BadSettings
from bot.presentation import statement
from bot.server import logs
from bot.server.encryption import EncryptedSecrets, new_key
from bot.server.event_loop import run_loop
from bot.sketch.__main__ import main as sketch
from storage import durable
from storage.migrate import NEWEST

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings


def usage(args: argparse.Namespace) -> int:
    """Print what was spent in a month, in all workspaces; beside a running Easel."""
    settings = read_settings()
    logs.configure("ERROR")
    try:
        month = Month.parse(args.month) if args.month else Month.now()
    except ValueError as error:
        raise BadSettings(f"--month: {error}") from None
    require_data(settings)
    run_loop(_print_usage(settings, month))
    return 0


async def _print_usage(settings: Settings, month: Month) -> None:
    async with open_store(settings) as store:
        found = await get_usage(store, UsageQuery(platform="", workspace="", month=str(month)))
    if found is not None:
        sys.stdout.write(statement.table(found) + "\n")


def images(args: argparse.Namespace) -> int:
    """Print whose the images are; with `--take` they are this installation's from now on."""
    settings = read_settings()
    logs.configure("ERROR")
    run_loop(_print_owner(settings, take=args.take))
    return 0


async def _print_owner(settings: Settings, *, take: bool) -> None:
    with explain_unwritable(settings.data):
        durable.make(settings.data)
    async with open_store(settings) as store:
        ownership = await build_ownership(settings, store, build_blobs(settings))
        if take:
            await ownership.take()
        why = await ownership.missing()
    where = describe_images(settings)
    sys.stdout.write(f"{where}: {why or 'the images are this installation’s.'}\n")


def migrate(_args: argparse.Namespace) -> int:
    """Bring the database's tables up to date."""
    settings = read_settings()
    logs.configure("ERROR")
    run_loop(_migrate(settings))
    return 0


async def _migrate(settings: Settings) -> None:
    with explain_unwritable(settings.data):
        durable.make(settings.data)
    async with (
        open_store(settings, settings.database_wait_s) as store,
        open_queue(settings, store, ()),
    ):
        sys.stdout.write(f"{store.name}: its tables are those of this Easel ({NEWEST}).\n")


def secrets(args: argparse.Namespace) -> int:
    """Print a new key for workspaces' tokens, or encrypt them all under the newest one. Raise BadSettings."""
    if args.what == "key":
        sys.stdout.write(f"{new_key()}\n")
        return 0
    settings = read_settings()
    logs.configure("ERROR")
    require_data(settings)
    run_loop(_rotate(settings))
    return 0


async def _rotate(settings: Settings) -> None:
    async with open_store(settings) as store:
        count = await EncryptedSecrets(store, settings.secret_keys).rotate()
    sys.stdout.write(
        f"The first key of EASEL_SECRET_KEY now encrypts every token ({count}). "
        "Remove the other keys once every Easel runs with it.\n"
    )


def resume(_args: argparse.Namespace) -> int:
    """Take the model's account off hold, through the running bot."""
    settings = read_settings()
    found = read_running(settings.data)
    if found is None:
        raise StartFailed(
            f"No Easel runs on {settings.data}. Start it with `easel run`; what waits goes on "
            "after `easel resume`."
        )
    resumed = call_running(found, "/control/resume")["resumed"]
    said = "Resumed: what waited is being drawn." if resumed else "Nothing is on hold."
    sys.stdout.write(f"{said}\n")
    return 0


def model(args: argparse.Namespace) -> int:
    """Serve the built-in drawing model until stopped."""
    sys.stderr.write("The built-in sketcher (no AI). Set EASEL_MODEL_URL to the address below.\n")
    given = ["--host", args.host, "--port", str(args.port)]
    return sketch([*given, *(["--key", args.key] if args.key else [])])
