"""How do workspaces install Easel in the strict local Slack?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet

from adapters.slack.manifest import manifest
from tests.servers.slack import SlackServer

if TYPE_CHECKING:
    from tests.servers.slack.installing import Organization
    from tests.servers.slack.workspace import Workspace

EVENTS, REDIRECT = (
    "https://easel.example/slack/events",
    "https://easel.example/slack/oauth_redirect",
)
KEY = Fernet.generate_key().decode()


def for_many() -> SlackServer:
    """Run a Slack with an app that workspaces install, over HTTP."""
    return SlackServer(manifest(EVENTS, REDIRECT))


def settings(slack: SlackServer, **more: Any) -> dict[str, Any]:
    return {
        "slack_client_id": slack.installing.client_id,
        "slack_client_secret": slack.installing.client_secret,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.api_url,
        "secret_key": KEY,
        "web_token": "of the page",
        **more,
    }


class Browser:
    """Somebody who installs Easel: each has cookies of their own."""

    def __init__(self, slack: SlackServer, address: str) -> None:
        self.slack = slack
        self.address = address
        self.cookie = ""

    async def open(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.address) as http:
            headers = {"Cookie": self.cookie} if self.cookie else {}
            answer = await http.get(path, headers=headers)
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    async def begin(self) -> str:
        """Ask to install it; return where Slack is to be asked."""
        await self.easel_is_ready()
        answer = await self.open("/slack/install")
        assert answer.status_code == 302
        return answer.headers["location"]

    async def easel_is_ready(self) -> None:
        while (await self.open("/slack/install")).status_code == 503:
            pass

    async def install(self, place: Workspace | Organization) -> httpx.Response:
        back = urlsplit(self.slack.installing.approve(await self.begin(), place))
        return await self.open(f"{back.path}?{back.query}")


async def installed(slack: SlackServer, address: str, place: Workspace | Organization) -> None:
    assert (await Browser(slack, address).install(place)).status_code == 200
