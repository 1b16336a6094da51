"""What is Slack to Easel: its settings, its adapter, its check, its manifest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_settings import SettingsConfigDict

from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, REQUEST_PATH, link, manifest
from bot.ports.platform import Command, Platform
from bot.ports.settings import BadSettings, Installation, Secret, SettingsModel, Text, Url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from adapters.slack.adapter import SlackAdapter
    from adapters.slack.installations import OAuthClient
    from bot.ports.setup import Setup


class SlackSettings(SettingsModel):
    """`EASEL_SLACK_…`."""

    model_config = SettingsConfigDict(env_prefix="EASEL_SLACK_")

    bot_token: Secret = None
    app_token: Secret = None
    signing_secret: Secret = None
    #: of an app that workspaces install by themselves, in place of the bot token
    client_id: Text = None
    client_secret: Secret = None
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
            Command(
                "manifest-for-many",
                "print the manifest of an app that many workspaces install, and a link that brings it",
                self._manifest_for_many,
            ),
        )

    def is_configured(self, settings: SlackSettings) -> bool:
        """Return whether there is a token, or a client."""
        return any((settings.bot_token, settings.app_token, settings.client_id))

    def receives_requests(self, settings: SlackSettings) -> bool:
        """Return whether it is HTTP mode, or people install it."""
        return self._is_http(settings) or settings.client_id is not None

    @staticmethod
    def _is_http(settings: SlackSettings) -> bool:
        return settings.signing_secret is not None and settings.app_token is None

    def stores_secrets(self, settings: SlackSettings) -> bool:
        """Return whether workspaces install it, each with a token of its own."""
        return settings.client_id is not None

    def setup(self) -> Setup[SlackSettings]:
        """Return the steps of one workspace's app, over Socket Mode."""
        from adapters.slack.setup import SETUP  # noqa: PLC0415 - its SDK is large

        return SETUP

    def build_sender(self, settings: SlackSettings) -> SlackAdapter:
        """Return the adapter, with neither a socket nor routes: a token is enough to show cards. Raise BadSettings."""
        return self.build(settings, receives=False)

    def build(self, settings: SlackSettings, *, receives: bool = True) -> SlackAdapter:
        """Return the adapter. Raise BadSettings."""
        client = self._client(settings)
        if settings.bot_token is None and client is None:
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

        token = settings.bot_token
        return SlackAdapter(
            client or (token.get_secret_value() if token else ""),
            app_token=app_token.get_secret_value() if app_token else None,
            signing_secret=secret.get_secret_value() if secret else None,
            url=settings.api_url,
            receives=receives,
        )

    def _client(self, settings: SlackSettings) -> OAuthClient | None:
        """Return the app's client, where workspaces install it. Raise BadSettings."""
        if settings.client_id is None and settings.client_secret is None:
            return None
        if settings.client_id is None or settings.client_secret is None:
            raise BadSettings(
                "EASEL_SLACK_CLIENT_ID and EASEL_SLACK_CLIENT_SECRET go together: copy both from the app's page "
                "Basic Information."
            )
        if settings.bot_token is not None:
            raise BadSettings(
                "EASEL_SLACK_BOT_TOKEN: with EASEL_SLACK_CLIENT_ID, each workspace gets a token of its own by "
                "installing Easel. Unset one of the two."
            )
        from adapters.slack.installations import OAuthClient  # noqa: PLC0415 - its SDK is large

        return OAuthClient(id=settings.client_id, secret=settings.client_secret.get_secret_value())

    def webhooks(self, adapter: SlackAdapter) -> Sequence[BaseRoute]:
        """Return the routes of HTTP mode and of the installation."""
        return adapter.routes()

    def greeting(self, settings: SlackSettings, address: str) -> str:
        """Return how Slack reaches Easel."""
        how = "Socket Mode" if settings.app_token else f"requests to {REQUEST_PATH}"
        if settings.client_id is not None:
            return f"{how}; workspaces install it at {address.rstrip('/')}{INSTALL_PATH}"
        return f"{how}; `easel doctor` checks it"

    async def check(self, settings: SlackSettings, installation: Installation) -> str:
        """Return how Easel stands with Slack. Raise BadSettings."""
        from adapters.slack import doctor  # noqa: PLC0415 - its SDK is large

        self.build(settings)
        app_token = settings.app_token.get_secret_value() if settings.app_token else None
        if (client := self._client(settings)) is not None:
            quiet = installation.is_running
            return await doctor.check_client(client, app_token, settings.api_url, quiet=quiet)
        assert settings.bot_token is not None  # noqa: S101 - else nothing could be built
        place = installation.operator
        operator = (
            (place.workspace, place.channel.removeprefix("@"))
            if place is not None and place.platform == self.name
            else None
        )
        return await doctor.check_slack(
            settings.bot_token.get_secret_value(),
            app_token,
            settings.api_url,
            operator=operator,
            quiet=installation.is_running,
        )

    async def _manifest(self, settings: SlackSettings, installation: Installation) -> str:
        """Write the manifest, and the link that makes the app of it. Raise BadSettings."""
        request_url = None
        if self._is_http(settings):
            request_url = f"{_https(installation)}{REQUEST_PATH}"
        return _with_link(manifest(request_url))

    async def _manifest_for_many(self, settings: SlackSettings, installation: Installation) -> str:
        """Write the manifest of an app for many workspaces, and what to set. Raise BadSettings."""
        url = _https(installation)
        request_url = f"{url}{REQUEST_PATH}" if settings.app_token is None else None
        written = manifest(request_url, f"{url}{REDIRECT_PATH}")
        receives = "EASEL_SLACK_APP_TOKEN" if request_url is None else "EASEL_SLACK_SIGNING_SECRET"
        needs = (
            f"# Then set EASEL_SLACK_CLIENT_ID, EASEL_SLACK_CLIENT_SECRET and {receives} from the app's page "
            f"Basic Information,\n# and EASEL_SECRET_KEY from `easel secrets key`. Switch on distribution on the page "
            f"Manage Distribution.\n# Workspaces install it at {url}{INSTALL_PATH}\n"
        )
        return _with_link(written, needs)


def _https(installation: Installation) -> str:
    """Return Easel's public address. Raise BadSettings."""
    if not (installation.url or "").startswith("https://"):
        raise BadSettings(
            "EASEL_WEB_URL: Slack sends its requests to an https address. Set it to Easel's; "
            "for one workspace, EASEL_SLACK_APP_TOKEN in place of EASEL_SLACK_SIGNING_SECRET does without."
        )
    return str(installation.url)


def _with_link(written: str, needs: str = "") -> str:
    return f"{written}\n{needs}# Or open this link, which brings the manifest along:\n# {link(written)}"
