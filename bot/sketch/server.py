"""Which routes does the built-in model have, and how does its process start and end?"""

import asyncio
import hmac
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing, contextmanager
from typing import Any, Final, TypeVar
from uuid import uuid4

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.sketch import chat, images_api
from bot.sketch.errors import Refusal
from bot.sketch.misbehaviour import HTML, Faults, Switchboard
from bot.sketch.request import ChatRequest, chat_request
from bot.sketch.studio import Studio

MOST_BODY: Final = 64_000_000
#: Bodies larger than this are read in a thread: base64 of several MB takes a while.
LARGE: Final = 200_000
MODELS: Final = ("gpt-4o-image", "gpt-image-2", "nano-banana-pro", "nano-banana-2")
FREE: Final = {"image": "0", "prompt": "0", "completion": "0"}
_log = structlog.stdlib.get_logger("easel.sketch")

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


class Routes:
    """The handlers, with the studio they share."""

    def __init__(self, key: str | None) -> None:
        self._key = key
        self._studio = Studio()
        self._switchboard = Switchboard()

    def table(self) -> list[Route]:
        """Return all routes."""
        return [
            Route("/healthz", health),
            Route("/v1/healthz", health),
            Route("/v1/models", self.guarded(models)),
            Route("/v1/chat/completions", self.guarded(self.chat), methods=["POST"]),
            Route("/v1/images/generations", self.guarded(self.generate), methods=["POST"]),
            Route("/v1/images/edits", self.guarded(self.edit), methods=["POST"]),
        ]

    def guarded(self, handler: Handler) -> Handler:
        """Let only who has the key in, and write refusals as the API does."""

        async def answer(request: Request) -> Response:
            try:
                self._check(request.headers)
                response = await handler(_capped(request))
            except Refusal as refusal:
                response = _refused(refusal)
            except ClientDisconnect:
                response = Response(status_code=499)
            except MultiPartException as error:
                response = _refused(
                    Refusal(status=400, message=f"The form can't be read: {error.message}")
                )
            response.headers["x-request-id"] = f"req_{uuid4().hex}"
            return response

        return answer

    def _check(self, headers: Headers) -> None:
        if self._key is None:
            return
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise Refusal(
                status=401, message="The key is wrong or missing.", code="invalid_api_key"
            )

    async def chat(self, request: Request) -> Response:
        """Answer ``POST /v1/chat/completions``."""
        body = await request.body()
        wanted = await _read(chat_request, body)
        faults = self._faults(request, wanted, body)
        if faults.html:
            return HTMLResponse(HTML, status_code=502)
        self._studio.enter()
        try:
            said = await chat.thought(self._studio, wanted, faults)
            if wanted.stream:
                events = chat.streamed(self._studio, wanted, faults, said)
                return self._stream(events, faults)
            data = await chat.completed(self._studio, wanted, faults, said)
            _log.info("drawn", images=len(said.scenes), size=wanted.output.size)
            return _Cut(data) if faults.cut else JSONResponse(data)
        finally:
            self._studio.leave()

    def _stream(self, events: AsyncIterator[bytes], faults: Faults) -> Response:
        """Stream the events, counted among those that wait until the last one is out."""

        async def counted() -> AsyncIterator[bytes]:
            self._studio.enter()
            try:
                async with aclosing(events) as running:  # type: ignore[type-var]  # a generator has aclose
                    async for part in running:
                        yield part
            finally:
                self._studio.leave()

        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        made = _CutStream if faults.cut else StreamingResponse
        return made(counted(), media_type="text/event-stream", headers=headers)

    def _faults(self, request: Request, wanted: ChatRequest, body: bytes) -> Faults:
        faults = self._switchboard.faults(wanted.wish, request.headers.get("idempotency-key"), body)
        if faults.refusal is not None:
            raise faults.refusal
        return faults

    async def generate(self, request: Request) -> Response:
        """Answer ``POST /v1/images/generations``."""
        body = await request.body()
        return await self._images(
            request, await _read(lambda raw: images_api.json_request(raw, edit=False), body), body
        )

    async def edit(self, request: Request) -> Response:
        """Answer ``POST /v1/images/edits``, sent as a form or as JSON."""
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            wanted = await images_api.form_request(request)
            return await self._images(request, wanted, wanted.chat.wish.encode("utf-8", "replace"))
        body = await request.body()
        return await self._images(
            request, await _read(lambda raw: images_api.json_request(raw, edit=True), body), body
        )

    async def _images(
        self, request: Request, wanted: images_api.ImageRequest, body: bytes
    ) -> Response:
        faults = self._faults(request, wanted.chat, body)
        if faults.html:
            return HTMLResponse(HTML, status_code=502)
        self._studio.enter()
        try:
            said = await chat.thought(self._studio, wanted.chat, faults)
            images_api.drawable(said)
            if wanted.chat.stream:
                return self._stream(images_api.streamed(self._studio, wanted, faults, said), faults)
            data = await images_api.completed(self._studio, wanted, faults, said)
            return _Cut(data) if faults.cut else JSONResponse(data)
        finally:
            self._studio.leave()


async def _read(read: Callable[[bytes], T], body: bytes) -> T:
    if len(body) < LARGE:
        return read(body)
    return await asyncio.to_thread(read, body)


def _capped(request: Request) -> Request:
    """Return the request with a limit on how much is read of it."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST_BODY:
        raise _too_large()
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > MOST_BODY:
            raise _too_large()
        return message

    return Request(request.scope, receive)


def _too_large() -> Refusal:
    return Refusal(
        status=413,
        message=f"The body is larger than {MOST_BODY // 1_000_000} MB.",
        code="request_too_large",
    )


def _refused(refusal: Refusal) -> JSONResponse:
    return JSONResponse(refusal.body(), status_code=refusal.status, headers=refusal.headers)


class _Cut(JSONResponse):
    """A body of which only the first half is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


class _CutStream(StreamingResponse):
    """A stream that ends without an end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for part in self.body_iterator:
            await send({"type": "http.response.body", "body": part, "more_body": True})


async def health(request: Request) -> Response:
    """Answer ``GET /healthz``."""
    del request
    return JSONResponse({"status": "ok", "model": "easel-sketch", "ai": False})


async def models(request: Request) -> Response:
    """Answer ``GET /v1/models``."""
    del request
    data: list[dict[str, Any]] = [
        {"id": name, "object": "model", "created": 0, "owned_by": "easel-sketch", "pricing": FREE}
        for name in MODELS
    ]
    return JSONResponse({"object": "list", "data": data})


async def _not_found(request: Request, error: Exception) -> Response:
    """Write 404 and 405 as the API does."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    message = f"There is no {request.method} {request.url.path} here."
    return _refused(Refusal(status=status, message=message, code="not_found"))


def app(key: str | None = None) -> Starlette:
    """Return the server's application; `key`: the only key that is let in."""
    handlers: dict[Any, Any] = {404: _not_found, 405: _not_found}
    return Starlette(routes=Routes(key).table(), exception_handlers=handlers)


class _Server(uvicorn.Server):
    """Says where it listens as soon as it does; a signal to stop is a clean end, not a death by it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take signals while it runs, and don't raise them again afterwards."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"http://{shown}:{port}/v1\n")
            sys.stdout.flush()


def serve(
    *, host: str = "127.0.0.1", port: int = 0, fd: int | None = None, key: str | None = None,
    until_stdin_closes: bool = False,
) -> int:  # fmt: skip
    """Serve until a signal comes; the exit status. Raises OSError where the port is taken."""
    listening = socket.socket(fileno=fd) if fd is not None else _bound(host, port)
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    config = uvicorn.Config(
        app(key), http="httptools", lifespan="off", access_log=False, log_config=None,
        timeout_graceful_shutdown=2, timeout_keep_alive=75, server_header=False,
    )  # fmt: skip
    _Server(config).run(sockets=[listening])
    return 0


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def _end_with_stdin() -> None:
    """End at once when the parent is gone: then nobody holds the other end of our standard input."""
    while os.read(0, 4096):
        pass
    os._exit(0)
