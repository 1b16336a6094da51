"""How is something done that may fail or hang in any way, while the bot goes on?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.ports import traces
from bot.ports.errors import AdapterFailed, EaselError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.conversation.delivery_store import CardStore
    from bot.ports.adapter import Adapter
    from bot.ports.cards import Card, Posted
    from bot.ports.messages import Place

T = TypeVar("T")

_log = structlog.stdlib.get_logger("easel.delivery")

#: seconds that anything waits for a platform
TIMEOUT = 30.0
#: seconds between two looks at a card that another process is about to post
_RESERVED_LOOK = 0.1


async def attempt(
    action: Awaitable[T],
    failure: str,
    *,
    within: float | None = None,
    raising: tuple[type[Exception], ...] = (),
    **context: object,
) -> T | None:
    """Await an action. Where it fails, or takes more than `within` seconds, log it and return None.

    `raising`: what is raised all the same.
    """
    try:
        async with asyncio.timeout(within):
            return await action
    except raising:
        raise
    except (EaselError, TimeoutError) as error:
        _log.warning(failure, **context, error=repr(error))
    except Exception:  # whatever it is, the bot goes on
        _log.exception(failure, **context)
    return None


async def wait_for_event(event: asyncio.Event, within: float) -> None:
    """Wait for an event, so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()


async def reserve(store: CardStore, card: str) -> Posted | None:
    """Return where a card stands; None: nowhere, and it is this process that posts it. Raise NotSaved."""
    while True:
        at, may_post = await store.reserve_card(card)
        if at is not None or may_post:
            return at
        await asyncio.sleep(_RESERVED_LOOK)


async def show_card(
    adapter: Adapter, place: Place, card: Card, at: Posted | None, trace: str | None = None
) -> Posted:
    """Show a card, and say so in a trace. Raise NotPosted, also for an adapter's own bug: its lane must go on."""
    try:
        if trace is None:
            return await adapter.show(place, card, at)
        with traces.span("post", trace, {"turn": card.id, "platform": place.platform}):
            return await adapter.show(place, card, at)
    except EaselError:
        raise
    except Exception as error:
        _log.exception("adapter failed", card=card.id)
        raise AdapterFailed(repr(error)) from error
