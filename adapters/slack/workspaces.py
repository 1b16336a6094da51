"""In which workspaces is Easel, each apart from all others? In the one of a bot token, or in all that installed it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

import structlog

from adapters.shared.tasks import BackgroundTasks
from adapters.slack.backlog import Backlog
from adapters.slack.cards import Cards
from adapters.slack.context import BotContext
from adapters.slack.doctor import ORG_WIDE
from adapters.slack.ephemerals import Ephemerals
from adapters.slack.handlers import Handlers
from adapters.slack.installations import InstalledToken
from adapters.slack.membership import Membership
from adapters.slack.panels import Panels
from adapters.slack.users import Users
from adapters.slack.web_api import BAD_TOKEN, CallLost, CallRefused, FixedToken, WebApi
from bot.ports.secret_store import LostKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.slack.installations import Installations
    from adapters.slack.sessions import HttpSessions
    from adapters.slack.web_api import TokenSource
    from bot.ports.adapter import Bot
    from bot.ports.messages import Json

_log = structlog.stdlib.get_logger("easel.slack")

#: seconds before Slack is tried again, where it refuses the token or does not answer; the last one again and again
_SIGN_IN_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
#: workspaces that pick up what they missed at a time
_MAX_CATCHING_UP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Easel as a member of a workspace."""

    team: str
    #: the bot's user id
    user: str
    #: the Enterprise Grid of the workspace; None: it is in none
    organization: str | None


class Workspace:
    """A workspace that Easel is installed in: its calls and their limits, its people, channels and cards.

    `me`: Easel itself there. It is to be made on the loop that it works on.
    """

    def __init__(self, bot: Bot, http: HttpSessions, token: TokenSource, me: Member) -> None:
        team = me.team
        self._tasks = BackgroundTasks()
        self.api = WebApi(http, token)
        self.ephemerals = Ephemerals(self.api)
        self.membership = Membership(self.api, self.ephemerals)
        panels = Panels(bot, self.api, self.ephemerals, self._tasks)
        users = Users(self.api, team, me.organization, self._tasks)
        self.handlers = Handlers(
            bot=bot,
            api=self.api,
            users=users,
            ephemerals=self.ephemerals,
            membership=self.membership,
            panels=panels,
            tasks=self._tasks,
            context=BotContext(team=team, bot=me.user),
        )
        self.cards = Cards(self.api, bot, team, self.membership, self._tasks, panels.note_change)
        self.backlog = Backlog(self.api, bot, self.handlers, team)
        self._tasks.start(users.follow_groups(), f"groups of {team}")

    async def close(self) -> None:
        """End what runs in the background."""
        await self._tasks.close()


class Workspaces(ABC):
    """The workspaces that Easel is in, by id."""

    def __init__(self, bot: Bot, http: HttpSessions) -> None:
        self._bot = bot
        self._http = http
        self._open: dict[str, Workspace] = {}
        #: may another process have the token of a workspace that this one cannot find?
        self.are_others_elsewhere = False

    @abstractmethod
    async def open(self) -> None:
        """Find out which there are; return once that is known."""

    @abstractmethod
    async def find(self, team: str, organization: str | None = None) -> Workspace | None:
        """Return a workspace; None: Easel isn't in it. Raise NotSaved.

        `organization`: the one whose installation Slack names.
        """

    @abstractmethod
    async def note_access(self, event: Json, team: str, organization: str | None) -> None:
        """Note an event that gives or takes away access to workspaces. Raise NotSaved."""

    async def catch_up(self, since: float | None) -> None:
        """Have each workspace pick up what was said since a time, Unix seconds; None: since its last message."""
        rooms = asyncio.Semaphore(_MAX_CATCHING_UP)

        async def catch_up(one: Workspace) -> None:
            async with rooms:
                await one.backlog.catch_up(since)

        done = await asyncio.gather(*map(catch_up, self._open.values()), return_exceptions=True)
        for error in done:
            if error is not None:
                _log.error("a workspace not caught up", error=repr(error))

    async def close(self, teams: Iterable[str] | None = None) -> None:
        """Close these workspaces; None: all."""
        for team in list(self._open if teams is None else teams):
            if (one := self._open.pop(team, None)) is not None:
                await one.close()


class TokenWorkspace(Workspaces):
    """The one workspace of the bot token that whoever runs Easel has set."""

    def __init__(self, bot: Bot, http: HttpSessions, token: str) -> None:
        super().__init__(bot, http)
        self._token = FixedToken(token)

    async def open(self) -> None:
        """Ask who we are, until Slack says so."""
        me = None
        for pause in chain((0.0,), _SIGN_IN_PAUSES, repeat(_SIGN_IN_PAUSES[-1])):
            await asyncio.sleep(pause)
            if (me := await self._sign_in()) is not None:
                break
        assert me is not None  # noqa: S101 - the pauses never end
        team = str(me["team_id"])
        _log.info("signed in to Slack", workspace=me.get("team"), team=team)
        member = Member(team=team, user=str(me["user_id"]), organization=me.get("enterprise_id"))
        self.are_others_elsewhere = await self._bot.serve_workspace("slack", team)
        self._open[team] = Workspace(self._bot, self._http, self._token, member)

    async def _sign_in(self) -> Json | None:
        """Return who we are; None: Slack doesn't say so now."""
        try:
            me = await WebApi(self._http, self._token).call("auth.test")
        except CallRefused as error:
            _log.error("Slack refuses the bot token; see `easel doctor`", code=error.code)
        except CallLost as error:
            _log.warning("Slack cannot be reached", error=str(error))
        else:
            if me.get("team_id"):
                return me
            _log.error(ORG_WIDE)
        return None

    async def find(self, team: str, organization: str | None = None) -> Workspace | None:  # noqa: ARG002
        """Return the workspace; None: it is another one."""
        return self._open.get(team)

    async def note_access(self, event: Json, team: str, organization: str | None) -> None:  # noqa: ARG002
        """Say so where the token is taken away."""
        if (one := self._open.get(team)) is not None:
            _log.error("Slack takes the token away; see `easel doctor`", event_type=event["type"])
            one.membership.note_access()


class InstalledWorkspaces(Workspaces):
    """All workspaces that installed Easel, themselves or through their organization."""

    def __init__(self, bot: Bot, http: HttpSessions, installations: Installations) -> None:
        super().__init__(bot, http)
        self._installations = installations

    async def open(self) -> None:
        """Open the workspaces that have installed Easel by now."""
        teams = await self._installations.list_teams()
        for team in teams:
            try:
                await self.find(team)
            except LostKey as error:  # the others are reached
                _log.error("a workspace is not reached", team=team, error=str(error))
        _log.info("Slack workspaces", installed=len(teams), reached=len(self._open))

    async def find(self, team: str, organization: str | None = None) -> Workspace | None:
        """Return a workspace, opened now if that is the first time; None: Easel isn't installed in it."""
        id_ = await self._installations.find_id(team, organization)
        found = await self._installations.find(id_) if id_ else None
        if id_ is None or found is None:
            await self.close([team])
            return None
        one = self._open.get(team)
        if one is None:
            token = InstalledToken(self._installations, id_)
            user, org = str(found.bot_user_id), found.enterprise_id
            member = Member(team=team, user=user, organization=org)
            one = self._open[team] = Workspace(self._bot, self._http, token, member)
        return one

    async def note_access(self, event: Json, team: str, organization: str | None) -> None:
        """Forget workspaces that removed Easel, and find those that added it."""
        id_ = organization or team
        self._installations.note_teams_changed()
        is_gone = event["type"] in {"app_uninstalled", "tokens_revoked"} and await self._is_gone(
            id_
        )
        if is_gone:
            _log.warning("Easel was uninstalled", id=id_)
            await self._installations.remove(id_)
        for one in list(self._open):
            # closes it where it is out of reach
            if await self.find(one) is None and is_gone:
                await self._bot.forget_workspace("slack", one)

    async def _is_gone(self, id_: str) -> bool:
        """Ask Slack whether a token is worth nothing: the event may be of one before, and late."""
        try:
            self._installations.forget(id_)
            await WebApi(self._http, InstalledToken(self._installations, id_)).call("auth.test")
        except CallRefused as error:
            return error.code in BAD_TOKEN
        except CallLost as error:
            _log.warning("not known whether Easel is still installed", error=str(error))
        return False
