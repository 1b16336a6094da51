"""What are people called, and in which groups are they? Asked once, kept for a while, never waited for long."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from adapters.slack.text import clean
from adapters.slack.web_api import Lost, Refused
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.shared.tasks import BackgroundTasks
    from adapters.slack.web_api import Api

_log = structlog.stdlib.get_logger("easel.slack")

_REMEMBERED = 10_000
#: seconds that a name is kept
_LIFE = 6 * 3600.0
#: seconds that somebody who is new is waited for, before an acknowledgement
_PATIENCE = 0.4
#: seconds between two looks at the user groups
_GROUPS = 600.0


class People:
    """Names and groups by user id."""

    def __init__(self, api: Api, tasks: BackgroundTasks) -> None:
        self._api = api
        self._tasks = tasks
        self._names: LRU[str, tuple[str, float]] = LRU(_REMEMBERED)
        #: those among them who are bots
        self._bots: set[str] = set()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._groups: Mapping[str, tuple[str, ...]] = {}

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Give the names that are known, after a moment at most; the rest is asked for meanwhile."""
        wanted = set(users)
        missing = [self._ask(user) for user in wanted if self._stale(user)]
        if missing:
            await asyncio.wait(missing, timeout=_PATIENCE)
        return {user: self._names[user][0] for user in wanted if user in self._names}

    def persons(self, users: Iterable[str]) -> frozenset[str]:
        """Give those who are known to be people, no bots."""
        return frozenset(one for one in users if one in self._names and one not in self._bots)

    def groups(self, user: str) -> tuple[str, ...]:
        """Give the ids of the user groups that somebody was in when last looked."""
        return self._groups.get(user, ())

    def _stale(self, user: str) -> bool:
        known = self._names.get(user)
        return known is None or time.monotonic() - known[1] > _LIFE

    def _ask(self, user: str) -> asyncio.Task[None]:
        if user not in self._asking:
            self._asking[user] = self._tasks.start(self._asked(user), f"name of {user}")
        return self._asking[user]

    async def _asked(self, user: str) -> None:
        try:
            about = (await self._api.call("users.info", user=user))["user"]
        except (Lost, Refused) as error:
            _log.info("name not known", user=user, error=str(error))
            return
        finally:
            del self._asking[user]
        if about.get("is_bot") and len(self._bots) < _REMEMBERED:
            self._bots.add(user)
        profile = about.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or about.get("name") or ""
        self._names[user] = (clean(name, 80).replace("\n", " "), time.monotonic())

    async def follow_groups(self) -> None:
        """Look at the user groups now and then, until cancelled or not allowed."""
        while True:
            try:
                answer = await self._api.call("usergroups.list", include_users="true")
            except Refused as error:
                _log.info("user groups not known", error=str(error))
                return
            except Lost as error:
                _log.info("user groups not read", error=str(error))
            else:
                found: dict[str, list[str]] = {}
                for group in answer["usergroups"]:
                    for user in group.get("users") or ():
                        found.setdefault(user, []).append(group["id"])
                self._groups = {user: tuple(sorted(ids)) for user, ids in found.items()}
            await asyncio.sleep(_GROUPS)
