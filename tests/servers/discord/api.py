"""How does a request reach its handler, and what can happen to it on the way?

Record → faults → token → rates → size → body → handler → answer. Attachments are served here too.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.discord.attachments import Upload
from tests.servers.discord.calls import Call
from tests.servers.discord.errors import ApiError, refused, unauthorized
from tests.servers.discord.faults import Cut, Fault, Faults
from tests.servers.discord.form import as_whole
from tests.servers.discord.multipart import pieces
from tests.servers.discord.rest import answers, app, channels, follow_ups, messages
from tests.servers.discord.routes import Route, Routing

if TYPE_CHECKING:
    from tests.servers.discord.rates import Rates
    from tests.servers.discord.world import World

PREFIX = "/api/v10"
CDN = "GET /attachments"

_FILE = re.compile(r"files\[(\d{1,4})\]")

ROUTES = [
    *app.ROUTES,
    *messages.ROUTES,
    *channels.ROUTES,
    *answers.ROUTES,
    *follow_ups.ROUTES,
]


class Lost(Exception):
    """The connection is cut instead of an answer."""


class Api:
    def __init__(self, world: World, rates: Rates) -> None:
        self._world = world
        self.rates = rates
        self.faults = Faults()
        #: every request, oldest first
        self.calls: list[Call] = []
        #: what this server itself got wrong; told when it closes
        self.broken: list[Exception] = []
        #: requests that no route answers: a gap in this server, or a slip in the app
        self.unknown: list[Call] = []
        self._routing = Routing(ROUTES)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of the REST API."""
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        call = Call(
            method=request.method,
            path=path,
            route=f"{request.method} {path}",
            query=dict(request.query),
            at=self._world.clock.seconds(),
        )
        self.calls.append(call)
        try:
            answer, headers = await self._handle(request, call)
            call.answer = answer
        except ApiError as error:
            call.status, call.answer, headers = error.status, error.body, error.headers
        except Lost:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        except Exception as error:  # a bug here must not look like Discord failing
            self.broken.append(error)
            call.status, call.answer, headers = 501, str(error), {}
        self._world.changes.tell()
        return _response(call, headers)

    async def _handle(self, request: web.Request, call: Call) -> tuple[Any, dict[str, str]]:
        try:
            route, call.args = self._routing.find(call.method, call.path)
        except ApiError:
            self.unknown.append(call)
            raise
        call.route = route.name
        fault = self.faults.next_for(call)
        await self._before(fault)
        if route.bot and request.headers.get("Authorization") != f"Bot {self._world.app.token}":
            raise unauthorized()
        headers = self.rates.take(route, Route.place(call.args))
        try:
            await self._read(request, call)
            answer = route.handle(self._world, call)
        except ApiError as error:
            error.headers = {**headers, **error.headers}
            raise
        call.status = 204 if answer is None else route.status
        if fault is not None and fault.done:
            raise fault.error() or Lost
        if fault is not None and fault.cut is Cut.AFTER:
            raise Lost
        return answer, headers

    @staticmethod
    async def _before(fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.cut is Cut.BEFORE:
            raise Lost
        error = fault.error()
        if error is not None and not fault.done:
            raise error

    async def _read(self, request: web.Request, call: Call) -> None:
        most = self._world.limits.request_bytes
        if (request.content_length or 0) > most:
            raise refused(40005)
        try:
            data = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise refused(40005) from None
        call.size = len(data)
        if call.size > most:
            raise refused(40005)
        if request.content_type == "multipart/form-data":
            _read_form(call, request.headers["Content-Type"], data)
        elif data:
            call.body = _json(data)

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """Serve an attachment whose link is signed and not too old."""
        path = request.path.removeprefix("/media")
        call = Call(
            method="GET",
            path=path,
            route=CDN,
            query=dict(request.query),
            at=self._world.clock.seconds(),
        )
        self.calls.append(call)
        query = request.query
        found = self._world.attachments.get(as_whole(request.match_info["id"]) or 0)
        works = self._world.links.works(path, query.get("ex", ""), query.get("hm", ""))
        if found is None or found.path != path or not works:
            call.status = 404
            return web.Response(status=404, text="This content is no longer available.")
        call.status = 200
        kind = found.content_type or "application/octet-stream"
        return web.Response(body=found.data, headers={"Content-Type": kind})


def _read_form(call: Call, content_type: str, data: bytes) -> None:
    """Read a form with `payload_json` and `files[n]`."""
    for piece in pieces(content_type, data):
        named = _FILE.fullmatch(piece.name)
        if piece.name == "payload_json":
            call.body = _json(piece.data)
        elif named is not None and piece.filename:
            call.files[int(named[1])] = Upload(piece.filename, piece.data)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise refused(50109) from None


def _response(call: Call, headers: dict[str, str]) -> web.Response:
    """Answer; JSON goes out as exactly `application/json`."""
    if call.answer is None:
        return web.Response(status=call.status or 204, headers=headers)
    if isinstance(call.answer, str):
        page = {"Content-Type": "text/html"}
        return web.Response(
            status=call.status or 500, text=call.answer, headers={**headers, **page}
        )
    return web.Response(
        status=call.status or 200,
        body=json.dumps(call.answer).encode(),
        headers={**headers, "Content-Type": "application/json"},
    )
