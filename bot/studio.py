"""How does a claimed turn become an answer? Images loaded, the model asked, what it drew kept."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import errors, history, images
from bot.model.client import Again, Drawn, Request
from bot.ports import Answer, Stored

if TYPE_CHECKING:
    from bot.conversation import Turn
    from bot.history import Message
    from bot.model.catalog import Catalog
    from bot.model.client import Model
    from bot.model.stream import Partial
    from bot.ports import Blobs, Claim
    from bot.showing import Showing

#: characters of an alt text; Slack takes 2,000, Discord 1,024
_LONGEST_ALT = 500
#: words of the model that are no description: "Here it is."
_FEW_WORDS = 4


class Studio:
    """Asks the model for one turn at a time."""

    def __init__(self, model: Model, blobs: Blobs, catalog: Catalog, showing: Showing) -> None:
        self._model = model
        self._blobs = blobs
        self._catalog = catalog
        self._showing = showing

    async def answer(self, claim: Claim) -> Answer:
        """Draw; the images are in the blob store when this returns. Raises an EaselError."""
        style = self._model.profile.history_style
        messages = history.messages(claim.path, claim.turn, style=style)
        drawn = await self._round(claim.turn, messages, 1)
        return await self._kept(claim.turn, drawn)

    async def _round(self, turn: Turn, messages: list[Message], number: int) -> Drawn:
        request = Request(
            model=turn.model,
            messages=messages,
            output=turn.output,
            images=await self._images(messages),
            key=f"{turn.id}-{number}",
        )
        async with aclosing(self._model.draw(request)) as events:
            async for event in events:
                if isinstance(event, Drawn):
                    return event
                if isinstance(event, Again):
                    await self._showing.trying(turn, event.tries)
                else:
                    await self._preview(turn, event)
        raise errors.UnknownOutcome("the answer ended before it began")

    async def _preview(self, turn: Turn, partial: Partial) -> None:
        if self._showing.previews(turn):
            preview = await self._model.preview(partial)
            if preview is not None:
                self._showing.preview(turn, preview)

    async def _images(self, messages: list[Message]) -> dict[str, tuple[bytes, str]]:
        """Load the stored images that the messages speak of. Raises LostImage."""
        found = {}
        for blob in history.blobs_in(messages):
            data = await self._blobs.get(blob)
            if data is None:
                raise errors.LostImage(f"blob {blob}")
            found[blob] = (data, images.sniff(data) or "image/png")
        return found

    async def _kept(self, turn: Turn, drawn: Drawn) -> Answer:
        stored = []
        for number, picture in enumerate(drawn.pictures):
            await self._blobs.put(picture.data, picture.blob)
            stored.append(
                Stored(
                    blob=picture.blob,
                    media_type=picture.media_type,
                    size=len(picture.data),
                    width=picture.width,
                    height=picture.height,
                    alt=_alt(drawn.text, turn.text, number if len(drawn.pictures) > 1 else None),
                )
            )
        cost, about = drawn.cost, False
        if cost is None and stored:
            made = replace(turn.output, n=len(stored))
            cost, about = self._catalog.entry(turn.model).price(made), True
        return Answer(
            reply=drawn.text or None,
            images=tuple(stored),
            messages=drawn.messages,
            cost=cost,
            about=about and cost is not None,
        )


def _alt(words: str, wish: str, number: int | None) -> str:
    """Describe an image: in the model's words, else in those of the wish."""
    text = words if len(words.split()) >= _FEW_WORDS else wish
    text = " ".join(text.split())
    if len(text) > _LONGEST_ALT:
        text = text[: _LONGEST_ALT - 1] + "…"
    return text if number is None else f"{text} ({'ab'[number % 2]} of two)"
