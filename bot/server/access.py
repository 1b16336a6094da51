"""Whose canvases does who asks see, and what do operators see beside canvases?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.policy.budget import get_usage
from bot.ports.audit import AuditQuery, ChannelsQuery
from bot.ports.queries import ListQuery, Query, UsageQuery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.conversation import Conversation
    from bot.conversation.store import QueryStore
    from bot.policy.permissions import Permissions
    from bot.ports.audit import AuditEntry, KnownChannel
    from bot.ports.queries import Summary, Usage

Q = TypeVar("Q", bound=Query[Any])

#: of a list: of all platforms
EVERYWHERE = "*"


class Access:
    """Answers what depends on whether an operator asks."""

    def __init__(self, store: QueryStore, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions
        self.answers: dict[type[Query[Any]], Callable[[Any], Awaitable[object]]] = {
            AuditQuery: self._list_audit,
            ChannelsQuery: self._list_channels,
            ListQuery: self._list_conversations,
            UsageQuery: self._get_usage,
        }

    def sees(self, query: Query[Any], conversation: Conversation) -> bool:
        """Return whether who asks sees a conversation."""
        return self._permissions.sees(query, conversation.platform, conversation.workspace)

    def widen(self, query: Q) -> Q:
        """Ask of all workspaces where an operator asks."""
        if not self._permissions.sees_all(query):
            return query
        return replace(query, platform="", workspace="")

    def choose(self, query: ListQuery) -> ListQuery:
        """Ask of the platform that is wanted. Raise NotAllowed."""
        if query.of_platform in {"", query.platform}:
            return query
        self._permissions.check_sees_all(query)
        everywhere = query.of_platform == EVERYWHERE
        platform = "" if everywhere else query.of_platform
        return replace(query, platform=platform, workspace=query.of_workspace)

    async def _list_audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]:
        self._permissions.check_sees_all(query)
        return await self._store.list_audit(query)

    async def _list_channels(self, query: ChannelsQuery) -> tuple[KnownChannel, ...]:
        return await self._store.list_channels(self.widen(query))

    async def _list_conversations(self, query: ListQuery) -> tuple[Summary, ...]:
        return await self._store.list_conversations(self.choose(query))

    async def _get_usage(self, query: UsageQuery) -> Usage | None:
        if query.everywhere:
            self._permissions.check_sees_all(query)
        return await get_usage(self._store, self.widen(query) if query.everywhere else query)
