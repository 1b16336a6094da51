"""How is a picture chosen: undo, go back, tick ideas and have them drawn, vote, close the vote?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import votes
from bot.conversation.brainstorm import find_topic
from bot.conversation.records import Recorded
from bot.conversation.turn import Control
from bot.intake import lookup
from bot.intake.prompts import make_prompt
from bot.ports import errors
from bot.ports.language import N_
from bot.presentation import problems

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.team_store import ChoiceStore
    from bot.conversation.turn import Turn
    from bot.intake.prompts import Prompts
    from bot.model.catalog.catalog import Catalog
    from bot.ports.cards import Form
    from bot.ports.messages import ActionEvent


class ChoiceActions:
    """Moves the head, and does what people do to a card with several pictures or ideas."""

    def __init__(self, store: ChoiceStore, catalog: Catalog, prompts: Prompts) -> None:
        self._store = store
        self._catalog = catalog
        self._prompts = prompts

    async def move_head(self, event: ActionEvent, _conversation: str) -> Recorded:
        """Undo, redo, or go to a version."""
        control = Control(
            action=event.action, version=event.version, letter=event.letter, turn=event.turn
        )
        return await self._store.record_control(secrets.token_hex(8), event, control)

    async def goto(self, event: ActionEvent, conversation: str) -> Recorded:
        """Go back to a version that is named."""
        if event.version is None:
            raise errors.BadPrompt(problem=N_("Say which version to go back to, for example v2."))
        return await self.move_head(event, conversation)

    async def choose(self, event: ActionEvent, conversation: str) -> Recorded:
        """Choose one of several pictures; its card's buttons are about it then."""
        if event.letter and not event.version:
            name = await self._find_lettered(event.letter, conversation)
            event = replace(event, version=name, letter=None) if name else event
        recorded = await self.move_head(event, conversation)
        chosen = recorded.turn.request.source if recorded.turn else None
        version = await lookup.find_version(self._store, conversation, chosen) if chosen else None
        if version is None or not recorded.is_new:
            return recorded
        return replace(recorded, republish=(version.turn,))

    async def vote(self, event: ActionEvent, conversation: str) -> Recorded:
        """Vote for a version, by its number or the name on its card; for none: put branches to the vote."""
        if event.version is None and event.letter is None:
            return await self._store.open_poll(secrets.token_hex(8), event, conversation)
        poll = await self._get_poll(event.turn, conversation)
        number = event.version
        if number is None and event.letter is not None:
            number = votes.find_version(poll, event.letter)
        if number is None:
            raise votes.not_in_vote(poll, (event.letter or "").upper())
        return await self._store.record_vote(event, poll.id, number)

    async def close(self, event: ActionEvent, conversation: str) -> Recorded:
        """End a vote; a tie asks for one more, or which of them."""
        poll = await self._get_poll(event.turn, conversation)
        return await self._store.close_poll(event, poll.id, event.version)

    async def tick(self, event: ActionEvent, conversation: str) -> Recorded:
        """Tick a direction, or take the tick away."""
        value = event.value
        if event.turn is None or not (value.isascii() and value.isdecimal()) or len(value) > 2:
            raise errors.BadPrompt(
                problem=N_("Put the number of the direction to tick in “value”.")
            )
        turn = await self._get_poll(event.turn, conversation)
        return await self._store.tick_idea(event, turn.id, int(value))

    async def draw(self, event: ActionEvent, conversation: str) -> Recorded | Form:
        """Draw the ticked directions side by side, each a branch from what the brainstorm is about.

        A direction is drawn once, however often and by however many this is pressed.
        """
        gallery = await self._get_poll(event.turn, conversation)
        chosen = _choose_directions(event, gallery)
        if not chosen:
            raise errors.BadPrompt(problem=N_("Tick at least one direction first."))
        one = self._catalog.entry(gallery.request.model).price(replace(gallery.request.output, n=1))
        price = None if one is None else one * len(chosen)
        if (form := await self._prompts.confirmation(event, price, conversation)) is not None:
            return form
        about = find_topic(gallery.request.text) or gallery.request.text
        drawn: list[Turn] = []
        says = ""
        for number in chosen:
            message = make_prompt(
                event,
                f"{about}: {gallery.team.directions[number - 1]}",
                event_id=f"{gallery.id}/draw/{number}",
                output=replace(gallery.request.output, n=1),
                model=gallery.request.model,
                source=gallery.request.source,
            )
            try:
                recorded = await self._prompts.begin(
                    message, source_is_final=True, parent=gallery.id
                )
            except errors.Refused as error:  # for want of money, say; what fits is drawn
                if not drawn:
                    raise
                says = problems.refusal(error).message
                break
            drawn += [recorded.turn] if recorded.turn and recorded.is_new else []
        return await self._record(gallery, drawn, message=says)

    async def _find_lettered(self, letter: str, conversation: str) -> str | None:
        """Return the version that a gallery shows under a letter; None: no gallery, or no such letter."""
        poll = await self._store.find_newest_poll(conversation)
        return votes.find_version(poll, letter) if poll and poll.team.children else None

    async def change_parts(
        self,
        event: ActionEvent,
        gallery: Turn,
        which: Callable[[Turn], bool],
        verb: Callable[[ActionEvent, str, str], Awaitable[Recorded]],
    ) -> Recorded:
        """Do to each part of a gallery that fits what is done to a turn: retry, cancel."""
        changed: list[Turn] = []
        refused: errors.Refused | None = None
        for part in filter(which, gallery.team.children):
            one = replace(event, event_id=f"{event.event_id}/{part.id}", turn=part.id)
            try:
                recorded = await verb(one, part.id, part.conversation)
            except errors.Refused as error:  # the others go on
                refused = error
                continue
            changed += [recorded.turn] if recorded.turn and recorded.is_new else []
        if refused is not None and not changed:
            raise refused
        says = ""
        if refused is not None and refused.kind is errors.Kind.NOT_ALLOWED:
            says = problems.refusal(refused).message
        return await self._record(gallery, changed, message=says)

    async def _record(self, gallery: Turn, changed: list[Turn], message: str = "") -> Recorded:
        return Recorded(
            conversation=gallery.conversation,
            turn=await self._store.find_turn(gallery.id),
            is_new=bool(changed),
            also_changed=tuple(changed),
            is_quiet=True,
            message=message,
        )

    async def _get_poll(self, turn: str | None, conversation: str) -> Turn:
        if turn:
            found = await self._store.find_turn(turn)
        else:
            found = await self._store.find_newest_poll(conversation)
        if found is None or found.conversation != conversation:
            raise errors.NothingToChoose
        return found


def _choose_directions(event: ActionEvent, gallery: Turn) -> list[int]:
    """Return the directions to draw: what the button that was pressed said, else what is ticked now."""
    shown = [int(one) for one in event.value.split(",") if one.isascii() and one.isdecimal()]
    known = range(1, len(gallery.team.directions) + 1)
    if shown:
        return sorted({one for one in shown if one in known})
    left = votes.undrawn_directions(gallery)
    return [one for one in gallery.team.ticked if one in left]
