"""`easel discord invite`: with which link is the bot invited to a Discord server?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from bot.server.settings import BadSettings, Settings

if TYPE_CHECKING:
    import argparse


def main(_args: argparse.Namespace) -> int:
    """Print the link. Raises BadSettings."""
    sys.stdout.write(asyncio.run(_invitation(Settings.read())) + "\n")
    return 0


async def _invitation(settings: Settings) -> str:
    token = token_of(settings)
    from adapters.discord import checkup  # noqa: PLC0415 - its SDK is large

    try:
        return await checkup.invitation(token, settings.discord_api_url)
    except checkup.CannotCheck as error:
        raise BadSettings(f"EASEL_DISCORD_TOKEN: {error}") from None


def token_of(settings: Settings) -> str:
    """Give the bot's token. Raises BadSettings."""
    if settings.discord_token is None:
        raise BadSettings(
            "EASEL_DISCORD_TOKEN: there is none. Make an application on https://discord.com/developers, "
            "copy the token from its Bot page, and set it."
        )
    return settings.discord_token.get_secret_value()


async def check(settings: Settings) -> str:
    """Say how the bot stands on Discord, for the doctor. Raises BadSettings."""
    from adapters.discord import checkup  # noqa: PLC0415 - its SDK is large

    try:
        return await checkup.checked(token_of(settings), settings.discord_api_url)
    except checkup.CannotCheck as error:
        raise BadSettings(str(error)) from None
