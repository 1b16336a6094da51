"""Can this prompt be drawn, and with what? Checked, completed and put on disk."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import brainstorm, commands
from bot.conversation.records import NewPrompt
from bot.images.upload import left_out
from bot.ports.messages import ActionEvent, Output
from bot.presentation import forms

if TYPE_CHECKING:
    from bot.conversation.commands import ParsedText
    from bot.conversation.records import Recorded
    from bot.conversation.store import Store
    from bot.images.upload import Uploads
    from bot.model.catalog.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import Attachment, Defaults, IncomingMessage


class Prompts:
    """Puts prompts on disk."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        files: Uploads,
        permissions: Permissions,
        confirm_above: float | None = None,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._files = files
        self._permissions = permissions
        self._confirm_above = confirm_above

    def confirmed(
        self, incoming: IncomingMessage | ActionEvent, price: float | None, conversation: str
    ) -> Form | None:
        """Ask first what a press would cost that is dear; None: it is not, or the answer is yes."""
        if (
            not isinstance(incoming, ActionEvent)
            or (incoming.fields or {}).get("value") == forms.YES
        ):
            return None
        above = self._confirm_above
        if above is None or price is None or price <= above:
            return None
        return forms.confirm_form(incoming, price, conversation)

    async def keep(self, message: IncomingMessage, pictures: tuple[Attachment, ...]) -> bool:
        """Keep pictures for their person's next prompt; False: seen before. Raises Refused."""
        kept = await self._files.store_attachments(pictures)
        return await self._store.save_pictures(replace(message, attachments=kept))

    async def begin(  # noqa: PLR0913 - what a prompt is besides its words
        self,
        message: IncomingMessage,
        reading: ParsedText,
        *,
        fixed: bool = False,
        again: bool = False,
        plain: bool = False,
        answers: str | None = None,
        contributors: tuple[str, ...] = (),
        parent: str | None = None,
        ends_pause: bool = False,
    ) -> Recorded:
        """Check a prompt and put it on disk. Raises Refused.

        `fixed`: its source is as `ask` says, also None. `again`: another variation of the same words.
        `plain`: said in passing, only talk while the thread is paused. The rest: see NewPrompt.
        """
        topic = None if parent is not None else brainstorm.topic(reading.text)
        text = commands.checked(reading.text)
        given = message.output.over(reading.output)
        asked = commands.output_of(given.size, given.quality, given.n)
        model = message.model or reading.model

        def fit(defaults: Defaults, size: str | None) -> tuple[str, Output, float | None]:
            theirs = model or defaults.model
            name, _, _ = self._catalog.resolve(
                theirs, asked
            )  # what was asked is refused by its name
            shape = Output(size=self._catalog.entry(name).size_of_shape(size))
            return self._catalog.resolve(theirs, asked, defaults.output.over(shape))

        files = (
            *await self._files.store_attachments(message.attachments),
            *left_out(message.attachments),
        )
        prompt = NewPrompt(
            id=secrets.token_hex(8),
            conversation=message.conversation or secrets.token_hex(8),
            message=replace(message, attachments=files, model=model),
            text=text,
            source=message.source or reading.source,
            letter=reading.letter,
            source_is_final=fixed,
            is_variation=again,
            is_casual=plain,
            is_brainstorm=topic is not None,
            admission=self._permissions.terms(message),
            answers=answers,
            contributors=contributors,
            parent=parent,
            ends_pause=ends_pause,
        )
        return await self._store.record_prompt(prompt, fit)
