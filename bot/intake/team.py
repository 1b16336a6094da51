"""What do the actions do by which a team talks before it draws, and puts waiting prompts together?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import discussion
from bot.conversation.records import Proposal
from bot.conversation.turn import Control
from bot.intake.prompts import make_prompt
from bot.ports import errors, limits
from bot.ports.actions import Action
from bot.ports.cards import Form
from bot.ports.messages import Output
from bot.presentation import forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.records import Recorded
    from bot.conversation.team_store import TeamStore
    from bot.conversation.turn import Turn
    from bot.intake.prompts import Prompts
    from bot.model.catalog.catalog import Catalog
    from bot.ports.messages import ActionEvent


class TeamActions:
    """Does what people do together."""

    def __init__(self, store: TeamStore, catalog: Catalog, prompts: Prompts) -> None:
        self._store = store
        self._catalog = catalog
        self._prompts = prompts

    async def pause(self, event: ActionEvent, conversation: str) -> Recorded:
        """Pause the drawing, so that people talk for free."""
        return await self._set_mode(event, conversation, Action.PAUSE)

    async def _set_mode(self, event: ActionEvent, conversation: str, action: Action) -> Recorded:
        control = Control(action=action)
        return await self._store.set_mode(secrets.token_hex(8), event, conversation, control)

    async def go(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Turn the talk into one edit; its wording is shown first."""
        result = await self._end_talk(event, conversation)
        if isinstance(result, Form) or event.turn is None:
            return result
        return replace(result, republish=(event.turn,))  # what was agreed on is drawn once

    async def _end_talk(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        known = await self._store.find_conversation(conversation)
        if known is None or known.mode != "talking":
            raise errors.NothingToGo
        turns = await self._store.list_talk(conversation)
        spoken = [(turn.person, turn.request.text) for turn in turns if turn.request.text.strip()]
        people = discussion.list_people(spoken)
        wording = (event.fields or {}).get("text") or await self._find_agreed(event, turns)
        if wording:
            files = tuple(
                file for turn in turns for file in turn.request.attachments if not file.left
            )
            message = make_prompt(event, wording, attachments=files[-limits.MAX_ATTACHMENTS :])
            return await self._prompts.begin(message, contributors=people, ends_pause=True)
        if not spoken:
            return await self._set_mode(event, conversation, Action.GO)
        defaults = known.defaults
        model, output, price = self._catalog.resolve(defaults.model, Output(), defaults.output)
        wording = discussion.join_points(spoken)
        if event.message is None and "value" not in (event.fields or {}):
            return forms.wording_form(wording, people, price, known.id, event.turn)
        proposal = Proposal(text=wording, contributors=people, model=model, output=output)
        return await self._store.record_proposal(
            secrets.token_hex(8), event, conversation, proposal
        )

    async def _find_agreed(self, event: ActionEvent, talk: Sequence[Turn]) -> str | None:
        """Return the proposed wording that somebody pressed Draw on; None: more was said since."""
        if event.value != "draw" or not talk:
            return None
        proposal = await self._store.find_turn(event.turn) if event.turn else None
        if proposal is None or proposal.control is None:
            return None
        is_here = proposal.conversation == talk[0].conversation
        is_newest = proposal.control.action is Action.GO and proposal.seq > talk[-1].seq
        return proposal.request.text if is_here and is_newest else None

    async def merge(self, event: ActionEvent, conversation: str) -> Recorded:
        """Put the prompts that wait into one edit."""
        return await self._store.merge_prompts(event, conversation)

    async def fork(self, event: ActionEvent, conversation: str) -> Recorded:
        """Draw the prompts that wait side by side: as many as the button said."""
        said = event.value
        most = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else None
        return await self._store.fork_prompts(secrets.token_hex(8), event, conversation, most)
