"""How is Discord set up? A person makes a bot there, pastes its token, and opens the link that invites it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.discord.doctor import check, get_invitation
from bot.ports.setup import Preparation, Question, Setup

if TYPE_CHECKING:
    from adapters.discord.platform import DiscordSettings
    from bot.ports.settings import Installation

_HOW = (
    "Open https://discord.com/developers/applications and press “New Application”. On its page “Bot”, switch on\n"
    "“Message Content Intent”, so that plain replies can be read."
)


async def _prepare(_settings: DiscordSettings, _installation: Installation, _token: str) -> str:
    return _HOW


async def _check_token(settings: DiscordSettings, _installation: Installation) -> str:
    assert settings.token is not None  # noqa: S101 - it was just given
    return await check(settings.token.get_secret_value(), settings.api_url, settings.shards)


async def _finish(settings: DiscordSettings, _installation: Installation) -> str:
    assert settings.token is not None  # noqa: S101 - it was asked for
    invitation = await get_invitation(settings.token.get_secret_value(), settings.api_url)
    return f"Open this link to bring Easel into a server:\n\n  {invitation}"


SETUP: Setup[DiscordSettings] = Setup(
    preparation=Preparation(run=_prepare),
    questions=(
        Question(
            setting="EASEL_DISCORD_TOKEN",
            label="Bot token",
            where="on the page “Bot”: “Reset Token”",
            check=_check_token,
        ),
    ),
    finish=_finish,
)
