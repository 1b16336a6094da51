"""`easel images`: whose are the images in the image store?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.data_lock import explain_unwritable
from bot.commands.platforms import read_settings
from bot.commands.stores import build_blobs, build_ownership, describe_images, open_store
from bot.server import logs
from bot.server.event_loop import run_loop
from storage import durable

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings


def main(args: argparse.Namespace) -> int:
    """Say it; with `--take` they are this installation's from now on."""
    settings = read_settings()
    logs.configure("ERROR")
    run_loop(_images(settings, take=args.take))
    return 0


async def _images(settings: Settings, *, take: bool) -> None:
    with explain_unwritable(settings.data):
        durable.make(settings.data)
    async with open_store(settings) as store:
        ownership = await build_ownership(settings, store, build_blobs(settings))
        if take:
            await ownership.take()
        why = await ownership.missing()
    sys.stdout.write(
        f"{describe_images(settings)}: {why or 'the images are this installation’s.'}\n"
    )
