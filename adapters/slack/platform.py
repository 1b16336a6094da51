"""What is Slack to Easel: its settings, its adapter, its check, its manifest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_settings import SettingsConfigDict

from adapters.slack.manifest import REQUEST_PATH, link, manifest
from bot.ports.platform import Command, Installation, Platform
from bot.ports.settings import BadSettings, Secret, SettingsModel, Url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from adapters.slack.adapter import SlackAdapter


class SlackSettings(SettingsModel):
    """`EASEL_SLACK_…`."""

    model_config = SettingsConfigDict(env_prefix="EASEL_SLACK_")

    bot_token: Secret = None
    app_token: Secret = None
    signing_secret: Secret = None
    #: another base address: GovSlack, a proxy
    api_url: Url = None


class SlackPlatform(Platform[SlackSettings, "SlackAdapter"]):
    """Slack, over a socket (Socket Mode) or over requests to Easel (HTTP mode)."""

    name = "slack"
    title = "Slack"
    settings = SlackSettings
    entries = ("slack:T…", "slack:T…:C…")
    person = "slack:T…:U…"
    loggers = ("slack_bolt", "slack_sdk")

    def __init__(self) -> None:
        self.commands = (
            Command(
                "manifest",
                "print the manifest that Slack makes the app of, and a link that brings it",
                self._manifest,
            ),
        )

    def is_configured(self, settings: SlackSettings) -> bool:
        """Return whether there is a token."""
        return settings.bot_token is not None or settings.app_token is not None

    def receives_requests(self, settings: SlackSettings) -> bool:
        """Return whether it is HTTP mode."""
        return settings.signing_secret is not None and settings.app_token is None

    def build(self, settings: SlackSettings) -> SlackAdapter:
        """Return the adapter. Raise BadSettings."""
        if settings.bot_token is None:
            raise BadSettings(
                "EASEL_SLACK_BOT_TOKEN: the app-level token alone does not reach a workspace. "
                "Set the bot token too (xoxb-…), or unset EASEL_SLACK_APP_TOKEN."
            )
        app_token, secret = settings.app_token, settings.signing_secret
        if app_token is None and secret is None:
            raise BadSettings(
                "EASEL_SLACK_APP_TOKEN: Slack also needs the app-level token (xapp-…, scope connections:write), "
                "or EASEL_SLACK_SIGNING_SECRET where Slack is to send its requests to this server."
            )
        from adapters.slack.adapter import SlackAdapter  # noqa: PLC0415 - its SDK is large

        return SlackAdapter(
            settings.bot_token.get_secret_value(),
            app_token=app_token.get_secret_value() if app_token else None,
            signing_secret=secret.get_secret_value() if secret else None,
            url=settings.api_url,
        )

    def webhooks(self, adapter: SlackAdapter) -> Sequence[BaseRoute]:
        """Return the route of HTTP mode."""
        return adapter.routes()

    def greeting(self, settings: SlackSettings, address: str) -> str:
        """Return how Slack reaches Easel."""
        del address
        how = "Socket Mode" if settings.app_token else f"requests to {REQUEST_PATH}"
        return f"{how}; `easel doctor` checks it"

    async def check(self, settings: SlackSettings, installation: Installation) -> str:
        """Return how Easel stands with Slack. Raise BadSettings."""
        from adapters.slack import doctor  # noqa: PLC0415 - its SDK is large

        self.build(settings)
        assert settings.bot_token is not None  # noqa: S101 - else nothing could be built
        place = installation.operator
        operator = (
            (place.workspace, place.channel.removeprefix("@"))
            if place is not None and place.platform == self.name
            else None
        )
        return await doctor.check_slack(
            settings.bot_token.get_secret_value(),
            settings.app_token.get_secret_value() if settings.app_token else None,
            settings.api_url,
            operator=operator,
            quiet=installation.is_running,
        )

    async def _manifest(self, settings: SlackSettings, installation: Installation) -> str:
        """Write the manifest, and the link that makes the app of it. Raise BadSettings."""
        request_url = None
        if self.receives_requests(settings):
            if not (installation.url or "").startswith("https://"):
                raise BadSettings(
                    "EASEL_WEB_URL: Slack sends its requests to an https address. Set it to Easel's, "
                    "or use EASEL_SLACK_APP_TOKEN in place of EASEL_SLACK_SIGNING_SECRET."
                )
            request_url = f"{installation.url}{REQUEST_PATH}"
        written = manifest(request_url)
        return (
            f"{written}\n# Or open this link, which brings the manifest along:\n# {link(written)}"
        )
