"""How does the page take a list of pictures, and tell how far it is?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from starlette.exceptions import HTTPException

from adapters.web import body, body_fields, parse, render
from adapters.web.answers import Dollars, OutputJson, ProblemJson, VersionJson, means, one_of
from adapters.web.api import accept, renderer_of, reply
from adapters.web.openapi import NOT_FOUND, REFUSED, Answers, Call, ok
from bot.ports import limits
from bot.ports.batch_view import BatchQuery
from bot.ports.caller import read_caller
from bot.ports.messages import IncomingMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.ports.adapter import Bot
    from bot.ports.batch_view import BatchRowView, BatchView
    from bot.ports.caller import Caller
    from bot.ports.messages import Attachment

_ROW_STATES = ("ready", "waiting", "drawing", "held", "drawn", "blocked", "failed", "cancelled")


class NewBatchBody(parse.SaidBody):
    """A list of prompts: in words, or as one file."""

    text: body_fields.Text = Field(
        None,
        description=f"a prompt on each line, up to {limits.MAX_BATCH}, with its options: a fox size:portrait",
    )
    files: body_fields.Files = Field(
        default_factory=list,
        description="instead: one text file, or a CSV file with the columns prompt, size, quality, model",
    )

    def message(self, thread: str, files: Sequence[Attachment], caller: Caller) -> IncomingMessage:
        """Return it as the message that it is on other platforms."""
        return IncomingMessage(
            event_id=self.event_id("batch"),
            place=parse.place_of(thread),
            person=self.speaker(caller),
            text=f"batch\n{self.text or ''}",
            may_start=True,
            literal=True,
            mentioned=True,
            direct=True,
            conversation=thread,
            attachments=(*files, *self.files),
        )


@dataclass(kw_only=True)
class BatchBegunJson:
    """A list is on disk."""

    thread: str
    batch: str
    says: Annotated[str, means("what was left out; “” for nothing")]


@dataclass(kw_only=True)
class BatchRowJson:
    """One row."""

    row: Annotated[int, means("from 1")]
    text: Annotated[str, means("“”: its words are its author's alone")]
    output: OutputJson
    model: str
    state: Annotated[str, one_of(_ROW_STATES)]
    version: VersionJson | None
    cost: Annotated[Dollars, means("US dollars; null: nothing, or not known")]
    error: ProblemJson | None


@dataclass(kw_only=True)
class BatchJson:
    """A list as it is now. Its actions are start, cancel, retry, page and export, with its id as `turn`."""

    id: str
    thread: str
    state: Annotated[
        str,
        one_of(("ready", "started", "cancelled")),
        means("ready: nothing is drawn or billed until its author sends the action start"),
    ]
    price: Annotated[Dollars, means("of all of it, US dollars; null: not known")]
    says: Annotated[str, means("how far it is, for people")]
    counts: Annotated[dict[str, int], means("how many rows are in each state")]
    rows: list[BatchRowJson]


class Batches:
    """The calls about lists."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        begun: Answers = {"202": (BatchBegunJson, "it is on disk"), **REFUSED}
        shown = ok(BatchJson, "the list", NOT_FOUND)
        return [
            Call("POST", "/api/batches", self._begin, begun, NewBatchBody),
            Call("GET", "/api/batches/{id}", self._show, shown),
        ]

    async def _begin(self, request: Request) -> Response:
        """Put a list of prompts down in a thread of its own: nothing is drawn yet."""
        async with body.read(request) as (fields, files):
            thread = secrets.token_hex(8)
            message = NewBatchBody.read(fields).message(thread, files, read_caller(request))
            receipt = await self._bot().handle_message(message)
        if receipt.refusal is not None or receipt.card is None:
            return accept(request, receipt, None)
        begun = BatchBegunJson(
            thread=receipt.conversation or thread, batch=receipt.card, says=receipt.message
        )
        return reply(begun, 202)

    async def _show(self, request: Request) -> Response:
        """Show a list: its price, how far it is, and each row with its picture and what it cost."""
        query = BatchQuery(**parse.WHO, turn=request.path_params["id"])
        found = await self._bot().query(query)
        if found is None:
            raise HTTPException(404, "There is no such batch.")
        return reply(_batch(found, renderer_of(request)))


def _batch(view: BatchView, renderer: render.Renderer) -> BatchJson:
    return BatchJson(
        id=view.card.id,
        thread=view.card.conversation,
        state=view.state,
        price=view.price,
        says=view.card.text,
        counts=dict(view.counts),
        rows=[_row(one, renderer) for one in view.rows],
    )


def _row(one: BatchRowView, renderer: render.Renderer) -> BatchRowJson:
    output = one.output
    return BatchRowJson(
        row=one.number,
        text=one.text,
        output=OutputJson(size=output.size or "", quality=output.quality, n=output.n or 1),
        model=one.model,
        state=one.state,
        version=renderer.version(one.version) if one.version else None,
        cost=one.cost,
        error=render.problem(one.problem) if one.problem else None,
    )
