"""How does the page reach the bot, and the bot the page?

Routes for the page and its API; live over server-sent events. There is nothing to connect to and nothing
to post: a card is seen as soon as it is on disk.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from adapters.web import body, chart, parse, render
from adapters.web.openapi import document
from bot.ports import limits
from bot.ports.cards import Form, Posted, Receipt
from bot.ports.errors import BadPrompt
from bot.ports.queries import (
    CanvasQuery,
    ExportQuery,
    FormQuery,
    ImageQuery,
    ListQuery,
    PlaceQuery,
    PreviewQuery,
    ThumbnailQuery,
    UsageQuery,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from bot.ports.adapter import Bot
    from bot.ports.cards import Card, Problem
    from bot.ports.messages import Attachment, Person, Place
    from bot.ports.queries import Usage

_HERE = Path(__file__).parent
#: open event streams, all tabs of all people
_MOST_STREAMS = 200
_PAGE = 50
#: of a search: canvases by their ids, and characters
_MOST_IDS, _LONGEST_SEARCH = 500, 200
#: threads that one stream follows, and events that wait for a slow reader
_MOST_FOLLOWED, _MOST_WAITING = 64, 100
#: bytes of a file that are read at a time
_PIECE = 256 * 1024
#: seconds between two comments on a quiet stream
_PING = 15
_WHO: dict[str, Any] = {"platform": "web", "workspace": parse.WORKSPACE}


#: pictures to start from: the name of each in `static/examples`, and what is asked for it
_EXAMPLES = (
    ("lighthouse", "a lighthouse at dusk"),
    ("balloon", "three houses on a hill, a red balloon above"),
    ("cat", "a cat on a boat at night"),
    ("mountains", "a small tent by a mountain lake"),
)


class WebAdapter:
    """The page, and the API that scripts use."""

    name = "web"
    previews = False  # the page watches by itself
    live = True

    def __init__(self) -> None:
        self._bot: Bot | None = None
        self._running = asyncio.Event()
        self._streams = asyncio.Semaphore(_MOST_STREAMS)
        self._templates = Jinja2Templates(_HERE / "templates")
        self._templates.env.filters |= {
            "dollars": render.dollars,
            "billed": render.billed,
            "chart": chart.as_svg,
        }

    @property
    def bot(self) -> Bot:
        """The bot that is asked; there is one while `run` runs."""
        if self._bot is None:
            raise HTTPException(503, "Easel is starting. Try again in a second.")
        return self._bot

    async def run(self, bot: Bot) -> None:
        """Answer calls until cancelled."""
        self._bot = bot
        try:
            await asyncio.Event().wait()
        finally:
            self._bot = None

    async def show(self, place: Place, card: Card, at: Posted | None) -> Posted:
        """Nothing to do: pages watch the store. Gives the place with its thread."""
        return at or Posted(place=replace(place, thread=card.conversation))

    async def check_place(self, place: Place, event: str) -> None:
        """Nothing to look at: the page is always there."""

    async def post_ephemeral(self, place: Place, person: Person, card: Card, event: str) -> bool:  # noqa: ARG002 - the port's
        """Never in private: everybody sees the whole page."""
        return False

    def read_attachment(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Never needed: a file comes with its message."""
        raise FileNotFoundError(attachment.id)

    async def remove_card(self, posted: Posted) -> None:
        """Nothing to do: what is gone from the store is gone from the page."""

    async def rename_thread(self, place: Place, title: str) -> None:
        """Nothing to do: the page reads names from the store."""

    def routes(self) -> list[BaseRoute]:
        """Give the page's routes."""
        thread = "/api/threads/{thread}"
        return [
            Route("/", self._home),
            Route("/t/{thread}", self._canvas),
            Route("/api", self._api),
            Route("/api/openapi.json", self._openapi),
            Route("/api/threads", self._list),
            Route("/api/threads", self._begin, methods=["POST"]),
            Route("/api/form", self._form),
            Route(thread, self._thread),
            Route(thread, self._rename, methods=["PATCH"]),
            Route(f"{thread}/form", self._form),
            Route(f"{thread}/messages", self._message, methods=["POST"]),
            Route(f"{thread}/actions", self._action, methods=["POST"]),
            Route(f"{thread}/events", self._events),
            Route(f"{thread}/export", self._export),
            Route(f"{thread}/turns/{{turn}}/preview", self._preview),
            Route("/api/events", self._all_events),
            Route("/images/{blob}", self._image),
            Route("/usage", self._usage_page),
            Route("/usage.csv", self._usage_csv),
            Route("/api/usage", self._usage),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ]

    async def _usage_page(self, request: Request) -> Response:
        found = await self._spent(request)
        if found is None:
            return _no_month()
        return self._templates.TemplateResponse(request, "usage.html", {"usage": found})

    async def _usage(self, request: Request) -> Response:
        found = await self._spent(request)
        return _no_month() if found is None else Json(render.usage(found))

    async def _spent(self, request: Request) -> Usage | None:
        month = request.query_params.get("month") or None
        return await self.bot.query(UsageQuery(**_WHO, month=month))

    async def _usage_csv(self, request: Request) -> Response:
        found = await self._spent(request)
        if found is None:
            return _no_month()
        name = f"easel-usage-{found.month}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(chart.as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)

    async def _home(self, request: Request) -> Response:
        return self._templates.TemplateResponse(
            request,
            "home.html",
            {"examples": _EXAMPLES, "most_files": limits.MAX_ATTACHMENTS},
        )

    async def _page(self, request: Request) -> Response:
        return self._templates.TemplateResponse(
            request, "page.html", {"most_files": limits.MAX_ATTACHMENTS}
        )

    async def _canvas(self, request: Request) -> Response:
        """Give the page of a thread. Raises HTTPException where there is none, which makes a page of its own."""
        place = parse.place_of(request.path_params["thread"])
        query = PlaceQuery(**_WHO, place=place)
        if await self.bot.query(query) is None:
            raise HTTPException(404, "There is no such canvas. It may have been deleted.")
        return await self._page(request)

    async def _api(self, request: Request) -> Response:
        return self._templates.TemplateResponse(request, "api.html", {"api": document()})

    async def _openapi(self, _request: Request) -> Response:
        return JSONResponse(document())

    async def _list(self, request: Request) -> Response:
        before = request.query_params.get("before") or None
        limit = request.query_params.get("limit", str(_PAGE))
        if not (limit.isdecimal() and 1 <= int(limit[:9]) <= 200):
            return refused(BadPrompt(problem="“limit” must be a number from 1 to 200."))
        if before is not None and not (before.isdecimal() and len(before) < 19):
            return refused(BadPrompt(problem="“before” must be the “next” of the previous page."))
        ids = request.query_params.getlist("id")
        if len(ids) > _MOST_IDS:
            return refused(BadPrompt(problem=f"“id” is said up to {_MOST_IDS} times."))
        query = ListQuery(
            **_WHO,
            before=before,
            limit=int(limit),
            text=request.query_params.get("q", "")[:_LONGEST_SEARCH],
            person=request.query_params.get("person", ""),
            ids=tuple(ids) or None,
        )
        found = await self.bot.query(query)
        more = found[-1].cursor if len(found) == query.limit else None
        return JSONResponse({"threads": [render.summary(one) for one in found], "next": more})

    async def _form(self, request: Request) -> Response:
        """Give what a message can ask for here, and what it costs."""
        query = FormQuery(**_WHO, conversation=request.path_params.get("thread"))
        return JSONResponse(render.form(await self.bot.query(query)))

    async def _rename(self, request: Request) -> Response:
        query = CanvasQuery(**_WHO, conversation=request.path_params["thread"])
        try:
            async with body.reading(request) as (fields, _):
                title = parse.title(fields)
        except BadPrompt as error:
            return refused(error)
        except body.TooMuch:
            return _too_much()
        given = await self.bot.rename(query, title)
        return (
            _no_thread()
            if given is None
            else JSONResponse({"id": query.conversation, "title": given})
        )

    async def _begin(self, request: Request) -> Response:
        return await self._asked(request, secrets.token_hex(8), starts=True)

    async def _message(self, request: Request) -> Response:
        return await self._asked(request, request.path_params["thread"], starts=False)

    async def _asked(self, request: Request, thread: str, *, starts: bool) -> Response:
        try:
            async with body.reading(request) as (fields, files):
                message = parse.ask(thread, fields, files, starts=starts, caller=_caller(request))
                return _accepted(await self.bot.handle_message(message), None if starts else thread)
        except BadPrompt as error:
            return refused(error)
        except body.TooMuch:
            return _too_much()

    async def _action(self, request: Request) -> Response:
        try:
            async with body.reading(request) as (fields, _):
                event = parse.press(request.path_params["thread"], fields, _caller(request))
        except BadPrompt as error:
            return refused(error)
        except body.TooMuch:
            return _too_much()
        found = await self.bot.handle_action(event)
        if isinstance(found, Form):
            return JSONResponse({"thread": event.place.thread, "form": render.form(found)})
        return _accepted(found, event.place.thread)

    async def _thread(self, request: Request) -> Response:
        query = CanvasQuery(**_WHO, conversation=request.path_params["thread"])
        view = await self.bot.query(query)
        return _no_thread() if view is None else Json(render.thread(view))

    async def _events(self, request: Request) -> Response:
        """Stream changed cards; without a place to go on from, all cards as they are first."""
        query = CanvasQuery(**_WHO, conversation=request.path_params["thread"])
        if await self.bot.query(query) is None:
            return _no_thread()
        if self._streams.locked():
            return _too_many_pages()
        last = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        after = int(last) if last.isdecimal() and len(last) < 10 else -1
        return Following(self._stream(query, after), self._streams)

    async def _all_events(self, request: Request) -> Response:
        """Stream what changes in several threads: all tabs of a browser follow theirs over one connection."""
        wanted: dict[str, int] = {}
        for one in request.query_params.getlist("follow"):
            thread, _, after = one.rpartition(":")
            if (
                not thread
                or not after.isdecimal()
                or len(after) > 9
                or len(wanted) >= _MOST_FOLLOWED
            ):
                return refused(
                    BadPrompt(
                        problem="“follow” must be a thread's id, “:” and a revision; up to 64 of them."
                    )
                )
            wanted[thread] = int(after)
        if self._streams.locked():
            return _too_many_pages()
        return Following(self._all(wanted), self._streams)

    async def _all(self, wanted: Mapping[str, int]) -> AsyncIterator[ServerSentEvent]:
        events: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue(_MOST_WAITING)

        async def follow(thread: str, after: int) -> None:
            query = CanvasQuery(**_WHO, conversation=thread)
            try:
                if await self.bot.query(query) is None:
                    await events.put(_event("gone", {"thread": thread}))
                async for change in self.bot.watch(query, after):
                    name = "preview" if change.only_preview else "card"
                    data = (render.preview if change.only_preview else render.change)(change)
                    said = {"thread": thread, "revision": change.revision, "data": data}
                    await events.put(_event(name, said))
            except Exception:
                await events.put(None)  # the page asks again
                raise

        tasks = [asyncio.create_task(follow(*one)) for one in wanted.items()]
        try:
            while (event := await events.get()) is not None:
                yield event
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _stream(self, query: CanvasQuery, after: int) -> AsyncIterator[ServerSentEvent]:
        async for change in self.bot.watch(query, after):
            if change.only_preview:
                yield _event("preview", render.preview(change))
            else:
                yield _event("card", render.change(change), id_=change.revision)

    async def _preview(self, request: Request) -> Response:
        thread, turn = request.path_params["thread"], request.path_params["turn"]
        found = await self.bot.query(PreviewQuery(**_WHO, conversation=thread, turn=turn))
        if found is None:
            return _sentence(404, "bad_request", "There is no preview any more.")
        return Response(
            found.data, media_type=found.media_type, headers={"Cache-Control": "no-store"}
        )

    async def _export(self, request: Request) -> Response:
        """Give everything of a thread as a file; it is on disk only while it is sent."""
        query = ExportQuery(**_WHO, conversation=request.path_params["thread"])
        found = await self.bot.query(query)
        if found is None:
            return _no_thread()
        headers = {
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "no-store",
        }
        opened = await asyncio.to_thread(handed_out, found.path)
        headers["Content-Length"] = str(os.fstat(opened.fileno()).st_size)
        return StreamingResponse(pieces(opened), media_type=found.media_type, headers=headers)

    async def _image(self, request: Request) -> Response:
        blob = request.path_params["blob"]
        width = request.query_params.get("width", "")
        if width not in {"", "160", "640"}:
            return refused(BadPrompt(problem="“width” is 160 or 640."))
        etag = f'"{blob}-{width}"' if width else f'"{blob}"'
        query = (
            ThumbnailQuery(**_WHO, blob=blob, width=int(width))
            if width
            else ImageQuery(**_WHO, blob=blob)
        )
        found = await self.bot.query(query)
        if found is None:
            return _sentence(404, "bad_request", "There is no such image.")
        headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
        if etag in request.headers.get("if-none-match", ""):  # in a list, or W/"…" from a proxy
            return Response(status_code=304, headers=headers)
        return Response(found.data, media_type=found.media_type, headers=headers)


def _caller(request: Request) -> parse.Caller:
    """Tell who calls, as the gate before these routes found."""
    caller: parse.Caller = request.scope["easel.person"]
    return caller


def handed_out(path: Path) -> BinaryIO:
    """Open a file that is given away, and take its name away: it goes when it is closed."""
    opened = path.open("rb")
    path.unlink()
    return opened


async def pieces(opened: BinaryIO) -> AsyncIterator[bytes]:
    """Read a file piece by piece, in a thread; close it in the end."""
    try:
        while piece := await asyncio.to_thread(opened.read, _PIECE):
            yield piece
    finally:
        opened.close()


class Following(EventSourceResponse):
    """A stream that takes its place among the open ones as it begins, so that many at once find no more."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], streams: asyncio.Semaphore) -> None:
        super().__init__(events, ping=_PING, send_timeout=30)
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until either side ends."""
        async with self._streams:
            await super().__call__(scope, receive, send)


class Json(JSONResponse):
    """JSON, written fast."""

    def render(self, content: object) -> bytes:
        """Write the body."""
        return orjson.dumps(content)


def _event(name: str, data: Mapping[str, Any], id_: int | None = None) -> ServerSentEvent:
    return ServerSentEvent(
        orjson.dumps(data).decode(), event=name, id=None if id_ is None else str(id_)
    )


def _accepted(receipt: Receipt, thread: str | None = None) -> Response:
    """Answer with what became of a call; `thread`: where it was made."""
    if receipt.refusal is not None:
        return _refusal(receipt.refusal)
    if receipt.conversation is None and not receipt.message:
        return _no_thread()
    said = {"says": receipt.message} if receipt.message else {}
    if receipt.download:
        said["url"] = f"/api/threads/{receipt.conversation}/export"
    at = receipt.conversation or thread
    return JSONResponse({"thread": at, "turn": receipt.turn, **said}, 202)


def _refusal(problem: Problem) -> Response:
    return JSONResponse({"error": render.problem(problem)}, _status(problem))


def _status(problem: Problem) -> HTTPStatus:
    if problem.code in {"no_such_thread", "no_such_turn"}:
        return HTTPStatus.NOT_FOUND
    if problem.code.startswith("nothing_to_") or problem.code in {"no_votes", "vote_closed"}:
        return HTTPStatus.CONFLICT
    return {
        "not_allowed": HTTPStatus.FORBIDDEN,
        "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    }.get(problem.kind.value, HTTPStatus.UNPROCESSABLE_ENTITY)


def refused(error: BadPrompt) -> Response:
    """Answer a call that cannot be read: 422 with the sentence."""
    return _sentence(422, "bad_request", error.facts["problem"])


def _no_month() -> Response:
    return refused(BadPrompt(problem="“month” must look like 2026-11."))


def _no_thread() -> Response:
    return _sentence(404, "bad_request", "There is no such thread.")


def _too_many_pages() -> Response:
    return _sentence(503, "unavailable", "Too many pages are open. Close some, then reload.")


def _too_much() -> Response:
    return _sentence(413, "too_large", "That is too much for one message. Send less at a time.")


def _sentence(status: int, kind: str, says: str) -> Response:
    return JSONResponse({"error": {"kind": kind, "says": says, "billed": False}}, status)
