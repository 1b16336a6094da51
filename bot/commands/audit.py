"""What does `easel audit` print? Who drew, deleted and set what, in all workspaces; beside a running Easel."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.platforms import read_settings
from bot.commands.stores import open_store, require_data
from bot.ports.audit import AUDIT_COLUMNS, AuditQuery, parse_day
from bot.ports.settings import BadSettings
from bot.presentation import audit
from bot.server import logs
from bot.server.event_loop import run_loop

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings

#: entries that are read at a time
_PAGE = 500


def main(args: argparse.Namespace) -> int:
    """Print the audit log. Raise BadSettings."""
    settings = read_settings()
    logs.configure("ERROR")
    query = AuditQuery(
        platform="",
        workspace="",
        since=_read_day(args.since, "--since"),
        until=_read_day(args.until, "--until"),
        limit=_PAGE,
    )
    require_data(settings)
    run_loop(_print(settings, query, args.format))
    return 0


def _read_day(text: str | None, name: str) -> float | None:
    """Read when a day begins in UTC, Unix seconds. Raise BadSettings."""
    try:
        return parse_day(text) if text is not None else None
    except ValueError as error:
        raise BadSettings(f"{name}: {error}") from None


async def _print(settings: Settings, query: AuditQuery, kind: str) -> None:
    if kind == "csv":
        sys.stdout.write(audit.csv_line(AUDIT_COLUMNS))
    async with open_store(settings) as store:
        while found := await store.list_audit(query):
            sys.stdout.writelines(audit.write_lines(found, kind))
            query = replace(query, before=found[-1].cursor)
