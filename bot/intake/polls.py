"""How does a team choose: tick ideas and have them drawn, vote, close the vote?

Each method ends with something on disk, or a refusal raised.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import votes
from bot.conversation.brainstorm import topic
from bot.conversation.commands import ParsedText
from bot.conversation.records import Recorded
from bot.intake.events import ask_of, press_of
from bot.ports import errors
from bot.ports.actions import Action
from bot.ports.messages import ActionEvent
from bot.presentation import sentences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.conversation import Control, Turn
    from bot.conversation.store import Store
    from bot.intake.prompts import Prompts
    from bot.model.catalog.catalog import Catalog
    from bot.ports.cards import Form
    from bot.ports.messages import IncomingMessage


class Polls:
    """Does what people do to a card with several pictures or ideas."""

    def __init__(self, store: Store, catalog: Catalog, prompts: Prompts) -> None:
        self._store = store
        self._catalog = catalog
        self._prompts = prompts

    async def vote(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded:
        """Vote for a version, by its number or the name on its card; for none: put branches to the vote."""
        if control.version is None and control.letter is None:
            return await self._store.open_poll(secrets.token_hex(8), incoming, id_)
        poll = await self._poll(control.turn, id_)
        number = control.version
        if number is None and control.letter is not None:
            number = votes.version_named(poll, control.letter)
        if number is None:
            raise votes.not_in(poll, (control.letter or "").upper())
        return await self._store.record_vote(press_of(incoming, Action.VOTE), poll.id, number)

    async def close(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded:
        """End a vote; a tie asks for one more, or which of them."""
        poll = await self._poll(control.turn, id_)
        event = press_of(incoming, Action.CLOSE)
        return await self._store.close_poll(event, poll.id, control.version)

    async def tick(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded:
        """Tick a direction, or take the tick away."""
        value = (
            (incoming.fields or {}).get("value", "") if isinstance(incoming, ActionEvent) else ""
        )
        if control.turn is None or not (value.isascii() and value.isdecimal()) or len(value) > 2:
            raise errors.BadPrompt(problem="Say which direction to tick: its number, in “value”.")
        turn = await self._poll(control.turn, id_)
        return await self._store.tick_idea(press_of(incoming, Action.TICK), turn.id, int(value))

    async def draw(
        self, incoming: IncomingMessage | ActionEvent, control: Control, id_: str
    ) -> Recorded | Form:
        """Draw the ticked directions side by side, each a branch from what the brainstorm is about.

        A direction is drawn once, however often and by however many this is pressed.
        """
        gallery = await self._poll(control.turn, id_)
        chosen = self._chosen(incoming, gallery)
        if not chosen:
            raise errors.BadPrompt(problem="Tick at least one direction first.")
        one = self._catalog.entry(gallery.model).price(replace(gallery.output, n=1))
        price = None if one is None else one * len(chosen)
        if (form := self._prompts.confirmed(incoming, price, id_)) is not None:
            return form
        about = topic(gallery.text) or gallery.text
        drawn: list[Turn] = []
        says = ""
        for number in chosen:
            message = ask_of(
                incoming,
                f"{about}: {gallery.directions[number - 1]}",
                event=f"{gallery.id}/draw/{number}",
                output=replace(gallery.output, n=1),
                model=gallery.model,
                source=gallery.source,
            )
            try:
                begun = await self._prompts.begin(
                    message, ParsedText(text=message.text), fixed=True, parent=gallery.id
                )
            except errors.Refused as error:  # for want of money, say; what fits is drawn
                if not drawn:
                    raise
                says = sentences.refusal(error).message
                break
            drawn += [begun.turn] if begun.turn and begun.is_new else []
        shown = await self._store.find_turn(gallery.id)
        also = tuple(drawn)
        return Recorded(
            conversation=id_,
            turn=shown,
            is_new=bool(drawn),
            also_changed=also,
            is_quiet=True,
            message=says,
        )

    @staticmethod
    def _chosen(incoming: IncomingMessage | ActionEvent, gallery: Turn) -> list[int]:
        """Give the directions to draw: what the button that was pressed said, else what is ticked now."""
        value = (
            (incoming.fields or {}).get("value", "") if isinstance(incoming, ActionEvent) else ""
        )
        shown = [int(one) for one in value.split(",") if one.isascii() and one.isdecimal()]
        known = range(1, len(gallery.directions) + 1)
        if shown:
            return sorted({one for one in shown if one in known})
        left = votes.left(gallery)
        return [one for one in gallery.ticked if one in left]

    async def named(self, letter: str, id_: str) -> str | None:
        """Give the version that a gallery shows under a letter; None: no gallery, or no such letter."""
        poll = await self._store.find_newest_poll(id_)
        return votes.version_named(poll, letter) if poll and poll.children else None

    async def parts(
        self,
        event: ActionEvent,
        gallery: Turn,
        which: Callable[[Turn], bool],
        verb: Callable[[ActionEvent, str, str], Awaitable[Recorded]],
    ) -> Recorded:
        """Do to each part of a gallery that fits what is done to a turn: retry, cancel."""
        changed = []
        for part in filter(which, gallery.children):
            one = replace(event, event_id=f"{event.event_id}/{part.id}", turn=part.id)
            begun = await verb(one, part.id, part.conversation)
            changed += [begun.turn] if begun.turn and begun.is_new else []
        shown = await self._store.find_turn(gallery.id)
        return Recorded(
            conversation=gallery.conversation,
            turn=shown,
            is_new=bool(changed),
            also_changed=tuple(changed),
            is_quiet=True,
        )

    async def _poll(self, turn: str | None, id_: str) -> Turn:
        found = await (self._store.find_turn(turn) if turn else self._store.find_newest_poll(id_))
        if found is None or found.conversation != id_:
            raise errors.NothingToChoose
        return found
