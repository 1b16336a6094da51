"""How is Slack set up? An app is made of the manifest, installed by a person, and its two tokens are pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.doctor import CannotCheck, check_app_token, check_bot_token
from adapters.slack.manifest import link, manifest
from adapters.slack.sessions import open_sessions
from bot.ports.setup import Preparation, Question, Setup

if TYPE_CHECKING:
    from adapters.slack.platform import SlackSettings
    from bot.ports.settings import Installation

_APPS = "https://api.slack.com/apps"


async def _prepare(settings: SlackSettings, _installation: Installation, token: str) -> str:
    """Make the app with a configuration token, or say how a person makes it. Raise CannotCheck."""
    if not token:
        return (
            f"Open this link, choose your workspace and press Create:\n\n  {link(manifest())}\n\n"
            "Then press “Install to Workspace” on the app's page “Install App”."
        )
    async with open_sessions(settings.api_url) as http:
        try:
            made = await http.client().apps_manifest_create(manifest=manifest(), token=token)
        except SlackApiError as error:
            raise CannotCheck(
                f"Slack says {error.response.get('error')}: copy a fresh App Configuration Token (xoxe.xoxp-…) from "
                f"the bottom of {_APPS}; it is good for twelve hours."
            ) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CannotCheck(f"Slack cannot be reached ({error!r}). Try again.") from None
    app = made["app_id"]
    return f"The app is made. Open {_APPS}/{app}/install-on-team and press Install."


async def _check_bot_token(settings: SlackSettings, _installation: Installation) -> str:
    assert settings.bot_token is not None  # noqa: S101 - it was just given
    return await check_bot_token(settings.bot_token.get_secret_value(), settings.api_url)


async def _check_app_token(settings: SlackSettings, installation: Installation) -> str:
    assert settings.app_token is not None  # noqa: S101 - as above
    token = settings.app_token.get_secret_value()
    return await check_app_token(token, settings.api_url, quiet=installation.is_running)


SETUP: Setup[SlackSettings] = Setup(
    preparation=Preparation(
        label="App Configuration Token (xoxe.xoxp-…), if Easel shall make the app itself",
        where=f"at the bottom of {_APPS}: “Generate Token”. Leave it empty to make the app by a link",
        run=_prepare,
    ),
    questions=(
        Question(
            setting="EASEL_SLACK_BOT_TOKEN",
            label="Bot User OAuth Token (xoxb-…)",
            where="on the app's page “OAuth & Permissions”, once it is installed",
            check=_check_bot_token,
        ),
        Question(
            setting="EASEL_SLACK_APP_TOKEN",
            label="App-Level Token (xapp-…)",
            where="on the app's page “Basic Information”: “Generate Token and Scopes”, scope connections:write",
            check=_check_app_token,
        ),
    ),
)
