"""Can this wish be drawn, and with what? Checked, completed and put on disk."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.conversation import brainstorm, commands
from bot.conversation.records import Wish
from bot.images.upload import left_out
from bot.ports.messages import Output, Press
from bot.presentation import forms

if TYPE_CHECKING:
    from bot.conversation.commands import Reading
    from bot.conversation.records import Begun
    from bot.conversation.store import Store
    from bot.images.upload import Files
    from bot.model.catalog import Catalog
    from bot.policy.permissions import Permissions
    from bot.ports.cards import Form
    from bot.ports.messages import Ask, Attachment, Defaults


class Wishes:
    """Puts wishes on disk."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        files: Files,
        permissions: Permissions,
        confirm_above: float | None = None,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._files = files
        self._permissions = permissions
        self._confirm_above = confirm_above

    def confirmed(self, said: Ask | Press, price: float | None, conversation: str) -> Form | None:
        """Ask first what a press would cost that is dear; None: it is not, or the answer is yes."""
        if not isinstance(said, Press) or (said.fields or {}).get("value") == forms.YES:
            return None
        above = self._confirm_above
        if above is None or price is None or price <= above:
            return None
        return forms.confirm_form(said, price, conversation)

    async def keep(self, ask: Ask, pictures: tuple[Attachment, ...]) -> bool:
        """Keep pictures for their person's next prompt; False: seen before. Raises Refused."""
        kept = await self._files.kept(pictures)
        return await self._store.keep_pictures(replace(ask, attachments=kept))

    async def begin(
        self,
        ask: Ask,
        reading: Reading,
        *,
        fixed: bool = False,
        again: bool = False,
        plain: bool = False,
        **more: Any,  # noqa: ANN401 - Wish's own fields
    ) -> Begun:
        """Check a wish and put it on disk. Raises Refused.

        `fixed`: its source is as `ask` says, also None. `again`: another variation of the same words.
        `plain`: said in passing, only talk while the thread is paused. `more`: further fields of Wish.
        """
        part = more.get("gathering") is not None
        topic = None if part else brainstorm.topic(reading.text)
        text = commands.checked(reading.text)
        given = ask.output.over(reading.output)
        asked = commands.output_of(given.size, given.quality, given.n)
        model = ask.model or reading.model

        def fit(defaults: Defaults, size: str | None) -> tuple[str, Output, float | None]:
            theirs = model or defaults.model
            name, _, _ = self._catalog.fit(theirs, asked)  # what was asked is refused by its name
            shape = Output(size=self._catalog.entry(name).shaped(size))
            return self._catalog.fit(theirs, asked, defaults.output.over(shape))

        files = (*await self._files.kept(ask.attachments), *left_out(ask.attachments))
        wish = Wish(
            id=secrets.token_hex(8),
            conversation=ask.conversation or secrets.token_hex(8),
            ask=replace(ask, attachments=files, model=model),
            text=text,
            source=ask.source or reading.source,
            letter=reading.letter,
            fixed=fixed,
            again=again,
            plain=plain,
            brainstorm=topic is not None,
            terms=self._permissions.terms(ask),
            **more,
        )
        return await self._store.begin(wish, fit)
