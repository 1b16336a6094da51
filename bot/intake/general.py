"""What do the actions do that are about no picture: help, usage, resume?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.policy.budget import get_usage
from bot.ports import errors
from bot.ports.cards import Receipt
from bot.ports.queries import UsageQuery
from bot.presentation import sentences, statement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.intake_store import GeneralStore
    from bot.policy.permissions import Permissions
    from bot.ports.messages import ActionEvent


class GeneralActions:
    """Answers what needs no canvas."""

    def __init__(
        self,
        store: GeneralStore,
        permissions: Permissions,
        resume: Callable[[], Awaitable[bool]],
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._resume = resume

    async def help(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Say what can be said."""
        await self._find_conversation(event)
        return Receipt(message=sentences.HELP)

    async def usage(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Say what was spent this month."""
        await self._find_conversation(event)
        place = event.place
        query = UsageQuery(platform=place.platform, workspace=place.workspace)
        found = await get_usage(self._store, query)
        limits = self._permissions.limits()
        return Receipt(message=statement.chat(found, limits, place, event.person) if found else "")

    async def resume(self, event: ActionEvent, _conversation: str) -> Receipt:
        """Take the model's account off hold."""
        conversation = await self._find_conversation(event)
        if not await self._resume():
            raise errors.NothingToResume
        return Receipt(conversation=conversation)

    async def _find_conversation(self, event: ActionEvent) -> str | None:
        """Return the conversation of a place. Raise NoSuchThread: a page has nothing else."""
        conversation = await self._store.find_conversation_at(event.place)
        if conversation is None and event.place.platform in self._permissions.pages:
            raise errors.NoSuchThread
        return conversation
