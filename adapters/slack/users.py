"""What are people called, and in which user groups are they? Asked once, remembered for a while, never waited for long."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from adapters.slack.context import Profile, parse_profile
from adapters.slack.web_api import CallFailed
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.web_api import WebApi

_log = structlog.stdlib.get_logger("easel.slack")

_MAX_USERS = 10_000
#: seconds that a name is remembered
_NAME_TTL = 6 * 3600.0
#: seconds that a name which is not known yet is waited for, before an acknowledgement
_NAME_TIMEOUT = 0.4
#: seconds between two looks at the user groups
_GROUPS_INTERVAL = 600.0


class Users:
    """Names and groups by user id."""

    def __init__(
        self, api: WebApi, team: str, organization: str | None, tasks: BackgroundTasks
    ) -> None:
        self._api = api
        self._team = team
        self._organization = organization
        self._tasks = tasks
        #: the profile, and since when it is known
        self._known: LRU[str, tuple[Profile, float]] = LRU(_MAX_USERS)
        self._requests: dict[str, asyncio.Task[None]] = {}
        self._groups: Mapping[str, tuple[str, ...]] = {}

    async def profiles(self, users: Iterable[str]) -> dict[str, Profile]:
        """Return the profiles that are known within a moment; the rest is requested meanwhile."""
        wanted = set(users)
        missing = [self._request(user) for user in wanted if self._is_stale(user)]
        if missing:
            await asyncio.wait(missing, timeout=_NAME_TIMEOUT)
        return {user: self._known[user][0] for user in wanted if user in self._known}

    def groups(self, user: str) -> tuple[str, ...]:
        """Return the ids of the user groups that somebody was in when last looked at."""
        return self._groups.get(user, ())

    def _is_stale(self, user: str) -> bool:
        known = self._known.get(user)
        return known is None or time.monotonic() - known[1] > _NAME_TTL

    def _request(self, user: str) -> asyncio.Task[None]:
        if user not in self._requests:
            self._requests[user] = self._tasks.start(self._fetch(user), f"name of {user}")
        return self._requests[user]

    async def _fetch(self, user: str) -> None:
        try:
            answer = await self._api.try_call("users.info", user=user, include_locale=True)
        finally:
            del self._requests[user]
        if answer is not None:
            profile = parse_profile(answer["user"], self._team, self._organization)
            self._known[user] = profile, time.monotonic()

    async def follow_groups(self) -> None:
        """Look at the user groups now and then, until cancelled or not allowed."""
        while True:
            try:
                answer = await self._api.call(
                    "usergroups.list", include_users=True, team_id=self._team
                )
            except CallFailed as error:
                _log.info("user groups not read", error=str(error))
                if error.code == "missing_scope":
                    return
            else:
                groups: dict[str, list[str]] = {}
                for group in answer["usergroups"]:
                    for user in group.get("users") or ():
                        groups.setdefault(user, []).append(group["id"])
                self._groups = {user: tuple(sorted(ids)) for user, ids in groups.items()}
            await asyncio.sleep(_GROUPS_INTERVAL)
