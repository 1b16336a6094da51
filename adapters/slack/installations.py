"""How do workspaces and organizations install Easel, and with which token is each reached?

Through Slack's OAuth, from `/slack/install` and back. Each installation is a secret, by the id of the workspace, or of the
organization whose workspaces share one token (Enterprise Grid). Tokens that expire are replaced two hours before; a process
that comes second uses what the first one stored.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.web_api import RETRY_PAUSES, CallFailed, CallLost, CallRefused, WebApi
from bot.ports.errors import NotSaved
from bot.ports.lru import LRU
from bot.ports.retry import retry
from bot.ports.secret_store import LostKey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.slack.sessions import HttpSessions
    from bot.ports.secret_store import SecretStore

_log = structlog.stdlib.get_logger("easel.slack")

_PLATFORM = "slack"
#: seconds after which an installation is read again: another process may have replaced its token, or removed it
_MAX_AGE = 30.0
#: seconds after which an organization is asked again which of its workspaces have Easel
_TEAMS_MAX_AGE = 600.0
#: seconds after which it is asked again where it does not answer
_TEAMS_PAUSE = 5.0
#: seconds before a token that could not be replaced is tried again
_ROTATION_PAUSE = 60.0
_MAX_KNOWN = 10_000
#: seconds for which a link to install is good
STATE_MAX_AGE = 600


class Installations(AsyncInstallationStore):
    """The installations, as the SDK stores and finds them."""

    def __init__(
        self, secrets: SecretStore, http: HttpSessions, client_id: str, client_secret: str
    ) -> None:
        self._secrets = secrets
        self._http = http
        self._rotator = AsyncTokenRotator(
            client_id=client_id, client_secret=client_secret, client=http.client()
        )
        #: by id: the installation, and when it was read
        self._known: LRU[str, tuple[Installation, float]] = LRU(_MAX_KNOWN)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: by id: until when a token is left as it is
        self._paused: LRU[str, float] = LRU(_MAX_KNOWN)
        #: workspaces of organizations by id, and when the organizations were asked
        self._organizations: dict[str, str] = {}
        self._asked = -_TEAMS_MAX_AGE
        self._asking = asyncio.Lock()
        self._have_teams_changed = False

    async def async_save(self, installation: Installation) -> None:
        """Store an installation in place of the one before. Raise NotSaved."""
        id_ = str(_id(installation))
        values = json.dumps(installation.to_dict_for_copying(), default=datetime.isoformat)
        await self._secrets.save(_PLATFORM, id_, values)
        self._known[id_] = installation, time.monotonic()
        if installation.is_enterprise_install:
            self._asked = -_TEAMS_MAX_AGE

    async def list_ids(self) -> list[str]:
        """Return the ids of all that installed Easel. Raise NotSaved."""
        return await self._secrets.list_names(_PLATFORM)

    async def find(self, id_: str) -> Installation | None:
        """Return an installation; None: there is none (any more). Raise NotSaved, LostKey."""
        found, since = self._known.get(id_) or (None, 0.0)
        if found is not None and time.monotonic() - since < _MAX_AGE:
            return found
        self.forget(id_)
        stored = await self._secrets.find(_PLATFORM, id_)
        if stored is None:
            return None
        found = Installation(**json.loads(stored))
        self._known[id_] = found, time.monotonic()
        return found

    def forget(self, id_: str) -> None:
        """Read an installation again when it is needed next."""
        self._known.pop(id_, None)

    async def remove(self, id_: str) -> None:
        """Delete an installation. Raise NotSaved."""
        await self._secrets.delete(_PLATFORM, id_)
        self.forget(id_)

    async def find_id(self, team: str, organization: str | None = None) -> str | None:
        """Return whose token reaches a workspace: its own, or its organization's; None: nobody's.

        `organization`: the one whose installation Slack names. Raise NotSaved, LostKey.
        """
        if organization is not None and await self.find(organization):
            self._organizations[team] = organization
            return organization
        if await self.find(team):
            return team
        if team not in self._organizations or self._have_teams_changed:
            await self._ask_organizations()
        found = self._organizations.get(team)
        return found if found and await self.find(found) else None

    async def list_teams(self) -> list[str]:
        """Return the ids of all workspaces that are reached. Raise NotSaved."""
        await self._ask_organizations()
        teams = [one for one in await self.list_ids() if not one.startswith("E")]
        return [*teams, *self._organizations]

    def note_teams_changed(self) -> None:
        """Ask organizations again which of their workspaces have Easel."""
        self._have_teams_changed = True
        self._asked = -_TEAMS_MAX_AGE

    async def _ask_organizations(self) -> None:
        """Ask each organization which of its workspaces have Easel, now and then."""
        async with self._asking:  # whoever comes meanwhile waits until it is known
            if time.monotonic() - self._asked < _TEAMS_MAX_AGE:
                return
            ids, teams = await self.list_ids(), dict[str, str]()
            self._asked, self._have_teams_changed = time.monotonic(), False
            for id_ in ids:
                try:
                    found = await self.find(id_)
                    if found is not None and found.is_enterprise_install:
                        async for team in self._teams_of(id_):
                            teams[team] = id_
                except (CallFailed, LookupError, LostKey) as error:
                    _log.warning("workspaces not known", id=id_, error=str(error))
                    # those that were known are, until it answers
                    teams |= {team: of for team, of in self._organizations.items() if of == id_}
                    self._asked += _TEAMS_PAUSE - _TEAMS_MAX_AGE
            self._organizations = teams

    async def _teams_of(self, id_: str) -> AsyncIterator[str]:
        api, cursor = WebApi(self._http, InstalledToken(self, id_)), None
        while True:
            answer = await api.call("auth.teams.list", cursor=cursor)
            for team in answer["teams"]:
                yield str(team["id"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def find_fresh(self, id_: str) -> Installation | None:
        """Return an installation whose token does not expire soon; None: there is none. Raise NotSaved, LostKey."""
        async with self._locks.setdefault(id_, asyncio.Lock()):
            found = await self.find(id_)
            if found is None or time.monotonic() < self._paused.get(id_, 0.0):
                return found
            try:
                rotated = await self._rotator.perform_token_rotation(installation=found)
            except (SlackTokenRotationError, aiohttp.ClientError, TimeoutError, OSError) as error:
                cause = error.api_error if isinstance(error, SlackTokenRotationError) else error
                _log.warning("token not replaced", id=id_, error=str(cause))
                self._paused[id_] = time.monotonic() + _ROTATION_PAUSE
                self.forget(id_)  # another process may have been first
                return await self.find(id_)
            if rotated is None:
                return found
            # the token before is worth nothing from now on
            await retry(
                lambda: self.async_save(rotated),
                is_transient=lambda error: isinstance(error, NotSaved),
                pauses=RETRY_PAUSES,
            )
            _log.info("token replaced", id=id_)
            return rotated


class InstalledToken:
    """The TokenSource of one installation."""

    def __init__(self, installations: Installations, id_: str) -> None:
        self._installations = installations
        self._id = id_

    async def get(self) -> str:
        """Return the token. Raise CallRefused where Easel is not installed there, CallLost where that is not known."""
        try:
            found = await self._installations.find_fresh(self._id)
        except LostKey as error:
            _log.error("a token cannot be read", error=str(error))
            raise CallRefused("token", "lost_key", self._id) from error
        except NotSaved as error:
            raise CallLost(f"token: {error}") from error
        if found is None or not found.bot_token:
            raise CallRefused("token", "token_revoked", self._id)
        return found.bot_token

    def forget(self, token: str) -> None:
        """Read the installation again: another process may have replaced this token."""
        del token
        self._installations.forget(self._id)


class States(AsyncOAuthStateStore):
    """What goes with somebody to Slack and back: sealed, so that any process knows it again."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    async def async_issue(self, *_args: object, **_more: object) -> str:
        """Return a new one."""
        return self._secrets.seal(_PLATFORM)

    async def async_consume(self, state: str) -> bool:
        """Return whether it is ours, and no older than ten minutes."""
        return self._secrets.unseal(state, STATE_MAX_AGE) == _PLATFORM


def _id(installation: Installation) -> str | None:
    return (
        installation.enterprise_id if installation.is_enterprise_install else installation.team_id
    )


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
