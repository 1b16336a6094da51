"""What is Discord to Easel: its settings, its adapter, its check, its invitation?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from bot.ports.platform import Command, Platform
from bot.ports.settings import BadSettings, Installation, Secret, SettingsModel, Url

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter
    from bot.ports.setup import Setup


class DiscordSettings(SettingsModel):
    """`EASEL_DISCORD_…`."""

    model_config = SettingsConfigDict(env_prefix="EASEL_DISCORD_")

    token: Secret = None
    #: another base address: a rate-limit proxy
    api_url: Url = None
    #: in how many parts events come; None: in as many as Discord recommends
    shards: Annotated[int, Field(ge=1, le=4096)] | None = None


class DiscordPlatform(Platform[DiscordSettings, "DiscordAdapter"]):
    """Discord, over its gateway."""

    name = "discord"
    title = "Discord"
    settings = DiscordSettings
    entries = ("discord:…",)
    person = "discord:…"
    loggers = ("discord",)

    def __init__(self) -> None:
        self.commands = (
            Command(
                "invite", "print the link that invites Easel to a Discord server", self._invite
            ),
        )

    def is_configured(self, settings: DiscordSettings) -> bool:
        """Return whether there is a token."""
        return settings.token is not None

    def build(self, settings: DiscordSettings) -> DiscordAdapter:
        """Return the adapter."""
        from adapters.discord.adapter import DiscordAdapter  # noqa: PLC0415 - its SDK is 30 MB

        return DiscordAdapter(_token(settings), settings.api_url, settings.shards)

    def setup(self) -> Setup[DiscordSettings]:
        """Return the steps of a bot."""
        from adapters.discord.setup import SETUP  # noqa: PLC0415 - its SDK is large

        return SETUP

    def greeting(self, settings: DiscordSettings, address: str) -> str:
        """Return that it connects by itself."""
        del settings, address
        return "connecting; `easel doctor` checks it"

    async def check(self, settings: DiscordSettings, installation: Installation) -> str:
        """Return how the bot stands on Discord. Raise BadSettings."""
        del installation
        from adapters.discord import doctor  # noqa: PLC0415 - its SDK is 30 MB

        return await doctor.check(_token(settings), settings.api_url, settings.shards)

    async def _invite(self, settings: DiscordSettings, installation: Installation) -> str:
        del installation
        token = _token(settings)
        from adapters.discord import doctor  # noqa: PLC0415 - its SDK is 30 MB

        try:
            return await doctor.get_invitation(token, settings.api_url)
        except doctor.CannotCheck as error:
            raise BadSettings(f"EASEL_DISCORD_TOKEN: {error}") from None


def _token(settings: DiscordSettings) -> str:
    """Return the bot's token. Raise BadSettings."""
    if settings.token is None:
        raise BadSettings(
            "EASEL_DISCORD_TOKEN: there is none. Make an application on https://discord.com/developers, "
            "copy the token from its Bot page, and set it."
        )
    return settings.token.get_secret_value()
