"""`easel images`: whose are the images in the image store?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.commands.instance import writing
from bot.commands.lasting import open_store, ownership_of
from bot.commands.platforms import read_settings
from bot.commands.run import blobs_of, images_at, loop_run
from bot.server import logs
from storage import durable

if TYPE_CHECKING:
    import argparse

    from bot.server.settings import Settings


def main(args: argparse.Namespace) -> int:
    """Say it; with `--take` they are this installation's from now on."""
    settings = read_settings()
    logs.configure("ERROR")
    loop_run(_images(settings, take=args.take))
    return 0


async def _images(settings: Settings, *, take: bool) -> None:
    with writing(settings.data):
        durable.make(settings.data)
    async with open_store(settings) as store:
        ownership = await ownership_of(settings, store, blobs_of(settings))
        if take:
            await ownership.take()
        why = await ownership.missing()
    sys.stdout.write(f"{images_at(settings)}: {why or 'the images are this installation’s.'}\n")
