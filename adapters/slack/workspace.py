"""Of which parts is one Slack workspace, apart from all others?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.shared.tasks import BackgroundTasks
from adapters.slack.backlog import Backlog
from adapters.slack.cards import Cards
from adapters.slack.ephemerals import Ephemerals
from adapters.slack.handlers import Handlers
from adapters.slack.membership import Membership
from adapters.slack.parse import BotContext
from adapters.slack.users import Users
from adapters.slack.web_api import WebApi

if TYPE_CHECKING:
    from adapters.slack.web_api import HttpSessions, TokenSource
    from bot.ports.adapter import Bot


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
        users = Users(self.api, team, me.organization, self._tasks)
        self.handlers = Handlers(
            bot=bot,
            api=self.api,
            users=users,
            ephemerals=self.ephemerals,
            membership=self.membership,
            tasks=self._tasks,
            context=BotContext(team=team, bot=me.user),
        )
        self.cards = Cards(self.api, bot, team, self.membership, self._tasks)
        self.backlog = Backlog(self.api, bot, self.handlers, team)
        self._tasks.start(users.follow_groups(), f"groups of {team}")

    async def close(self) -> None:
        """End what runs in the background."""
        await self._tasks.close()
