"""`easel run` and `easel demo`: how does Easel start, greet and stop?"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.commands.compose import running
from bot.commands.platforms import find_platforms, read_settings
from bot.ports.language import speak
from bot.server import logs
from bot.server.event_loop import run_loop

if TYPE_CHECKING:
    import argparse

    from bot.commands.compose import Running
    from bot.server.settings import Settings

_log = structlog.stdlib.get_logger("easel")


def main(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    alone: dict[str, object] = {"roles": args.roles} if args.roles else {}
    if args.command == "demo":
        alone = {"model_url": None, "roles": None}
        for platform in find_platforms():
            alone |= platform.demo
    settings = read_settings(**alone)
    logs.configure(settings.log_level, [name for one in settings.platforms for name in one.loggers])
    run_loop(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stopped, number)
    with speak(settings.language):
        await _run(settings, stopped)
    _log.info("stopped")


async def _run(settings: Settings, stopped: asyncio.Event) -> None:
    async with running(settings) as one:
        _greet(settings, one)
        gc.freeze()  # the platforms' SDKs stay too: no collection looks through them
        await stopped.wait()


def _stop(stopped: asyncio.Event, number: int) -> None:
    """Stop in good order; whoever presses Ctrl-C again wants it at once."""
    if stopped.is_set() and number == signal.SIGINT:
        os._exit(128 + number)
    stopped.set()
    if sys.stderr.isatty():
        sys.stderr.write(
            "Easel is stopping: it waits for what is being drawn. Ctrl-C ends it at once.\n"
        )


def _describe_data(settings: Settings, one: Running) -> str:
    folder = str(settings.data.resolve())
    return folder if isinstance(settings.database, Path) else f"{one.stores.store.name}; {folder}"


def _greet(settings: Settings, one: Running) -> None:
    """Print where to look."""
    drawn_by = f"{settings.model} at {settings.shown_model_url}"
    if one.builtin:
        drawn_by = "the built-in sketcher: no AI, no key, nothing to pay"
    lines = ["Easel is running."]
    for platform, own in reversed(list(settings.platforms.items())):
        if platform.name in one.adapters and settings.has_role(platform.name):
            title = platform.title[:1].upper() + platform.title[1:]
            lines.append(f"  {title:<5}  {platform.greeting(own, one.address)}")
    if one.token and settings.web_token is None:
        lines.append(f"  Token  in {settings.data / 'web-token'}; the page asks for it once")
    if one.token and settings.operator_token is None:
        yours = settings.data / "operator-token"
        lines.append(f"  Yours  in {yours}: whoever opens the page with it may delete anything")
    if settings.roles is not None:
        lines.append(
            f"  Roles  {', '.join(sorted(settings.roles))}; other processes have the others"
        )
    lines += [
        f"  Model  {drawn_by}",
        f"  Data   {_describe_data(settings, one)}",
        "  Stop   Ctrl-C",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
