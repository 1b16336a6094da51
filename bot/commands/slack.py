"""`easel slack manifest`: which app has Slack to make? And how does Easel stand with Slack?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from adapters.slack.manifest import REQUEST_PATH, link, manifest
from bot.commands import instance
from bot.delivery.notices import operator_place
from bot.server.settings import BadSettings, Settings

if TYPE_CHECKING:
    import argparse

    from adapters.slack.adapter import SlackAdapter


def main(_args: argparse.Namespace) -> int:
    """Print the manifest, and the link that makes the app of it. Raises BadSettings."""
    settings = Settings.read()
    written = manifest(_request_url(settings))
    sys.stdout.write(f"{written}\n# Or open this link, which brings the manifest along:\n")
    sys.stdout.write(f"# {link(written)}\n")
    return 0


def _request_url(settings: Settings) -> str | None:
    """Give where Slack sends its requests in HTTP mode; None: Socket Mode. Raises BadSettings."""
    if settings.slack_signing_secret is None or settings.slack_app_token is not None:
        return None
    if not (settings.web_url or "").startswith("https://"):
        raise BadSettings(
            "EASEL_WEB_URL: Slack sends its requests to an https address. Set it to Easel's, "
            "or use EASEL_SLACK_APP_TOKEN in place of EASEL_SLACK_SIGNING_SECRET."
        )
    return f"{settings.web_url}{REQUEST_PATH}"


def adapter_of(settings: Settings) -> SlackAdapter | None:
    """Make the Slack adapter; None: Slack is not configured. Raises BadSettings."""
    if settings.slack_bot_token is None and settings.slack_app_token is not None:
        raise BadSettings(
            "EASEL_SLACK_BOT_TOKEN: the app-level token alone does not reach a workspace. "
            "Set the bot token too (xoxb-…), or unset EASEL_SLACK_APP_TOKEN."
        )
    if settings.slack_bot_token is None:
        return None
    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    if app_token is None and secret is None:
        raise BadSettings(
            "EASEL_SLACK_APP_TOKEN: Slack also needs the app-level token (xapp-…, scope connections:write), "
            "or EASEL_SLACK_SIGNING_SECRET where Slack is to send its requests to this server."
        )
    from adapters.slack.adapter import SlackAdapter  # noqa: PLC0415 - its SDK is large

    return SlackAdapter(
        settings.slack_bot_token.get_secret_value(),
        app_token=app_token.get_secret_value() if app_token else None,
        signing_secret=secret.get_secret_value() if secret else None,
        url=settings.slack_api_url,
    )


async def check(settings: Settings) -> str:
    """Say how Easel stands with Slack, for the doctor. Raises BadSettings."""
    from adapters.slack import doctor  # noqa: PLC0415 - its SDK is large

    if settings.slack_bot_token is None:
        raise BadSettings("EASEL_SLACK_BOT_TOKEN: there is none. See `easel slack manifest`.")
    adapter_of(settings)
    app_token = settings.slack_app_token
    place = operator_place(settings.operator)
    place = place if place is not None and place.platform == "slack" else None
    try:
        return await doctor.checked(
            settings.slack_bot_token.get_secret_value(),
            app_token.get_secret_value() if app_token else None,
            settings.slack_api_url,
            operator=(place.workspace, place.channel.removeprefix("@")) if place else None,
            quiet=instance.running(settings.data) is not None,
        )
    except doctor.CannotCheck as error:
        raise BadSettings(str(error)) from None
