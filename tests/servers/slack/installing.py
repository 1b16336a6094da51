"""How does a workspace, or a whole organization, install the app, and how is it taken away again?"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.slack import events
from tests.servers.slack.manifest import Manifest, ManifestRefused
from tests.servers.slack.values import Call, Json, PersonCannot, SlackError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from tests.servers.slack.bots import Bot
    from tests.servers.slack.server import SlackServer
    from tests.servers.slack.workspace import Workspace

#: seconds that a code is good for
CODE_LIFE = 600.0


@dataclass(kw_only=True, eq=False)
class Organization:
    """An Enterprise Grid: one bot and, once it is installed for all, one token in its workspaces."""

    slack: SlackServer
    id: str
    name: str
    bot: Bot
    workspaces: list[Workspace] = field(default_factory=list)

    async def grant(self, *workspaces: Workspace) -> None:
        """Add the app to workspaces of the organization that installed it."""
        token = next(one.token for one in self.slack.installing.grants if one.place is self)
        for one in workspaces:
            one.bot_token = token
        await self._tell("team_access_granted", workspaces)

    async def withdraw(self, *workspaces: Workspace) -> None:
        """Take the app out of workspaces, and leave it in the organization."""
        for one in workspaces:
            one.bot_token = ""
        await self._tell("team_access_revoked", workspaces)

    async def _tell(self, kind: str, workspaces: Iterable[Workspace]) -> None:
        teams = [one.id for one in workspaces]
        payload = events.of_organization(self, {"type": kind, "team_ids": teams})
        await self.slack.delivery.send_event(self.workspaces[0], payload)


@dataclass(kw_only=True, eq=False)
class Grant:
    """One installation: whose it is, and its newest tokens."""

    place: Workspace | Organization
    scopes: frozenset[str]
    token: str = ""
    refresh_token: str = ""
    #: on the server's clock; None: it does not expire
    expires: float | None = None


@dataclass(frozen=True, kw_only=True)
class Code:
    """What somebody brings back who let the app in."""

    place: Workspace | Organization
    installer: str
    redirect_uri: str | None
    scopes: frozenset[str]
    made: float


class Installing:
    """The app's OAuth: authorisations, codes, tokens."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.client_id = f"{slack.ids.make('', 10)}.{slack.ids.make('', 12)}"
        self.client_secret = secrets.token_hex(16)
        #: seconds that a token lives where the app rotates them
        self.token_life = 43_200.0
        self.grants: list[Grant] = []
        #: with which whoever sets an app up makes one; good for twelve hours
        self.configuration_token = f"xoxe.xoxp-1-{secrets.token_hex(20)}"
        #: the apps that were made with it
        self.made: list[Manifest] = []
        self._codes: dict[str, Code] = {}
        self._used: set[str] = set()
        #: tokens that were good once, and why they are not any more
        self.dead: dict[str, str] = {}

    # in the browser of who installs it

    def approve(self, url: str, place: Workspace | Organization, installer: str = "U0ADMIN") -> str:
        """Let the app in that sent somebody to this address; return the address that Slack sends them to."""
        address, manifest = urlsplit(url), self.slack.manifest
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if f"{address.scheme}://{address.netloc}" != self.slack.url:
            raise PersonCannot(f"{url} is not Slack's")
        if address.path != "/oauth/v2/authorize" or asked.get("client_id") != self.client_id:
            raise PersonCannot("invalid_client_id")
        scopes = frozenset(asked.get("scope", "").split(","))
        if not scopes <= manifest.scopes or not scopes:
            raise PersonCannot(f"invalid_scope: {sorted(scopes - manifest.scopes)}")
        redirect = asked.get("redirect_uri")
        allowed = manifest.redirect_urls
        if not allowed or (redirect and not any(redirect.startswith(one) for one in allowed)):
            raise PersonCannot("redirect_uri did not match any configured URIs")
        if isinstance(place, Organization) and not manifest.org_deploy:
            raise PersonCannot("this app is not ready for organizations")
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(
            place=place,
            installer=installer,
            redirect_uri=redirect,
            scopes=scopes,
            made=self.slack.clock.now(),
        )
        query = urlencode({"code": code, "state": asked.get("state", "")})
        return f"{redirect or allowed[0]}?{query}"

    # apps.manifest.create

    def make_app(self, call: Call) -> Json:
        """Make an app of a manifest. SlackError where Slack refuses it."""
        if call.token != self.configuration_token:
            raise SlackError("invalid_auth" if call.token else "not_authed")
        try:
            document = json.loads(str(call.args.get("manifest") or ""))
            self.made.append(Manifest.read(document))
        except (ValueError, ManifestRefused):
            raise SlackError("invalid_manifest") from None
        return {
            "ok": True,
            "app_id": self.slack.app_id,
            "credentials": {"client_id": self.client_id, "client_secret": self.client_secret},
            "oauth_authorize_url": f"{self.slack.url}/oauth/v2/authorize?client_id={self.client_id}",
        }

    # oauth.v2.access

    def access(self, request: web.Request, call: Call) -> Json:
        """Give tokens for a code, or for a refresh token. SlackError where Slack refuses it."""
        client, secret = _client_of(request, call.args)
        if client != self.client_id:
            raise SlackError("invalid_client_id")
        if secret != self.client_secret:
            raise SlackError("bad_client_secret")
        kind = call.args.get("grant_type") or "authorization_code"
        if kind == "refresh_token":
            return self._refresh(str(call.args.get("refresh_token") or ""))
        if kind != "authorization_code":
            raise SlackError("invalid_grant_type")
        return self._exchange(str(call.args.get("code") or ""), call.args.get("redirect_uri"))

    def _exchange(self, text: str, redirect_uri: str | None) -> Json:
        if text in self._used:
            raise SlackError("code_already_used")
        code = self._codes.pop(text, None)
        if code is None or self.slack.clock.now() > code.made + CODE_LIFE:
            raise SlackError("invalid_code")
        if redirect_uri != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        self._used.add(text)
        for one in [one for one in self.grants if one.place is code.place]:
            self._end(one, "token_revoked")  # installing again replaces the token
        grant = Grant(place=code.place, scopes=code.scopes)
        self.grants.append(grant)
        self._renew(grant)
        return self._answer(grant) | {"authed_user": {"id": code.installer}}

    def _refresh(self, text: str) -> Json:
        grant = next((one for one in self.grants if text and one.refresh_token == text), None)
        if grant is None:
            raise SlackError("invalid_refresh_token")
        self.dead[grant.token] = "token_expired"
        self._renew(grant)
        return self._answer(grant)

    def _renew(self, grant: Grant) -> None:
        old, rotates = grant.token, self.slack.manifest.rotates
        grant.token = f"{'xoxe.xoxb-1-' if rotates else 'xoxb-'}{secrets.token_urlsafe(100)}"
        if rotates:
            grant.refresh_token = f"xoxe-1-{secrets.token_urlsafe(110)}"
            grant.expires = self.slack.clock.now() + self.token_life
        if isinstance(grant.place, Organization):
            for one in grant.place.workspaces:
                one.bot_token = grant.token if old and one.bot_token == old else ""
        else:
            grant.place.bot_token = grant.token
            grant.place.scopes = set(grant.scopes)

    def _answer(self, grant: Grant) -> Json:
        place = grant.place
        org = place if isinstance(place, Organization) else place.organization
        answer: Json = {
            "ok": True,
            "app_id": self.slack.app_id,
            "access_token": grant.token,
            "token_type": "bot",
            "scope": ",".join(sorted(grant.scopes)),
            "bot_user_id": place.bot.user_id,
            "team": None
            if isinstance(place, Organization)
            else {"id": place.id, "name": place.domain},
            "enterprise": {"id": org.id, "name": org.name} if org else None,
            "is_enterprise_install": isinstance(place, Organization),
        }
        if grant.expires is not None:
            life = round(grant.expires - self.slack.clock.now())
            answer |= {"refresh_token": grant.refresh_token, "expires_in": life}
        return answer

    # whose token is it?

    def find(self, token: str) -> Grant | None:
        """Find the installation of a token. SlackError where it is good for nothing any more."""
        if token in self.dead:
            raise SlackError(self.dead[token])
        found = next((one for one in self.grants if one.token == token), None)
        if found and found.expires is not None and self.slack.clock.now() > found.expires:
            raise SlackError("token_expired")
        return found

    # away again

    async def uninstall(self, place: Workspace | Organization) -> None:
        """Take the app away; it is told so twice, in an order that nobody promises."""
        for one in [one for one in self.grants if one.place is place]:
            self._end(one, "account_inactive")
        workspace = place
        wrap = events.callback
        if isinstance(place, Organization):
            workspace, wrap = place.workspaces[0], events.of_organization  # type: ignore[assignment] # each with its own
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [place.bot.user_id]}}
        for event in ({"type": "app_uninstalled"}, revoked):
            await self.slack.delivery.send_event(workspace, wrap(place, event))  # type: ignore[arg-type] # as above

    def _end(self, grant: Grant, code: str) -> None:
        self.dead[grant.token] = code
        self.grants.remove(grant)
        place = grant.place
        for one in place.workspaces if isinstance(place, Organization) else (place,):
            if one.bot_token == grant.token:
                one.bot_token = ""


def _client_of(request: web.Request, args: Json) -> tuple[str, str]:
    """Read the app's credentials: HTTP Basic, or among the arguments."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client, _, secret = base64.b64decode(given).decode().partition(":")
        return client, secret
    return str(args.get("client_id") or ""), str(args.get("client_secret") or "")
