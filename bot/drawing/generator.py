"""How does a claimed turn become an answer? Images loaded, the model asked, its images stored."""

from __future__ import annotations

import re
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.conversation import brainstorm, descriptions
from bot.conversation.records import Answer, StoredImage
from bot.drawing import tools
from bot.drawing.exchange import Exchange
from bot.images import inspect
from bot.model.answers import stored_messages
from bot.model.answers.collect import ModelAnswer
from bot.model.client import AnswerArrived, RetryNotice
from bot.model.requests.plan import Request
from bot.ports import errors
from bot.presentation import sentences

if TYPE_CHECKING:
    from bot.conversation.blobs import Blobs
    from bot.conversation.delivery_store import GeneratorStore
    from bot.conversation.records import Claim
    from bot.conversation.turn import Turn
    from bot.delivery.publisher import CardPublisher
    from bot.images.upload import Uploads
    from bot.model.answers.stored_messages import Message
    from bot.model.catalog.catalog import Catalog
    from bot.model.client import ModelClient

_log = structlog.stdlib.get_logger("easel.generator")

#: how a gateway says that a model makes new pictures only
_NO_EDITS = re.compile(r"\bedit|image.{0,12}input|input.{0,3}image", re.IGNORECASE)
#: errors after which nothing of the request is out
_NOT_ACCEPTED = (errors.Busy, errors.Unreachable)


class Generator:
    """Asks the model for one turn at a time."""

    def __init__(
        self,
        *,
        client: ModelClient,
        store: GeneratorStore,
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
        turn = replace(claim.turn, request=replace(claim.turn.request, attachments=attachments))
        model = self._catalog.entry(turn.request.model)
        exchange = Exchange(
            turn=turn,
            lineage=claim.lineage,
            model=model,
            profile=model.profile or self._client.profile,
            output=turn.request.output,
        )
        answer = await self._download_earlier_answer(turn)
        if answer is not None:
            exchange.cost = answer.cost
        else:
            answer = await self._run_rounds(exchange)
        try:
            return await self._save(exchange, answer)
        except errors.EaselError:
            await self._record_cost(exchange)  # the images are lost, their cost is known
            raise

    async def _run_rounds(self, exchange: Exchange) -> ModelAnswer:
        """Ask the model, and answer its tool calls, until it draws, talks or asks people."""
        while True:
            answer = await self._request_with_fallback(exchange)
            exchange.rounds += 1
            exchange.add_cost(answer.cost)
            if answer.pictures or not answer.calls:
                return answer
            outcome = tools.run_calls(answer.calls, exchange.output, exchange.model)
            exchange.output = outcome.output
            exchange.offer = outcome.offer or exchange.offer
            exchange.question = outcome.question
            if outcome.question is not None or exchange.rounds == tools.ROUNDS:
                return answer
            results = tools.make_call_messages(answer.messages, outcome)
            exchange.tool_messages = (*exchange.tool_messages, *results)
            await self._record_cost(exchange)

    async def _download_earlier_answer(self, turn: Turn) -> ModelAnswer | None:
        """Download what an earlier attempt paid for, and could not; None: there is no such thing."""
        if turn.result.unfetched is None:
            return None
        try:
            return await self._client.download_answer(
                turn.result.unfetched, n=turn.request.output.n or 1
            )
        except errors.ModelError as error:
            _log.info("images still unavailable, drawing again", turn=turn.id, error=str(error))
            return None

    async def _record_cost(self, exchange: Exchange) -> None:
        """Record what the rounds cost so far, whatever becomes of the next. Raise Superseded."""
        if exchange.cost is None:
            return
        turn = exchange.turn
        try:
            await self._store.record_cost(turn, exchange.cost)
        except errors.NotSaved as error:
            _log.error("cost not saved", turn=turn.id, cost=exchange.cost, error=str(error))

    async def _request_with_fallback(self, exchange: Exchange) -> ModelAnswer:
        """Send a request, and one with a shorter history where it is too large."""
        try:
            return await self._request(exchange)
        except errors.ModelError as error:
            self._check_edits(exchange, error)
            if error.cost is not None:  # nothing was drawn, and it was paid all the same
                exchange.add_cost(error.cost)
                await self._record_cost(exchange)
            elif exchange.cost and error.billed is False:  # an earlier round was paid
                error.costs(exchange.cost, tokens=False)
            can_shrink = not exchange.is_compact and exchange.model.protocol != "images"
            if not (isinstance(error, errors.TooLarge) and can_shrink):
                raise
            exchange.is_compact = True
            return await self._request(exchange)

    def _check_edits(self, exchange: Exchange, error: errors.ModelError) -> None:
        """Raise CannotEdit where the gateway makes no edits with this model, and another does."""
        model, refused = exchange.model, isinstance(error, errors.RequestRefused)
        if (
            model.protocol != "images"
            or exchange.lineage.source is None
            or error.billed is not False
        ):
            return
        if not isinstance(error, errors.UnknownModel) and not (
            refused and _NO_EDITS.search(str(error))
        ):
            return
        self._catalog.note_no_edits(model.name)
        other = self._catalog.find_editor(model.name)
        if other is not None:
            raise errors.CannotEdit(str(error), model=model.name, other=other) from error

    async def _request(self, exchange: Exchange) -> ModelAnswer:
        messages = exchange.messages()
        request = Request(
            model=exchange.model.api_name,
            messages=messages,
            output=exchange.output,
            images=await self._load_images(messages),
            urls=exchange.urls(),
            key=exchange.key,
            protocol=exchange.model.protocol,
            tools=exchange.tools(),
            profile=exchange.model.profile,
        )
        turn = exchange.turn
        drawing = self._client.draw(request, partial(self._mark_sent, exchange))
        async with aclosing(drawing) as events:
            async for event in events:
                if isinstance(event, ModelAnswer):
                    return event
                if isinstance(event, AnswerArrived):
                    await self._save_unfetched(turn, event.answer)
                elif isinstance(event, RetryNotice):
                    accepted = not isinstance(event.error, _NOT_ACCEPTED)
                    exchange.is_sent = bool(exchange.rounds) or accepted
                    await self._publisher.publish_retry(turn, event.tries, sent=exchange.is_sent)
                elif self._publisher.wants_previews(turn):
                    preview = await self._client.decode_preview(event)
                    if preview is not None:
                        self._publisher.set_preview(turn, preview)
        raise errors.UnknownOutcome("the answer ended before it began")

    async def _save_unfetched(self, turn: Turn, answer: str) -> None:
        """Save an answer before its images are downloaded, so that Retry downloads them first."""
        try:
            await self._store.save_unfetched(turn, answer)
        except errors.NotSaved as error:
            _log.error("answer not saved", turn=turn.id, error=str(error))

    async def _mark_sent(self, exchange: Exchange) -> None:
        """Record that a request goes out, before it does. Raise Superseded, NotSaved."""
        if not exchange.is_sent:
            await self._store.mark_sent(exchange.turn)
            exchange.is_sent = True

    async def _load_images(self, messages: list[Message]) -> dict[str, tuple[bytes, str]]:
        """Load the stored images in messages. Raise LostImage."""
        found = {}
        for blob in stored_messages.find_blobs(messages):
            data = await self._blobs.get(blob)
            if data is None:
                raise errors.LostImage(f"blob {blob}")
            found[blob] = (data, inspect.sniff(data) or "image/png")
        return found

    async def _save(self, exchange: Exchange, answer: ModelAnswer) -> Answer:
        """Store an answer's images; return what the turn came to."""
        prompts = exchange.prompts()
        several = len(answer.pictures) > 1
        images = []
        for number, picture in enumerate(answer.pictures):
            await self._blobs.put(picture.data, picture.blob)
            images.append(
                StoredImage(
                    blob=picture.blob,
                    media_type=picture.media_type,
                    size=len(picture.data),
                    width=picture.width,
                    height=picture.height,
                    alt=descriptions.describe(answer.text, prompts, number if several else None),
                    url=answer.urls.get(picture.blob),
                )
            )
        estimated = answer.cost is None and bool(images)
        if estimated:
            exchange.add_cost(exchange.model.price(replace(exchange.output, n=len(images))))
        text = exchange.question.question if exchange.question else answer.text
        if answer.total_images:
            text = f"{text}\n{sentences.describe_extra_images(answer.total_images, len(images))}".strip()
        if not (text or images):
            raise errors.OnlyCalls(f"only calls of tools in {exchange.rounds} rounds")
        return Answer(
            reply=text or None,
            images=tuple(images),
            messages=answer.messages,
            cost=exchange.cost,
            estimated=estimated and exchange.cost is not None,
            is_signed=any(map(stored_messages.is_signed, answer.messages)),
            output=exchange.output,
            offer=exchange.offer,
            question=exchange.question,
            directions=brainstorm.parse_ideas(text) if exchange.turn.request.is_brainstorm else (),
        )
