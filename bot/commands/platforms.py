"""Which platforms are installed? Those that come with Easel, and those of packages installed beside it."""

from __future__ import annotations

import asyncio
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from bot.commands.data_lock import read_running
from bot.delivery.notices import parse_operator
from bot.ports.platform import AnyPlatform, Platform
from bot.ports.settings import BadSettings, Installation
from bot.server.settings import Settings

if TYPE_CHECKING:
    import argparse

#: a package names its platform in this group of entry points
GROUP = "easel.adapters"
_BUILT_IN = [
    EntryPoint(name, f"adapters.{name}:PLATFORM", GROUP) for name in ("web", "slack", "discord")
]


@cache
def find_platforms() -> tuple[AnyPlatform, ...]:
    """Return the platforms, those of Easel first. Raise BadSettings where one cannot be loaded."""
    found: dict[str, AnyPlatform] = {}
    for entry in (*_BUILT_IN, *entry_points(group=GROUP)):
        try:
            platform = entry.load()
        except Exception as error:  # a package's code is anybody's
            raise BadSettings(f"The platform {entry.value} cannot be loaded: {error!r}.") from error
        if not isinstance(platform, Platform):
            raise BadSettings(f"{entry.value} is no Platform (docs/adapters.md says what one is).")
        if platform.name in found:
            raise BadSettings(f"There are two platforms of the name {platform.name}. Remove one.")
        found[platform.name] = platform
    return tuple(found.values())


def read_settings(**given: object) -> Settings:
    """Read the settings of Easel and of all platforms; `given` wins. Raise BadSettings."""
    return Settings.read(find_platforms(), **given)


def installation_of(settings: Settings) -> Installation:
    """Return what platforms may know of this Easel."""
    return Installation(
        url=settings.web_url,
        operator=parse_operator(settings.operator),
        is_running=read_running(settings.data) is not None,
    )


def main(args: argparse.Namespace) -> int:
    """Run a platform's own command and print what it returns. Raise BadSettings."""
    settings = read_settings()
    [platform] = [one for one in settings.platforms if one.name == args.command]
    [command] = [one for one in platform.commands if one.name == args.what]
    work = command.run(settings.platforms[platform], installation_of(settings))
    sys.stdout.write(f"{asyncio.run(work)}\n")
    return 0
