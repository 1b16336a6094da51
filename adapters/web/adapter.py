"""How does the page reach the bot, and the bot the page?

There is nothing to connect to and nothing to post: a card is seen as soon as it is on disk. The page's routes
are in `pages`, those of its API in `api`, `files` and `events`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from adapters.web.api import Api
from adapters.web.batches import Batches
from adapters.web.events import Events
from adapters.web.files import Files
from adapters.web.kit_api import Kits
from adapters.web.openapi import document
from adapters.web.operators import Operators
from adapters.web.pages import Pages
from bot.ports.cards import Posted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.routing import BaseRoute

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card
    from bot.ports.messages import Attachment, Person, Place


class WebAdapter:
    """The page, and the API that scripts use."""

    name = "web"
    previews = False  # the page watches by itself
    live = True

    def __init__(self) -> None:
        self._bot: Bot | None = None

    def bot(self) -> Bot:
        """Return the bot that is asked; there is one while `run` runs."""
        if self._bot is None:
            raise HTTPException(503, "Easel is starting. Try again in a second.")
        return self._bot

    def routes(self) -> list[BaseRoute]:
        """Return all routes."""
        calls = [
            call
            for part in (Api, Batches, Files, Events, Kits, Operators)
            for call in part(self.bot).calls()
        ]
        pages = Pages(self.bot, lambda: document(calls))
        return [*pages.routes(), *(call.route() for call in calls)]

    async def run(self, bot: Bot) -> None:
        """Answer calls until cancelled."""
        self._bot = bot
        try:
            await asyncio.Event().wait()
        finally:
            self._bot = None

    def is_direct(self, place: Place) -> bool:  # noqa: ARG002 - the port's
        """Return False: everybody sees the whole page."""
        return False

    def locale_of(self, place: Place) -> str:  # noqa: ARG002 - the port's
        """Return nothing: each browser says its own."""
        return ""

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Return the place with its thread: pages watch the store."""
        return at or Posted(place=replace(place, thread=card.conversation))

    async def check_place(self, place: Place, event: str) -> None:
        """Do nothing: the page is always there."""

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:  # noqa: ARG002 - the port's
        """Return False: everybody sees the whole page."""
        return False

    def read_attachment(self, place: Place, attachment: Attachment) -> AsyncIterator[bytes]:  # noqa: ARG002 - the port's
        """Refuse: a file comes with its message."""
        raise FileNotFoundError(attachment.id)

    async def remove_card(self, posted: Posted) -> None:
        """Do nothing: what is gone from the store is gone from the page."""

    async def rename_thread(self, place: Place, title: str) -> None:
        """Do nothing: the page reads names from the store."""

    async def name_place(self, place: Place) -> str:  # noqa: ARG002 - the port's
        """Return "": the page has no channels."""
        return ""
