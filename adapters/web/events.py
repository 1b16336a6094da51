"""How do pages follow threads? Over server-sent events, one thread or several on a stream."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from adapters.web.api import no_thread, read_viewer, renderer_of, who
from adapters.web.openapi import INVALID, Call, ok
from bot.ports.errors import BadPrompt
from bot.ports.queries import CanvasQuery, ListQuery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from adapters.web.answers import ChangeJson, PreviewJson
    from adapters.web.render import Renderer
    from bot.ports.adapter import Bot
    from bot.ports.queries import CardChange

#: open event streams, all tabs of all people
MAX_STREAMS = 200
#: threads that one stream follows, and events that wait for a slow reader
_MOST_FOLLOWED, _MOST_WAITING = 64, 100
#: seconds between two comments on a quiet stream
_PING = 15


class Events:
    """The calls that are streams; all tabs of a browser follow their threads over one."""

    def __init__(self, bot: Callable[[], Bot]) -> None:
        self._bot = bot
        self._streams = asyncio.Semaphore(MAX_STREAMS)

    def calls(self) -> list[Call]:
        """Return the calls, as they are served and described."""
        stream = ok("text/event-stream", "a stream")
        return [
            Call("GET", "/api/threads/{id}/events", self._follow_one, stream),
            Call("GET", "/api/events", self._follow_many, {**stream, **INVALID}),
        ]

    async def _follow_one(self, request: Request) -> Response:
        """Follow a thread: server-sent events `card` and `preview`; goes on after Last-Event-ID (or ?after=), without it begins with all cards."""
        query = CanvasQuery(**who(request), conversation=request.path_params["id"])
        if await self._bot().query(query) is None:
            raise no_thread()
        last = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        after = int(last) if last.isdecimal() and len(last) < 10 else -1
        return self._respond(self._watch(renderer_of(request), query, after))

    async def _follow_many(self, request: Request) -> Response:
        """Follow several threads at once, ?follow=THREAD:REVISION for each: events `card` and `preview` as {thread, revision, data}, and `gone` as {thread}; with ?list=true also the list of threads, from now on: events `listed` as {thread, data}, null where it is deleted."""
        wanted: dict[str, int] = {}
        for one in request.query_params.getlist("follow"):
            thread, _, after = one.rpartition(":")
            is_revision = after.isdecimal() and len(after) <= 9
            if not thread or not is_revision or len(wanted) >= _MOST_FOLLOWED:
                raise BadPrompt(
                    problem="“follow” must be a thread's id, “:” and a revision; up to 64 of them."
                )
            wanted[thread] = int(after)
        listed = request.query_params.get("list") == "true"
        viewer = read_viewer(request) if listed else None
        return self._respond(self._watch_all(request, wanted, viewer))

    def _respond(self, events: AsyncIterator[ServerSentEvent]) -> Response:
        if self._streams.locked():
            raise HTTPException(503, "Too many pages are open. Close some, then reload.")
        return _Stream(events, self._streams)

    async def _watch(
        self, renderer: Renderer, query: CanvasQuery, after: int
    ) -> AsyncIterator[ServerSentEvent]:
        async for change in self._bot().watch(query, after):
            name, data = _draw(renderer, change)
            yield _event(name, data, id_=None if change.only_preview else change.revision)

    async def _watch_all(
        self, request: Request, wanted: Mapping[str, int], viewer: str | None
    ) -> AsyncIterator[ServerSentEvent]:
        renderer = renderer_of(request)
        events: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue(_MOST_WAITING)

        async def follow(thread: str, after: int) -> None:
            query = CanvasQuery(**who(request), conversation=thread)
            if await self._bot().query(query) is None:
                await events.put(_event("gone", {"thread": thread}))
            async for change in self._bot().watch(query, after):
                name, data = _draw(renderer, change)
                about = {"thread": thread, "revision": change.revision, "data": data}
                await events.put(_event(name, about))

        async def follow_list(viewer: str) -> None:
            async for change in self._bot().watch_list(ListQuery(**who(request), viewer=viewer)):
                data = renderer.summary(change.summary) if change.summary else None
                await events.put(_event("listed", {"thread": change.conversation, "data": data}))

        async def until_it_fails(work: Awaitable[None]) -> None:
            try:
                await work
            except Exception:
                await events.put(None)  # the page asks again
                raise

        works = [follow(*one) for one in wanted.items()]
        works += [follow_list(viewer)] if viewer is not None else []
        tasks = [asyncio.create_task(until_it_fails(work)) for work in works]
        try:
            while (event := await events.get()) is not None:
                yield event
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class _Stream(EventSourceResponse):
    """A stream that takes its place among the open ones as it begins, so that many at once find no more."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], streams: asyncio.Semaphore) -> None:
        super().__init__(events, ping=_PING, send_timeout=30)
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until either side ends."""
        async with self._streams:
            await super().__call__(scope, receive, send)


def _draw(renderer: Renderer, change: CardChange) -> tuple[str, ChangeJson | PreviewJson]:
    """Return an event's name and what it says."""
    if change.only_preview:
        return "preview", renderer.preview(change)
    return "card", renderer.change(change)


def _event(name: str, data: object, id_: int | None = None) -> ServerSentEvent:
    written = orjson.dumps(data).decode()
    return ServerSentEvent(written, event=name, id=None if id_ is None else str(id_))
