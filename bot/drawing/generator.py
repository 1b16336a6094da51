"""How does a claimed turn become an answer? Images loaded, the model asked, what it drew kept."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot.conversation import brainstorm, descriptions
from bot.conversation.records import Answer, Lineage, StoredImage
from bot.drawing import history, tools
from bot.images import inspect
from bot.model.answers import stored_messages
from bot.model.answers.collect import ModelAnswer
from bot.model.client import AnswerArrived, Request, RetryNotice
from bot.ports import errors
from bot.presentation import sentences

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs
    from bot.conversation.conversation import Question, Turn
    from bot.conversation.records import Claim
    from bot.conversation.store import Store
    from bot.delivery.publisher import CardPublisher
    from bot.images.upload import Uploads
    from bot.model.answers.stored_messages import Message
    from bot.model.answers.stream import Partial
    from bot.model.catalog.catalog import Catalog
    from bot.model.catalog.entry import ModelEntry
    from bot.model.client import ModelClient
    from bot.model.requests.profiles import Profile
    from bot.ports.messages import Output

_log = structlog.stdlib.get_logger("easel.generator")

#: seconds that an image's own address is trusted to live; the shortest seen is an hour
_FRESH = 1800.0
#: steps of the history that are sent in full after the model found a request too large
_COMPACT = 3
#: what says that a request was not taken, so that nothing is out
_NOT_TAKEN = (errors.Busy, errors.Unreachable)


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One turn's exchange with the model, round after round."""

    turn: Turn
    path: Lineage
    model: ModelEntry
    output: Output
    #: requests sent
    rounds: int = 0
    #: is it on disk that a request is out, or may have been billed?
    out: bool = False
    #: has the history been made shorter?
    compact: bool = False
    #: US dollars of the rounds so far, as the answers say; None: they do not
    cost: float | None = None
    #: tool rounds so far: the model's messages and the results
    exchange: tuple[Message, ...] = ()
    offer: Output | None = None
    question: Question | None = None

    @property
    def key(self) -> str:
        """Name the next request: the same turn, words, round and length have the same key for ever."""
        words = f"-w{self.turn.request.rewordings}" if self.turn.request.rewordings else ""
        return f"{self.turn.id}-{self.rounds + 1}{words}{'-c' if self.compact else ''}"


class Generator:
    """Asks the model for one turn at a time."""

    def __init__(
        self,
        *,
        client: ModelClient,
        store: Store,
        blobs: Blobs,
        catalog: Catalog,
        files: Uploads,
        publisher: CardPublisher,
    ) -> None:
        self._client = client
        self._store = store
        self._blobs = blobs
        self._catalog = catalog
        self._files = files
        self._publisher = publisher

    async def generate(self, claim: Claim) -> Answer:
        """Draw; the images are in the blob store when this returns. Raise an EaselError."""
        attachments = await self._files.load(claim.turn)
        request = replace(claim.turn.request, attachments=attachments)
        turn = replace(claim.turn, request=request)
        model = self._catalog.entry(turn.request.model)
        talk = Exchange(turn=turn, path=claim.lineage, model=model, output=turn.request.output)
        drawn = await self._fetched(turn)
        if drawn is not None:
            talk.cost = drawn.cost
            return await self._ended(talk, drawn)
        while True:
            drawn = await self._round(talk)
            talk.rounds += 1
            if drawn.cost is not None:
                talk.cost = (talk.cost or 0.0) + drawn.cost
            if drawn.pictures or not drawn.calls:
                return await self._ended(talk, drawn)
            outcome = tools.run(drawn.calls, talk.output, model)
            talk.output, talk.offer = outcome.output, outcome.offer or talk.offer
            if outcome.question is not None:
                talk.question = outcome.question
                return await self._ended(talk, drawn)
            if talk.rounds == tools.ROUNDS:
                return await self._ended(talk, drawn)
            talk.exchange = (*talk.exchange, *tools.exchanged(drawn.messages, outcome))
            await self._spent(talk)

    async def _fetched(self, turn: Turn) -> ModelAnswer | None:
        """Fetch what an earlier attempt paid for, and could not fetch; None: there is no such thing."""
        if turn.result.unfetched is None:
            return None
        try:
            return await self._client.download_answer(
                turn.result.unfetched, n=turn.request.output.n or 1
            )
        except errors.ModelError as error:
            _log.info("still not to be fetched, asked for anew", turn=turn.id, error=str(error))
            return None

    async def _spent(self, talk: Exchange) -> None:
        """Write down what the rounds cost so far, whatever becomes of the next. Raise Superseded."""
        if talk.cost is None:
            return
        try:
            await self._store.record_cost(talk.turn, talk.cost)
        except errors.NotSaved as error:
            _log.error("cost not saved", turn=talk.turn.id, cost=talk.cost, error=str(error))

    async def _ended(self, talk: Exchange, drawn: ModelAnswer) -> Answer:
        try:
            return await self._kept(talk, drawn)
        except errors.EaselError:
            await self._spent(talk)  # what was drawn is lost, what it cost is known
            raise

    async def _round(self, talk: Exchange) -> ModelAnswer:
        try:
            return await self._request(talk)
        except errors.ModelError as error:
            if error.cost is not None:  # nothing was drawn, and it was paid all the same
                talk.cost = (talk.cost or 0.0) + error.cost
                await self._spent(talk)
            elif talk.cost and error.billed is False:  # an earlier round was paid
                error.costs(talk.cost, tokens=False)
            if not isinstance(error, errors.TooLarge):
                raise
            if talk.compact or talk.model.protocol == "images":
                raise
            talk.compact = True
            return await self._request(talk)

    async def _request(self, talk: Exchange) -> ModelAnswer:
        messages = self._messages(talk)
        request = Request(
            model=talk.model.api_name,
            messages=messages,
            output=talk.output,
            images=await self._images(messages),
            urls=self._urls(talk),
            key=talk.key,
            protocol=talk.model.protocol,
            tools=self._tools(talk),
            profile=talk.model.profile,
        )
        drawing = self._client.draw(request, partial(self._sending, talk))
        async with aclosing(drawing) as events:
            async for event in events:
                if isinstance(event, ModelAnswer):
                    return event
                if isinstance(event, AnswerArrived):
                    await self._came(talk.turn, event.answer)
                elif isinstance(event, RetryNotice):
                    talk.out = bool(talk.rounds) or not isinstance(event.error, _NOT_TAKEN)
                    await self._publisher.publish_retry(talk.turn, event.tries, sent=talk.out)
                else:
                    await self._preview(talk.turn, event)
        raise errors.UnknownOutcome("the answer ended before it began")

    async def _came(self, turn: Turn, answer: str) -> None:
        """Write down what came before its pictures are fetched, so that Retry fetches them first."""
        try:
            await self._store.save_unfetched(turn, answer)
        except errors.NotSaved as error:
            _log.error("answer not kept", turn=turn.id, error=str(error))

    async def _sending(self, talk: Exchange) -> None:
        """Write down that a request goes out, before it does. Raise Superseded, NotSaved."""
        if not talk.out:
            await self._store.mark_sent(talk.turn)
            talk.out = True

    def _tools(self, talk: Exchange) -> list[dict[str, Any]]:
        wanted = talk.model.protocol == "chat" and not talk.turn.request.is_brainstorm
        return tools.definitions(talk.model) if wanted and self._profile(talk).tools else []

    def _messages(self, talk: Exchange) -> list[Message]:
        profile = self._profile(talk)
        if talk.turn.request.is_brainstorm:
            question = brainstorm.question(talk.turn.request.text)
            seen = Lineage(source=talk.path.source)
            return history.instruction(
                seen, replace(talk.turn, request=replace(talk.turn.request, text=question))
            )
        if talk.model.protocol == "images" or profile.last_instruction_only:
            return history.instruction(talk.path, talk.turn)
        newest = _COMPACT if talk.compact else history.NEWEST
        return [*history.messages(talk.path, talk.turn, newest=newest), *talk.exchange]

    def _profile(self, talk: Exchange) -> Profile:
        return talk.model.profile or self._client.profile

    def _urls(self, talk: Exchange) -> dict[str, str]:
        """Return the source's own address, where the gateway takes it and it is fresh."""
        source = talk.path.source
        if self._profile(talk).image_input != "url" or source is None or source.url is None:
            return {}
        return {source.blob: source.url} if time.time() - source.created < _FRESH else {}

    async def _preview(self, turn: Turn, partial: Partial) -> None:
        if self._publisher.wants_previews(turn):
            preview = await self._client.decode_preview(partial)
            if preview is not None:
                self._publisher.set_preview(turn, preview)

    async def _images(self, messages: list[Message]) -> dict[str, tuple[bytes, str]]:
        """Load the stored images that the messages speak of. Raise LostImage."""
        found = {}
        for blob in stored_messages.blobs_in(messages):
            data = await self._blobs.get(blob)
            if data is None:
                raise errors.LostImage(f"blob {blob}")
            found[blob] = (data, inspect.sniff(data) or "image/png")
        return found

    async def _kept(self, talk: Exchange, drawn: ModelAnswer) -> Answer:
        stored = []
        several = len(drawn.pictures) > 1
        asked = [*_asked(talk.path), talk.turn.request.text]
        for number, picture in enumerate(drawn.pictures):
            await self._blobs.put(picture.data, picture.blob)
            stored.append(
                StoredImage(
                    blob=picture.blob,
                    media_type=picture.media_type,
                    size=len(picture.data),
                    width=picture.width,
                    height=picture.height,
                    alt=descriptions.alt(drawn.text, asked, number if several else None),
                    url=drawn.urls.get(picture.blob),
                )
            )
        cost, about = talk.cost, drawn.cost is None and bool(stored)
        if about:
            price = talk.model.price(replace(talk.output, n=len(stored)))
            cost = cost if price is None else price + (cost or 0.0)
        words = talk.question.question if talk.question else drawn.text
        if drawn.total_images:
            words = f"{words}\n{sentences.describe_extra_images(drawn.total_images, len(stored))}".strip()
        if not (words or stored):
            raise errors.OnlyCalls(f"only calls of tools in {talk.rounds} rounds")
        return Answer(
            reply=words or None,
            images=tuple(stored),
            messages=drawn.messages,
            cost=cost,
            estimated=about and cost is not None,
            is_signed=any(stored_messages.is_signed(message) for message in drawn.messages),
            output=talk.output,
            offer=talk.offer,
            question=talk.question,
            directions=brainstorm.ideas(words) if talk.turn.request.is_brainstorm else (),
        )


def _asked(path: Lineage) -> list[str]:
    """Return what was asked on the way to what is edited, oldest first."""
    root = [path.root_prompt] if path.root_prompt else []
    return [*root, *(step.text for step in path.steps)]
