"""What is posted that is no turn's card: to one person alone, or to the operator? And does a place accept a picture?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from bot.delivery.attempt import TIMEOUT, attempt, reserve
from bot.policy.languages import Languages
from bot.ports.errors import CannotPost, ServedElsewhere
from bot.ports.language import speak
from bot.presentation import cards, notice_cards

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from bot.conversation.delivery_store import CardStore
    from bot.conversation.turn import Turn
    from bot.model.catalog.catalog import Catalog
    from bot.ports.adapter import Adapter
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.publisher")

#: seconds for a place to say that it takes no picture
_CHECK_TIMEOUT = 3.0


class Ephemerals:
    """Posts what is no card of a turn."""

    def __init__(
        self,
        store: CardStore,
        adapters: Mapping[str, Adapter],
        catalog: Catalog,
        languages: Languages | None = None,
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._catalog = catalog
        self.languages = languages or Languages(store, adapters)
        self._background: set[asyncio.Task[object]] = set()

    async def check_place(self, turn: Turn) -> None:
        """Raise CannotPost where people could not see what is drawn; who cannot tell in time does not.

        Raise ServedElsewhere where another process shows it.
        """
        adapter = self._adapters.get(turn.place.platform)
        if adapter is None:
            return
        check = adapter.check_place(turn.place, turn.request.event_id)
        await attempt(
            check,
            "place not checked",
            within=_CHECK_TIMEOUT,
            raising=(CannotPost, ServedElsewhere),
            turn=turn.id,
        )

    async def post_ephemeral(self, turn: Turn) -> None:
        """Show how a turn ended to its person alone, where others read less of it or may read nothing."""
        adapter = self._adapters.get(turn.place.platform)
        if adapter is None or turn.result.failure is None:
            return
        with speak(await self.languages.find_for_person(turn.place, turn.person)):
            await self._post_ephemeral(adapter, turn, turn.result.failure.code)

    async def _post_ephemeral(self, adapter: Adapter, turn: Turn, code: str) -> None:
        card = cards.card(turn, model=self._catalog.entry(turn.request.model))
        if not (card.public_text or code == CannotPost.code()):
            return
        posting = adapter.post_ephemeral(turn.place, turn.person, card, turn.request.event_id)
        private = await attempt(posting, "ephemeral not posted", within=TIMEOUT, turn=turn.id)
        if private is not None:
            _log.info("ephemeral posted", turn=turn.id, private=private)

    async def notify(self, place: Place, card: Card) -> bool:
        """Show a card that is of no turn, or update it where it is; False: it did not get there."""
        adapter = self._adapters.get(place.platform)
        if adapter is None:
            return False

        async def show() -> bool:
            async with asyncio.timeout(TIMEOUT):
                at = await adapter.show(place, card, await reserve(self._store, card.id))
            await self._store.save_posted(card.id, at)
            return True

        return await attempt(show(), "notice not shown", card=card.id) is True

    async def introduce(self, place: Place) -> None:
        """Say in a channel, once for ever, who joined it; nothing where nothing may be posted."""
        adapter = self._adapters.get(place.platform)
        with speak(await self.languages.find_for_place(place)):
            card = notice_cards.introduction(place)
        if adapter is None or await self._store.find_posted(card.id) is not None:
            return
        try:
            await attempt(
                adapter.check_place(place, ""),
                "place not checked",
                within=_CHECK_TIMEOUT,
                raising=(CannotPost, ServedElsewhere),
            )
        except (CannotPost, ServedElsewhere) as error:
            _log.info("not introduced", place=str(place), why=str(error))
            return
        await self.notify(place, card)

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something while the rest goes on; what goes wrong is logged."""
        task = asyncio.create_task(attempt(work, "background task failed"), name="background")
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def flush(self) -> None:
        """Wait until all that runs in the background is done."""
        await asyncio.gather(*self._background, return_exceptions=True)
