"""`easel usage`: what was spent in a month, in all workspaces? Reads beside a running Easel."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.data_lock import StartFailed
from bot.commands.platforms import read_settings
from bot.commands.stores import open_store
from bot.policy.budget import Month, get_usage
from bot.ports.queries import UsageQuery
from bot.ports.settings import BadSettings
from bot.presentation import statement
from bot.server import logs
from bot.server.event_loop import run_loop

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings


def main(args: argparse.Namespace) -> int:
    """Print a month."""
    settings = read_settings()
    logs.configure("ERROR")
    try:
        month = Month.parse(args.month) if args.month else Month.now()
    except ValueError as error:
        raise BadSettings(f"--month: {error}") from None
    if settings.database_url is None and not (settings.data / "easel.db").exists():
        raise StartFailed(f"Nothing is kept in {settings.data}. Set EASEL_DATA to Easel's folder.")
    run_loop(_print(settings, month))
    return 0


async def _print(settings: Settings, month: Month) -> None:
    async with open_store(settings) as store:
        found = await get_usage(store, UsageQuery(platform="", workspace="", month=str(month)))
    if found is not None:
        sys.stdout.write(statement.table(found) + "\n")
