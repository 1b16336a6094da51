"""How does a workspace install Easel? Through Slack's OAuth, from `/slack/install` and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings

from adapters.slack.installations import STATE_MAX_AGE, Installations, States
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES

if TYPE_CHECKING:
    from adapters.slack.web_api import HttpSessions
    from bot.ports.secret_store import SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """The app's own credentials."""

    id: str
    secret: str


def build_flow(
    client: OAuthClient, http: HttpSessions, installations: Installations, secrets: SecretStore
) -> AsyncOAuthFlow:
    """Return Bolt's flow; Slack sends people back to the first of the manifest's redirect addresses."""
    settings = AsyncOAuthSettings(
        client_id=client.id,
        client_secret=client.secret,
        scopes=SCOPES,
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        install_page_rendering_enabled=False,
        authorization_url=urljoin(http.url, "/oauth/v2/authorize"),
        installation_store=installations,
        state_store=States(secrets),
        state_expiration_seconds=STATE_MAX_AGE,
    )
    return AsyncOAuthFlow(settings=settings, client=http.client())
