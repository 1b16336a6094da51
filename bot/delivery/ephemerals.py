"""What is said beside the cards: to one person alone, to whoever runs Easel, and does a place take a picture?

A platform may hang or fail in any way: each question to it has its time, and nothing that draws waits longer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from bot.ports.errors import CannotPost, EaselError
from bot.presentation import cards

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from bot.conversation.conversation import Turn
    from bot.conversation.store import Store
    from bot.model.catalog.catalog import Catalog
    from bot.ports.adapter import Adapter
    from bot.ports.cards import Card
    from bot.ports.messages import Place

_log = structlog.stdlib.get_logger("easel.publisher")

#: seconds that anything waits for people to be told something
PATIENCE = 30.0
#: seconds for a place to say that it takes no picture
_CHECK = 3.0


class Ephemerals:
    """Says what is no card of a turn."""

    def __init__(self, store: Store, adapters: Mapping[str, Adapter], catalog: Catalog) -> None:
        self._store = store
        self._adapters = adapters
        self._catalog = catalog
        self._beside: set[asyncio.Task[None]] = set()

    async def check_place(self, turn: Turn) -> None:
        """Raise CannotPost where people could not see what is drawn; who cannot know in time says nothing."""
        adapter = self._adapters.get(turn.place.platform)
        if adapter is None:
            return
        try:
            async with asyncio.timeout(_CHECK):
                await adapter.check_place(turn.place, turn.request.event_id)
        except CannotPost:
            raise
        except TimeoutError:
            _log.warning("place not looked at in time", turn=turn.id)
        except Exception:  # whatever an adapter does, the bot goes on
            _log.exception("place not looked at", turn=turn.id)

    async def post_ephemeral(self, turn: Turn) -> None:
        """Show how a turn ended to its person alone, where others read less of it or may read nothing."""
        adapter = self._adapters.get(turn.place.platform)
        if adapter is None or turn.result.failure is None:
            return
        face = cards.card(turn, model=self._catalog.entry(turn.request.model))
        if not (face.public_text or turn.result.failure.code == CannotPost.code()):
            return
        try:
            async with asyncio.timeout(PATIENCE):
                done = await adapter.post_ephemeral(
                    turn.place, turn.person, face, turn.request.event_id
                )
        except (EaselError, TimeoutError) as error:
            _log.warning("whisper failed", turn=turn.id, error=repr(error))
        except Exception:  # whatever an adapter does, the bot goes on
            _log.exception("whisper failed", turn=turn.id)
        else:
            _log.info("whispered", turn=turn.id, private=done)

    async def notify(self, place: Place, card: Card) -> bool:
        """Show a card that is of no turn, or show it anew where it stands; False: it did not get there."""
        adapter = self._adapters.get(place.platform)
        if adapter is None:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                at = await adapter.show(place, card, await self._store.find_posted(card.id))
            await self._store.save_posted(card.id, at)
        except (EaselError, TimeoutError) as error:
            _log.warning("notice not shown", card=card.id, error=repr(error))
            return False
        except Exception:  # whatever an adapter does, the bot goes on
            _log.exception("notice not shown", card=card.id)
            return False
        return True

    def run_in_background(self, telling: Coroutine[Any, Any, object]) -> None:
        """Return people something while the rest goes on."""
        self._beside.add(task := asyncio.create_task(_safely(telling), name="telling"))
        task.add_done_callback(self._beside.discard)

    async def flush(self) -> None:
        """Wait until what is told beside has been told."""
        await asyncio.gather(*self._beside, return_exceptions=True)


async def _safely(telling: Coroutine[Any, Any, object]) -> None:
    """Do what nobody waits for; what goes wrong is in the log."""
    try:
        await telling
    except EaselError as error:
        _log.warning("not told", error=str(error))
    except Exception:  # whatever it is, the bot goes on
        _log.exception("not told")
