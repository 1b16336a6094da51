"""How is the version chosen that the next prompt edits: undo, redo, go back, choose?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.turn import Control
from bot.intake import lookup
from bot.ports import errors

if TYPE_CHECKING:
    from bot.conversation.intake_store import HeadStore
    from bot.conversation.records import Recorded
    from bot.intake.polls import Polls
    from bot.ports.messages import ActionEvent


class HeadActions:
    """Moves the head."""

    def __init__(self, store: HeadStore, polls: Polls) -> None:
        self._store = store
        self._polls = polls

    async def move_head(self, event: ActionEvent, _conversation: str) -> Recorded:
        """Undo, redo, or go to a version."""
        control = Control(
            action=event.action, version=event.version, letter=event.letter, turn=event.turn
        )
        return await self._store.record_control(secrets.token_hex(8), event, control)

    async def goto(self, event: ActionEvent, conversation: str) -> Recorded:
        """Go back to a version that is named."""
        if event.version is None:
            raise errors.BadPrompt(problem="Say which version to go back to, for example v2.")
        return await self.move_head(event, conversation)

    async def choose(self, event: ActionEvent, conversation: str) -> Recorded:
        """Choose one of several pictures; its card's buttons are about it then."""
        if event.letter and not event.version:
            name = await self._polls.find_lettered(event.letter, conversation)
            event = replace(event, version=name, letter=None) if name else event
        recorded = await self.move_head(event, conversation)
        chosen = recorded.turn.request.source if recorded.turn else None
        version = await lookup.find_version(self._store, conversation, chosen) if chosen else None
        if version is None or not recorded.is_new:
            return recorded
        return replace(recorded, republish=(version.turn,))
